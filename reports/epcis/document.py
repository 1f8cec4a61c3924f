"""The document around events, one line per event: large ones can be read and compared line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from reports.epcis.event import Event
from reports.epcis.vocabulary import PREFIX

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def document(
    events: Sequence[Event], *, doc_id: str, namespace: str, created_at: datetime, marks: Mapping[str, str]
) -> bytes:
    """Return an EPCIS document; equal events give equal bytes.

    Args:
        events: In the order they shall stand.
        doc_id: Address of the document.
        namespace: Address our own words are short for.
        created_at: With a zone.
        marks: Words of our own that every event and the document carry, such as that it is a drill.
    """
    own = {f"{PREFIX}:{word}": text for word, text in marks.items()}
    head = {
        "@context": [CONTEXT, {PREFIX: namespace}],
        "id": doc_id,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created_at.isoformat(),
        **own,
    }
    lines = ",\n".join(_line({**event, **own}) for event in events)
    return f'{_line(head)[:-1]},"epcisBody":{{"eventList":[\n{lines}\n]}}}}\n'.encode()


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
