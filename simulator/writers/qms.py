"""Quality management extracts: weekly workbooks with the records changed, and the equipment register.

A record comes when it is opened, when its approved due date moves, and when it is closed: the last wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from simulator.world.build import World
from simulator.world.calibration import calibrations
from simulator.world.shopfloor import OPERATION_NAMES
from simulator.writers.landing import Landing, weekly
from simulator.writers.spelling import with_recorded_lot
from simulator.writers.tables import Tables
from simulator.writers.text import day_text, time_text
from simulator.writers.udi import primary_code
from simulator.writers.workbook import Cell, write_workbook

HEADERS: dict[str, tuple[str, ...]] = {
    "NCR": ("编号", "工厂", "开启时间", "产品编码", "批号", "数量", "严重度", "处置", "关闭时间"),
    "偏差": ("编号", "工厂", "开启时间", "严重度", "工单号", "关闭时间"),
    "CAPA": (
        "编号",
        "工厂",
        "开启日期",
        "原定完成日期",
        "批准完成日期",
        "关闭日期",
        "根本原因",
        "有效性验证到期",
        "有效性结果",
    ),
    "投诉": ("编号", "工厂", "接收日期", "产品编码", "UDI", "批号", "是否可报告", "关闭日期"),
    "变更": ("编号", "工厂", "开启日期", "主题", "批准日期", "生效日期"),
}
TABLE_OF_SHEET = {"NCR": "ncr", "偏差": "deviation", "CAPA": "capa", "投诉": "complaint", "变更": "change"}
_TIME, _DAY = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"
_EQUIPMENT = (
    *("设备编号", "工厂", "设备名称", "英文名称", "类型"),
    *("校准日期", "校准到期", "校准结果", "证书编号"),
)


@dataclass
class Registers:
    """Rows of all parts of the world, collected until the workbooks can be written."""

    states: dict[str, list[pl.DataFrame]] = field(default_factory=lambda: {s: [] for s in HEADERS})
    machines: list[pl.DataFrame] = field(default_factory=list)

    def add(self, world: World, tables: Tables) -> None:
        """Collect the registers of one part."""
        makers = {"NCR": _ncr, "偏差": _deviation, "CAPA": _capa, "投诉": _complaint, "变更": _change}
        for sheet, maker in makers.items():
            self.states[sheet].append(maker(world, tables))
        chambers = world.runs.select("plant", "machine_id", type=pl.lit("ster")).unique(maintain_order=True)
        self.machines.append(
            pl.concat([world.machines.select("plant", "machine_id", "type"), chambers]).sort("machine_id")
        )

    def write(self, world: World, out: Landing) -> None:
        """One workbook per week in which anything changed, and the equipment register per month."""
        sheets = {s: _last_of_week(pl.concat(parts)) for s, parts in self.states.items()}
        weeks = sorted({w for frame in sheets.values() for w in frame["week"].to_list()})
        grouped = {s: f.partition_by("week", as_dict=True, include_key=False) for s, f in sheets.items()}
        for week in weeks:
            rows = {s: (HEADERS[s], _cells(grouped[s].get((week,)), HEADERS[s])) for s in HEADERS}
            path = out.path("qms", "qms_register", week, "xlsx")
            write_workbook(path, rows)
            out.files.add(path)
        for sheet, frame in sheets.items():
            out.rows[f"qms/{TABLE_OF_SHEET[sheet]}"] += frame.height
        _write_equipment(pl.concat(self.machines).unique("machine_id", maintain_order=True), world, out)


def _cells(frame: pl.DataFrame | None, header: Sequence[str]) -> list[tuple[Cell, ...]]:
    return [] if frame is None else frame.select(header).rows()


def _last_of_week(states: pl.DataFrame) -> pl.DataFrame:
    """Only the latest state of a record in a week."""
    return (
        states.sort("week", "step", maintain_order=True)
        .unique(["week", "编号"], keep="last", maintain_order=True)
        .sort("week", "编号")
    )


def _states(
    world: World, rows: pl.DataFrame, changes: list[tuple[str, list[pl.Expr]]], header: Sequence[str]
) -> pl.DataFrame:
    """One state per change day inside the period; `changes` = day column and what is still empty then."""
    end = int((world.days.month_ends())[-1])
    parts = []
    for step, (day, blanks) in enumerate(changes):
        part = rows.filter((pl.col(day) >= 0) & (pl.col(day) <= end)).with_columns(blanks)
        week = weekly(world.days, part[day])
        parts.append(part.select(*header, week=pl.Series(week), step=pl.lit(step, dtype=pl.Int64)))
    return pl.concat(parts)


def _empty(*names: str) -> list[pl.Expr]:
    return [pl.lit(None, dtype=pl.String).alias(n) for n in names]


def _number(kind: str, first: int) -> pl.Expr:
    return pl.lit(f"{kind}-2025-") + (pl.int_range(pl.len()) + first).cast(pl.String).str.zfill(5)


def _ncr(world: World, tables: Tables) -> pl.DataFrame:
    rows = (
        with_recorded_lot(world.quality.ncr, world.runs, world.counters.ncr)
        .join(tables.items.select("item", "code", "plant"), on="item", maintain_order="left")
        .select(
            编号=_number("NCR", world.counters.ncr),
            工厂="plant",
            开启时间=time_text("opened_t", _TIME),
            产品编码="code",
            批号="lot_text",
            数量=pl.col("qty") / 1000,
            严重度="severity",
            处置="disposition",
            关闭时间=time_text("closed_t", _TIME),
            a=pl.col("opened_t") // 86400,
            b=pl.col("closed_t") // 86400,
        )
    )
    return _states(world, rows, [("a", _empty("处置", "关闭时间")), ("b", [])], HEADERS["NCR"])


def _deviation(world: World, tables: Tables) -> pl.DataFrame:
    rows = world.quality.deviation.select(
        编号=_number("DEV", world.counters.deviation),
        工厂="plant",
        开启时间=time_text("opened_t", _TIME),
        严重度="severity",
        工单号="order_no",
        关闭时间=time_text("closed_t", _TIME),
        a=pl.col("opened_t") // 86400,
        b=pl.col("closed_t") // 86400,
    )
    return _states(world, rows, [("a", _empty("关闭时间")), ("b", [])], HEADERS["偏差"])


def _capa(world: World, tables: Tables) -> pl.DataFrame:
    rows = world.quality.capa.select(
        编号=_number("CAPA", world.counters.capa),
        工厂="plant",
        开启日期=day_text("opened_day", _DAY),
        原定完成日期=day_text("original_day", _DAY),
        批准完成日期=day_text("due_day", _DAY),
        关闭日期=day_text("closed_day", _DAY),
        根本原因="cause",
        有效性验证到期=day_text("check_due_day", _DAY),
        有效性结果=pl.when("is_effective").then(pl.lit("有效")).otherwise(pl.lit("无效")),
        opened_day="opened_day",
        extended_day="extended_day",
        closed_day="closed_day",
        checked_day="checked_day",
    )
    original = pl.col("原定完成日期").alias("批准完成日期")
    late = _empty("关闭日期", "根本原因", "有效性验证到期", "有效性结果")
    changes = [
        ("opened_day", [original, *late]),
        ("extended_day", late),
        ("closed_day", _empty("有效性结果")),
        ("checked_day", []),
    ]
    return _states(world, rows, changes, HEADERS["CAPA"])


def _complaint(world: World, tables: Tables) -> pl.DataFrame:
    gtins = {n: primary_code(n) for n, i in enumerate(world.cat.items) if i.kind == "finished"}
    udi = (
        pl.lit("(01)")
        + pl.col("item").replace_strict(gtins, return_dtype=pl.String)
        + "(17)"
        + day_text("expiry_day", "%y%m%d")
    )
    rows = (
        with_recorded_lot(world.quality.complaint, world.runs, world.counters.complaint)
        .join(tables.items.select("item", "code", "plant"), on="item", maintain_order="left")
        .select(
            编号=_number("CMP", world.counters.complaint),
            工厂="plant",
            接收日期=day_text("received_day", _DAY),
            产品编码="code",
            UDI=udi + "(10)" + pl.col("lot_no"),
            批号="lot_text",
            是否可报告=pl.when("is_reportable").then(pl.lit("是")).otherwise(pl.lit("否")),
            关闭日期=day_text("closed_day", _DAY),
            received_day="received_day",
            closed_day="closed_day",
        )
    )
    return _states(world, rows, [("received_day", _empty("关闭日期")), ("closed_day", [])], HEADERS["投诉"])


def _change(world: World, tables: Tables) -> pl.DataFrame:
    rows = world.quality.change.select(
        编号=_number("CHG", world.counters.change),
        工厂="plant",
        开启日期=day_text("opened_day", _DAY),
        主题="subject",
        批准日期=day_text("approved_day", _DAY),
        生效日期=day_text("effective_day", _DAY),
        opened_day="opened_day",
        approved_day="approved_day",
    )
    return _states(
        world, rows, [("opened_day", _empty("批准日期", "生效日期")), ("approved_day", [])], HEADERS["变更"]
    )


def _write_equipment(machines: pl.DataFrame, world: World, out: Landing) -> None:
    """Calibrations known on the first day, then each month those of the month before."""
    known = calibrations(machines["machine_id"], world.days).join(machines, on="machine_id")
    rows = known.sort("machine_id", "calibrated_day").select(
        "machine_id",
        "plant",
        name_zh=pl.col("type").replace_strict(OPERATION_NAMES, return_dtype=pl.String) + "设备",
        name_en=pl.col("type") + pl.lit(" machine"),
        type_code=pl.col("type").str.to_uppercase(),
        calibrated=day_text("calibrated_day", _DAY),
        due=day_text("due_day", _DAY),
        result="result",
        certificate="certificate",
        calibrated_day="calibrated_day",
    )
    since = -1
    for day in world.days.month_starts().tolist():
        new = rows.filter((pl.col("calibrated_day") >= since) & (pl.col("calibrated_day") < day))
        path = out.path("qms", "equipment_register", day, "xlsx")
        write_workbook(path, {"设备": (_EQUIPMENT, new.drop("calibrated_day").rows())})
        out.files.add(path)
        out.rows["qms/equipment"] += new.height
        since = day
