"""Overview: how the plants do, by KPI, plant and month, and whether the data can be trusted.

load (kpi cells, definitions, balances, findings) → shape (choice, sums) → draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import streamlit as st

from dashboards import charts, chrome, kpi, trust
from dashboards.kpi import Cell, Choice, Definition
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

CARDS_PER_ROW = 4
# Months shown at first; the slider reaches all that are known.
YEAR = 12


@dataclass(frozen=True)
class _Facts:
    as_of_date: date | None
    file_count: int
    lot_count: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    cells = ask(opened, "kpi_cells", Cell, {})
    definitions = {d.kpi_code: d for d in ask(opened, "kpi_definitions", Definition, {})}
    facts = ask(opened, "release_facts", _Facts, {})[0]
    subtitle = say(
        "overview.subtitle",
        day=say.day(facts.as_of_date),
        files=say.number(facts.file_count),
        lots=say.number(facts.lot_count),
    )
    chrome.header(say("page.overview"), subtitle, opened, say)
    if not cells:
        st.info(say("overview.no_kpi"))
    else:
        choice = _choose(cells, say)
        chosen = _by_code([cell for cell in cells if choice.holds(cell)])
        _cards(chosen, definitions, say)
        _detail(chosen, definitions, opened, say)
    trust.draw(opened, say)


def _choose(cells: Sequence[Cell], say: Language) -> Choice:
    sites = sorted({cell.site_code for cell in cells})
    months = sorted({cell.month for cell in cells})
    left, right = st.columns([2, 3], vertical_alignment="bottom", gap="large")
    picked = left.pills(
        say("filter.sites"),
        sites,
        selection_mode="multi",
        default=sites,
        format_func=lambda site: say("site", site=site),
        key="sites",
    )
    if len(months) == 1:
        return Choice(tuple(picked or sites), months[0], months[0])
    first, last = right.select_slider(
        say("filter.months"),
        months,
        value=(months[-YEAR:][0], months[-1]),
        format_func=say.month,
        key="months",
    )
    return Choice(tuple(picked or sites), first, last)


def _by_code(cells: Sequence[Cell]) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.kpi_code, []).append(cell)
    return found


def _cards(
    chosen: Mapping[str, Sequence[Cell]], definitions: Mapping[str, Definition], say: Language
) -> None:
    codes = [code for code in kpi.HEADLINES if code in definitions]
    for start in range(0, len(codes), CARDS_PER_ROW):
        row = codes[start : start + CARDS_PER_ROW]
        for column, code in zip(st.columns(CARDS_PER_ROW), row, strict=False):
            with column:
                _card(chosen.get(code, ()), definitions[code], say)


def _card(cells: Sequence[Cell], definition: Definition, say: Language) -> None:
    unit = definition.unit_code
    series = kpi.by_month(cells, unit)
    st.metric(
        definition.text("name", say),
        kpi.show(kpi.combined(cells, unit), unit, say),
        kpi.show_change(kpi.change(series), unit, say),
        delta_color="inverse" if definition.kpi_code in kpi.LOWER_IS_BETTER else "normal",
        delta_description=say("card.change"),
        help=_definition_markdown(definition, say),
        border=True,
        chart_data=[float(value) for value in series.values() if value is not None] or None,
        chart_type="line",
    )


def _definition_markdown(definition: Definition, say: Language) -> str:
    lines = [f"**{definition.text('formula', say)}**"]
    lines += [f"{say(f'def.{part}')}: {definition.text(part, say)}" for part in ("numerator", "denominator")]
    lines.append(f"{say('def.grain')}: {_grain(definition, say)}")
    lines.append(f"`{definition.mart_name}` · {definition.owner_name} · v{definition.version}")
    return "\n\n".join(lines)


def _grain(definition: Definition, say: Language) -> str:
    zh, _, en = definition.grain.partition(" | ")
    return en if say.locale == "en" and en else zh


def _detail(
    chosen: Mapping[str, Sequence[Cell]],
    definitions: Mapping[str, Definition],
    opened: OpenRelease,
    say: Language,
) -> None:
    st.subheader(say("detail.title"))
    code = st.selectbox(
        say("detail.choose"),
        list(definitions),
        index=list(definitions).index(kpi.HEADLINES[0]) if kpi.HEADLINES[0] in definitions else 0,
        format_func=lambda code: definitions[code].text("name", say),
        key="kpi",
        width=420,
    )
    definition, cells = definitions[code], chosen.get(code, ())
    left, right = st.columns([7, 3], gap="medium")
    with left:
        _chart(cells, definition, say)
    with right:
        _definition_panel(definition, say)
    _cell_table(cells, definition, opened, say)


def _chart(cells: Sequence[Cell], definition: Definition, say: Language) -> None:
    sites = sorted({cell.site_code for cell in cells})
    series = {site: {c.month: c.value for c in cells if c.site_code == site} for site in sites}
    figure = charts.lines(series, definition.unit_code, say, height=330)
    name = definition.text("name", say)
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key="chart", alt=name)


def _definition_panel(definition: Definition, say: Language) -> None:
    parts = "".join(
        f"<dt>{escape(say(f'def.{part}'))}</dt><dd>{escape(definition.text(part, say))}</dd>"
        for part in ("formula", "numerator", "denominator")
    )
    st.html(
        f'<div class="ml-def"><b class="ml-def-name">{escape(definition.text("name", say))}</b><dl>{parts}'
        f"<dt>{escape(say('def.grain'))}</dt><dd>{escape(_grain(definition, say))}</dd>"
        f"<dt>{escape(say('def.source'))}</dt><dd>{escape(definition.mart_name)} · "
        f"{escape(definition.owner_name)} · v{escape(definition.version)}</dd></dl></div>"
    )


def _cell_table(cells: Sequence[Cell], definition: Definition, opened: OpenRelease, say: Language) -> None:
    unit = definition.unit_code
    columns: list[Column[Cell]] = [
        Column(say("col.month"), lambda cell: cell.month, say.month),
        Column(say("col.site"), lambda cell: cell.site_code, lambda site: say("site", site=site)),
        Column(say("def.numerator"), lambda cell: cell.numerator),
        Column(say("def.denominator"), lambda cell: cell.denominator),
        Column(definition.text("name", say), lambda cell: cell.value, lambda v: kpi.show(v, unit, say)),
    ]
    newest_first = sorted(cells, key=lambda cell: (-cell.month.toordinal(), cell.site_code))
    table(newest_first, columns, name=f"kpi_{definition.kpi_code}", opened=opened, say=say)
