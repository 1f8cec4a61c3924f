"""Control charts: which streams are out of control, and the chart of one of them with its capability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from dashboards import spc_figure
from dashboards.chrome import plain
from dashboards.release import OpenRelease
from dashboards.spc_streams import Charted, Stream, Verdict, charted, judged, streams
from dashboards.tables import Column, table
from reports.language import NOTHING, Language
from reports.spc import Index, NoChart, RuleSet, Signal

GOAL = Decimal("1.33")
DIGITS = Decimal("0.001")


@dataclass(frozen=True)
class _Line:
    """A stream with what its chart says."""

    stream: Stream
    verdict: Verdict

    @property
    def urgency(self) -> tuple[int, int, str]:
        """What to look at first: signals of late, then signals at all."""
        return -self.verdict.recent_count, -self.verdict.signal_count, self.stream.stream_id


@dataclass(frozen=True)
class _Broken:
    """A broken rule, as a row to read."""

    signal: Signal
    panel: str
    value: Decimal
    lot_id: str | None
    when: str


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    known = streams(opened)
    if not known:
        st.info(say("quality.no_streams"))
        return
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="large")
    rule_set = _choose_rules(say)
    with left:
        sites = _choose_sites(known, say)
    with right:
        only = st.toggle(say("quality.only_signals"), key="only_signals")
    verdicts = judged(opened, rule_set)
    lines = [_Line(stream, verdicts[stream.stream_id]) for stream in known if stream.site_code in sites]
    _tiles(lines, say)
    shown = sorted(
        (line for line in lines if not only or line.verdict.signal_count), key=lambda line: line.urgency
    )
    if not shown:
        st.success(say("quality.no_signals"), icon=":material/check_circle:")
        return
    _list(shown, opened, say)
    chosen = _choose_stream(shown, say)
    _one(chosen, rule_set, opened, say)


def _choose_rules(say: Language) -> RuleSet:
    chosen = st.sidebar.radio(
        say("quality.rules"),
        [*RuleSet],
        format_func=lambda name: say(f"quality.rules_{name}"),
        key="rule_set",
        help=say("quality.rules_help"),
    )
    return RuleSet(chosen)


def _choose_sites(known: Sequence[Stream], say: Language) -> list[str]:
    sites = sorted({stream.site_code for stream in known})
    picked = st.pills(
        say("filter.sites"),
        sites,
        selection_mode="multi",
        default=sites,
        format_func=lambda site: say("site", site=site),
        key="spc_sites",
    )
    return list(picked or sites)


def _tiles(lines: Sequence[_Line], say: Language) -> None:
    verdicts = [line.verdict for line in lines]
    drawn = [verdict for verdict in verdicts if verdict.kind]
    low = [verdict for verdict in drawn if verdict.cpk is not None and Decimal(verdict.cpk) < GOAL]
    counts: Mapping[str, int] = {
        "charts": len(drawn),
        "recent": sum(verdict.recent_count > 0 for verdict in drawn),
        "unstable": sum(verdict.signal_count > 0 for verdict in drawn),
        "low_cpk": len(low),
        "refused": sum(bool(verdict.reasons) for verdict in drawn),
        "no_chart": len(verdicts) - len(drawn),
    }
    for column, (name, count) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(say(f"quality.tile_{name}"), say.number(count), help=say(f"quality.tile_{name}_help"))


def _list(lines: Sequence[_Line], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[_Line]] = [
        Column(say("col.site"), lambda line: line.stream.site_code),
        Column(say("quality.product"), lambda line: line.stream.product_name(say.locale)),
        Column(say("quality.characteristic"), lambda line: _characteristic(line.stream, say)),
        Column(say("quality.source"), lambda line: line.stream.source_system),
        Column(say("quality.chart"), lambda line: say(f"quality.kind_{line.verdict.kind or 'none'}")),
        Column(say("quality.points"), lambda line: line.verdict.point_count),
        Column(say("quality.recent"), lambda line: line.verdict.recent_count),
        Column(say("quality.signals"), lambda line: line.verdict.signal_count),
        Column(say("quality.outside"), lambda line: line.verdict.outside_count),
        Column("Cpk", lambda line: _rounded(line.verdict.cpk)),
        Column(say("quality.why_no_cpk"), lambda line: _reasons(line.verdict.reasons, say)),
    ]
    table(lines, columns, name="spc_streams", opened=opened, say=say)


def _choose_stream(lines: Sequence[_Line], say: Language) -> Stream:
    by_id = {line.stream.stream_id: line.stream for line in lines}
    st.subheader(say("quality.one_stream"))
    chosen = st.selectbox(
        say("quality.choose_stream"),
        list(by_id),
        format_func=lambda id_: _label(by_id[id_], say),
        key="stream",
    )
    return by_id[chosen or next(iter(by_id))]


def _one(stream: Stream, rule_set: RuleSet, opened: OpenRelease, say: Language) -> None:
    try:
        whole = charted(opened, stream, None, rule_set)
        machine = _choose_machine(whole, say)
        found = charted(opened, stream, machine, rule_set) if machine else whole
    except NoChart as refusal:
        st.info(say(f"quality.refused_{refusal.code}"), icon=":material/info:")
        return
    st.caption(_specification(stream, found, say))
    left, right = st.columns([7, 3] if found.capability else [1, 0.001], gap="medium")
    with left:
        _plot(spc_figure.control_chart(found, say), "control_chart", _label(stream, say))
    if found.capability:
        with right:
            _plot(spc_figure.histogram(found, stream, say), "histogram", say("quality.histogram"))
        _capability(found, say)
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
            column.caption(_reasons(index.refused, say))
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
            value = _rounded(panel.values[signal.at]) or Decimal(0)
            rows.append(_Broken(signal, name, value, point.lot_id, say.time(point.measured_at)))
    return sorted(rows, key=lambda row: (-row.signal.at, row.signal.rule))


def _label(stream: Stream, say: Language) -> str:
    parts = [
        say("site", site=stream.site_code),
        stream.product_name(say.locale),
        _characteristic(stream, say),
    ]
    return " · ".join([*parts, stream.source_system])


def _characteristic(stream: Stream, say: Language) -> str:
    if not stream.is_attribute:
        return stream.characteristic_name
    return say("quality.defective", kind=say.code("inspection_kind", stream.characteristic_name))


def _reasons(codes: Sequence[str], say: Language) -> str:
    return say("quality.and").join(say(f"quality.refused_{code}") for code in codes)


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


def _rounded(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(DIGITS)


def _digits(value: float, say: Language) -> str:
    return say.number(Decimal(value).quantize(Decimal("0.0001")))
