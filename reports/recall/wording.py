"""How times, amounts and names of a recall are put in a reader's language."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from reports.deadlines import Deadline
from reports.language import Language
from reports.recall.totals import Amounts


def due_text(deadline: Deadline, say: Language) -> str:
    """When it is due: the end of a day as 24:00 of that day, in the zone of the authority."""
    if deadline.due_at is None:
        return say(f"deadline.{deadline.state}")
    if deadline.rule.unit == "hours" and deadline.rule.count == 0:
        return say("deadline.now")
    return say("deadline.due", time=_moment(deadline.due_at), zone=deadline.rule.zone)


def _moment(moment: datetime) -> str:
    if moment.time() == time():
        return f"{(moment - timedelta(days=1)).date().isoformat()} 24:00"
    return moment.strftime("%Y-%m-%d %H:%M")


def moment_text(moment: datetime) -> str:
    """A moment with the offset it was stated in."""
    return moment.isoformat(sep=" ", timespec="minutes")


def amounts_text(amounts: Amounts, say: Language) -> str:
    """Quantities with their units, added up per unit only."""
    parts = (f"{say.number(qty)} {say.code('uom', unit)}" for unit, qty in amounts.items() if qty)
    return " + ".join(parts) or say.number(0)


def own_part(text: str, say: Language) -> str:
    """The reader's half of a text 中文 | English; all of it when it has one language only."""
    zh, bar, en = text.partition(" | ")
    return en if bar and say.locale == "en" else zh


def name_of(zh: str | None, en: str | None, code: str, say: Language) -> str:
    """A product's name in the reader's language, else in the other one, else its code."""
    names = (zh, en) if say.locale == "zh" else (en, zh)
    return next((name for name in names if name), code)
