"""What an EPCIS event says of goods on their way: sent or received, under which despatch advice, to whom.

event → movement, paper, receiver; words of CBV 2.0 (clauses 7.1, 7.3, 7.4) in any of their forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

MOVEMENTS = frozenset({"shipping", "receiving", "void_shipping"})
DESPATCH_ADVICE = "desadv"
# Who has the goods then, else whose they are, else the place that they go to.
RECEIVERS = ("possessing_party", "owning_party", "location")
_LONG = re.compile(r"(?:urn:epcglobal:cbv:[a-z]+:|(?:https://ref\.gs1\.org/cbv/|cbv:)[A-Za-z]+-)")

Event = Mapping[str, Any]


def transit(event: Event) -> dict[str, str | None]:
    """Return the members of a thing's record; all None for an event of another kind or step."""
    step = _word(event.get("bizStep"))
    if event["type"] != "ObjectEvent" or step not in MOVEMENTS:
        return {"movement": None, "despatchAdvice": None, "receiver": None}
    papers = _by_type(event, "bizTransactionList", "bizTransaction")
    parties = _by_type(event, "destinationList", "destination")
    named = next((parties[role] for role in RECEIVERS if role in parties), None)
    place = _place(event) if step == "receiving" else None
    return {"movement": step, "despatchAdvice": papers.get(DESPATCH_ADVICE), "receiver": named or place}


def _by_type(event: Event, member: str, name: str) -> dict[str, str]:
    """The first address of each type by the alphabet, for lists of EPCIS have no order of their own."""
    found: dict[str, str] = {}
    for word, uri in sorted(_typed(event.get(member, ()), name)):
        found.setdefault(word, uri)
    return found


def _typed(items: Any, name: str) -> Iterator[tuple[str, str]]:
    yield from ((_word(item["type"]) or "", item[name]) for item in items if "type" in item)


def _place(event: Event) -> str | None:
    """Where it was received, when the event names nobody."""
    return next((event[name]["id"] for name in ("bizLocation", "readPoint") if name in event), None)


def _word(text: str | None) -> str | None:
    """A word of the vocabulary in its short form; a word of another vocabulary as it stands."""
    return _LONG.sub("", text, count=1) if text and _LONG.match(text) else text
