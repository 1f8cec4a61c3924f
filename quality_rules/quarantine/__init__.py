"""Quarantine: decisions on records that were kept out, what they come to, and corrections as files."""
