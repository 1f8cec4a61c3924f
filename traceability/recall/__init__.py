"""Recall: what is meant, where it went, who holds it, what is not known, how far it has come back."""
