"""Overview: how the plants do, by KPI, against target and last period; each number down to its source rows.

load (cells, definitions, targets) → choice of plants and period → tiles, or one KPI in detail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboards import chrome, trust
from dashboards.release import OpenRelease, ask
from dashboards.views.overview import choice, detail, tiles
from dashboards.views.overview.facts import Facts, load
from reports.language import Language


@dataclass(frozen=True)
class _Reach:
    as_of_date: date | None
    file_count: int
    lot_count: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    reach = ask(opened, "release_facts", _Reach, {})[0]
    subtitle = say(
        "overview.subtitle",
        day=say.day(reach.as_of_date),
        files=say.number(reach.file_count),
        lots=say.number(reach.lot_count),
    )
    chrome.header(say("page.overview"), subtitle, opened, say)
    facts = load(opened)
    if facts.cells:
        _kpis(facts, opened, say)
    else:
        st.info(say("overview.no_kpi"))
    if "kpi" not in st.query_params:
        trust.draw(opened, say)


def _kpis(facts: Facts, opened: OpenRelease, say: Language) -> None:
    chosen = choice.choose(facts.cells, say)
    definition = facts.definitions.get(st.query_params.get("kpi", ""))
    if definition is None:
        st.query_params.pop("kpi", None)
        tiles.draw(facts, chosen, say)
    else:
        detail.draw(definition, facts, chosen, opened, say)
