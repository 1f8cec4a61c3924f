"""The working calendar: every business event falls on a working day, addressed by its index.

Index 0 is the first working day on or after the start; negative indices reach into the weeks before
(purchase orders placed before the first day). Times are seconds since 1970 in plant-local time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_BEFORE = 60  # working days kept before the start, for purchase orders placed earlier
_SPRING_FESTIVAL = {date(2025, 1, 28) + timedelta(days=n) for n in range(8)}
_FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3), (10, 6), (10, 7), (10, 8)}
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Workdays:
    """Working days of the simulated period as days since 1970."""

    start: date
    end: date
    epoch_days: Ints
    count: int

    def day(self, index: Ints) -> Ints:
        """Epoch day of each working-day index."""
        return self.epoch_days[index + _BEFORE]

    def at(self, index: Ints, second: Ints) -> Ints:
        """Local epoch second of a second of the day on a working day."""
        return self.day(index) * 86400 + second

    def month_ends(self) -> Ints:
        """Epoch days of all month ends inside the period, and of its last day."""
        days = [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]
        ends = [d for d in days if (d + timedelta(days=1)).day == 1 or d == self.end]
        return np.array([(d - EPOCH).days for d in ends], dtype=np.int64)

    def month_starts(self) -> Ints:
        """Epoch days of the first day of the period and of each later month."""
        days = [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]
        return np.array([(d - EPOCH).days for d in days if d.day == 1 or d == self.start], dtype=np.int64)


def _works(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS and day not in _SPRING_FESTIVAL


def build_workdays(start: date, days: int) -> Workdays:
    """Working days of `days` calendar days from `start`."""
    end = start + timedelta(days=days - 1)
    inside = [(start + timedelta(days=n)) for n in range(days)]
    inside = [d for d in inside if _works(d)]
    before: list[date] = []
    day = start
    while len(before) < _BEFORE:
        day -= timedelta(days=1)
        if _works(day):
            before.append(day)
    every = sorted(before) + inside
    return Workdays(start, end, np.array([(d - EPOCH).days for d in every], dtype=np.int64), len(inside))
