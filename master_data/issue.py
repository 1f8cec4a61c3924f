"""What a codec has to say about a text: one finding with a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Issue:
    """One finding about an identifier.

    Attributes:
        code: stable upper-case code, e.g. ``CHECK_DIGIT``.
        severity: ``error`` makes the identifier unusable, ``warn`` asks a person to look.
        position: 0-based place in the text that was read; None when it concerns the whole.
        message: one English sentence with the offending value.
    """

    code: str
    severity: Severity
    position: int | None
    message: str


def error(code: str, position: int | None, message: str) -> Issue:
    """Return an issue that makes the identifier unusable."""
    return Issue(code, "error", position, message)


def warn(code: str, position: int | None, message: str) -> Issue:
    """Return an issue that leaves the identifier usable."""
    return Issue(code, "warn", position, message)
