"""A span of days to choose, which may be left open."""

from __future__ import annotations

from datetime import date
from typing import Any


def span_of(place: Any, label: str, key: str) -> tuple[date, date] | None:
    """Two days, or None until both are chosen."""
    chosen = place.date_input(label, value=(), key=key, format="YYYY-MM-DD")
    return (chosen[0], chosen[1]) if len(chosen) == 2 else None
