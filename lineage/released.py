"""The OpenLineage event of a release: told in the run that made it, when readers first get it."""

from __future__ import annotations

from datetime import datetime

from lakehouse.releases import Release
from lakehouse.settings import Settings
from lineage import events
from lineage.outbox import Outbox


def tell_released(settings: Settings, release: Release, at: datetime) -> None:
    """Tells what became a release; told twice it is the same event."""
    tables = [table["name"] for table in release.manifest["tables"]]
    size = release.manifest["warehouse"]["bytes"]
    run_id = str(release.manifest["run_id"])
    Outbox(settings.outbox_dir).append(events.released(run_id, release.name, tables, size_bytes=size, at=at))
