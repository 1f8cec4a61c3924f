"""Can these numbers be trusted? Conservation, gates, findings and what the release was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

_STAGES = ("raw", "stg", "core", "mart")


@dataclass(frozen=True)
class Balance:
    """Rows that came in and what became of them, at one stage."""

    stage_code: str
    table_count: int
    rows_in: int
    rows_out: int
    rows_merged: int
    rows_quarantined: int
    rows_rejected: int
    unbalanced_count: int


@dataclass(frozen=True)
class FindingCount:
    """How often a rule found something, and what was done."""

    layer_code: str
    rule_id: str
    action: str
    finding_count: int
    table_count: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    balances = ask(opened, "stage_balances", Balance, {})
    findings = ask(opened, "finding_counts", FindingCount, {})
    st.subheader(say("trust.title"))
    st.caption(say("trust.conservation"))
    st.html('<div class="ml-stages">' + "".join(_stage(balance, say) for balance in balances) + "</div>")
    gates, made_from, found = st.tabs([say("trust.gates"), say("trust.release"), say("trust.findings")])
    with gates:
        _gates(opened, say)
    with made_from:
        _made_from(opened, say)
    with found:
        _findings(findings, opened, say)


def _stage(balance: Balance, say: Language) -> str:
    whole = balance.unbalanced_count == 0
    tone, state = ("good", say("trust.balanced")) if whole else ("bad", say("trust.unbalanced"))
    parts = [
        f"{say(f'rows.{part}')} {say.number(getattr(balance, f'rows_{part}'))}"
        for part in ("out", "merged", "quarantined", "rejected")
    ]
    return (
        f'<div class="ml-stage"><h4>{escape(say.code("stage", balance.stage_code))}'
        f'<span class="ml-state ml-{tone}">{escape(state)}</span></h4>'
        f'<p class="sum"><span class="big">{escape(say.number(balance.rows_in))}</span> '
        f"{escape(say('rows.in'))} =<br>{escape(' + '.join(parts))}</p></div>"
    )


def _gates(opened: OpenRelease, say: Language) -> None:
    gates = opened.release.manifest.get("gates", {})
    rules = gates.get("rules", {})
    counts = [say("trust.rules", stage=stage, count=rules[stage]) for stage in _STAGES if stage in rules]
    st.caption(" · ".join(counts) or say("trust.no_gates"))
    not_green: list[Mapping[str, Any]] = list(gates.get("not_green", ()))
    columns: list[Column[Mapping[str, Any]]] = [
        Column(say("col.rule"), lambda row: row["rule_id"]),
        Column(say("col.stage"), lambda row: row["stage"]),
        Column(say("col.table"), lambda row: row["table_name"]),
        Column(say("col.column"), lambda row: row["column_name"]),
        Column(say("col.severity"), lambda row: row["severity"], lambda code: say.code("gate", code)),
        Column(say("col.failed"), lambda row: row["failed_rows"]),
    ]
    if not_green:
        table(not_green, columns, name="gates_not_green", opened=opened, say=say)
    elif counts:
        st.success(say("trust.all_green"), icon=":material/check_circle:")


def _made_from(opened: OpenRelease, say: Language) -> None:
    facts = opened.release.manifest
    rows = {
        say("release", number=opened.release.name): facts["released_at"],
        facts["warehouse"]["file"]: facts["warehouse"]["sha256"],
        say("trust.inputs"): say.number(len(facts.get("inputs", {}).get("files", ()))),
        say("trust.tables"): say.number(len(facts.get("tables", ()))),
    }
    items = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows.items())
    st.html(f'<dl class="ml-facts">{items}</dl>')


def _findings(findings: tuple[FindingCount, ...], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[FindingCount]] = [
        Column(say("col.rule"), lambda row: row.rule_id),
        Column(say("col.action"), lambda row: row.action, lambda code: say.code("action", code)),
        Column(say("col.stage"), lambda row: row.layer_code),
        Column(say("col.count"), lambda row: row.finding_count),
        Column(say("col.tables"), lambda row: row.table_count),
    ]
    table(findings, columns, name="findings", opened=opened, say=say)
