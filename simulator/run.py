"""Run the simulator: build the world part by part, write the extracts, then the truth, then the defects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path

import numpy as np

from simulator.defects.apply import apply_defects
from simulator.truth.answers import Truth
from simulator.workdays import Workdays, build_workdays
from simulator.world.build import Counters, World, build_world
from simulator.world.catalogue import Catalogue, build_catalogue
from simulator.world.catalogue_a import plant_a_items
from simulator.world.catalogue_b import plant_b_items
from simulator.world.parties import approved_suppliers, build_parties
from simulator.world.stock import snapshots
from simulator.writers import (
    b2mml,
    foreign_listing,
    masters,
    mes,
    sap,
    sap_quality,
    u8,
    u8_quality,
    udi,
    udi_declaration,
)
from simulator.writers.landing import Landing
from simulator.writers.qms import Registers
from simulator.writers.tables import build_tables

_PART_SCALE = 4.0  # one part of the world stays well below 2 GB


@dataclass(frozen=True)
class Summary:
    """What was written."""

    seed: int
    scale: float
    files: int
    rows: int
    tables: dict[str, int]
    defects: int


def _say(progress: Callable[[str], None] | None, text: str) -> None:
    if progress:
        progress(text)


def _write_part(world: World, out: Landing, registers: Registers, *, first: bool) -> None:
    tables = build_tables(world.cat, world.parties)
    if first:
        masters.write_masters_a(world, tables, out)
        masters.write_masters_b(world, tables, out)
        udi.write_udi(world, out)
        udi_declaration.write_declarations(world, out)
        foreign_listing.write_listings(world, out)
    stock = snapshots(world)
    sap_quality.write_lots(world, tables, stock, out)
    u8_quality.write_lots(world, tables, stock, out)
    sap.write_sap(world, tables, out)
    u8.write_u8(world, tables, out)
    mes.write_events(world, tables, out)
    for plant in ("A", "B"):
        mes.write_machines(world, tables, out, plant)
    b2mml.write_performance(world, tables, out)
    registers.add(world, tables)


def simulate(
    out_dir: Path,
    truth_dir: Path,
    *,
    seed: int,
    scale: float,
    defects: bool,
    start: date = date(2025, 1, 1),
    days: int = 365,
    progress: Callable[[str], None] | None = None,
) -> Summary:
    """Write landing files of a device maker to `out_dir` and the right answers to `truth_dir`.

    Both folders must be empty or absent: identical arguments give identical bytes.

    Raises:
        ValueError: a folder holds files, or the period is too short for any order.
    """
    for folder in (out_dir, truth_dir):
        if folder.exists() and any(folder.iterdir()):
            raise ValueError(f"{folder} is not empty")
        folder.mkdir(parents=True, exist_ok=True)
    calendar, catalogue = build_workdays(start, days), build_catalogue(plant_a_items() + plant_b_items())
    out, truth = Landing(out_dir, calendar), Truth(truth_dir)
    world = _write_world(out, truth, catalogue, calendar, seed, scale, progress)
    facts = {"seed": seed, "scale": scale, "rows": dict(sorted(out.rows.items())), "files": len(out.files)}
    truth.write(world, facts)
    count, added = apply_defects(out_dir, truth_dir, seed) if defects else (0, [])
    return Summary(
        seed,
        scale,
        len(out.files) + len(added),
        sum(out.rows.values()),
        dict(sorted(out.rows.items())),
        count,
    )


def _write_world(
    out: Landing,
    truth: Truth,
    cat: Catalogue,
    days: Workdays,
    seed: int,
    scale: float,
    progress: Callable[[str], None] | None,
) -> World:
    """Write all parts; the last one is given back for its codes."""
    parties, parts = build_parties(seed, scale), max(1, ceil(scale / _PART_SCALE))
    approved = approved_suppliers(parties, [i.plant for i in cat.items], seed)
    registers, counters = Registers(), Counters()
    for part in range(parts):
        rng = np.random.default_rng([seed, part])
        world, counters = build_world(
            cat,
            days,
            parties,
            approved,
            scale=scale / parts,
            share=min(1.0, scale**0.5),
            counters=counters,
            rng=rng,
        )
        _write_part(world, out, registers, first=part == 0)
        truth.add(world)
        _say(progress, f"part {part + 1} of {parts}: {sum(out.rows.values())} rows")
    registers.write(world, out)
    b2mml.close_documents(out)
    return world
