"""The golden record beside its sources: each value with its rule and its origin, what lost included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import NOTHING, Language


@dataclass(frozen=True)
class Value:
    """A value that a record or a steward gives."""

    attribute: str
    place_no: int
    is_golden: bool
    is_eligible: bool
    value: str | None
    rule_code: str
    decision_id: str
    record_id: str
    valid_from_date: date | None
    source_table: str
    file_name: str | None
    file_sha256: str
    row_no: int

    @property
    def origin(self) -> str:
        """File and record number."""
        return f"{self.file_name or self.file_sha256[:16]} : {self.row_no}"


@dataclass(frozen=True)
class Survivorship:
    """Which value of an attribute survives, and why."""

    attribute: str
    first_code: str
    second_code: str | None
    source_order: str
    why_zh: str
    why_en: str


def draw(role: str, golden_id: str, opened: OpenRelease, say: Language) -> None:
    """Draw the golden record of the release, its sources beside it, and every value for taking away."""
    values = _values(role, golden_id, opened)
    rules = ask(opened, "party_rules", Survivorship, {"role": role})
    st.html(_as_html(golden_id, values, rules, say))
    with st.expander(say("master.all_values")):
        _every_value(values, opened, say)


def records(role: str, golden_id: str, opened: OpenRelease) -> list[str]:
    """Return the records of a golden party as released, in order."""
    return sorted({value.record_id for value in _values(role, golden_id, opened)})


def _values(role: str, golden_id: str, opened: OpenRelease) -> tuple[Value, ...]:
    return ask(opened, "party_values", Value, {"role": role, "golden_id": golden_id})


def _as_html(golden_id: str, values: Sequence[Value], rules: Sequence[Survivorship], say: Language) -> str:
    sources = {value.record_id: value for value in values}
    heads = "".join(_source_head(sources[record], say) for record in sorted(sources))
    cells = {(value.attribute, value.record_id): value for value in values if not value.decision_id}
    golden = {value.attribute: value for value in values if value.is_golden}
    rows = "".join(_row(rule, golden.get(rule.attribute), cells, sorted(sources), say) for rule in rules)
    first = f"<th>{escape(golden_id)}</th><th>{escape(say('master.golden'))}</th>"
    label = escape(say("table.region"))
    region = f'class="ml-table-box md-golden" tabindex="0" role="region" aria-label="{label}"'
    return (
        f'<div {region}><table class="ml-table"><thead><tr>{first}{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _source_head(value: Value, say: Language) -> str:
    day = say.day(value.valid_from_date)
    return (
        f"<th>{escape(value.record_id)}<small>{escape(value.origin)}</small><small>{escape(day)}</small></th>"
    )


def _row(
    rule: Survivorship,
    golden: Value | None,
    cells: Mapping[tuple[str, str], Value],
    sources: Sequence[str],
    say: Language,
) -> str:
    name = escape(say(f"master.attribute.{rule.attribute}"))
    said = "".join(_cell(cells.get((rule.attribute, record)), golden) for record in sources)
    return f"<tr><th>{name}</th><td>{_winner(rule, golden, say)}</td>{said}</tr>"


def _winner(rule: Survivorship, golden: Value | None, say: Language) -> str:
    if golden is None:
        return NOTHING
    why = say("master.rule.override", decision=golden.decision_id[:12])
    if golden.rule_code != "override":
        reason = rule.why_zh if say.locale == "zh" else rule.why_en
        why = f"{say.code('master.rule', rule.first_code)}: {reason}"
    return f"<b>{escape(golden.value or NOTHING)}</b><small>{escape(why)}</small>"


def _cell(value: Value | None, golden: Value | None) -> str:
    if value is None:
        return f'<td class="md-none">{NOTHING}</td>'
    tone = "md-won" if value is golden else "md-same" if golden and value.value == golden.value else "md-lost"
    return f'<td class="{tone}">{escape(value.value or NOTHING)}</td>'


def _every_value(values: Sequence[Value], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Value]] = [
        Column(say("master.col.attribute"), lambda v: v.attribute, lambda a: say(f"master.attribute.{a}")),
        Column(say("master.col.place"), lambda v: v.place_no),
        Column(say("master.col.value"), lambda v: v.value),
        Column(say("master.col.is_golden"), lambda v: v.is_golden),
        Column(say("master.col.rule"), lambda v: v.rule_code, lambda c: say.code("master.rule_code", c)),
        Column(say("master.col.record"), lambda v: v.record_id),
        Column(say("master.col.decision"), lambda v: v.decision_id[:12]),
        Column(say("master.col.origin"), lambda v: v.origin),
    ]
    table(values, columns, name="golden_values", opened=opened, say=say)
