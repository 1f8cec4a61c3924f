"""One stream: its control chart, the distribution of its values, capability or why there is none, signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from dashboards import spc_figure
from dashboards.chrome import plain
from dashboards.release import OpenRelease
from dashboards.spc_streams import Charted, Stream, charted
from dashboards.tables import Column, table
from dashboards.views.quality.spc_words import label, reasons, rounded
from reports.language import NOTHING, Language
from reports.spc import Index, NoChart, RuleSet, Signal


@dataclass(frozen=True)
class _Broken:
    """A broken rule, as a row to read."""

    signal: Signal
    panel: str
    value: Decimal
    lot_id: str | None
    when: str


def draw(stream: Stream, rule_set: RuleSet, opened: OpenRelease, say: Language) -> None:
    """Draw the stream, or say why it makes no chart."""
    try:
        whole = charted(opened, stream, None, rule_set)
        machine = _choose_machine(whole, say)
        found = charted(opened, stream, machine, rule_set) if machine else whole
    except NoChart as refusal:
        st.info(say(f"quality.refused_{refusal.code}"), icon=":material/info:")
        return
    st.caption(_specification(stream, found, say))
    if found.capability:
        left, right = st.columns([7, 3], gap="medium")
        with left:
            _plot(spc_figure.control_chart(found, say), "control_chart", label(stream, say))
        with right:
            _plot(spc_figure.histogram(found, stream, say), "histogram", say("quality.histogram"))
        _capability(found, say)
    else:
        _plot(spc_figure.control_chart(found, say), "control_chart", label(stream, say))
    _signals(found, opened, say)


def _plot(figure: dict[str, object], key: str, alt: str) -> None:
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key=key, alt=alt)


def _choose_machine(found: Charted, say: Language) -> str | None:
    machines = sorted({point.equipment_id for group in found.groups for point in group if point.equipment_id})
    if len(machines) < 2:
        return None
    return st.selectbox(
        say("quality.machine"),
        [None, *machines],
        format_func=lambda name: name or say("quality.all_machines"),
        key="spc_machine",
        width=320,
    )


def _specification(stream: Stream, found: Charted, say: Language) -> str:
    chart = found.chart
    told = [
        say(f"quality.kind_{chart.kind}"),
        say("quality.estimated", points=say.number(len(chart.location.values)), sizes=_sizes(chart.sizes)),
    ]
    if not stream.is_attribute:
        unit = stream.unit_code or ""
        told.append(f"LSL {say.number(stream.lower_limit)} · USL {say.number(stream.upper_limit)} {unit}")
    if left_out := len(found.groups) - len(chart.used):
        told.append(say("quality.left_out", count=say.number(left_out)))
    return plain(" · ".join(told))


def _capability(found: Charted, say: Language) -> None:
    known = found.capability
    if known is None:
        return
    for column, index in zip(st.columns(len(known.indices)), known.indices, strict=True):
        column.metric(
            index.name, _shown(index, say), help=say(f"quality.{index.name.lower()}_help"), border=True
        )
        if index.refused:
            column.caption(reasons(index.refused, say))
    p = NOTHING if known.normality_p is None else _edge(known.normality_p)
    st.caption(
        say(
            "quality.capability_basis",
            mean=_digits(known.mean, say),
            within=_digits(known.sigma_within, say),
            overall=_digits(known.sigma_overall, say),
            p=p,
            count=say.number(known.value_count),
            outside=say.number(known.outside_count),
            low=NOTHING if known.cpk_low is None else _digits(known.cpk_low, say),
        )
    )


def _signals(found: Charted, opened: OpenRelease, say: Language) -> None:
    rows = _broken(found, say)
    st.markdown(f"**{say('quality.signal_list')}**")
    if not rows:
        st.success(say("quality.stable"), icon=":material/check_circle:")
        return
    columns: list[Column[_Broken]] = [
        Column(say("quality.point_no"), lambda row: row.signal.at + 1),
        Column(say("quality.panel"), lambda row: row.panel),
        Column(say("col.rule"), lambda row: row.signal.rule),
        Column(say("quality.meaning"), lambda row: say(f"quality.rule_{row.signal.rule}")),
        Column(say("quality.rests_on"), lambda row: _points(row.signal)),
        Column(say("quality.value"), lambda row: row.value),
        Column(say("quality.lot"), lambda row: row.lot_id),
        Column(say("quality.when"), lambda row: row.when),
    ]
    table(rows, columns, name="spc_signals", opened=opened, say=say)


def _broken(found: Charted, say: Language) -> list[_Broken]:
    chart, rows = found.chart, []
    panels = [(say(f"quality.panel_{chart.kind}"), chart.location)]
    if chart.spread:
        panels.append((say(f"quality.spread_{chart.kind}"), chart.spread))
    for name, panel in panels:
        for signal in panel.signals:
            point = found.points[signal.at][0]
            value = rounded(panel.values[signal.at]) or Decimal(0)
            rows.append(_Broken(signal, name, value, point.lot_id, say.time(point.measured_at)))
    return sorted(rows, key=lambda row: (-row.signal.at, row.signal.rule))


def _points(signal: Signal) -> str:
    first, last = signal.points[0] + 1, signal.points[-1] + 1
    return str(last) if first == last else f"{first}–{last}"


def _sizes(sizes: Sequence[int]) -> str:
    low, high = min(sizes), max(sizes)
    return str(low) if low == high else f"{low}–{high}"


def _shown(index: Index, say: Language) -> str:
    return NOTHING if index.value is None else _digits(index.value, say)


def _edge(p: float) -> str:
    """The test's tables reach from 0.01 to 0.15."""
    if p <= 0.01:
        return "≤ 0.01"
    return "≥ 0.15" if p >= 0.15 else f"= {p:.3f}"


def _digits(value: float, say: Language) -> str:
    return say.number(Decimal(value).quantize(Decimal("0.0001")))
