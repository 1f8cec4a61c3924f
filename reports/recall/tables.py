"""The tables of a package: one place that says which columns each has; CSV, XLSX and pages follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.language import LOCALES, load
from reports.recall.facts import RecallFacts
from reports.recall.line import Line
from reports.recall.sheets import Sheet
from reports.recall.wording import due_text

LINE_COLUMNS = (
    "udi",
    "di",
    "lot",
    "serial",
    "expiry",
    "qty",
    "uom",
    "delivery",
    "shipped_date",
    "link",
)


def both(key: str) -> str:
    """A phrase in Chinese and English, once where both are the same."""
    return " | ".join(dict.fromkeys(load("reports.recall", locale)(key) for locale in LOCALES))


def header(*keys: str) -> list[str]:
    """Headings of columns in both languages."""
    return [both(f"col.{key}") for key in keys]


def line_row(line: Line) -> tuple[object, ...]:
    """The cells of a line, in the order of LINE_COLUMNS."""
    return (
        line.udi,
        line.di,
        line.lot_no,
        line.serial_no,
        line.expiry_date,
        line.qty,
        line.uom_code,
        line.delivery_no,
        line.shipped_date,
        line.digital_link,
    )


def lots(facts: RecallFacts) -> Sheet:
    """Every lot with its product and its balance."""
    columns = ("depth", "lot", "code", "product", "spec", "di", "registration", "made", "expiry", "uom")
    amounts = (
        "origin",
        "consumed",
        "shipped",
        "returned",
        "stock",
        "scrapped",
        "sampled",
        "sent_back",
        "unknown",
    )
    balances = {row.lot_id: row for row in facts.scope.balances}
    rows: list[Sequence[object]] = []
    for lot in facts.scope.lots:
        own = balances[lot.lot_id]
        rows.append(
            (
                lot.depth,
                lot.lot_id,
                lot.product_code,
                lot.product_name_zh or lot.product_name_en,
                lot.spec_name,
                lot.di,
                lot.registration_no,
                lot.manufactured_date,
                lot.expiry_date,
                lot.uom_code,
                own.made_qty + own.received_qty + own.counted_qty,
                own.consumed_qty,
                own.shipped_qty,
                own.returned_qty,
                own.stock_qty,
                own.scrapped_qty,
                own.sampled_qty,
                own.sent_back_qty,
                own.unknown_qty,
            )
        )
    return Sheet("lots", header(*columns, *amounts), rows)


def deliveries(facts: RecallFacts) -> Sheet:
    """Every delivery of every lot, with what document and goods issue say."""
    names = {row.consignee_id: row.customer_name for row in facts.scope.consignees}
    columns = (
        "consignee",
        "customer_codes",
        "delivery",
        "shipped_date",
        "lot",
        "qty",
        "returned",
        "held",
        "uom",
    )
    rows = [
        (
            names.get(row.consignee_id),
            row.customer_code,
            row.delivery_no,
            row.shipped_date,
            row.lot_id,
            row.qty,
            row.returned_qty,
            row.held_qty,
            facts.scope.lots_by_id[row.lot_id].uom_code,
        )
        for row in facts.scope.deliveries
    ]
    return Sheet("deliveries", header(*columns), rows)


def onward(facts: RecallFacts) -> Sheet:
    """Every movement of the goods that partners tell."""
    columns = (
        "holder",
        "lot",
        "thing",
        "qty",
        "uom",
        "devices",
        "despatch_advice",
        "sent_date",
        "received_date",
    )
    rows = [
        (
            row.holder,
            row.lot_id,
            row.thing_id,
            row.qty,
            row.uom_code,
            row.device_count or None,
            row.despatch_advice,
            row.sent_date,
            row.received_date,
        )
        for row in facts.scope.onward
    ]
    return Sheet("onward", header(*columns), rows)


def stock(facts: RecallFacts) -> Sheet:
    """Stock by lot and location."""
    columns = ("lot", "location", "stock", "quality", "blocked", "uom", "as_of")
    rows = [
        (
            row.lot_id,
            row.storage_location_code,
            row.stock_qty,
            row.quality_qty,
            row.blocked_qty,
            facts.scope.lots_by_id[row.lot_id].uom_code,
            row.snapshot_date,
        )
        for row in facts.scope.stock
    ]
    return Sheet("stock", header(*columns), rows)


def gaps(facts: RecallFacts) -> Sheet:
    """What is not known."""
    rows = [
        (gap.code, gap.lot_id or gap.order_id, f"{gap.message_zh} | {gap.message_en}", gap.count, gap.qty)
        for gap in facts.scope.gaps
    ]
    return Sheet("gaps", header("rule", "key", "what", "count", "qty"), rows)


def deadline_rows(facts: RecallFacts) -> Sheet:
    """Deadlines with their clauses."""
    zh, en = (load("reports.recall", locale) for locale in LOCALES)
    rows = [
        (
            one.rule.jurisdiction,
            one.rule.id,
            f"{one.rule.what_zh} | {one.rule.what_en}",
            f"{due_text(one, zh)} | {due_text(one, en)}",
            one.rule.source,
            one.rule.confidence,
        )
        for one in facts.deadlines
    ]
    return Sheet("deadlines", header("jurisdiction", "rule", "what", "due", "source", "confidence"), rows)


def excluded(facts: RecallFacts) -> Sheet:
    """Lots that narrowing took out."""
    rows = [(row.lot_id, row.narrowing, both(f"excluded.{row.reason_code}")) for row in facts.scope.excluded]
    return Sheet("excluded", header("lot", "kind", "reason"), rows)


def changes(facts: RecallFacts) -> Sheet:
    """What changed against the earlier scope."""
    found = facts.changes or ()
    rows = [(both(f"change.{row.kind}"), row.key, row.before, row.after) for row in found]
    return Sheet("difference", header("kind", "key", "before", "after"), rows)


def devices(facts: RecallFacts) -> Sheet:
    """Every device of the scope, delivered or not."""
    rows = [(u.di, u.lot_id, u.serial_no, u.delivery_no) for u in facts.scope.units]
    return Sheet("devices", header("di", "lot", "serial", "delivery"), rows)


def brief_lines(own: Iterable[Line]) -> Sheet:
    """The same for people: what the UDI, the lot or the delivery tells already is left out."""
    rows = [
        (line.udi or line.di, line.lot_no, line.serial_no, line.qty, line.delivery_no, line.digital_link)
        for line in own
    ]
    return Sheet("goods", header("udi", "lot", "serial", "qty", "delivery", "link"), rows)


def lines(own: Iterable[Line]) -> Sheet:
    """The goods of one consignee."""
    return Sheet("goods", header(*LINE_COLUMNS), [line_row(line) for line in own])
