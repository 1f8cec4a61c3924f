"""Defects in JSON lines and XML: broken records, and lots as operators write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from simulator.defects.lab import Kind, Lab

_BROKEN = Kind(2, "broken-json", "DQ-REC-002", "quarantined")
_XML = Kind(31, "broken-xml", "DQ-REC-002", "quarantined", "nothing behind the broken element can be read")
_SUFFIX = Kind(15, "lot-suffix", "RP-LOT-002", "repaired")
_STERILE = Kind(16, "sterilisation-lot-in-lot", "RP-LOT-001", "repaired")
_UNKNOWN = Kind(15, "lot-unknown", "DQ-LOT-003", "warned")
_USED = Kind(
    32,
    "mes-use-quantity",
    "",
    "none",
    "true in itself: the ERP says otherwise, see mart.consistency_difference",
)
_NUL = Kind(1, "nul-in-text", "DQ-REC-003", "quarantined")


def _edit_line(lab: Lab, path: Path, change: Callable[[str], str], kind: Kind, column: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    at = int(lab.rng.integers(0, len(lines)))
    lines[at] = change(lines[at])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    lab.note(kind, path, at + 1, column)


def _field(name: str, change: Callable[[str], str | float]) -> Callable[[str], str]:
    def edit(line: str) -> str:
        record = json.loads(line)
        record[name] = change(record[name])
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    return edit


def spoil_json(lab: Lab) -> None:
    """Cut lines, NUL, parts and sterilisation lots in the lot field, lots of nobody, denied quantities."""
    events = lab.files("mes_a/operation_event")
    step = max(1, len(events) // 20)
    edits: list[tuple[Callable[[str], str], Kind, str]] = [
        (lambda line: line[: len(line) // 2], _BROKEN, ""),
        (_field("lot_no", lambda lot: f"{lot}-1"), _SUFFIX, "lot_no"),
        (_field("lot_no", lambda lot: f"{lot}/EO250106A01"), _STERILE, "lot_no"),
        (_field("operation_name", lambda name: f"{name}\0"), _NUL, "operation_name"),
        (_field("lot_no", lambda lot: f"9{lot}"), _UNKNOWN, "lot_no"),
    ]
    for n, path in enumerate(events[::step][:20]):
        change, kind, column = edits[n % len(edits)]
        _edit_line(lab, path, change, kind, column)
    for path in lab.files("mes_a/consumption")[1:40:6]:
        _edit_line(lab, path, _field("qty", lambda qty: float(qty) + 7), _USED, "qty")
    for path in lab.files("mes_b/measurement")[2:5]:
        _edit_line(lab, path, lambda line: line.replace('"event_id"', "event_id", 1), _BROKEN, "")


def spoil_xml(lab: Lab) -> None:
    """A tag without its end, in the first segment of the last order of a document."""
    texts = {p: p.read_text(encoding="utf-8") for p in lab.files("mes_b/operations_performance")}
    # in a document with one order nothing would be left, and the whole file be rejected
    several = [(path, text) for path, text in texts.items() if text.count("<OperationsResponse>") > 1]
    for path, text in (several[len(several) // 4], several[len(several) // 2]):
        head, mark, tail = text.rpartition("<OperationsResponse>")
        broken = tail.replace("</ProcessSegmentID>", "</ProcessSegment", 1)
        path.write_text(head + mark + broken, encoding="utf-8")
        lab.note(_XML, path, head.count("<SegmentResponse>") + 1, "")
