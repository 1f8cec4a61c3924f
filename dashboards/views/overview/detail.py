"""One KPI in detail: course against the target, definition, breakdown, records, freshness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from html import escape

import streamlit as st

from dashboards import charts, kpi
from dashboards.kpi import Cell, Choice, Definition
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.overview import breakdown, freshness, records
from dashboards.views.overview.facts import Facts
from dashboards.views.overview.tiles import against_before, against_target, value_html
from reports.language import Language


def draw(definition: Definition, facts: Facts, choice: Choice, opened: OpenRelease, say: Language) -> None:
    """Draw everything about one KPI for the chosen plants and period."""
    if st.button(say("overview.back"), icon=":material/arrow_back:", key="back"):
        st.query_params.pop("kpi")
        st.rerun()
    _headline(definition, facts, choice, say)
    left, right = st.columns([7, 3], gap="medium")
    with left:
        _chart(definition, facts, choice, say)
    with right:
        st.html(definition_html(definition, say))
    _tabs(definition, facts, choice, opened, say)


def _tabs(definition: Definition, facts: Facts, choice: Choice, opened: OpenRelease, say: Language) -> None:
    """Only the open tab is asked for: the records of a number cost more than the number."""
    bodies: dict[str, Callable[[], None]] = {
        "months": lambda: _months(definition, facts, choice, opened, say),
        "parts": lambda: breakdown.draw(definition, choice, opened, say),
        "records": lambda: records.draw(definition, facts, choice, opened, say),
        "freshness": lambda: freshness.draw(definition, opened, say),
    }
    tabs = st.tabs([say(f"detail.{name}") for name in bodies], key="kpi-tab", on_change="rerun")
    for tab, body in zip(tabs, bodies.values(), strict=True):
        if tab.open:
            with tab:
                body()


def definition_html(definition: Definition, say: Language) -> str:
    """Return the definition (口径) of a KPI: formula, parts, grain, table, owner, version."""
    zh, _, en = definition.grain.partition(" | ")
    source = f"{definition.mart_name} · {definition.owner_name} · v{definition.version}"
    facts = [
        (say(f"def.{part}"), definition.text(part, say)) for part in ("formula", "numerator", "denominator")
    ]
    facts += [(say("def.grain"), en if say.locale == "en" and en else zh), (say("def.source"), source)]
    parts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    title = escape(definition.text("name", say))
    return f'<div class="ml-def"><b class="ml-def-name">{title}</b><dl>{parts}</dl></div>'


def _headline(definition: Definition, facts: Facts, choice: Choice, say: Language) -> None:
    standing = facts.standing(definition, choice)
    decided = ""
    if standing.target is not None:
        target = standing.target
        since = say.month(target.effective_date)
        decided = say("target.decided", owner=target.owner_name, since=since, record=target.decided_in)
    st.html(
        f'<div class="ml-tile ml-tile-wide"><h2>{escape(definition.text("name", say))}</h2>'
        f"{value_html(definition, standing, say)}"
        f"<p>{against_target(definition, standing, say)} <small>{escape(decided)}</small></p>"
        f"<p>{escape(against_before(definition, standing, choice, say))}</p></div>"
    )


def _chart(definition: Definition, facts: Facts, choice: Choice, say: Language) -> None:
    cells = [cell for cell in facts.cells.get(definition.kpi_code, ()) if cell.site_code in choice.sites]
    series = {
        site: {cell.month: cell.value for cell in cells if cell.site_code == site} for site in choice.sites
    }
    steps = _steps(facts, definition, cells)
    figure = charts.lines(series, definition.unit_code, say, height=330, target=steps)
    name = definition.text("name", say)
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key="chart", alt=name)


def _steps(facts: Facts, definition: Definition, cells: Sequence[Cell]) -> dict[date, Decimal | None]:
    """The target of each month; none where plants with data differ, for one line cannot say two things."""
    sites: dict[date, set[str]] = {}
    for cell in cells:
        sites.setdefault(cell.month, set()).add(cell.site_code)
    steps = {}
    for month in sorted(sites):
        targets = kpi.targets_of(facts.targets, definition.kpi_code, month)
        common = kpi.shared([targets.get(site) for site in sorted(sites[month])])
        steps[month] = common.target_value if common else None
    return steps


def _months(definition: Definition, facts: Facts, choice: Choice, opened: OpenRelease, say: Language) -> None:
    unit = definition.unit_code
    cells = [cell for cell in facts.cells.get(definition.kpi_code, ()) if cell.site_code in choice.sites]
    columns: list[Column[Cell]] = [
        Column(say("col.month"), lambda cell: cell.month, say.month),
        Column(say("col.site"), lambda cell: cell.site_code, lambda site: say("site", site=site)),
        Column(say("def.numerator"), lambda cell: cell.numerator),
        Column(say("def.denominator"), lambda cell: cell.denominator),
        Column(
            definition.text("name", say), lambda cell: cell.value, lambda value: kpi.show(value, unit, say)
        ),
    ]
    newest_first = sorted(cells, key=lambda cell: (-cell.month.toordinal(), cell.site_code))
    table(newest_first, columns, name=f"kpi_{definition.kpi_code}", opened=opened, say=say)
