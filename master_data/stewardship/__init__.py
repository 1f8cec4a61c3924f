"""Stewardship of who is who: what waits for a decision, what a decision would change, and making it.

The command reads the working warehouse, the dashboards a release; both decide by the same functions.
"""
