"""The Evidence page without a browser: every act has words, a chain is escaped, acts follow the state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboards.views.evidence.chain_html import as_html
from dashboards.views.evidence.release_acts import possible
from lakehouse.releases import Action as Step
from lakehouse.releases import Entry, State, rule_for
from lineage.ledger.act import Action
from lineage.links import Link
from reports.language import Locale, load

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_everything_that_can_happen_has_words(locale: Locale) -> None:
    """Prevents a trail in which people read codes, because an act was added and its words were not."""
    words = load("dashboards", locale).words
    kinds = {action.value.partition(".")[0] for action in Action}
    assert [kind for kind in sorted({*Action, *kinds}) if f"evidence.act.{kind}" not in words] == []
    assert [state for state in State if f"evidence.state.{state}" not in words] == []
    assert [step for step in Step if f"evidence.step.{step}" not in words] == []


def test_a_file_name_cannot_act_in_a_chain_and_a_broken_step_is_open() -> None:
    """Prevents a file name that runs, and a step that cannot be proved from being folded away."""
    link = Link("file", "<img src=x>.csv", "1", "medlake", AT, "", "ab" * 32, 7, "sealed", "differs")
    html = as_html([link] * 9, load("dashboards", "en"))
    assert "<img" not in html and "&lt;img src=x&gt;.csv" in html
    assert "<details open>" in html and "9 cannot be proved" in html
    folded = as_html([replace(link, bytes="same")] * 9, load("dashboards", "en"))
    assert "<details>" in folded and "cannot be proved" not in folded


@pytest.mark.parametrize(
    ("kind", "state", "acts"),
    [
        ("routine", State.RELEASED, ["promote", "withdraw"]),
        ("routine", State.SUPERSEDED, ["promote", "roll_back", "withdraw"]),
        ("routine", State.WITHDRAWN, []),
        ("regulatory", State.GATED, ["sign", "withdraw"]),
        ("regulatory", State.SUPERSEDED, ["roll_back", "withdraw"]),
        ("regulatory", State.LAPSED, []),
        ("regulatory", State.RETIRED, []),
    ],
)
def test_only_what_a_state_allows_is_offered(kind: str, state: State, acts: list[str]) -> None:
    """Prevents a button that can only be refused, and a release that could be signed and has none."""
    assert possible(Entry(1, state, rule_for(kind), "ab" * 32, "medlake", AT)) == acts
