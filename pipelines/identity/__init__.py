"""Stewardship of who is who: what waits for a decision, what a decision would change, and making it."""
