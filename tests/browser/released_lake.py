"""A real lake with a release, for pages to read: what the simulator delivered, gated, released and on record.

defect_lake (or the lake of --lake) -> a copy -> gates -> release. Pages and tests may act on the copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from lakehouse.releases import NoRelease, Release, current, open_release
from lakehouse.settings import Settings, adopt
from tests.built_lakes import AT, settings_of

RUN = "00000000-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class ReleasedLake:
    """A lake whose release the dashboards serve."""

    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """What pages drawn in this process run with: DuckDB opens a file once, with one set of limits."""
        own = self.settings
        limits = {"DATA": own.data_dir, "THREADS": own.duckdb_threads, "MEMORY": own.duckdb_memory}
        return {f"MEDLAKE_{name}": str(value) for name, value in limits.items()}

    @property
    def release(self) -> Release:
        """The release that pages read now."""
        found = current(self.settings)
        if found is None:
            raise NoRelease(f"{self.settings.data_dir} has no release")
        return found

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Rows of a question to the release: what a page says must equal them."""
        con: duckdb.DuckDBPyConnection
        with open_release(self.settings, self.release.number) as con:
            return con.execute(query, dict(parameters or {})).fetchall()

    def value(self, query: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The single value of a question to the release."""
        ((value,),) = self.rows(query, parameters)
        return value


def copy_of(folder: Path, home: Path) -> ReleasedLake:
    """A copy of a released lake."""
    shutil.copytree(folder, home)
    settings = settings_of(home, threads=2)
    adopt(settings)
    return ReleasedLake(settings)


def release(lake: ReleasedLake) -> ReleasedLake:
    """Runs every gate on a built lake and releases it; blocked gates fail the test that asked."""
    # Imported here: Great Expectations takes seconds, which who brings a released lake need not wait for.
    from pipelines.lake import open_lake
    from pipelines.refresh.gating import gate
    from pipelines.refresh.loading import load
    from pipelines.refresh.releasing import release_models

    opened = open_lake(lake.settings)
    said: list[str] = []
    load(opened, run_id=RUN, at=AT, say=said.append)
    for stage in ("raw", "stg", "core", "mart"):
        gate(opened, stage, run_id=RUN, at=AT, say=said.append)
    release_models(opened, run_id=RUN, at=AT, say=said.append)
    return lake
