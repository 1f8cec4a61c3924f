"""Two texts beside each other with what differs marked, as escaped HTML."""

from __future__ import annotations

from difflib import SequenceMatcher
from html import escape

# Below it two texts have nothing to do with each other, and marking their letters only hides that.
LEAST_ALIKE = 0.4


def marked(left: str, right: str) -> tuple[str, str]:
    """Return both texts as HTML; what the other does not have stands in <mark>, whole texts when unlike."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if left == right or matcher.ratio() < LEAST_ALIKE:
        return _part(left, is_marked=left != right), _part(right, is_marked=left != right)
    sides: tuple[list[str], list[str]] = ([], [])
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, part in zip(sides, (left[a:b], right[c:d]), strict=True):
            side.append(_part(part, is_marked=kind != "equal"))
    return "".join(sides[0]), "".join(sides[1])


def _part(text: str, *, is_marked: bool) -> str:
    return f"<mark>{escape(text)}</mark>" if is_marked and text else escape(text)
