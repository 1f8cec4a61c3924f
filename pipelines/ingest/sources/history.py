"""Where each database source stands: read from the accounts of what was loaded, and from the manifests."""

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.raw_zone import RawZone
from pipelines.ingest.admission.originals import Originals
from pipelines.ingest.loading.loads import LOAD
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from pipelines.ingest.sources.manifest import Manifest, read_manifest


@dataclass(frozen=True)
class History:
    """The newest extract that was loaded, and the newest that was refused after it."""

    loaded: Manifest | None = None
    refused: Manifest | None = None


@dataclass(frozen=True)
class Histories:
    """What the accounts say of each contract's extracts."""

    accounts: pa.Table
    originals: Originals

    @classmethod
    def read(cls, zone: RawZone, contracts: Collection[str], originals: Originals) -> "Histories":
        """The accounts of these contracts."""
        columns = ["source_table", "file_name", "file_sha256", "status"]
        accounts = zone.read(LOAD, columns)
        return cls(accounts.filter(pc.field("source_table").isin(sorted(contracts))), originals)

    def of(self, contract: str) -> History:
        """Where a contract stands.

        Raises:
            FileRejected: DQ-SRC-004 when an extract the accounts name cannot be read; without it deletions
            could not be seen.
        """
        rows = [
            row for row in self.accounts.to_pylist() if row["source_table"] == contract and row["file_sha256"]
        ]
        rows.sort(key=lambda row: str(row["file_name"]))
        loaded = [row for row in rows if row["status"] == "loaded"][-1:]
        refused = [row for row in rows if row["status"] == "rejected"][-1:]
        if loaded and refused and refused[0]["file_name"] < loaded[0]["file_name"]:
            refused = []
        found = [self._manifest(row[0]["file_sha256"]) if row else None for row in (loaded, refused)]
        return History(*found)

    def _manifest(self, sha256: str) -> Manifest:
        try:
            return read_manifest(self.originals.path_of(sha256))
        except (OSError, KeyError, ValueError) as error:
            raise FileRejected(
                Rule.SOURCE_STATE,
                f"已入库的抽取 {sha256} 无法读取：{error} | Extract {sha256} cannot be read: {error}",
            ) from error
