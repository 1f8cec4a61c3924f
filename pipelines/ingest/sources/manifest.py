"""What stands inside every extract: where it is from, of which moment, and what it was compared with."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

KEY = "medlake.extract"


@dataclass(frozen=True)
class Manifest:
    """The account of one extract.

    Attributes:
        contract: Contract id.
        contract_version: Its version.
        connection: Name of the connection; hosts and users are not written down.
        query: The SELECT of the contract.
        taken_at: The database's time of the snapshot, ISO in UTC; names and orders extracts.
        snapshot: The database's own name of the snapshot (pg_current_snapshot).
        mode: watermark, snapshot or full.
        watermark_low: First watermark read again, None when all rows were read.
        watermark_high: Where the next extract starts from.
        rows_read: Rows the database gave.
        rows_changed: Of these, rows that differ from what was read before.
        rows_deleted: Rows read before that are gone; the extract marks them as deleted.
        read_sha256: Original holding all rows as read; the next extract is compared with it.
        before_sha256: The one this extract was compared with, empty for the first.
    """

    contract: str
    contract_version: str
    connection: str
    query: str
    taken_at: str
    snapshot: str
    mode: str
    watermark_low: str | None
    watermark_high: str | None
    rows_read: int
    rows_changed: int
    rows_deleted: int
    read_sha256: str
    before_sha256: str

    def metadata(self) -> dict[str, str]:
        """As metadata of a Parquet file."""
        return {KEY: json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)}


def read_manifest(path: Path) -> Manifest:
    """The manifest inside an extract.

    Raises:
        FileNotFoundError, pyarrow.ArrowInvalid, KeyError, ValueError: There is none to read.
    """
    with pq.ParquetFile(path) as file:
        return Manifest(**json.loads(file.metadata.metadata[KEY.encode()]))
