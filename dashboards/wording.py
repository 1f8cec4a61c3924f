"""Messages of the lower floors in the reader's language: they are written `中文 | English`."""

from __future__ import annotations

from reports.language import Language

_BAR = " | "


def own(message: object, say: Language) -> str:
    """The half of a message in the reader's language; a message in one language stays as it is."""
    zh, bar, en = str(message).partition(_BAR)
    return zh if not bar or say.locale == "zh" else en
