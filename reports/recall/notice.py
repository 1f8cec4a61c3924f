"""The notice to one consignee, as people, spreadsheets and machines read it.

ConsigneeTotal + its lines → notice_zh.html, notice_en.html, notice.csv, notice.xlsx, notice.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from reports.frame import plain
from reports.language import LOCALES
from reports.recall import tables
from reports.recall.facts import RecallFacts
from reports.recall.line import Line
from reports.recall.marks import csv_of, drill_words, notes
from reports.recall.pages import notice_page
from reports.recall.sheets import xlsx_bytes
from reports.recall.totals import ConsigneeTotal

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def notice_files(facts: RecallFacts, total: ConsigneeTotal) -> dict[str, bytes]:
    """Return the files of a notice by name."""
    lines = facts.lines[total.consignee.consignee_id]
    sheet, brief = tables.lines(lines), tables.brief_lines(lines)
    return {
        **{f"notice_{locale}.html": notice_page(facts, total, locale) for locale in LOCALES},
        "notice.csv": csv_of(sheet, facts.request),
        "notice.xlsx": xlsx_bytes([brief], created_at=facts.request.issued_at, notes=notes(facts.request)),
        "notice.json": _json(facts, total, lines),
    }


def _json(facts: RecallFacts, total: ConsigneeTotal, lines: Sequence[Line]) -> bytes:
    """One object; its goods one per line, so that a hundred thousand devices can be read and compared."""
    head = {
        "manifest": facts.manifest,
        "recall_no": facts.request.number,
        "recall_class": facts.request.recall_class,
        "reason": facts.request.reason,
        "decided_at": facts.request.decided_at,
        "issued_at": facts.request.issued_at,
        "consignee": total.consignee,
        **drill_words(facts.request),
    }
    goods = ",\n".join(_object(line) for line in lines)
    return f'{_compact(plain(head))[:-1]},"goods":[\n{goods}\n]}}\n'.encode()


def _object(line: Line) -> str:
    return _compact(
        {
            "lot_id": line.lot_id,
            "lot_no": line.lot_no,
            "di": line.di,
            "serial_no": line.serial_no,
            "expiry_date": line.expiry_date and line.expiry_date.isoformat(),
            "qty": None if line.qty is None else str(line.qty),
            "uom_code": line.uom_code,
            "delivery_no": line.delivery_no,
            "shipped_date": line.shipped_date and line.shipped_date.isoformat(),
            "udi": line.udi,
            "digital_link": line.digital_link,
        }
    )
