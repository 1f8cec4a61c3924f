"""Quality events: non-conformities, deviations, corrective actions, complaints and changes.

Every frame holds the final state of a record; days after the end of the period are still in the future, so
the writers leave them out. `null` days mean "never".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world.planning import REJECTED

ROOT_CAUSES = ("操作未按规程", "设备参数漂移", "来料波动", "模具磨损", "培训不足", "清场不彻底")
SUBJECTS = ("更换原材料供应商", "修改包装规格", "升级灭菌参数", "调整检验方案", "更换模具", "修订标签内容")
SEVERITIES = ("严重", "主要", "次要")


@dataclass(frozen=True)
class QualityEvents:
    """One frame per register; times are local seconds, days are epoch days."""

    ncr: pl.DataFrame
    deviation: pl.DataFrame
    capa: pl.DataFrame
    complaint: pl.DataFrame
    change: pl.DataFrame


def _days(days: Workdays, count: int, rng: np.random.Generator) -> Ints:
    return np.sort(days.day(rng.integers(2, max(3, days.count - 3), count)))


def _plants(count: int, rng: np.random.Generator) -> pl.Series:
    return pl.Series(np.array(["A", "B"])[(rng.random(count) < 0.4).astype(np.int64)], dtype=pl.String)


def _pick(
    words: tuple[str, ...], count: int, rng: np.random.Generator, odds: tuple[float, ...] | None = None
) -> pl.Series:
    return pl.Series(np.array(words)[rng.choice(len(words), count, p=odds)], dtype=pl.String)


def _ncr(
    inspections: pl.DataFrame, lots: pl.DataFrame, fates: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """One record per rejecting inspection; the disposition follows what happened to the lot."""
    bad = inspections.filter(pl.col("decision") == REJECTED).join(
        lots.select("lot", "lot_no", "lot_kind"), on="lot", maintain_order="left"
    )
    bad = bad.join(fates.select("lot", "fate"), on="lot", how="left", maintain_order="left")
    word = (
        pl.when(pl.col("lot_kind") == 0)
        .then(pl.lit("退货"))
        .when(pl.col("fate") == 1)
        .then(pl.lit("返工"))
        .when(pl.col("fate") == 0)
        .then(pl.lit("让步"))
        .otherwise(pl.lit("报废"))
    )
    opened = pl.col("decided_t") + 1800
    closed = opened + pl.Series(rng.integers(3, 40, bad.height) * 86400)
    return bad.select(
        "item",
        "lot_no",
        qty="rejected",
        opened_t=opened,
        closed_t=closed,
        disposition=word,
        severity=_pick(SEVERITIES, bad.height, rng, (0.1, 0.4, 0.5)),
    ).sort("opened_t", "lot_no")


def _deviation(days: Workdays, orders: pl.DataFrame, scale: float, rng: np.random.Generator) -> pl.DataFrame:
    count = max(6, round(160 * scale))
    row = np.sort(rng.integers(0, orders.height, count))
    frame = orders.select("order_no", "plant", opened_t=pl.col("end_t") + 7200)[row]
    closed = frame["opened_t"] + pl.Series(rng.integers(2, 45, count) * 86400)
    return frame.with_columns(closed_t=closed, severity=_pick(SEVERITIES, count, rng, (0.1, 0.3, 0.6))).sort(
        "opened_t", "order_no"
    )


def _capa(days: Workdays, scale: float, rng: np.random.Generator) -> pl.DataFrame:
    """Three of ten get a later due date while they are open; most are closed on time."""
    count = max(12, round(90 * scale))
    opened = _days(days, count, rng)
    original = opened + rng.choice([30, 45, 60, 90], count)
    extended = rng.random(count) < 0.3
    approved = np.where(extended, original + rng.choice([15, 30], count), original)
    late = rng.random(count) < 0.2
    closed = np.where(late, approved + rng.integers(1, 25, count), approved - rng.integers(0, 20, count))
    good = rng.random(count) < 0.9
    return pl.DataFrame(
        {
            "plant": _plants(count, rng),
            "opened_day": opened,
            "original_day": original,
            "due_day": approved,
            "extended_day": np.where(extended, np.minimum(original, closed) - 3, -1),
            "closed_day": closed,
            "cause": _pick(ROOT_CAUSES, count, rng),
            "check_due_day": closed + 90,
            "checked_day": closed + 80,
            "is_effective": good,
        }
    )


def _complaint(
    lines: pl.DataFrame, lots: pl.DataFrame, days: Workdays, rng: np.random.Generator
) -> pl.DataFrame:
    """About one delivery line in thirty leads to a complaint some days later."""
    hit = lines.filter(pl.Series(rng.random(lines.height) < 0.035))
    received = hit["t"].to_numpy() // 86400 + rng.integers(4, 60, hit.height)
    frame = hit.join(lots.select("lot", "lot_no", "expiry_day"), on="lot", maintain_order="left").select(
        "item",
        "lot_no",
        "expiry_day",
        received_day=pl.Series(received),
        closed_day=pl.Series(received + rng.integers(5, 50, hit.height)),
        is_reportable=pl.Series(rng.random(hit.height) < 0.06),
    )
    end = int(days.epoch_days[-1])
    return frame.filter(pl.col("received_day") <= end).sort("received_day", "lot_no")


def _change(days: Workdays, scale: float, rng: np.random.Generator) -> pl.DataFrame:
    count = max(4, round(60 * scale))
    opened = _days(days, count, rng)
    approved = opened + rng.integers(5, 30, count)
    return pl.DataFrame(
        {
            "plant": _plants(count, rng),
            "opened_day": opened,
            "approved_day": approved,
            "effective_day": approved + rng.integers(3, 40, count),
            "subject": _pick(SUBJECTS, count, rng),
        }
    )


def quality_events(
    days: Workdays,
    orders: pl.DataFrame,
    lots: pl.DataFrame,
    inspections: pl.DataFrame,
    fates: pl.DataFrame,
    lines: pl.DataFrame,
    scale: float,
    rng: np.random.Generator,
) -> QualityEvents:
    """All registers of one part of the world."""
    return QualityEvents(
        ncr=_ncr(inspections, lots, fates, rng),
        deviation=_deviation(days, orders, scale, rng),
        capa=_capa(days, scale, rng),
        complaint=_complaint(lines, lots, days, rng),
        change=_change(days, scale, rng),
    )
