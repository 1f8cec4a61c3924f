"""Figures of a restored lake counted again: from its raw tables, and from the tables of its release."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from lakehouse.content_hash import content_hash
from lakehouse.raw_zone import RawZone
from lakehouse.releases import Release, current
from lakehouse.settings import Settings
from lakehouse.warehouse import connect, load_delta

LOADS = """
    SELECT load_id, source_table, rows_raw FROM mart.file WHERE status = 'loaded' AND rows_raw > 0
    ORDER BY load_id"""


@dataclass(frozen=True)
class Recount:
    """A figure that the release states, and what was counted."""

    what: str
    stated: str
    counted: str

    @property
    def agrees(self) -> bool:
        """Whether they are the same."""
        return self.stated == self.counted


def recount(settings: Settings, seed: int, count: int) -> list[Recount]:
    """Counts a random sample again: half of it tables of the current release, half files in the raw zone.

    A lake without a release has nothing to count and gives an empty list.
    """
    release = current(settings)
    if release is None:
        return []
    random = Random(seed)
    return [*_tables(settings, release, random, count // 2), *_files(settings, release, random, count // 2)]


def _tables(settings: Settings, release: Release, random: Random, count: int) -> list[Recount]:
    """Content hashes of released tables, computed again from the restored file."""
    tables = release.manifest["tables"]
    chosen = random.sample(tables, min(count, len(tables)))
    with connect(release.warehouse_path, read_only=True, settings=settings) as connection:
        found = []
        for table in chosen:
            schema, _, name = table["name"].partition(".")
            counted = content_hash(connection, f'{schema}."{name}"')
            found.append(Recount(f"content of {table['name']}", table["sha256"], counted))
    return found


def _files(settings: Settings, release: Release, random: Random, count: int) -> list[Recount]:
    """Records of loaded files, counted in the raw zone at the versions the release was built from."""
    versions = release.manifest.get("inputs", {}).get("raw_versions", {})
    zone = RawZone(settings.raw_dir)
    with connect(release.warehouse_path, read_only=True, settings=settings) as connection:
        if "mart.file" not in {table["name"] for table in release.manifest["tables"]}:
            return []
        loads = [row for row in connection.execute(LOADS).fetchall() if row[1] in versions]
        load_delta(connection)
        found = []
        for load_id, table, stated in random.sample(loads, min(count, len(loads))):
            row = connection.execute(
                "SELECT count(*) FROM delta_scan(?, version => ?::BIGINT) WHERE _load_id = ?",
                [str(zone.table_path(table)), versions[table], load_id],
            ).fetchone()
            found.append(Recount(f"records of load {load_id} in {table}", str(stated), str(row and row[0])))
    return found
