"""Matching of parties: exact keys, near misses, bands, groups."""

from typing import Any

import polars as pl
import pytest

from master_data import uscc
from master_data.identity.match import match
from master_data.identity.model import load_model
from master_data.identity.partition import Contradiction, partition
from master_data.identity.party import PARTY_SCHEMA, NotParties
from master_data.identity.prepare import prepare

NOBODY = pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String})


def credit_code(number: int) -> str:
    """A valid credit code."""
    organisation = f"MA{number:06d}"
    body = f"91320500{organisation}{uscc.organisation_check(organisation)}"
    return body + uscc.check_character(body)


A, B = credit_code(111111), credit_code(222222)
OLD_TAX_ID = "320500" + A[8:17]


def parties(*rows: dict[str, Any]) -> pl.DataFrame:
    """Suppliers s:0, s:1, ... of which only some fields are known."""
    told = [{"record_id": f"s:{n}", "role_code": "supplier", **row} for n, row in enumerate(rows)]
    return pl.DataFrame([{name: row.get(name) for name in PARTY_SCHEMA} for row in told], schema=PARTY_SCHEMA)


def verdict(left: dict[str, Any], right: dict[str, Any]) -> tuple[str, str]:
    """Band and rule of two records; they are apart when no pair is told."""
    pairs = match(parties(left, right), load_model())
    return pairs.select("band_code", "rule_code").row(0) if pairs.height else ("apart", "model")


FULL = "苏州双利橡塑科技有限公司"
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("one credit code", {"name": FULL, "uscc": A}, {"name": "双利", "uscc": A.lower()}, "auto", "uscc"),
    ("two codes", {"name": FULL, "uscc": A}, {"name": FULL, "uscc": B}, "apart", "model"),
    ("tax id of before", {"name": FULL, "uscc": A}, {"name": "双利", "uscc": OLD_TAX_ID}, "auto", "tax_id"),
    ("tax id", {"name": FULL, "tax_id": "DE 136695976"}, {"tax_id": "DE136695976"}, "auto", "tax_id"),
    ("legal form", {"name": FULL}, {"name": "双利橡塑科技（苏州）有限责任公司"}, "auto", "model"),
    ("traditional", {"name": FULL}, {"name": "蘇州雙利橡塑科技有限公司"}, "auto", "model"),
    ("one wrong character", {"name": FULL, "uscc": A}, {"name": FULL, "uscc": A[:-1] + "?"}, "auto", "model"),
    ("other character", {"name": FULL}, {"name": "苏州双柳橡塑科技有限公司"}, "apart", "model"),
    ("other ordinal", {"name": "苏州市第一人民医院"}, {"name": "苏州市第二人民医院"}, "apart", "model"),
    ("other campus", {"name": "苏州瑞康医院东院区"}, {"name": "苏州瑞康医院西院区"}, "apart", "model"),
    ("other city", {"name": "苏州市第一人民医院"}, {"name": "杭州市第一人民医院"}, "apart", "model"),
    ("agent", {"name": "Arvika AB", "country_code": "SE", "uscc": A}, {"uscc": A}, "apart", "model"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "left", "right", "band", "rule"), CASES)
def test_band_of_two_records(
    what: str, left: dict[str, Any], right: dict[str, Any], band: str, rule: str
) -> None:
    """Prevents merged near misses, spellings that stay two, agents taken for their clients."""
    assert verdict(left, right) == (band, rule), what


def test_homophone_and_branch_wait_for_a_person() -> None:
    """Prevents a merge by sound alone, and a branch from being taken for its head office."""
    address = {"address": "苏州市星湖街328号", "phone": "0512-62881234"}
    assert verdict({"name": FULL, **address}, {"name": "苏州双力橡塑科技有限公司", **address})[0] == "review"
    assert verdict({"name": FULL, **address}, {"name": f"{FULL}上海分公司", **address})[0] != "auto"


def test_two_valid_codes_are_told_with_their_names() -> None:
    """Prevents a name that two firms bear from going unseen: a person should look at the codes."""
    pairs = match(parties({"name": FULL, "uscc": A}, {"name": FULL, "uscc": B}), load_model())
    assert pairs.select("band_code", "code_level", "name_level").rows() == [("apart", "two_valid", "same")]


def test_weight_is_the_sum_of_its_fields() -> None:
    """Prevents an explanation that does not add up to what was decided."""
    pairs = match(parties({"name": FULL}, {"name": "双利橡塑"}, {"name": "苏州双利"}), load_model())
    parts = pl.sum_horizontal(pl.col("^.*_weight$")) + load_model().prior
    assert pairs.height == 3
    assert pairs.filter(pl.col("weight") != parts).height == 0


@pytest.mark.parametrize(
    "filler", ["无", "N/A", "000000000000000000", "0", "-", "９９９９９９９９９", "待补"]
)
@pytest.mark.parametrize("field", ["uscc", "tax_id", "phone"])
def test_a_filler_is_no_key(field: str, filler: str) -> None:
    """Prevents all partners without a number from becoming one, because the field had to be filled."""
    left, right = {"name": FULL, field: filler}, {"name": "杭州同普印刷有限公司", field: filler}
    assert match(parties(left, right), load_model()).height == 0


def test_groups_never_bridge_two_codes() -> None:
    """Prevents a record without a code from joining two firms that have one each."""
    records = prepare(parties({"name": FULL, "uscc": A}, {"name": FULL}, {"name": FULL, "uscc": B}))
    pairs = match(parties({"name": FULL, "uscc": A}, {"name": FULL}, {"name": FULL, "uscc": B}), load_model())
    groups = partition(records, pairs, NOBODY, NOBODY)
    assert groups["cluster"].to_list() == ["s:0", "s:1", "s:2"]


def test_decisions_of_persons_come_first() -> None:
    """Prevents the model from overruling a person."""
    known = parties({"name": FULL}, {"name": FULL}, {"name": "双柳"})
    records, pairs = prepare(known), match(known, load_model())
    apart = pl.DataFrame([("s:0", "s:1")], schema=NOBODY.schema, orient="row")
    joined = pl.DataFrame([("s:2", "s:0")], schema=NOBODY.schema, orient="row")
    assert partition(records, pairs, NOBODY, NOBODY)["cluster"].to_list() == ["s:0", "s:0", "s:2"]
    assert partition(records, pairs, apart, NOBODY)["cluster"].to_list() == ["s:0", "s:1", "s:2"]
    assert partition(records, pairs, apart, joined)["cluster"].to_list() == ["s:0", "s:1", "s:0"]


def test_a_person_cannot_join_two_codes() -> None:
    """Prevents a decision from making two legal persons one; the message says what to do first."""
    records = prepare(parties({"name": FULL, "uscc": A}, {"name": FULL, "uscc": B}))
    joined = pl.DataFrame([("s:0", "s:1")], schema=NOBODY.schema, orient="row")
    pairs = match(parties({"name": FULL}, {"name": "别家"}), load_model())
    with pytest.raises(Contradiction, match=r"s:0 与 s:1.*\|.*correct the code"):
        partition(records, pairs, NOBODY, joined)


@pytest.mark.parametrize("names", [("双利", FULL), (FULL, "双利")])
@pytest.mark.parametrize("new", ["s:0", "s:1"])
def test_a_bare_name_meets_all_who_bear_it(names: tuple[str, str], new: str) -> None:
    """Prevents a short name from being compared only when it comes first, or only when it comes last."""
    both = parties(*({"name": name} for name in names))
    at_once = match(both, load_model())
    assert at_once.height == 1
    assert match(both, load_model(), new=pl.Series([new])).equals(at_once)


def test_not_parties_are_refused() -> None:
    """Prevents a missing column or a doubled id from being taken for an absent value."""
    with pytest.raises(NotParties, match="phone"):
        match(parties({"name": FULL}).drop("phone"), load_model())
    with pytest.raises(NotParties, match="s:0"):
        match(pl.concat([parties({}), parties({})]), load_model())


def test_nothing_gives_nothing() -> None:
    """Prevents an empty source from breaking the refresh, or from changing the shape of the result."""
    none, some = match(parties(), load_model()), match(parties({"name": FULL}, {"name": FULL}), load_model())
    assert none.height == 0
    assert none.schema == some.schema
