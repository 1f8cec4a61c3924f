"""What a dossier says, as titled tables of texts in a reader's language; the paper is set from them.

Dossier + Language → Sections, in the order of a batch record.
"""

from __future__ import annotations

from collections.abc import Iterator

from reports.language import NOTHING, Language
from reports.lot_dossier.dossier import Dossier, say_name
from reports.lot_dossier.needs import Need
from reports.lot_dossier.section import Cell, Column, Section, Tone, amount, code, columns, table
from reports.source_summary import summarise
from traceability.card_records import InspectionResult, Operation

_MARKS = {"present": "•", "missing": "×", "attention": "!", "not_applicable": NOTHING, "unknown": "?"}
_TONES: dict[str, Tone] = {"present": "good", "missing": "bad", "attention": "warn", "unknown": "warn"}


def sections(dossier: Dossier, say: Language) -> Iterator[Section]:
    """Give every section, in the order of a batch record."""
    yield _needs(dossier, say)
    yield _identity(dossier, say)
    yield _materials(dossier, say)
    yield _origin(dossier, say)
    yield _orders(dossier, say)
    yield _operations(dossier, say)
    yield _inspections(dossier, say)
    yield _results(dossier, say)
    yield _events(dossier, say)
    yield _destination(dossier, say)
    yield _gaps(dossier, say)
    yield _findings(dossier, say)
    yield _sources(dossier, say)
    yield _manifest(dossier, say)


def _needs(dossier: Dossier, say: Language) -> Section:
    count = {state: sum(need.state == state for need in dossier.needs) for state in _MARKS}
    tone: Tone = "bad" if count["missing"] else "warn" if count["attention"] else "good"
    lead = say(
        "needs.summary", present=count["present"], attention=count["attention"], missing=count["missing"]
    )
    heads = (
        Column("", 1),
        Column(say("col.requirement"), 12),
        Column(say("col.result"), 4),
        Column(say("basis"), 11),
    )
    rows = [_need(need, say) for need in dossier.needs]
    note = say("needs.note", day=say.day(dossier.rules_on))
    return Section(say("needs"), heads, rows, note, Cell(lead, tone))


def _need(need: Need, say: Language) -> list[Cell]:
    tone = _TONES.get(need.state, "")
    count = f" · {say.number(need.count)}" if need.state == "attention" or need.count > 1 else ""
    doubt = "" if need.confidence == "H" else f" · {say('need.to_confirm')}"
    return [
        Cell(_MARKS[need.state], tone),
        Cell(say(f"need.{need.code}")),
        Cell(say.code("state", need.state) + count, tone),
        Cell(say.either(need.basis) + doubt),
    ]


def _identity(dossier: Dossier, say: Language) -> Section:
    lot, header = dossier.card.lot, dossier.card.header
    facts = [
        ("lot_id", lot.lot_id),
        ("kind", say.code("kind", lot.lot_kind_code)),
        ("spec", header.spec_name),
        ("di", header.primary_di),
        ("registration", header.registration_no),
        ("risk_class", header.risk_class_code),
        ("sterilisation", header.sterilisation_method_name),
        ("supplier", header.supplier_name or header.supplier_code),
        ("supplier_lot", header.supplier_lot_no),
        ("serials", say.number(len(dossier.card.serials)) if dossier.card.serials else None),
    ]
    pairs = [
        (say("tile.made"), say.day(header.manufactured_date)),
        (say("tile.expires"), say.day(header.expiry_date)),
    ]
    pairs += [(say(f"fact.{name}"), text) for name, text in facts if text]
    return Section(say("identity"), (), [[Cell(label), Cell(text)] for label, text in pairs])


def _materials(dossier: Dossier, say: Language) -> Section:
    lots = {node.lot.lot_id: node.lot for node in dossier.backward.nodes}
    rows = [
        (
            lots[edge.from_lot_id].lot_no,
            say_name(say, lots[edge.from_lot_id].product_name_zh, lots[edge.from_lot_id].product_name_en)
            or "",
            lots[edge.from_lot_id].product_code,
            edge.order_id or NOTHING,
            amount(say, edge.qty, edge.uom_code),
            say.day(edge.first_date),
            say.code("precision", edge.precision_code),
        )
        for edge in dossier.inputs
    ]
    keys = ("lot:5", "product:7", "code:4", "order:5", "#qty:4", "used:4", "certainty:3")
    return table(say("materials"), columns(say, *keys), rows, say)


def _origin(dossier: Dossier, say: Language) -> Section:
    lots = {node.lot.lot_id: node.lot for node in dossier.backward.nodes}
    rows = [
        (
            lots[row.lot_id].lot_no,
            row.supplier_name or row.supplier_code or NOTHING,
            row.supplier_lot_no or NOTHING,
            " / ".join(part for part in (row.purchase_order_no, row.po_line_no) if part) or NOTHING,
            say.day(row.received_date),
            amount(say, row.qty, row.uom_code),
        )
        for row in dossier.backward.receipts
    ]
    keys = ("lot:5", "supplier:9", "supplier_lot:5", "purchase_order:5", "received:4", "#qty:5")
    return table(say("origin"), columns(say, *keys), rows, say)


def _orders(dossier: Dossier, say: Language) -> Section:
    rows = [
        (
            row.order_no,
            say.code("order_type", row.order_type_code),
            say.day(row.started_date),
            say.day(row.finished_date),
            amount(say, row.planned_qty, row.uom_code),
        )
        for row in dossier.card.orders
    ]
    keys = ("order:4", "type:4", "started:3", "finished:3", "#planned:3")
    return table(say("production"), columns(say, *keys), rows, say)


def _operations(dossier: Dossier, say: Language) -> Section:
    keys = ("operation:6", "equipment:6", "calibration:5", "operator:4", "from:5", "to:5")
    rows = [_operation(row, say) for row in dossier.card.operations]
    return table(say("operations"), columns(say, *keys, "#in:3", "#good:3", "#scrap:3"), rows, say)


def _operation(row: Operation, say: Language) -> list[str | Cell]:
    name = f"{row.operation_code} {row.operation_name}" if row.operation_name else ""
    equipment = [say_name(say, row.equipment_name_zh, row.equipment_name_en), row.equipment_id]
    return [
        name or say.code("operation", row.operation_code),
        " ".join(part for part in equipment if part) or NOTHING,
        code(say, "calibration", row.calibration_code),
        row.operator_id or NOTHING,
        say.time(row.started_at),
        say.time(row.ended_at),
        say.number(row.input_qty),
        say.number(row.good_qty),
        say.number(row.scrap_qty),
    ]


def _inspections(dossier: Dossier, say: Language) -> Section:
    rows = [
        (
            row.inspection_no,
            say.code("inspection_kind", row.inspection_kind_code),
            say.number(row.lot_qty),
            say.number(row.sample_qty),
            say.number(row.defect_qty),
            code(say, "decision", row.decision_code or "undecided"),
            say.time(row.decided_at),
            row.decided_by or NOTHING,
        )
        for row in dossier.card.inspections
    ]
    keys = ("inspection:5", "type:4", "#lot_size:3", "#sample:3", "#defects:3", "decision:4", "decided_at:5")
    return table(say("inspection"), columns(say, *keys, "decided_by:4"), rows, say)


def _results(dossier: Dossier, say: Language) -> Section:
    keys = ("inspection:5", "characteristic:7", "#value:4", "#lower:3", "#upper:3", "unit:2", "result:3")
    return table(
        say("results"), columns(say, *keys), [_result(row, say) for row in dossier.card.results], say
    )


def _result(row: InspectionResult, say: Language) -> list[str | Cell]:
    return [
        row.inspection_no,
        row.characteristic_name or NOTHING,
        say.number(row.value) if row.value is not None else row.value_text or NOTHING,
        say.number(row.lower_limit),
        say.number(row.upper_limit),
        row.unit_code or "",
        code(say, "result", row.result_code),
    ]


def _events(dossier: Dossier, say: Language) -> Section:
    rows = [
        (
            row.event_no,
            say.code("event", row.kind),
            say.day(row.opened_date),
            say.code("severity", row.severity_code),
            say.code("disposition", row.disposition_code),
            say.day(row.closed_date) if row.closed_date else Cell(say("open"), "warn"),
        )
        for row in dossier.card.quality_events
    ]
    keys = ("number:4", "type:4", "opened:3", "severity:3", "disposition:4", "closed:3")
    return table(say("events"), columns(say, *keys), rows, say)


def _destination(dossier: Dossier, say: Language) -> Section:
    rows = [
        (
            row.lot_id,
            row.customer_name or row.customer_code or NOTHING,
            ", ".join(part for part in (row.city_name, row.country_code) if part),
            " / ".join(part for part in (row.delivery_no, row.delivery_line_no) if part),
            say.day(row.shipped_date),
            amount(say, row.qty, row.uom_code),
        )
        for row in dossier.forward.shipments
    ]
    keys = ("lot:6", "customer:8", "place:4", "delivery:5", "shipped:4", "#qty:4")
    section = table(say("destination"), columns(say, *keys), rows, say)
    balance = dossier.card.balance
    if balance is None:
        return section
    told = [
        f"{say(f'balance.{name}')} {say.number(getattr(balance, name))}"
        for name in (
            "produced_qty",
            "shipped_qty",
            "consumed_qty",
            "scrapped_qty",
            "sampled_qty",
            "stock_qty",
        )
    ]
    whole = f"{say('tile.accounted')} {say.percent(balance.completeness)}"
    lead = Cell(" · ".join((*told, whole)), "good" if balance.completeness == 1 else "warn")
    return Section(section.title, section.columns, section.rows, section.note, lead)


def _gaps(dossier: Dossier, say: Language) -> Section:
    rows = [
        (
            gap.rule_id,
            gap.lot_id or NOTHING,
            gap.order_id or NOTHING,
            say.number(gap.count),
            say.words.get(f"rule.{gap.rule_id}") or say.either(gap.message),
        )
        for gap in dict.fromkeys((*dossier.backward.gaps, *dossier.forward.gaps))
    ]
    return table(say("gaps"), columns(say, "rule:5", "lot:6", "order:5", "#times:2", "remark:10"), rows, say)


def _findings(dossier: Dossier, say: Language) -> Section:
    rows = [
        (
            row.rule_id,
            say.code("action", row.action),
            row.source_table,
            say.number(row.row_no),
            row.message or "",
        )
        for row in dossier.card.findings
    ]
    return table(
        say("findings"), columns(say, "rule:4", "action:3", "table:5", "#row:2", "remark:12"), rows, say
    )


def _sources(dossier: Dossier, say: Language) -> Section:
    rows = [
        (say.code("entity", row.entity), row.file_name or NOTHING, f"{row.file_sha256[:16]}…", row.row_ranges)
        for row in summarise(dossier.card.source_rows)
    ]
    return table(say("sources"), columns(say, "entity:4", "file:10", "sha256:5", "rows:6"), rows, say)


def _manifest(dossier: Dossier, say: Language) -> Section:
    manifest = dossier.manifest
    pairs = [
        (say("manifest.report"), f"{manifest.report_code} {manifest.report_version}"),
        (say("release"), manifest.release),
        (say("manifest.released_at"), manifest.released_at.isoformat()),
        (say("manifest.inputs"), say.number(manifest.input_file_count)),
        (f"{say('manifest.warehouse')} ({manifest.warehouse_file})", manifest.warehouse_sha256),
        (say("manifest.inputs_digest"), manifest.inputs_sha256),
    ]
    rows = [[Cell(label), Cell(text)] for label, text in pairs]
    return Section(say("manifest"), (), rows, say("manifest.note", zone=say.zone))
