"""The steps of a refresh as plain functions; Dagster's assets and the command call them.

landing -> load -> gate raw -> build models -> gate stg, core, mart -> release
Each step leaves OpenLineage events in the outbox; each may be run alone.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from lakehouse.durable import write_atomic
from lakehouse.releases import Release, current
from pipelines.fingerprint import code_facts
from pipelines.ingest import IngestReport, ingest
from pipelines.lake import Lake

Say = Callable[[str], None]
# Written by the gates after the inputs were pinned, so it never makes a release stale.
NOT_INPUT = frozenset({"medlake__gate_result"})


def now() -> datetime:
    """The wall clock, read at the edge and passed in from there."""
    return datetime.now(UTC)


def load(lake: Lake, *, at: datetime, say: Say) -> IngestReport:
    """Takes every new landing file into the raw zone."""
    return ingest(lake.settings, lake.contracts, lake.zone, at, progress=say)


def raw_versions(lake: Lake) -> dict[str, int]:
    """The raw tables a build reads, with the version each is pinned to."""
    return {name: version for name, version in lake.zone.versions().items() if name not in NOT_INPUT}


def unchanged_release(lake: Lake) -> Release | None:
    """The current release when building again would give the same: no new file, contract, rule or model."""
    release = current(lake.settings)
    if release is None or release.manifest["code"] != code_facts(lake.settings.root):
        return None
    if release.manifest["inputs"]["raw_versions"] != raw_versions(lake):
        return None
    return None if pending_files(lake) else release


def next_refresh_no(lake: Lake) -> int:
    """The next refresh ordinal, which is SQLMesh's clock; kept durably because a day never comes twice."""
    counter = lake.settings.build_path.with_name("refresh_no")
    number = int(counter.read_text()) + 1 if counter.is_file() else 1
    write_atomic(counter, f"{number}\n".encode())
    return number
