"""Every change of stock as one table, in the words of neither ERP system.

Columns: cls, item, lot, qty (signed, thousandths), t (local second), order, po_line (line id), line (delivery
line id), customer, to_lot, factor (base units per unit of entry), rev (reversal), rev_of (seq of the reversed
row), draft (never approved), seq. Reversals come as wrong posting, its reversal and the right posting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world.catalogue import Catalogue
from simulator.world.planning import ACCEPTED, OPEN, REJECTED
from simulator.world.purchasing import Purchasing
from simulator.world.subcontract import handed_over

_REVERSIBLE = [
    "receipt",
    "return",
    "consume",
    "produce",
    "rework_in",
    "rework_out",
    "scrap",
    "ship",
    "relabel",
]
_EMPTY = ("order", "po_line", "line", "customer", "to_lot")


@dataclass(frozen=True)
class Sources:
    """What movements are made from."""

    cat: Catalogue
    days: Workdays
    orders: pl.DataFrame
    lots: pl.DataFrame
    allocations: pl.DataFrame
    jobs: pl.DataFrame
    purchasing: Purchasing
    inspections: pl.DataFrame
    fates: pl.DataFrame
    relabels: pl.DataFrame
    lines: pl.DataFrame
    returns: pl.DataFrame


def _rows(cls: str | pl.Expr, frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the columns a source does not have."""
    word = pl.lit(cls) if isinstance(cls, str) else cls
    missing = [pl.lit(-1, dtype=pl.Int64).alias(c) for c in _EMPTY if c not in frame.columns]
    if "factor" not in frame.columns:
        missing.append(pl.lit(1, dtype=pl.Int64).alias("factor"))
    return (
        frame.with_columns(cls=word)
        .with_columns(missing)
        .select("cls", "item", "lot", "qty", "t", *_EMPTY, "factor")
    )


def _day(days: Workdays, index: pl.Series, second: int) -> pl.Series:
    at = index.to_numpy()
    return pl.Series(days.at(at, np.full(len(at), second)))


def _receipts(s: Sources) -> pl.DataFrame:
    pack = np.array([i.pack_qty for i in s.cat.items], dtype=np.int64)
    got = s.purchasing.receipts
    factor = pl.Series(pack[got["item"].to_numpy()])
    return _rows("receipt", got.select("item", "lot", "qty", "t", po_line="line", factor=factor))


def _returns_to_supplier(s: Sources) -> pl.DataFrame:
    """Rejected lots go back whole, others by their rejected part, on the day after the decision."""
    bad = s.lots.join(s.purchasing.lot_line, on="lot", maintain_order="left").filter(
        (pl.col("decision") == REJECTED) | (pl.col("part_reject") > 0)
    )
    bad = bad.filter(pl.col("decided_w") + 1 < s.days.count)
    whole = pl.col("qty") - pl.col("sample")
    qty = pl.when(pl.col("decision") == REJECTED).then(whole).otherwise(pl.col("part_reject"))
    t = _day(s.days, bad["decided_w"] + 1, 39600)
    return _rows("return", bad.select("item", "lot", qty=-qty, t=t, po_line="line"))


def _production(s: Sources) -> pl.DataFrame:
    made = s.lots.filter(pl.col("order") >= 0).join(
        s.orders.select("order", "kind"), on="order", maintain_order="left"
    )
    word = pl.when(pl.col("kind") == 1).then(pl.lit("rework_out")).otherwise(pl.lit("produce"))
    return _rows(word, made.select("item", "lot", "qty", "order", "kind", t="made_t"))


def _consumption(s: Sources) -> pl.DataFrame:
    used = s.allocations.join(s.orders.select("order", "kind", "start_t"), on="order", maintain_order="left")
    used = used.join(s.lots.select("lot", "item"), on="lot", maintain_order="left")
    word = pl.when(pl.col("kind") == 1).then(pl.lit("rework_in")).otherwise(pl.lit("consume"))
    return _rows(
        word, used.select("item", "lot", "order", "kind", qty=-pl.col("qty"), t=pl.col("start_t") - 1800)
    )


def _samples(s: Sources) -> pl.DataFrame:
    taken = s.lots.filter((pl.col("sample") > 0) & (pl.col("decision") != OPEN))
    return _rows(
        "sample",
        taken.select(
            "item", "lot", "order", qty=-pl.col("sample"), t=_day(s.days, taken["decided_w"], 30000)
        ),
    )


def _scrap(s: Sources) -> pl.DataFrame:
    """Rejected finished lots by their fate, rejected semi-finished lots always, and scrapped returns."""
    left = pl.col("qty") - pl.col("sample")
    finished = s.fates.filter(pl.col("fate") == 2).join(s.lots, on="lot", maintain_order="left")
    finished = finished.select("item", "lot", qty=-left, t=_day(s.days, finished["day"], 57600))
    semi = s.lots.filter((pl.col("decision") == REJECTED) & (pl.col("order") >= 0) & (pl.col("twin") >= 0))
    semi = semi.filter(pl.col("decided_w") + 2 < s.days.count)
    semi = semi.select("item", "lot", qty=-left, t=_day(s.days, semi["decided_w"] + 2, 58000))
    back = s.returns.filter(pl.col("scrap_day") >= 0)
    back = back.select("item", "lot", qty=-pl.col("qty"), t=_day(s.days, back["scrap_day"], 58800))
    return _rows("scrap", pl.concat([finished, semi, back]))


def _relabels(s: Sources) -> pl.DataFrame:
    t = _day(s.days, s.relabels["day"], 36000)
    return _rows("relabel", s.relabels.select("item", "to_lot", lot="from_lot", qty=-pl.col("qty"), t=t))


def _transfers(s: Sources) -> pl.DataFrame:
    """Plant A posts the accepted quantity from quality inspection to free stock: one line out, one in."""
    plant_a = s.cat.mask(plant="A")
    good = s.inspections.filter(
        pl.col("decision").is_in([0, 1]) & pl.Series(plant_a[s.inspections["item"].to_numpy()])
    )
    good = good.join(s.lots.select("lot", "sample"), on="lot", maintain_order="left")
    free = pl.col("accepted") - pl.when(pl.col("again") == 1).then(0).otherwise(pl.col("sample"))
    good = good.select("item", "lot", free=free, t=pl.col("decided_t") + 60).filter(pl.col("free") > 0)
    out, back = good.with_columns(qty=-pl.col("free")), good.with_columns(qty=pl.col("free"))
    return _rows("transfer", pl.concat([out, back]))


def _sales(s: Sources) -> pl.DataFrame:
    sent = s.lines.select("item", "lot", "line", "customer", "factor", "t", qty=-pl.col("qty"))
    t = _day(s.days, s.returns["day"], 50400)
    back = s.returns.select("item", "lot", "line", "customer", "qty", t=t)
    return pl.concat([_rows("ship", sent), _rows("cust_return", back)])


def _subcontracts(s: Sources) -> pl.DataFrame:
    given = handed_over(s.days, s.lots, s.allocations, s.jobs, s.purchasing.lot_line)
    return _rows(pl.col("cls"), given)


def build_movements(s: Sources, rng: np.random.Generator) -> pl.DataFrame:
    """All postings in order of time, with reversals and drafts."""
    parts = [
        _receipts(s),
        _subcontracts(s),
        _returns_to_supplier(s),
        _production(s),
        _consumption(s),
        _samples(s),
        _scrap(s),
        _relabels(s),
        _transfers(s),
        _sales(s),
    ]
    real = pl.concat(parts).sort("t", "cls", "order", "line", "lot", "qty")
    real = real.with_columns(
        rev=pl.lit(False),
        rev_of=pl.lit(-1, dtype=pl.Int64),
        draft=pl.lit(False),
        seq=pl.Series(np.arange(real.height, dtype=np.int64)),
    )
    wrong, undone = _reversals(s, real, rng)
    drafts = _drafts(s, real, real.height + wrong.height + undone.height)
    every = pl.concat([real, wrong, undone, drafts]).sort("t", "cls", "rev", "order", "line", "seq")
    return every.join(
        pl.DataFrame(
            {"item": np.arange(len(s.cat.items), dtype=np.int64), "plant": [i.plant for i in s.cat.items]}
        ),
        on="item",
        maintain_order="left",
    )


def _reversals(s: Sources, real: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Wrong postings three minutes before the right one, and their reversal a minute later."""
    pick = pl.Series(rng.random(real.height) < 0.012) & pl.col("cls").is_in(_REVERSIBLE)
    taken_back = real.filter(pick & (pl.col("cls") == "receipt"))["lot"].implode()
    # the vendor's use of our parts is posted, and taken back, together with the receipt
    chosen = real.filter(pick | ((pl.col("cls") == "sub_use") & pl.col("to_lot").is_in(taken_back)))
    seq = np.arange(chosen.height, dtype=np.int64) + real.height
    wrong = _other_lot(s, chosen).with_columns(t=pl.col("t") - 180, seq=pl.Series(seq))
    undone = wrong.with_columns(
        t=pl.col("t") + 60,
        qty=-pl.col("qty"),
        rev=pl.lit(True),
        rev_of=pl.Series(seq),
        seq=pl.Series(seq + chosen.height),
    )
    return wrong, undone


def _other_lot(s: Sources, chosen: pl.DataFrame) -> pl.DataFrame:
    """A wrong issue takes the next lot of the item when that one is free already, else the right one."""
    pool = s.lots.filter(pl.col("decision") == ACCEPTED).filter(pl.col("lot_kind") < 2).sort("item", "lot")
    following = pool.select(
        "lot",
        next_lot=pl.col("lot").shift(-1).over("item"),
        free_t=pl.col("decided_t").shift(-1).over("item"),
        room=(pl.col("qty") - pl.col("sample") - pl.col("part_reject")).shift(-1).over("item"),
    )
    joined = chosen.join(following, on="lot", how="left", maintain_order="left")
    swap = (
        (pl.col("cls") == "consume")
        & (pl.col("free_t") < pl.col("t") - 3600)
        & (pl.col("room") >= -pl.col("qty"))
    )
    return joined.with_columns(lot=pl.when(swap).then("next_lot").otherwise("lot")).select(chosen.columns)


def _drafts(s: Sources, real: pl.DataFrame, first: int) -> pl.DataFrame:
    """Vouchers of plant B that were typed and never approved: one for every eighty good ones."""
    plant_b = pl.Series(s.cat.mask(plant="B")[real["item"].to_numpy()])
    pool = real.filter(plant_b & pl.col("cls").is_in(["consume", "ship", "receipt"]))
    chosen = pool.gather_every(80, offset=20)
    return chosen.with_columns(
        t=pl.col("t") - 600,
        draft=pl.lit(True),
        seq=pl.Series(np.arange(chosen.height, dtype=np.int64) + first),
    )


def next_free(values: Ints, first: int) -> int:
    """The number after the highest used one."""
    return int(values.max()) + 1 if len(values) else first
