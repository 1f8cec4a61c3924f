"""Put the defects into a clean landing folder and list them for the truth."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from simulator.defects.cells import edit_cells, list_drafts
from simulator.defects.files import spoil_files
from simulator.defects.lab import Lab
from simulator.defects.party_codes import slip_codes
from simulator.defects.records import extra_records, malform, overlap_windows
from simulator.defects.shopfloor import spoil_json, spoil_xml
from simulator.defects.workbooks import spoil_workbooks

# renamed last: every earlier defect must be found under the name it was noted with
_RENAMES = "late-file"


def apply_defects(landing: Path, truth: Path, seed: int) -> tuple[int, list[Path]]:
    """Spoil `landing` and list it in `truth`; gives the number of defects and the new files."""
    before = {p for p in landing.rglob("*") if p.is_file()}
    lab = Lab(landing, seed)
    overlap_windows(lab)
    edit_cells(lab)
    list_drafts(lab)
    twins = extra_records(lab)
    slip_codes(lab)
    malform(lab)
    lab.save()
    spoil_json(lab)
    spoil_xml(lab)
    spoil_workbooks(lab)
    spoil_files(lab)
    _add_twins(truth, twins)
    table = _follow_renames(lab.table(), landing)
    table.write_parquet(truth / "defects.parquet")
    after = {p for p in landing.rglob("*") if p.is_file()}
    return table.height, sorted(after - before)


def _follow_renames(table: pl.DataFrame, landing: Path) -> pl.DataFrame:
    """Defects inside a file that was renamed are listed under its new name."""
    renamed = table.filter(pl.col("class_code") == _RENAMES)["file"][0]
    lost = [f for f in table["file"].unique() if not (landing / f).exists()]
    return table.with_columns(file=pl.col("file").replace(dict.fromkeys(lost, renamed)))


def _add_twins(truth: Path, twins: list[tuple[str, str, str, str]]) -> None:
    """Codes added by defects belong to the company they were copied from."""
    path = truth / "duplicates.parquet"
    known = pl.read_parquet(path)
    added = pl.DataFrame(twins, schema=["site_code", "new", "code", "proves"], orient="row").with_columns(
        entity=pl.lit("supplier")
    )
    joined = added.join(known, on=["entity", "site_code", "code"], maintain_order="left")
    pl.concat(
        [
            known,
            joined.select(
                "entity",
                "site_code",
                pl.col("new").alias("code"),
                "true_entity_key",
                exact_entity_key="proves",
            ),
        ]
    ).write_parquet(path)
