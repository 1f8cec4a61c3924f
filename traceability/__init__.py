"""Genealogy: find a lot, walk it backward and forward, tell what is known about it and what is missing."""
