"""What lies beside a role's warehouse file: made of what the role may see, or freed of values.

release → {name: builder}, as far as the release has it; what is not named here is not there.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.releases import Attachment, Release
from lineage.catalogue import ATTACHMENT as CATALOGUE
from quality_rules.index.checks import ATTACHMENT as QUALITY_CHECKS
from reports.spc.streams import ATTACHMENT as SPC_VERDICTS
from reports.spc.streams import attach_verdicts
from traceability.index.release_index import ATTACHMENT as GENEALOGY
from traceability.index.release_index import attach_index

# Up to five bad rows, with their values.
_SAMPLES = "sample_keys"


def attachments_for_role(release: Release) -> Mapping[str, Attachment]:
    """Builders of everything a role's folder has beside its warehouse, as far as the release has it."""
    known: dict[str, Attachment] = {
        GENEALOGY: attach_index,
        CATALOGUE: _copied(release.path / CATALOGUE),
        SPC_VERDICTS: attach_verdicts,
        QUALITY_CHECKS: _without_samples(release.path / QUALITY_CHECKS),
    }
    return {name: build for name, build in known.items() if name in release.manifest.get("attachments", {})}


def _copied(source: Path) -> Attachment:
    """Names, types and meanings are for everybody."""

    def build(_: duckdb.DuckDBPyConnection, target: Path) -> None:
        shutil.copytree(source, target)

    return build


def _without_samples(source: Path) -> Attachment:
    def build(_: duckdb.DuckDBPyConnection, target: Path) -> None:
        checks = pq.read_table(source)
        index = checks.schema.get_field_index(_SAMPLES)
        nothing = pa.array([""] * len(checks), checks.schema.field(index).type)
        pq.write_table(checks.set_column(index, checks.schema.field(index), nothing), target)

    return build
