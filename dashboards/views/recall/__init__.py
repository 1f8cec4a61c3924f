"""Recall desk: whom and what a recall concerns, what is not known, and how far a running one has come."""

from dashboards.views.recall.page import draw

__all__ = ["draw"]
