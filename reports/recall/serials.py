"""Serial numbers gathered into runs, so that a page names thousands of devices completely: SN0001–SN0400."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TAIL = re.compile(r"(.*?)([0-9]{1,18})", re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class Run:
    """Consecutive serial numbers of one prefix and width."""

    first: str
    last: str
    count: int

    def __str__(self) -> str:
        return self.first if self.count == 1 else f"{self.first}–{self.last}"


def runs(serials: Iterable[str]) -> tuple[Run, ...]:
    """Return runs that hold exactly the given serial numbers, each once, in order."""
    found: list[Run] = []
    for serial in sorted(set(serials)):
        if found and _follows(found[-1].last, serial):
            found[-1] = Run(found[-1].first, serial, found[-1].count + 1)
        else:
            found.append(Run(serial, serial, 1))
    return tuple(found)


def _follows(last: str, serial: str) -> bool:
    before, after = _TAIL.fullmatch(last), _TAIL.fullmatch(serial)
    return (
        before is not None
        and after is not None
        and len(last) == len(serial)
        and before[1] == after[1]
        and int(after[2]) == int(before[2]) + 1
    )
