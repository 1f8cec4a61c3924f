"""The tables of a lot in tabs: destination, origin, gaps, tests, production, lots, findings, sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards import onward
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.trace.traced import Traced
from reports.language import Language, load
from reports.source_summary import summarise
from traceability.trace import LotCard, Node

Draw = Callable[[], None]


def draw_tables(opened: OpenRelease, traced: Traced, say: Language, words: Language) -> None:
    """Draw the tabs of one lot."""
    card, backward, forward = traced.card, traced.backward, traced.forward

    def show(name: str, rows: Any, columns: list[Column[Any]]) -> None:
        table(rows, columns, name=f"{name}_{card.lot.lot_no}", opened=opened, say=say)

    gaps = list(dict.fromkeys((*backward.gaps, *forward.gaps)))
    sections: list[tuple[str, Draw]] = [
        (words("destination"), lambda: show("shipments", forward.shipments, _shipments(words))),
        (words("origin"), lambda: show("receipts", backward.receipts, _receipts(words))),
        (f"{words('gaps')} ({len(gaps)})", lambda: show("gaps", gaps, _gaps(words))),
        (words("inspection"), lambda: _inspection(card, show, words)),
        (words("production"), lambda: _production(card, show, words)),
        (say("tab.lots"), lambda: show("lots", (*backward.nodes, *forward.nodes[1:]), _nodes(words, say))),
        (words("findings"), lambda: show("findings", card.findings, _findings(words))),
        (words("sources"), lambda: show("sources", summarise(card.source_rows), _sources(words))),
    ]
    if traced.onward:
        recalls = load("reports.recall", say.locale)
        title = f"{recalls('onward')} ({len(traced.onward)})"
        sections.insert(1, (title, lambda: show("onward", traced.onward, onward.columns(recalls))))
    for tab, (_, draw) in zip(st.tabs([title for title, _ in sections]), sections, strict=True):
        with tab:
            draw()


Show = Callable[[str, Any, list[Column[Any]]], None]


def _inspection(card: LotCard, show: Show, words: Language) -> None:
    show("inspections", card.inspections, _inspections(words))
    if card.results:
        st.markdown(f"**{words('results')}**")
        show("results", card.results, _results(words))
    if card.quality_events:
        st.markdown(f"**{words('events')}**")
        show("events", card.quality_events, _events(words))


def _production(card: LotCard, show: Show, words: Language) -> None:
    show("orders", card.orders, _orders(words))
    st.markdown(f"**{words('operations')}**")
    show("operations", card.operations, _operations(words))


def _coded(words: Language, group: str) -> Callable[[Any], str]:
    return lambda code: words.code(group, code)


def _shipments(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.lot"), lambda r: r.lot_id),
        Column(words("col.customer"), lambda r: r.customer_name or r.customer_code),
        Column(words("col.place"), lambda r: ", ".join(filter(None, (r.city_name, r.country_code)))),
        Column(words("col.delivery"), lambda r: r.delivery_no),
        Column(words("col.shipped"), lambda r: r.shipped_date),
        Column(words("col.qty"), lambda r: r.qty),
        Column(words("col.unit"), lambda r: r.uom_code, _coded(words, "uom")),
    ]


def _receipts(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.lot"), lambda r: r.lot_id),
        Column(words("col.supplier"), lambda r: r.supplier_name or r.supplier_code),
        Column(words("col.supplier_lot"), lambda r: r.supplier_lot_no),
        Column(words("col.purchase_order"), lambda r: r.purchase_order_no),
        Column(words("col.received"), lambda r: r.received_date),
        Column(words("col.qty"), lambda r: r.qty),
        Column(words("col.unit"), lambda r: r.uom_code, _coded(words, "uom")),
    ]


def _gaps(words: Language) -> list[Column[Any]]:
    def remark(gap: Any) -> str:
        return str(words.words.get(f"rule.{gap.rule_id}", gap.message))

    return [
        Column(words("col.rule"), lambda r: r.rule_id),
        Column(words("col.remark"), remark),
        Column(words("col.lot"), lambda r: r.lot_id),
        Column(words("col.order"), lambda r: r.order_id),
        Column(words("col.times"), lambda r: r.count),
    ]


def _inspections(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.inspection"), lambda r: r.inspection_no),
        Column(words("col.type"), lambda r: r.inspection_kind_code, _coded(words, "inspection_kind")),
        Column(words("col.lot_size"), lambda r: r.lot_qty),
        Column(words("col.sample"), lambda r: r.sample_qty),
        Column(words("col.defects"), lambda r: r.defect_qty),
        Column(words("col.decision"), lambda r: r.decision_code or "undecided", _coded(words, "decision")),
        Column(words("col.decided_at"), lambda r: r.decided_at),
        Column(words("col.decided_by"), lambda r: r.decided_by),
    ]


def _results(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.inspection"), lambda r: r.inspection_no),
        Column(words("col.characteristic"), lambda r: r.characteristic_name),
        Column(words("col.value"), lambda r: r.value if r.value is not None else r.value_text),
        Column(words("col.lower"), lambda r: r.lower_limit),
        Column(words("col.upper"), lambda r: r.upper_limit),
        Column(words("col.unit"), lambda r: r.unit_code),
        Column(words("col.result"), lambda r: r.result_code, _coded(words, "result")),
    ]


def _events(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.number"), lambda r: r.event_no),
        Column(words("col.type"), lambda r: r.kind, _coded(words, "event")),
        Column(words("col.opened"), lambda r: r.opened_date),
        Column(words("col.severity"), lambda r: r.severity_code, _coded(words, "severity")),
        Column(words("col.disposition"), lambda r: r.disposition_code, _coded(words, "disposition")),
        Column(words("col.closed"), lambda r: r.closed_date),
    ]


def _orders(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.order"), lambda r: r.order_no),
        Column(words("col.type"), lambda r: r.order_type_code, _coded(words, "order_type")),
        Column(words("col.started"), lambda r: r.started_date),
        Column(words("col.finished"), lambda r: r.finished_date),
        Column(words("col.planned"), lambda r: r.planned_qty),
    ]


def _operations(words: Language) -> list[Column[Any]]:
    def machine(row: Any) -> str:
        name = row.equipment_name_zh if words.locale == "zh" else row.equipment_name_en
        return " ".join(filter(None, (name, row.equipment_id)))

    return [
        Column(
            words("col.operation"), lambda r: r.operation_name or words.code("operation", r.operation_code)
        ),
        Column(words("col.equipment"), machine),
        Column(words("col.calibration"), lambda r: r.calibration_code, _coded(words, "calibration")),
        Column(words("col.operator"), lambda r: r.operator_id),
        Column(words("col.from"), lambda r: r.started_at),
        Column(words("col.to"), lambda r: r.ended_at),
        Column(words("col.in"), lambda r: r.input_qty),
        Column(words("col.good"), lambda r: r.good_qty),
        Column(words("col.scrap"), lambda r: r.scrap_qty),
    ]


def _nodes(words: Language, say: Language) -> list[Column[Any]]:
    def name(node: Node) -> str | None:
        zh, en = node.lot.product_name_zh, node.lot.product_name_en
        return (zh or en) if words.locale == "zh" else (en or zh)

    return [
        Column(words("col.lot"), lambda r: r.lot.lot_id),
        Column(words("col.product"), name),
        Column(words("fact.kind"), lambda r: r.lot.lot_kind_code, _coded(words, "kind")),
        Column(say("col.steps"), lambda r: r.depth),
    ]


def _findings(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.rule"), lambda r: r.rule_id),
        Column(words("col.action"), lambda r: r.action, _coded(words, "action")),
        Column(words("col.table"), lambda r: r.source_table),
        Column(words("col.row"), lambda r: r.row_no),
        Column(words("col.column"), lambda r: r.column_name),
        Column(words("col.before"), lambda r: r.before),
        Column(words("col.after"), lambda r: r.after),
        Column(words("col.remark"), lambda r: r.message),
    ]


def _sources(words: Language) -> list[Column[Any]]:
    return [
        Column(words("col.entity"), lambda r: r.entity, _coded(words, "entity")),
        Column(words("col.table"), lambda r: r.source_table),
        Column(words("col.file"), lambda r: r.file_name),
        Column(words("col.sha256"), lambda r: r.file_sha256, lambda sha256: f"{sha256[:12]}…"),
        Column(words("col.rows"), lambda r: r.row_ranges),
    ]
