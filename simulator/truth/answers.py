"""Collect the truth of all parts and write it: genealogy, key figures, duplicates, summary.

Sums are added over the parts; ratios, medians and percentiles are formed once, at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from simulator.truth import deliveries, equipment, partial, products, ratios, spellings, traces
from simulator.truth.frames import month_of_day
from simulator.world.build import World
from simulator.writers.foreign_listing import listing_gaps
from simulator.writers.udi_declaration import publication

_SUMS: dict[str, tuple[Callable[[World], pl.DataFrame], list[str]]] = {
    "pass": (partial.pass_counts, ["item", "month"]),
    "first_pass": (partial.first_pass, ["item", "operation_code", "month"]),
    "supplier_lots": (partial.supplier_lots, ["supplier", "month"]),
    "supplier_quantities": (partial.supplier_quantities, ["supplier", "month"]),
    "supplier_lines": (partial.supplier_lines, ["supplier", "due_day"]),
    "sold": (partial.sold_units, ["item", "month"]),
    "complaints": (partial.complaints, ["item", "month"]),
    "coverage": (traces.coverage, ["item", "month"]),
}
_LISTS: dict[str, Callable[[World], pl.DataFrame]] = {
    "release": partial.release_seconds,
    "capa": partial.capas,
}
_STREAMS: dict[str, Callable[[World], pl.DataFrame]] = {
    "genealogy": traces.genealogy,
    "packing": traces.packing,
    "kpi_lot_trace_completeness": traces.completeness,
    "lot_consignee": deliveries.lot_consignee,
    "lot_spelling": spellings.lot_spellings,
    "calibration_state": equipment.calibration_states,
}


class Truth:
    """Takes the parts of the world one by one; `write` ends the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sums: dict[str, list[pl.DataFrame]] = {k: [] for k in (*_SUMS, *_LISTS)}
        self.streams: dict[str, pq.ParquetWriter] = {}
        self.as_of = 0

    def add(self, world: World) -> None:
        """Add one part."""
        for name, (maker, _keys) in _SUMS.items():
            self.sums[name].append(maker(world))
        for name, lister in _LISTS.items():
            self.sums[name].append(lister(world))
        for name, streamer in _STREAMS.items():
            self._stream(name, streamer(world))
        self._stream("kpi_oee", ratios.oee(partial.shift_sums(world)))
        self.as_of = max(self.as_of, partial.last_posting_day(world))

    def _stream(self, name: str, frame: pl.DataFrame) -> None:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self.streams:
            path = self.folder / f"{name}.parquet"
            self.streams[name] = pq.ParquetWriter(path, table.schema)
        self.streams[name].write_table(table)

    def _total(self, name: str) -> pl.DataFrame:
        keys = _SUMS[name][1]
        return pl.concat(self.sums[name]).group_by(keys).agg(pl.all().sum()).sort(keys)

    def write(self, world: World, facts: dict[str, object]) -> None:
        """Write every remaining answer; `world` gives the codes (any part will do)."""
        for writer in self.streams.values():
            writer.close()
        frames = {
            "kpi_batch_pass_rate": ratios.batch_pass_rate(self._total("pass"), world),
            "kpi_first_pass_yield": ratios.first_pass_yield(self._total("first_pass"), world),
            "kpi_rolled_yield": ratios.rolled_yield(self._total("first_pass"), world),
            "kpi_supplier_performance": ratios.supplier_performance(self.supplier_months(), world),
            "kpi_capa_closure": ratios.capa_closure(pl.concat(self.sums["capa"]), self.as_of),
            "kpi_capa_cycle_time": ratios.capa_cycle_time(pl.concat(self.sums["capa"])),
            "kpi_complaint_rate": ratios.complaint_rate(
                self._total("complaints"), self._total("sold"), world, self.as_of
            ),
            "kpi_release_cycle_time": ratios.release_cycle_time(pl.concat(self.sums["release"]), world),
            "kpi_genealogy_coverage": ratios.genealogy_coverage(self._total("coverage"), world),
            "duplicates": ratios.duplicates(world),
            "product": products.products(world),
            "udi_publication": publication(world),
            "foreign_listing": listing_gaps(world),
        }
        for name, frame in frames.items():
            frame.write_parquet(self.folder / f"{name}.parquet")
        as_of = str(pl.Series([self.as_of], dtype=pl.Int32).cast(pl.Date)[0])
        text = json.dumps({**facts, "as_of_date": as_of}, ensure_ascii=False, indent=1)
        (self.folder / "summary.json").write_text(text + "\n", encoding="utf-8")

    def supplier_months(self) -> pl.DataFrame:
        """All supplier sums by supplier and month; lines count once due by the as-of day."""
        lines = (
            self._total("supplier_lines")
            .filter(pl.col("due_day") <= self.as_of)
            .with_columns(month=month_of_day("due_day"))
        )
        lines = lines.group_by("supplier", "month").agg(pl.col("lines", "on_time").sum())
        keys = ["supplier", "month"]
        rows = self._total("supplier_lots").join(
            self._total("supplier_quantities"), on=keys, how="full", coalesce=True
        )
        return rows.join(lines, on=keys, how="full", coalesce=True).fill_null(0).sort(keys)
