"""The tiles of the overview: value, target, last period, a year's course; and a table of all KPIs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from html import escape

import streamlit as st

from dashboards import kpi
from dashboards.kpi import Choice, Definition
from dashboards.views.overview.facts import Facts, PlantStanding, Standing
from reports.language import Language

PER_ROW = 4
WIDTH, HEIGHT = 240, 44


def draw(facts: Facts, choice: Choice, say: Language) -> None:
    """Draw a tile per headline KPI, and the others below."""
    headlines = [code for code in kpi.HEADLINES if code in facts.definitions]
    _grid(headlines, facts, choice, say)
    st.subheader(say("overview.others"))
    _grid([code for code in facts.definitions if code not in headlines], facts, choice, say)


def _grid(codes: list[str], facts: Facts, choice: Choice, say: Language) -> None:
    for start in range(0, len(codes), PER_ROW):
        row = codes[start : start + PER_ROW]
        for column, code in zip(st.columns(PER_ROW), row, strict=False):
            with column, st.container(border=True, key=f"tile-{code}"):
                _tile(facts.definitions[code], facts, choice, say)


def _tile(definition: Definition, facts: Facts, choice: Choice, say: Language) -> None:
    standing = facts.standing(definition, choice)
    name = definition.text("name", say)
    st.html(
        f'<div class="ml-tile"><h3>{escape(name)}</h3>'
        f"{value_html(definition, standing, say)}"
        f"<p>{against_target(definition, standing, say)}</p>"
        f"<p>{escape(against_before(definition, standing, choice, say))}</p>"
        f"{_sparkline(standing.series)}</div>"
    )
    if st.button(
        say("overview.open", name=name),
        key=f"open-{definition.kpi_code}",
        type="tertiary",
        icon=":material/arrow_forward:",
    ):
        st.query_params["kpi"] = definition.kpi_code
        st.rerun()


def value_html(definition: Definition, standing: Standing, say: Language) -> str:
    """Return the value; the plants' own values side by side where they do not add up."""
    unit = definition.unit_code
    if standing.value is not None or not standing.plants:
        return f'<p class="big">{escape(kpi.show(standing.value, unit, say))}</p>'
    plants = " · ".join(f"{plant.site_code} {kpi.show(plant.value, unit, say)}" for plant in standing.plants)
    return f'<p class="big plants">{escape(plants)}</p>'


def against_target(definition: Definition, standing: Standing, say: Language) -> str:
    """Return target and state as HTML: of all plants together, or plant by plant where targets differ."""
    if not standing.plants:
        return ""
    if all(plant.target is None for plant in standing.plants):
        return _state("", say("target.none"))
    if standing.target is None or standing.value is None:
        return " ".join(_plant_state(plant, definition, say) for plant in standing.plants)
    target, sign = standing.target.target_value, "≥" if definition.better_code == "higher" else "≤"
    words = say("target.is", target=f"{sign} {kpi.show(target, definition.unit_code, say)}")
    return f"{escape(words)} {_met(standing.value, target, definition, '', say)}"


def _plant_state(plant: PlantStanding, definition: Definition, say: Language) -> str:
    if plant.target is None or plant.value is None:
        return _state("", f"{plant.site_code} {say('target.none')}")
    return _met(plant.value, plant.target.target_value, definition, f"{plant.site_code} ", say)


def _met(value: Decimal, target: Decimal, definition: Definition, plant: str, say: Language) -> str:
    is_met = kpi.meets(value, target, definition.better_code)
    return _state("good" if is_met else "bad", plant + say("target.met" if is_met else "target.missed"))


def _state(tone: str, words: str) -> str:
    return f'<span class="ml-state{f" ml-{tone}" if tone else ""}">{escape(words)}</span>'


def against_before(definition: Definition, standing: Standing, choice: Choice, say: Language) -> str:
    """Return the change to the period before in words."""
    if standing.value is None and standing.plants:
        return say("overview.by_site")
    if standing.value is None:
        return say("overview.no_value") if standing.series else say("overview.nothing")
    if standing.before is None:
        return say("change.none")
    change = kpi.show_change(standing.value - standing.before, definition.unit_code, say)
    before = kpi.show(standing.before, definition.unit_code, say)
    return say(f"change.{choice.months}", change=change, before=before)


def _sparkline(series: Mapping[date, Decimal | None]) -> str:
    """A year's course as a small picture; the numbers stand in the detail, so it has no words."""
    known = [(i, float(value)) for i, value in enumerate(series.values()) if value is not None]
    if len(known) < 2:
        return f'<div style="height:{HEIGHT}px"></div>'
    low, high = min(value for _, value in known), max(value for _, value in known)
    scale = (HEIGHT - 8) / (high - low) if high > low else 0
    step = (WIDTH - 8) / max(len(series) - 1, 1)
    points = [(4 + i * step, HEIGHT - 4 - (value - low) * scale) for i, value in known]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<polyline points="{path}" fill="none" stroke="#1B6B76" stroke-width="2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="#12454E"/></svg>'
    )
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'
