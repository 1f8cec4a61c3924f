"""Traceability: one number in; the lot, its origin, its way and what is not known out."""

from dashboards.views.trace.page import draw

__all__ = ["draw"]
