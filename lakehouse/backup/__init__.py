"""Backup: a consistent cut of a living lake into a store of objects, and back, every byte checked.

lake -> parts in their order (ledger, record, register, what they name) -> objects by sha256 -> list
"""
