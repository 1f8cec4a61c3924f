"""Readers: a kept file against its contract -> rows as text, and the records that cannot be taken."""
