"""Columns that are not the contract's: told with both names, decided by the contract, never guessed."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.drift import Drift, drifts, in_words, strictest
from pipelines.ingest.readers.header import raw_names
from quality_rules.contract_drift import STRICT, DriftPolicy

EXPECTED = ["MATNR", "CHARG", "MENGE", "物料描述"]
OPEN = DriftPolicy("accept-new-column", "quarantine", "quarantine", "quarantine")

# what the file's header says -> (kind, column, found) of every drift
CASES: dict[str, tuple[list[str], set[tuple[str, str, str]]]] = {
    "as agreed": (EXPECTED, set()),
    "other order": (["CHARG", "MATNR", "MENGE", "物料描述"], {("reordered", "MATNR", "CHARG")}),
    "new": ([*EXPECTED, "WERKS"], {("new", "", "WERKS")}),
    "missing": (EXPECTED[:3], {("missing", "物料描述", "")}),
    "other case": (["matnr", *EXPECTED[1:]], {("case", "MATNR", "matnr")}),
    "blank behind": (["MATNR ", *EXPECTED[1:]], {("renamed", "MATNR", "MATNR ")}),
    "full width": (["ＭＡＴＮＲ", *EXPECTED[1:]], {("renamed", "MATNR", "ＭＡＴＮＲ")}),
    "misspelt": (["MATNR", "CHARGE", *EXPECTED[2:]], {("renamed", "CHARG", "CHARGE")}),
    "another name in its place": (["MATNR", "BATCH", *EXPECTED[2:]], {("renamed", "CHARG", "BATCH")}),
    "another name elsewhere": (
        ["MATNR", *EXPECTED[2:], "ZZ", "BATCH"],
        {("missing", "CHARG", ""), ("new", "", "ZZ"), ("new", "", "BATCH")},
    ),
    "twice": ([*EXPECTED, "CHARG"], {("duplicate", "CHARG", "CHARG")}),
    "twice but for case": (
        [*EXPECTED, "charg"],
        {("new", "", "charg"), ("duplicate", "CHARG", "CHARG"), ("duplicate", "charg", "charg")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_drift_is_told_with_both_names(case: str) -> None:
    """Prevents a changed column from passing unnamed, or under another kind than it is."""
    found, expected = CASES[case]
    assert {(d.kind, d.column, d.found) for d in drifts(found, EXPECTED, STRICT)} == expected


def test_the_contract_decides_and_the_strictest_decision_wins() -> None:
    """Prevents a file from loading because only one of its two drifts was accepted."""
    new, missing = (
        drifts([*EXPECTED[:3], "WERKS1", "ZZ"], EXPECTED, OPEN),
        drifts(EXPECTED[:3], EXPECTED, OPEN),
    )
    assert strictest(drifts(EXPECTED, EXPECTED, STRICT)) == "accept"
    assert strictest(drifts([*EXPECTED, "WERKS"], EXPECTED, OPEN)) == "accept-new-column"
    assert strictest(missing) == strictest(new) == "quarantine"
    assert strictest([*drifts([*EXPECTED, "CHARG"], EXPECTED, OPEN), *missing]) == "refuse"
    assert in_words(missing) == "缺少 '物料描述' | missing '物料描述'"


@pytest.mark.parametrize("order", permutations(range(3)))
def test_order_never_needs_a_decision(order: tuple[int, ...]) -> None:
    """Prevents another order of columns from being refused."""
    found = [EXPECTED[at] for at in order]
    assert {d.kind for d in drifts(found, EXPECTED[:3], STRICT)} <= {"reordered"}
    assert strictest(drifts(found, EXPECTED[:3], STRICT)) == "accept"


NAMES = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), max_size=7)


@given(NAMES, st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True))
def test_no_name_is_lost_and_none_is_counted_twice(found: list[str], expected: list[str]) -> None:
    """Prevents a name of either side from vanishing between missing, new and renamed."""
    told = drifts(found, expected, STRICT)
    sided = [d for d in told if d.kind in {"new", "missing", "renamed", "case"}]
    theirs = [d.found for d in sided if d.kind != "missing"]
    ours = [d.column for d in sided if d.kind != "new"]
    assert sorted(theirs) == sorted(set(found) - set(expected))
    assert sorted(ours) == sorted(set(expected) - set(found))


@given(NAMES)
def test_new_columns_get_names_that_no_table_refuses(found: list[str]) -> None:
    """Prevents an empty name, a control character or one of our own names from reaching the raw table."""
    names = raw_names([*found, "_row", "", "\n"], ["a"])
    assert all(name and name.isprintable() and not name.startswith("_row\0") for name in names)
    assert names[-3:] == ["_row__source", f"column_{len(found) + 2}", f"column_{len(found) + 3}"]


def test_a_header_of_thousands_of_names_is_judged_at_once() -> None:
    """Prevents a garbage file from stopping the ingest for minutes in search of renamed columns."""
    garbage = [f"n{i:x}" for i in range(50_000)]
    told = drifts(garbage, EXPECTED, STRICT)
    assert len(told) >= 50_000
    assert Drift("new", "", "nc34f", "refuse") in told
