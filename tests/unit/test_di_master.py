"""DI master: packaging graph, versions of a record, registration numbers, classification, credit codes."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from master_data import uscc
from master_data.device import nmpa_number
from master_data.device.di_version import DiVersion, life_issues, newest
from master_data.device.packaging import DiLevel, Edge, packaging_issues, units_in

VECTORS = Path(__file__).parents[3] / "shared" / "reference" / "vectors" / "udi_test_vectors.json"
shared_vectors = pytest.mark.skipif(not VECTORS.exists(), reason="shared reference vectors are not here")
UNIT, INNER, OUTER = "09521234543213", "19521234543210", "29521234543217"


@cache
def vectors(part: str) -> list[dict[str, Any]]:
    """Cases of one part of the file."""
    return list(json.loads(VECTORS.read_text(encoding="utf-8"))[part]) if VECTORS.exists() else []


@shared_vectors
@pytest.mark.parametrize("case", vectors("USCC"), ids=lambda case: case["input"])
def test_uscc_vector(case: dict[str, Any]) -> None:
    """Prevents a credit code verdict that differs from the checked vectors."""
    assert (uscc.parse(case["input"]).code is not None) == case["valid"]


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("91110000600037341M", "USCC_CHECK", 17),
        ("91110000600037351L", "USCC_ORGANISATION", 16),
        ("9111000060003734IL", "CHARSET", 16),
        ("914403001922038000", "USCC_ORGANISATION", 16),
        ("", "LENGTH", 0),
        ("9" * 10_000_000, "LENGTH", 0),
    ],
)
def test_uscc_tells_which_check_failed(text: str, code: str, position: int) -> None:
    """Prevents a credit code that passes one of its two checks from being taken as good."""
    issue = uscc.parse(text).issues[0]
    assert (uscc.parse(text).code, issue.code, issue.position) == (None, code, position)


BODY = st.text(alphabet=uscc.ALPHABET, min_size=8, max_size=8)


@given(head=BODY, organisation=BODY, place=st.integers(0, 17), other=st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_of_a_credit_code_is_seen(
    head: str, organisation: str, place: int, other: str
) -> None:
    """Prevents a mistyped credit code from joining two firms."""
    body = head + organisation + uscc.organisation_check(organisation)
    code = body + uscc.check_character(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert uscc.parse(code).code == code
    assert (uscc.parse(wrong).code is None) == (wrong != code)


@shared_vectors
@pytest.mark.parametrize("case", vectors("NMPA_numbers"), ids=lambda case: case["input"])
def test_nmpa_vector(case: dict[str, Any]) -> None:
    """Prevents a registration number from being refused, or read as another kind."""
    number = nmpa_number.parse(case["input"])
    assert number.is_valid == case["valid"], number
    assert not case["valid"] or number.kind == case["kind"]


def test_nmpa_number_says_what_it_holds() -> None:
    """Prevents year, class and category from being read at the wrong places."""
    number = nmpa_number.parse(" 国械注准 ２０１９３０３０１６６号 ")
    assert (number.number, number.issuer, number.origin) == ("国械注准20193030166", "国", "准")
    assert (number.year, number.grade, number.category, number.serial) == (2019, 3, "03", "0166")
    both = nmpa_number.parse_all("国械注准20193030166，国械注准20193030167")
    assert [one.serial for one in both] == ["0166", "0167"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("国械注准20192030166", "NMPA_GRADE"),
        ("粤械注准20203140567", "NMPA_GRADE"),
        ("粤械注进20202140567", "NMPA_ISSUER"),
        ("国械备201500011", "NMPA_SERIAL"),
        ("国械注准", "NMPA_GRAMMAR"),
        ("", "NMPA_GRAMMAR"),
    ],
)
def test_nmpa_number_against_itself(text: str, code: str) -> None:
    """Prevents a number whose authority, origin and class contradict each other from passing."""
    assert [issue.code for issue in nmpa_number.parse(text).issues] == [code]


@pytest.mark.parametrize(
    ("code", "number", "found"),
    [
        ("03-13-06", "国械注准20193030166", []),
        ("14-00-00", None, []),
        ("6840-012", "国械注准20193400166", []),
        ("6840-012", "国械注准20193030166", ["CLASSIFICATION_DIFFERS"]),
        ("14-01-02", "国械注准20193030166", ["CLASSIFICATION_DIFFERS"]),
        ("23-01-01", None, ["CLASSIFICATION"]),
        ("14-00-02", None, ["CLASSIFICATION"]),
        ("1401", None, ["CLASSIFICATION"]),
        ("", None, ["CLASSIFICATION"]),
    ],
)
def test_classification(code: str, number: str | None, found: list[str]) -> None:
    """Prevents a classification that no catalogue has, or that belies the registration."""
    known = nmpa_number.parse(number) if number else None
    assert [issue.code for issue in nmpa_number.classification_issues(code, known)] == found


@given(text=st.text(max_size=80))
def test_numbers_never_raise(text: str) -> None:
    """Prevents one odd cell from taking down a load."""
    assert nmpa_number.parse(text).is_valid or nmpa_number.parse(text).issues
    assert uscc.parse(text).code or uscc.parse(text).issues
    assert all(" | " in issue.text for issue in nmpa_number.classification_issues(text))


LEVELS = [DiLevel(UNIT, "primary"), DiLevel(INNER, "package"), DiLevel(OUTER, "package")]
EDGES = [Edge(INNER, UNIT, 10), Edge(OUTER, INNER, 5)]


@pytest.mark.parametrize(
    ("levels", "edges", "found"),
    [
        (LEVELS, EDGES, []),
        (LEVELS, [*EDGES[:1], Edge(OUTER, INNER, 0)], ["PACK_QUANTITY"]),
        (LEVELS, [*EDGES[:1], Edge(OUTER, INNER, None)], ["PACK_QUANTITY"]),
        (LEVELS, EDGES[:1], ["PACK_EMPTY"]),
        (LEVELS[:2], [*EDGES[:1], Edge(INNER, "x", 1)], ["PACK_UNKNOWN_CHILD"]),
        (LEVELS, [*EDGES, Edge(OUTER, INNER, 4)], ["PACK_TWICE"]),
        (LEVELS, [*EDGES, Edge(UNIT, OUTER, 1)], ["PACK_LEVEL", "PACK_CYCLE"]),
        (LEVELS, [*EDGES, Edge(INNER, INNER, 1)], ["PACK_CYCLE"]),
        ([*LEVELS, DiLevel(UNIT, "package")], EDGES, ["PACK_LEVELS_COLLAPSED", "PACK_EMPTY"]),
        ([DiLevel(UNIT, "secondary"), *LEVELS[1:]], EDGES, ["PACK_END"]),
        ([DiLevel(UNIT, "unit_of_use"), *LEVELS[1:]], EDGES, []),
        ([], [], []),
    ],
)
def test_packaging(levels: list[DiLevel], edges: list[Edge], found: list[str]) -> None:
    """Prevents a pack without content, a quantity below one, a cycle, or two levels under one identifier."""
    assert {finding.issue.code for finding in packaging_issues(levels, edges)} == set(found)


@given(quantities=st.lists(st.integers(1, 9), min_size=1, max_size=6), units=st.integers(1, 3))
def test_units_multiply_over_the_levels(quantities: list[int], units: int) -> None:
    """Prevents a recall that counts cases where units were sold, also where a pack holds several kinds."""
    names = [f"pack{level}" for level in range(len(quantities) + 1)]
    edges = [
        Edge(outer, inner, many) for outer, inner, many in zip(names, names[1:], quantities, strict=False)
    ]
    edges += [Edge(names[-1], f"unit{kind}", kind + 1) for kind in range(units)]
    product = 1
    for many in quantities:
        product *= many
    assert units_in("pack0", edges) == {f"unit{kind}": product * (kind + 1) for kind in range(units)}


def test_units_are_not_counted_in_a_broken_graph() -> None:
    """Prevents a count that looks right from a graph that is wrong."""
    with pytest.raises(ValueError, match="cycle"):
        units_in(INNER, [Edge(INNER, UNIT, 1), Edge(UNIT, INNER, 1)])
    assert units_in(UNIT, EDGES) == {UNIT: 1}


def version(di: str, key: str, number: int, day: int, **more: Any) -> DiVersion:
    """A version of a record as of a day of January 2026."""
    at = datetime(2026, 1, day)
    return DiVersion(
        di, key, number, more.pop("correction", 0), at, None, more.pop("published", None), **more
    )


def test_newest_version_whatever_the_order() -> None:
    """Prevents an old version in a late file from replacing a newer one."""
    versions = [version(UNIT, "a", 2, 3), version(UNIT, "a", 2, 4, correction=1), version(UNIT, "a", 1, 9)]
    assert newest(versions)["a"] == newest(reversed(versions))["a"] == versions[1]


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ([version(UNIT, "a", 1, 1), version(UNIT, "a", 2, 2)], []),
        ([version(UNIT, "a", 1, 1), version(UNIT, "b", 1, 1)], ["DI_TWO_RECORDS"]),
        ([version(UNIT, "a", 1, 2), version(UNIT, "a", 2, 1)], ["DI_VERSION_TIME"]),
        ([version(UNIT, "a", 1, 1), version(INNER, "a", 2, 2)], ["DI_CHANGED"]),
        (
            [version(UNIT, "a", 1, 1, published=date(2026, 2, 1), ended_date=date(2026, 1, 1))],
            ["DI_ENDS_BEFORE_START"],
        ),
    ],
)
def test_life_of_an_identifier(versions: list[DiVersion], found: list[str]) -> None:
    """Prevents an identifier that lives twice, changes its product, or ends before it starts."""
    assert [finding.issue.code for finding in life_issues(versions)] == found
