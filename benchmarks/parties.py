"""Matching of parties: 100,000 records at once, 1,000 more against them, beside a loop.

The parties are those of the simulator at a large scale: few thousand names for some ten thousand firms, near
misses, hospitals of one word, so that keys collide at least as often as in a real master.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from statistics import median

import polars as pl

from benchmarks.figure import Figure, figure
from benchmarks.simulated_parties import simulated_parties, true_pairs
from master_data.identity.match import match_prepared
from master_data.identity.model import load_model
from master_data.identity.partition import partition, regrouped
from master_data.identity.prepare import prepare

_SEED, _SCALE = 21, 400.0
_RECORDS, _NEW, _RUNS = 100_000, 1_000, 5
_NOBODY = pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String})


def run() -> Iterator[Figure]:
    """Yields seconds and memory of a whole resolution, and of an addition (the median of some)."""
    parties = simulated_parties(_SEED, _SCALE).sample(_RECORDS + _NEW, seed=_SEED, shuffle=True)
    known, new = parties.head(_RECORDS), parties.tail(_NEW)
    model = load_model()
    resolve(known.head(_NEW))
    all_at_once = _seconds(lambda: resolve(known))
    yield figure(f"{_RECORDS} parties resolved, wall", all_at_once[0], "s", "goal 60 s", all_at_once[0] / 60)
    yield figure(f"{_RECORDS} parties resolved, processor", all_at_once[1], "s", "", None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield figure("peak memory", peak, "MB", "goal 4 GB", peak / 4096)
    prepared = prepare(known)
    pairs = match_prepared(prepared, model)
    groups = partition(prepared, pairs, _NOBODY, _NOBODY)
    before = groups.join(prepared.select("record_id", "own_uscc"), on="record_id", maintain_order="left")
    times = [_seconds(lambda: add(prepared, pairs, before, new)) for _ in range(_RUNS)]
    added = [median(cost) for cost in zip(*times, strict=True)]
    share = added[1] / all_at_once[1]
    yield figure(f"{_NEW} more, wall", added[0], "s", "goal 5 % of all", added[0] / all_at_once[0])
    yield figure(f"{_NEW} more, processor", added[1], "s", "goal 5 % of all", share)
    hits = pairs.join(true_pairs(known), on=["left_id", "right_id"], how="semi")
    is_auto = pairs["band_code"] == "auto"
    precision = hits.filter(pl.col("band_code") == "auto").height / int(is_auto.sum())
    yield figure("precision of the auto band at this size", precision, "", "goal 0.995", None)
    recall = hits.filter(pl.col("band_code") != "apart").height / true_pairs(known).height
    yield figure("recall with review at this size", recall, "", "goal 0.95", None)


def resolve(parties: pl.DataFrame) -> pl.DataFrame:
    """Everything from texts to groups."""
    prepared = prepare(parties)
    return partition(prepared, match_prepared(prepared, load_model()), _NOBODY, _NOBODY)


def add(prepared: pl.DataFrame, pairs: pl.DataFrame, before: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """New records against those that were read, matched and grouped before."""
    fresh = prepare(new)
    more = match_prepared(pl.concat([prepared, fresh]), load_model(), new=new["record_id"])
    return regrouped(before, fresh, pl.concat([pairs, more]), _NOBODY, _NOBODY)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor time."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor
