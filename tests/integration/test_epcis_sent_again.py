"""EPCIS documents that are sent again, corrected, or broken: what the lake holds of them."""

import json
from pathlib import Path
from typing import Any

from quality_rules.contract import load_contracts
from tests.integration.small_lake import empty_lake

THING, EVENT = load_contracts()["epcis__thing"], load_contracts()["epcis__event"]
MADE = {
    "type": "TransformationEvent",
    "eventID": "urn:uuid:3e1d4b52-7a8f-4a35-9f54-1a2b3c4d5e6f",
    "eventTime": "2026-01-05T10:00:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "inputQuantityList": [
        {"epcClass": "https://id.gs1.org/01/09521234543213/10/K1", "quantity": 2, "uom": "KGM"}
    ],
    "outputQuantityList": [{"epcClass": "https://id.gs1.org/01/09521234543213/10/M1", "quantity": 1}],
}
STANDING = (
    "SELECT event_key, declared_time, position_no FROM typed.epcis__thing WHERE _status = 'good' ORDER BY ALL"
)


def document(*events: Any, indent: int | None = None) -> bytes:
    tree = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-06T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }
    return json.dumps(tree, indent=indent).encode()


def test_an_event_sent_again_changes_nothing(tmp_path: Path) -> None:
    """Prevents a lot from being used twice because its document came twice, or laid out otherwise."""
    lake = empty_lake(tmp_path)
    lake.drop("epcis/a.jsonld", document(MADE))
    assert lake.run(THING, EVENT).loaded == 3
    before = lake.typed(THING, STANDING)
    lake.drop("epcis/b.jsonld", document(MADE))
    assert lake.run(THING, EVENT).rows_in == 0
    lake.drop("epcis/c.jsonld", document(MADE, indent=2))
    assert lake.run(THING, EVENT).loaded == 3
    assert lake.typed(THING, STANDING) == before
    assert len(before) == 2


def test_a_declaration_of_error_stands_beside_its_event(tmp_path: Path) -> None:
    """Prevents a correction from being lost, or an event from vanishing that was told before."""
    wrong = {
        **MADE,
        "errorDeclaration": {"declarationTime": "2026-02-01T00:00:00Z", "reason": "did_not_occur"},
    }
    for first, second in ((MADE, wrong), (wrong, MADE)):
        lake = empty_lake(tmp_path / str(first is MADE))
        lake.drop("epcis/a.jsonld", document(first))
        lake.run(THING, EVENT)
        lake.drop("epcis/b.jsonld", document(second))
        lake.run(THING, EVENT)
        told = [(declared, place) for _, declared, place in lake.typed(THING, STANDING)]
        assert told == [("2026-02-01T00:00:00Z", 1), ("2026-02-01T00:00:00Z", 2), (None, 1), (None, 2)]


def test_what_is_no_event_waits_in_quarantine_by_name(tmp_path: Path) -> None:
    """Prevents a broken event from being loaded, or lost; its neighbour comes in."""
    lake = empty_lake(tmp_path)
    broken = {**MADE, "eventID": "urn:uuid:2", "eventTimeZoneOffset": "Shanghai"}
    lake.drop("epcis/a.jsonld", document(broken, MADE))
    report = lake.run(EVENT)
    assert (report.rows_in, report.loaded, report.quarantined) == (2, 1, 1)
    lake.drop("epcis/letter.jsonld", b'{"dear": "partner"}')
    (refused,) = lake.run(EVENT).rejected_files
    assert (refused.file_name, refused.rule_id) == ("epcis/letter.jsonld", "DQ-FIL-002")
