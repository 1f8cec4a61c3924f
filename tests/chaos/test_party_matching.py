"""Matching against the truth of the simulator: seeds nobody tuned on, any order, bit by bit, hostile text."""

import random
from collections.abc import Iterable
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.simulated_parties import simulated_parties, true_pairs
from master_data.identity.compare import compare
from master_data.identity.match import match, match_prepared, weigh
from master_data.identity.model import load_model
from master_data.identity.partition import partition
from master_data.identity.party import PARTY_SCHEMA
from master_data.identity.prepare import prepare
from tests.conftest import Storm

SIGNS = (
    "恒润利柳（）()【】第一二０１Ａab\x00\x1f\u200b\u202e\ufeff\U0001f3ed\ud7ffПر\u0301 \n\t\"'|+,;%\\$^*?[{"
)
NOBODY = pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String})
PAIRS = {**NOBODY.schema, "weight": pl.Int64(), "band_code": pl.String(), "rule_code": pl.String()}
KEYS = ["left_id", "right_id"]
TUNED_ON, REPORTED_ON = (1, 2, 3), (11, 12, 13, 14, 15)


def groups_of(records: pl.DataFrame) -> pl.DataFrame:
    """record_id and cluster, by keys and model alone."""
    prepared = prepare(records)
    return partition(prepared, match_prepared(prepared, load_model()), NOBODY, NOBODY)


def bridges(records: pl.DataFrame) -> int:
    """Groups that hold the true credit codes of two companies: the truth tells, not our check digits."""
    holders = records.filter("uscc:" + pl.col("uscc") == pl.col("entity")).select("record_id", "entity")
    codes = (
        groups_of(records).join(holders, on="record_id").group_by("cluster").agg(pl.col("entity").n_unique())
    )
    return codes.filter(pl.col("entity") > 1).height


@pytest.mark.storm
def test_seeds_nobody_tuned_on(storm: Storm) -> None:
    """Prevents a model that only knows the parties it was fitted on, and groups that bridge two codes."""
    seeds = REPORTED_ON[: storm.size(sample=1, full=5)]
    assert not set(seeds) & set(TUNED_ON)
    auto = right = found = true = queue = crossed = 0
    for seed in seeds:
        records = simulated_parties(seed, 10.0)
        pairs, truth = match(records, load_model()), true_pairs(records)
        is_auto = pairs["band_code"] == "auto"
        hit = pairs.filter(pl.col("band_code") != "apart").join(truth, on=KEYS, how="semi")
        auto, queue = auto + int(is_auto.sum()), queue + int((pairs["band_code"] == "review").sum())
        right += pairs.filter(is_auto).join(truth, on=KEYS, how="semi").height
        found, true, crossed = found + hit.height, true + truth.height, crossed + bridges(records)
    storm.report(
        "party matching", seeds=",".join(map(str, seeds)), pairs=true, precision_auto=round(right / auto, 5),
        recall=round(found / true, 4), recall_auto=round(right / true, 4), review=queue, bridges=crossed,
    )  # fmt: skip
    assert true > 1000 * len(seeds)
    assert right / auto >= 0.995
    assert found / true >= 0.95
    assert crossed == 0


@pytest.mark.storm
def test_any_order_of_arrival_gives_one_partition(storm: Storm) -> None:
    """Prevents ids that depend on which file came first."""
    records = simulated_parties(12, 2.0)
    wanted, orders = groups_of(records), storm.size(sample=5, full=50)
    dice = storm.random()
    others = [
        groups_of(records.sample(fraction=1.0, shuffle=True, seed=dice.randrange(2**31)))
        for _ in range(orders)
    ]
    storm.report(
        "party order", cases=orders, records=records.height, lost=sum(not wanted.equals(o) for o in others)
    )
    assert wanted["cluster"].n_unique() < records.height
    assert all(wanted.equals(other) for other in others)


@pytest.mark.storm
def test_bit_by_bit_equals_all_at_once(storm: Storm) -> None:
    """Prevents a nightly refresh from knowing other pairs than a rebuild would."""
    records = simulated_parties(13, 1.0)
    at_once, dice, turns = match(records, load_model()), storm.random(), storm.size(sample=3, full=50)
    for _ in range(turns):
        assert bit_by_bit(records, dice).equals(at_once)
    storm.report("party increments", cases=turns, records=records.height, pairs=at_once.height, lost=0)


def bit_by_bit(records: pl.DataFrame, dice: random.Random) -> pl.DataFrame:
    """The pairs of deliveries of random size, each matched against what is known, in random order."""
    left = list(range(records.height))
    dice.shuffle(left)
    known: list[int] = []
    found = []
    while left:
        size = dice.randint(1, max(1, len(left) // 2))
        new, left = left[:size], left[size:]
        known += new
        dice.shuffle(known)
        found.append(match(records[known], load_model(), new=records["record_id"].gather(new)))
    return pl.concat(found).sort(KEYS)


def test_keys_lose_no_pair_worth_telling() -> None:
    """Prevents candidate keys from hiding what a comparison of all pairs, by brute force, would have seen."""
    records = simulated_parties(14, 0.5)
    prepared, model = prepare(records), load_model()
    roles, ids = records["role_code"].to_list(), records["record_id"].to_list()
    rows = [
        (i, j) if ids[i] < ids[j] else (j, i)
        for i, j in combinations(range(len(ids)), 2)
        if roles[i] == roles[j]
    ]
    pairs = pl.DataFrame(rows, schema={"left": pl.UInt32, "right": pl.UInt32}, orient="row")
    everything = weigh(compare(prepared, pairs), prepared, model)
    told = match_prepared(prepared, model)
    assert told.join(everything, on=KEYS, how="anti").height == 0
    lost = everything.join(told, on=KEYS, how="anti")
    assert lost.filter(pl.col("band_code") == "auto").height == 0
    assert lost.join(true_pairs(records), on=KEYS, how="semi").height <= 0.005 * true_pairs(records).height


WORDS = st.sampled_from(
    [
        "苏州",
        "恒润",
        "恒瑞",
        "双利",
        "双柳",
        "橡塑",
        "有限公司",
        "（本部）",
        "第一",
        "人民医院",
        "Suzhou ",
        "Hengrun ",
    ]
)
CODES = st.sampled_from(
    [None, "91110000600037341L", "91110000802100433B", "110000600037341", "91110000600037341X", ""]
)
RECORDS = st.lists(st.tuples(st.lists(WORDS, max_size=4).map("".join), CODES), min_size=1, max_size=14)


def parties(rows: Iterable[tuple[str, str | None]]) -> pl.DataFrame:
    """Suppliers with name and code."""
    told = [
        {"record_id": f"s:{n:02}", "role_code": "supplier", "name": a, "uscc": b}
        for n, (a, b) in enumerate(rows)
    ]
    return pl.DataFrame([{k: row.get(k) for k in PARTY_SCHEMA} for row in told], schema=PARTY_SCHEMA)


@settings(max_examples=20)
@given(rows=RECORDS, seed=st.integers(0, 2**16))
def test_near_misses_bit_by_bit(rows: list[tuple[str, str | None]], seed: int) -> None:
    """Prevents an order or a delivery of confusable names from changing a pair or a group."""
    records = parties(rows)
    at_once = match(records, load_model())
    assert bit_by_bit(records, random.Random(seed)).equals(at_once)
    groups = groups_of(records)
    assert groups_of(records.sample(fraction=1.0, shuffle=True, seed=seed)).equals(groups)
    codes = groups.join(prepare(records).select("record_id", "own_uscc"), on="record_id")
    assert codes.group_by("cluster").agg(pl.col("own_uscc").drop_nulls().n_unique())["own_uscc"].max() <= 1  # type: ignore[operator]


@settings(max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(-3, 12)), max_size=25),
    codes=st.lists(st.sampled_from([None, None, "X", "Y"]), min_size=10, max_size=10),
    apart=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4),
)
def test_groups_keep_their_laws(
    pairs: list[tuple[int, int, int]], codes: list[str | None], apart: list[tuple[int, int]]
) -> None:
    """Prevents groups that bridge codes, override a person, or stay apart though nothing keeps them apart."""
    table = pl.DataFrame(
        [(f"r{min(a, b)}", f"r{max(a, b)}", w, "auto", "model") for a, b, w in pairs if a != b],
        schema=PAIRS,
        orient="row",
    ).unique(KEYS, keep="first", maintain_order=True)
    records = pl.DataFrame(
        {"record_id": [f"r{n}" for n in range(10)], "own_uscc": codes},
        schema_overrides={"own_uscc": pl.String},
    )
    kept = pl.DataFrame([(f"r{a}", f"r{b}") for a, b in apart if a != b], schema=NOBODY.schema, orient="row")
    cluster = dict(partition(records, table, kept, NOBODY).iter_rows())
    members = {c: {r for r in cluster if cluster[r] == c} for c in set(cluster.values())}
    assert all(c == min(group) for c, group in members.items())
    code = dict(records.iter_rows())
    assert all(len({code[r] for r in group} - {None}) <= 1 for group in members.values())
    assert all(cluster[a] != cluster[b] for a, b in kept.iter_rows())
    connected = components(cluster, table.select(KEYS).rows())
    assert all(cluster[a] != cluster[b] or connected[a] == connected[b] for a, b in combinations(cluster, 2))
    if not any(codes) and kept.is_empty():
        assert all(
            (cluster[a] == cluster[b]) == (connected[a] == connected[b]) for a, b in combinations(cluster, 2)
        )


def components(records: Iterable[str], edges: list[tuple[str, ...]]) -> dict[str, str]:
    """Connected components by spreading the smallest name until nothing changes."""
    label = {record: record for record in records}
    for _ in label:
        for a, b in edges:
            label[a] = label[b] = min(label[a], label[b])
    return label


@pytest.mark.storm
def test_hostile_parties_get_a_verdict(storm: Storm) -> None:
    """Prevents one record of garbage from costing a refresh."""
    dice, many = storm.random(), storm.size(sample=300, full=20_000)
    fields = ["name", "uscc", "tax_id", "country_code", "city_name", "address", "phone"]
    rows = [
        {"record_id": f"x:{n}", "role_code": "customer", "source_rank": 1}
        | {name: garbage(dice) for name in fields}
        for n in range(many)
    ]
    rows[0] |= dict.fromkeys(fields, "恒" * 3_400_000)
    records = pl.DataFrame(rows, schema=PARTY_SCHEMA)
    prepared = prepare(records)
    pairs = match_prepared(prepared, load_model())
    groups = partition(prepared, pairs, NOBODY, NOBODY)
    storm.report("hostile parties", cases=many, pairs=pairs.height, lost=many - groups.height)
    assert groups.height == many
    assert prepared["name_verdict_code"].null_count() == 0
    assert prepared["name_verdict_code"][0] == "too_long"


def garbage(dice: random.Random) -> str | None:
    """Nothing, or some signs that no field should hold."""
    return None if dice.random() < 0.2 else "".join(dice.choices(SIGNS, k=dice.randint(0, 30)))
