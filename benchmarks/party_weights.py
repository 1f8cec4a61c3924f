"""What agreements weigh on simulated parties: python -m benchmarks.party_weights

A line per level: m, its share among candidate pairs of one company; u, among those of two; log2(m / u),
Fellegi and Sunter's weight; that of a logistic regression on all levels at once; that of party_model.yaml.
Where fields depend on each other (near misses share trade, place and form) the counts say little and the
regression says what each adds; how many pairs each weighting finds at equal precision stands at the end.
Nothing is written: a person looks at all three and changes the model with its version.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from math import log, log2

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import minimize

from benchmarks.simulated_parties import simulated_parties, true_pairs
from master_data.identity.candidates import candidates
from master_data.identity.compare import FIELDS, compare
from master_data.identity.model import load_model
from master_data.identity.prepare import prepare

Numbers = npt.NDArray[np.float64]
SEEDS, REPORTED_ON, SCALE = (1, 2, 3), (11, 12, 13, 14, 15), 10.0
_PRECISION = 0.995
# A level nobody saw among pairs of one kind may still come: half a pair.
_UNSEEN = 0.5
# Pulls the weight of a level that hardly occurs towards nothing; in squares of nats.
_RIDGE = 0.5


def labelled_levels(seed: int) -> pl.DataFrame:
    """Return the levels of candidate pairs that no exact key decides, and `is_one`: one company or two."""
    records = simulated_parties(seed, SCALE)
    prepared = prepare(records)
    pairs = pl.concat(compare(prepared, part) for part in candidates(prepared))
    ids = pl.lit(prepared["record_id"])
    pairs = pairs.with_columns(left_id=ids.gather(pl.col("left")), right_id=ids.gather(pl.col("right")))
    truth = true_pairs(records).with_columns(is_one=pl.lit(value=True))
    known = pairs.join(truth, on=["left_id", "right_id"], how="left", maintain_order="left")
    is_open = pl.col("rule_code").is_null() & (pl.col("code") != "two_valid")
    return known.with_columns(pl.col("is_one").fill_null(value=False)).filter(is_open)


def counted(levels: pl.DataFrame) -> Mapping[str, tuple[float, float]]:
    """Return m and u by `field.level`."""
    one, two = levels.filter("is_one"), levels.filter(~pl.col("is_one"))
    shares = {}
    for name in _names():
        seen = (int(_is(name, frame).sum()) for frame in (one, two))
        m, u = ((n + _UNSEEN) / (frame.height + 1) for n, frame in zip(seen, (one, two), strict=True))
        shares[name] = (m, u)
    return shares


def fitted(levels: pl.DataFrame) -> Mapping[str, float]:
    """Return bits by `field.level` of a ridge regression; `prior` is its constant, `none` weighs nothing."""
    names = [name for name in _names() if not name.endswith(".none")]
    flags = np.column_stack([_is(name, levels).to_numpy() for name in names]).astype(float)
    is_one = levels["is_one"].to_numpy().astype(float)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        odds = weights[0] + flags @ weights[1:]
        wrong = 1 / (1 + np.exp(-odds)) - is_one
        cost = float(np.sum(np.logaddexp(0, odds) - is_one * odds) + _RIDGE / 2 * np.sum(weights[1:] ** 2))
        return cost, np.concatenate([[wrong.sum()], flags.T @ wrong + _RIDGE * weights[1:]])

    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x / log(2)
    return dict(zip(["prior", *names], map(float, found), strict=True))


def recall(levels: pl.DataFrame, weights: Mapping[str, float]) -> float:
    """Return the share of pairs of one company above the lowest weight that is still precise."""
    score = sum(
        (_is(name, levels).to_numpy() * weights.get(name, 0.0) for name in _names()), np.zeros(levels.height)
    )
    # Of equal weights those of two companies come first: a threshold cannot tell them apart.
    is_one = levels["is_one"].to_numpy()
    hits = is_one[np.lexsort((is_one, -score))].cumsum()
    precise = hits[hits / np.arange(1, len(hits) + 1) >= _PRECISION]
    return float(precise.max(initial=0) / is_one.sum())


def _names() -> list[str]:
    return [f"{field}.{level}" for field in FIELDS for level in load_model().weights[field]]


def _is(name: str, levels: pl.DataFrame) -> pl.Series:
    field, level = name.split(".")
    return levels[field] == level


def main() -> None:
    """Prints a line per level."""
    model, levels = load_model(), pl.concat(labelled_levels(seed) for seed in SEEDS)
    bits, shares = fitted(levels), counted(levels)
    one = int(levels["is_one"].sum())
    _say(f"pairs of one {one}, of two {levels.height - one}: prior {log2(one / (levels.height - one)):.1f}")
    _say(f"prior fitted {bits['prior']:.1f}, model {model.prior}")
    for name in _names():
        field, level = name.split(".")
        m, u = shares[name]
        counts = f"m {m:.5f} u {u:.5f} log2 {log2(m / u):6.1f}"
        fit = f"fitted {bits.get(name, 0.0):6.1f}"
        _say(f"{name:16} {_is(name, levels).sum():6} {counts} {fit} model {model.weights[field][level]:6}")
    reported = pl.concat(labelled_levels(seed) for seed in REPORTED_ON)
    for way, weights in (
        ("log2(m / u)", {name: log2(m / u) for name, (m, u) in shares.items()}),
        ("fitted", bits),
        ("model", {name: float(model.weights[name.split(".")[0]][name.split(".")[1]]) for name in _names()}),
    ):
        _say(f"recall at precision {_PRECISION} without an exact key, {way}: {recall(reported, weights):.4f}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
