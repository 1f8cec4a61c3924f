"""Groups after records came are those of grouping everything at once, whatever the pairs are."""

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from master_data.identity.partition import partition, regrouped
from master_data.identity.resolve import tenable

CODES = ("code_a", "code_b", "code_c")
LINK = {"left_id": pl.String, "right_id": pl.String}
PAIR = LINK | {"weight": pl.Float64, "band_code": pl.String, "rule_code": pl.String}


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """A few records close together: disputes about codes, contested pairs, decisions of persons."""
    ids = [f"r{number}" for number in range(draw(st.integers(2, 12)))]
    codes = [draw(st.sampled_from((None, None, *CODES))) for _ in ids]
    links = [(left, right) for left in ids for right in ids if left < right]
    chosen = draw(st.lists(st.sampled_from(links), unique=True, max_size=18))
    pairs = [
        (*link, draw(st.sampled_from((8.0, 9.0, 12.0))), *draw(st.sampled_from(
            (("auto", "model"), ("auto", "model"), ("auto", "uscc"), ("review", "model"))
        )))
        for link in chosen
    ]  # fmt: skip
    return {
        "records": pl.DataFrame(
            {"record_id": ids, "own_uscc": codes}, schema={"record_id": pl.String, "own_uscc": pl.String}
        ),
        "pairs": pl.DataFrame(pairs, schema=PAIR, orient="row"),
        "apart": pl.DataFrame(
            draw(st.lists(st.sampled_from(links), unique=True, max_size=3)), LINK, orient="row"
        ),
        "joined": pl.DataFrame(
            draw(st.lists(st.sampled_from(links), unique=True, max_size=2)), LINK, orient="row"
        ),
        "new": draw(st.sets(st.sampled_from(ids), max_size=len(ids))),
    }


@given(worlds())
def test_regrouping_what_new_records_reach_is_grouping_all(world: dict[str, Any]) -> None:
    """Prevents a record that came later from leaving its party as it would not be with all at once."""
    records, pairs, apart = world["records"], world["pairs"], world["apart"]
    joined = tenable(records, apart, world["joined"])
    is_new = pl.col("record_id").is_in(world["new"])
    old = records.filter(~is_new)
    among = pl.col("left_id").is_in(old["record_id"].implode()) & pl.col("right_id").is_in(
        old["record_id"].implode()
    )
    before = partition(old, *(table.filter(among) for table in (pairs, apart, joined)))
    before = before.join(old, on="record_id", maintain_order="left")
    again = regrouped(before, records.filter(is_new), pairs, apart, joined)
    assert again.equals(partition(records, pairs, apart, joined))


def test_a_new_record_can_split_a_party() -> None:
    """Prevents a group that a new holder of another code makes doubtful from staying as it was."""
    records = pl.DataFrame({"record_id": ["a", "b", "n"], "own_uscc": ["code_a", None, "code_b"]})
    rows = [("a", "b", 9.0, "auto", "model"), ("b", "n", 8.0, "auto", "model")]
    pairs = pl.DataFrame(rows, schema=PAIR, orient="row")
    nobody = pl.DataFrame(schema=LINK)
    old = records.head(2)
    before = partition(old, pairs.head(1), nobody, nobody).join(old, on="record_id", maintain_order="left")
    assert before["cluster"].to_list() == ["a", "a"]
    again = regrouped(before, records.tail(1), pairs, nobody, nobody)
    assert again["cluster"].to_list() == ["a", "b", "n"]
