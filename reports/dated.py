"""Rows of regulations, labels, fields and codes that hold for a time: each states its first and last day."""

from __future__ import annotations

from datetime import date


class Dated:
    """A row with its days, both included; None leaves that end open."""

    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def day_of(text: str) -> date | None:
    """The day in a cell of a table; an empty one leaves the end open.

    Raises:
        ValueError: it is no day.
    """
    return date.fromisoformat(text) if text else None
