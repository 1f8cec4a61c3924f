"""Signatures of people: their keys, what they sign, and whether a release has the signatures it needs."""
