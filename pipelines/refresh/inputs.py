"""What a refresh reads: raw tables at their versions, and whether anything new waits."""

import hashlib
import json

from lakehouse.durable import write_atomic
from lakehouse.releases import Release, current
from lakehouse.releases.rules import ROUTINE
from lakehouse.writer import WAIT_SECONDS, Say, silent
from pipelines.clock import now
from pipelines.fingerprint import code_facts
from pipelines.ingest import pending
from pipelines.ingest.loading.corrections import pending_corrections
from pipelines.lake import Lake
from quality_rules.gate import GATE_RESULT
from traceability.recall.case import RECALL_EVENT

# Written to the raw zone and read by no model: they make no release out of date.
NOT_READ = frozenset({GATE_RESULT, RECALL_EVENT})


def raw_versions(lake: Lake) -> dict[str, int]:
    """The raw tables a build reads, with the version each is pinned to."""
    return {name: version for name, version in lake.zone.versions().items() if name not in NOT_READ}


def pinned_versions(lake: Lake, run_id: str) -> dict[str, int]:
    """The raw versions that all steps of a run read: those of its first step that asked.

    What others load meanwhile is the next run's; a release never names versions it was not built from.
    """
    path = lake.settings.build_path.with_name("inputs.json")
    if path.is_file():
        kept = json.loads(path.read_bytes())
        if kept["run_id"] == run_id:
            return {name: int(version) for name, version in kept["raw_versions"].items()}
    versions = raw_versions(lake)
    write_atomic(path, json.dumps({"run_id": run_id, "raw_versions": versions}).encode())
    return versions


def pending_digest(
    lake: Lake, say: Say = silent, wait_seconds: float = WAIT_SECONDS, *, databases: bool = True
) -> str:
    """A digest of what the next ingest would take up; empty when there is nothing.

    Databases are asked too, unless the caller asks too often for that.

    Raises:
        LakeBusy: Another process writes, and did not end within `wait_seconds`.
    """
    with lake.zone.writing("look for new files", wait_seconds=wait_seconds, say=say):
        new = (
            *pending(lake.settings, lake.contracts, lake.zone, now(), databases=databases),
            *pending_corrections(lake.zone),
        )
    return hashlib.sha256(repr(new).encode()).hexdigest() if new else ""


def unchanged_release(lake: Lake, say: Say = silent) -> Release | None:
    """The current release when building again would give the same: no new file, contract, rule or model."""
    release = current(lake.settings)
    if release is None or release.manifest["code"] != code_facts(lake.settings.root):
        return None
    if release.manifest.get("kind", ROUTINE) != lake.settings.release_kind:
        return None
    with lake.zone.writing("look whether anything changed", say=say):
        if release.manifest["inputs"]["raw_versions"] != raw_versions(lake):
            return None
        return None if pending_digest(lake) else release
