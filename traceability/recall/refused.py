"""Why something cannot be recalled as it stands: unknown, ambiguous, unreadable."""

from __future__ import annotations

from collections.abc import Sequence

from traceability.records import LotRef


class RecallRefused(ValueError):
    """What was named cannot be recalled as it stands; the message says why and what to do, 中文 | English."""


class NothingFound(RecallRefused):
    """Nothing in the release carries that number; ``candidates`` are close ones."""

    def __init__(self, message: str, candidates: Sequence[LotRef] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class Ambiguous(RecallRefused):
    """One text stands for several lots; ``candidates`` are all of them."""

    def __init__(self, message: str, candidates: Sequence[LotRef] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class Unreadable(RecallRefused):
    """A scan or a line that is no code; the message names the place."""
