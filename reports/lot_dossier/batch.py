"""Dossiers of many lots into a folder: asked for together, pages and papers set by several processes.

lots of a plant, a product, a time → parts → each: open release, select, render, write → SHA256SUMS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import duckdb

from lakehouse.durable import write_atomic
from lakehouse.releases import Release, open_release
from lakehouse.settings import Settings
from lineage.ledger.act import Action, digest_of
from reports.form import release_day
from reports.frame import canonical_json, manifest_of
from reports.language import LOCALES, Locale
from reports.lot_dossier.dossier import REPORT_CODE, REPORT_VERSION, build_many
from reports.lot_dossier.form import files_of
from reports.on_record import Issuer, Order, on_record, recorded
from reports.refusals import UnknownSubject
from traceability.query import fetch

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
PART = 100


@dataclass(frozen=True)
class LotsMade:
    """Which lots: None does not narrow."""

    site_code: str | None = None
    product_code: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Batch:
    """What was written.

    Attributes:
        sums: The list of digests, one line a file.
        missing: Lots that the release does not hold.
    """

    folder: Path
    lot_count: int
    file_count: int
    sums: bytes
    missing: tuple[str, ...]


@dataclass(frozen=True)
class _LotId:
    lot_id: str


def lots_made(con: duckdb.DuckDBPyConnection, which: LotsMade) -> tuple[str, ...]:
    """Return the produced lots of a plant, a product or a time."""
    rows = fetch(con, "lots_made", _LotId, vars(which), package="reports.lot_dossier")
    return tuple(row.lot_id for row in rows)


def write_dossiers(
    settings: Settings,
    release: Release,
    lot_ids: Sequence[str],
    folder: Path,
    *,
    locales: tuple[Locale, ...],
    under: date | None = None,
    processes: int = 2,
) -> Batch:
    """Write the dossiers of some lots below a folder, and the list of their digests.

    Args:
        under: Day whose requirements are wanted; None takes the release's own.
        processes: How many work side by side.

    Raises:
        ReportInvalid: the data of a lot contradict each other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    on = under or release_day(release)
    parts = [lot_ids[start : start + PART] for start in range(0, len(lot_ids), PART)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_write_part, settings, release, part, folder, locales, on) for part in parts]
        written = [line for job in jobs for line in job.result()]
    made = {lot_id for lot_id, _, _ in written}
    manifest = manifest_of(release, report_code=REPORT_CODE, report_version=REPORT_VERSION)
    head = canonical_json({"manifest": manifest, "rules_on": on, "locales": locales, "lots": sorted(made)})
    write_atomic(folder / MANIFEST, head)
    digests = {name: digest for _, name, digest in written}
    digests[MANIFEST] = hashlib.sha256(head).hexdigest()
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()
    write_atomic(folder / SUMS, sums)
    missing = tuple(lot_id for lot_id in lot_ids if lot_id not in made)
    return Batch(folder, len(made), len(written), sums, missing)


def _write_part(
    settings: Settings,
    release: Release,
    lot_ids: Sequence[str],
    folder: Path,
    locales: tuple[Locale, ...],
    on: date,
) -> list[tuple[str, str, str]]:
    """Write the dossiers of a part in a process of its own; lot, name and digest of every file."""
    written = []
    with open_release(settings, release.number) as con:
        dossiers = build_many(con, release, lot_ids, on)
    for lot_id, dossier in dossiers.items():
        for name, content in files_of(dossier, locales).items():
            write_atomic(folder / name, content)
            written.append((lot_id, name, hashlib.sha256(content).hexdigest()))
    return written


def order_dossiers(
    settings: Settings, release: Release, which: LotsMade, folder: Path, issuer: Issuer, under: date | None
) -> Batch:
    """Write the dossiers of the lots that are meant; that they were built and taken is on record.

    Raises:
        NotAllowed: the issuer's roles do not let them; recorded.
        UnknownSubject: no lot is meant; recorded.
    """
    what = (
        ", ".join(f"{name}={value}" for name, value in vars(which).items() if value is not None) or "all lots"
    )
    order = Order(REPORT_CODE, {"lots": what}, release.number, under)
    with recorded(settings, order, issuer):
        with open_release(settings, release.number) as con:
            lots = lots_made(con, which)
        if not lots:
            raise UnknownSubject(f"没有符合条件的批：{what} | no lot is meant by {what}")
        batch = write_dossiers(settings, release, lots, folder, locales=LOCALES, under=under)
    on_record(
        settings, Action.EXPORT, order, issuer, f"{batch.lot_count} lots: {what}", digest_of(batch.sums)
    )
    return batch
