"""Golden ids: which id a party bears, that nothing unrelated moves it, and that no id of the past is lost."""

import random
from collections import defaultdict

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from master_data.identity.golden import aliases, golden

MEMBERS = {
    "record_id": pl.String,
    "role_code": pl.String,
    "cluster": pl.String,
    "own_uscc": pl.String,
    "source_rank": pl.Int64,
}
TIES = {"left_id": pl.String, "right_id": pl.String, "rule_code": pl.String}
GIVEN = {"role_code": pl.String, "record_id": pl.String, "uscc": pl.String, "valid_from": pl.Int64}
Member = tuple[str, str | None, str, int]


def members(*rows: Member) -> pl.DataFrame:
    """Records as (id, code, cluster, rank)."""
    told = [(id_, "supplier", cluster, code, rank) for id_, code, cluster, rank in rows]
    return pl.DataFrame(told, MEMBERS, orient="row")


def ids(
    rows: pl.DataFrame,
    ties: list[tuple[str, str, str]] | None = None,
    joined: list[tuple[str, str]] | None = None,
) -> dict[str, tuple[str, str]]:
    """record -> (golden id, rule)."""
    pairs = pl.DataFrame(ties or [], TIES, orient="row")
    bonds = pl.DataFrame(joined or [], {"left_id": pl.String, "right_id": pl.String}, orient="row")
    found = golden(rows, pairs, bonds)
    return {row["record_id"]: (row["golden_id"], row["match_rule_code"]) for row in found.to_dicts()}


def oracle(rows: list[Member]) -> dict[str, str]:
    """The same ids, told with nothing but loops."""
    clusters: dict[str, list[Member]] = defaultdict(list)
    for row in rows:
        clusters[row[2]].append(row)
    found = {}
    for name, those in clusters.items():
        code = next((code for _, code, _, _ in those if code), None)
        bearers = [(rank, id_, cluster) for id_, own, cluster, rank in rows if own == code and code]
        first = min(those, key=lambda row: (row[3], row[0]))[0]
        id_ = f"uscc:{code}" if bearers and min(bearers)[2] == name else first
        found |= {row[0]: id_ for row in those}
    return found


@st.composite
def partitions(draw: st.DrawFn) -> list[Member]:
    """Records in clusters of one code at most, ranks given by system."""
    rows = []
    for cluster in range(draw(st.integers(1, 4))):
        code = draw(st.sampled_from([None, "X", "Y"]))
        for n in range(draw(st.integers(1, 3))):
            system = draw(st.sampled_from("ab"))
            own = code if n == 0 else draw(st.sampled_from([code, None]))
            rows.append((f"{system}:{cluster}{n}", own, f"c{cluster}", "ab".index(system)))
    return rows


def test_a_valid_code_names_its_party_and_the_canonical_record_any_other() -> None:
    """Prevents an id that depends on what happened to be loaded first."""
    rows = members(("b:1", "X", "p", 2), ("a:9", None, "p", 1), ("b:2", None, "q", 2), ("a:7", None, "q", 1))
    ties = [("a:9", "b:1", "model"), ("a:7", "b:2", "tax_id")]
    assert ids(rows, ties) == {
        "a:9": ("uscc:X", "model"),
        "b:1": ("uscc:X", "uscc"),
        "a:7": ("a:7", "tax_id"),
        "b:2": ("a:7", "tax_id"),
    }


def test_one_code_kept_apart_by_a_person_stays_with_the_first() -> None:
    """Prevents two parties under one id when a steward parts two records of one code."""
    rows = members(("a:1", "X", "p", 1), ("b:1", "X", "q", 2))
    assert {id_ for id_, _ in ids(rows).values()} == {"uscc:X", "b:1"}


def test_the_surest_tie_gives_the_rule() -> None:
    """Prevents a steward's decision from hiding that the records share a tax id, and a tie across parties."""
    rows = members(("a:1", None, "p", 1), ("b:1", None, "p", 2), ("b:2", None, "p", 2), ("c:1", None, "q", 3))
    ties = [("a:1", "b:1", "tax_id"), ("b:2", "c:1", "model")]
    assert {
        record: rule for record, (_, rule) in ids(rows, ties, [("a:1", "b:1"), ("a:1", "b:2")]).items()
    } == {
        "a:1": "tax_id",
        "b:1": "tax_id",
        "b:2": "steward",
        "c:1": "code",
    }


@settings(max_examples=200, deadline=None)
@given(partitions(), st.randoms(use_true_random=False))
def test_ids_equal_the_oracle_in_any_order(rows: list[Member], rng: random.Random) -> None:
    """Prevents ids that follow the order of arrival, and one id for two parties."""
    found = {record: id_ for record, (id_, _) in ids(members(*rng.sample(rows, len(rows)))).items()}
    assert found == oracle(rows)
    cluster = {id_: cluster for id_, _, cluster, _ in rows}
    assert len(set(found.values())) == len(set(cluster.values()))


@settings(max_examples=100, deadline=None)
@given(partitions(), partitions())
def test_unrelated_arrivals_move_no_id(rows: list[Member], others: list[Member]) -> None:
    """Prevents an id that changes because somebody else's supplier was entered."""
    strangers = [
        (f"z{id_}", code and f"other {code}", f"z{cluster}", rank) for id_, code, cluster, rank in others
    ]
    before, after = ids(members(*rows)), ids(members(*rows, *strangers))
    assert {record: after[record] for record in before} == before


@settings(max_examples=100, deadline=None)
@given(st.lists(partitions(), min_size=2, max_size=4))
def test_an_id_once_given_leads_somewhere_for_ever(states: list[list[Member]]) -> None:
    """Prevents a report of last year from naming a supplier that nobody finds any more."""
    ever: list[tuple[str, str, str | None, int]] = []
    given_ids: set[str] = set()
    for day, rows in enumerate(states):
        ever += [("supplier", id_, code, day) for id_, code, _, _ in rows]
        found = golden(
            members(*rows),
            pl.DataFrame(schema=TIES),
            pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String}),
        )
        leads = aliases(found, pl.DataFrame(ever, GIVEN, orient="row"))
        live = set(found["golden_id"])
        given_ids |= live
        assert given_ids <= live | set(leads["alias_id"])
        assert not live & set(leads["alias_id"])
        assert set(leads["golden_id"].drop_nulls()) <= live


def test_a_code_of_the_past_means_the_party_of_who_bore_it_last() -> None:
    """Prevents a corrected code from leading to a firm that never had it, or to nothing while one remains."""
    found = golden(
        members(("a:1", "Z", "p", 1), ("a:2", None, "q", 1)),
        pl.DataFrame(schema=TIES),
        pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String}),
    )
    ever = [("a:1", "X", 1), ("a:2", "X", 2), ("gone:1", "X", 3), ("gone:2", None, 3)]
    given_ids = pl.DataFrame([("supplier", *row) for row in ever], GIVEN, orient="row")
    leads = dict(aliases(found, given_ids).select("alias_id", "golden_id").iter_rows())
    assert leads == {"uscc:X": "a:2", "a:1": "uscc:Z", "gone:1": None, "gone:2": None}
