"""Where goods went on, as partners tell: the table of the recall desk and of a lot's page."""

from __future__ import annotations

from dashboards.tables import Column
from reports.language import Language
from traceability.recall.records import Onward


def columns(words: Language) -> list[Column[Onward]]:
    """Who got what, and when; ``words`` is the catalogue of recalls."""
    return [
        Column(words("col.holder"), lambda r: r.holder),
        Column(words("col.sent_date"), lambda r: r.sent_date),
        Column(words("col.received_date"), lambda r: r.received_date),
        Column(words("col.lot"), lambda r: r.lot_id),
        Column(words("col.qty"), lambda r: r.qty),
        Column(words("col.uom"), lambda r: r.uom_code, lambda code: words.code("uom", code)),
        Column(words("col.devices"), lambda r: r.device_count or None),
        Column(words("col.thing"), lambda r: r.thing_id),
        Column(words("col.despatch_advice"), lambda r: r.despatch_advice),
    ]
