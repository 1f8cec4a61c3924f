"""What was kept out of a lake, as it stands now: also what a blocked release does not show.

medlake__load, medlake__quarantine, typed.finding + decisions -> kept_out() -> Kept, by table, file and record
The working warehouse is read here, for a moment: the records that block a release are in no release.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lakehouse.writer_lock import LakeBusy
from pipelines.ingest.loading.loads import LOAD, LOAD_SCHEMA, QUARANTINE, QUARANTINE_SCHEMA
from pipelines.lake import Lake
from quality_rules.quarantine.decision import Address, read_decisions
from quality_rules.quarantine.standing import Verdict, standing

QUERY = Path(__file__).with_name("kept_out.sql")
FINDINGS = """
    SELECT
      source_table, file_sha256, row_no, rule_id, coalesce(column_name, '') AS column_name, before, message
    FROM typed.finding
    WHERE action IN ('quarantined', 'accepted', 'fixed', 'rejected') AND NOT starts_with(rule_id, 'DQ-QUA-')
"""
NO_FINDINGS = pa.schema(
    [
        *((name, pa.string()) for name in ("source_table", "file_sha256")),
        ("row_no", pa.int64()),
        *((name, pa.string()) for name in ("rule_id", "column_name", "before", "message")),
    ]
)


class NoSuchRecord(LookupError):
    """Nothing in quarantine fits what was asked for; the message says how to find what there is."""


@dataclass(frozen=True)
class Kept:
    """A record and one rule that kept it out.

    Attributes:
        layer_code: `file` refused as a whole, `landing` could not be read, `stg` could not be typed.
        row_no: Record number in the file, 1-based; 0 for the file as a whole.
        column_name: Column in house names, '' for the record as a whole.
        verdict: What people decided, None while it is open.
    """

    layer_code: str
    source_table: str
    file_name: str
    file_sha256: str
    row_no: int
    rule_id: str
    column_name: str
    before: str | None
    message: str
    record_count: int
    verdict: Verdict | None

    @property
    def address(self) -> Address:
        """Where the record stands."""
        return Address(self.source_table, self.file_sha256, self.row_no)

    @property
    def state(self) -> str:
        """open, fixed, accepted or rejected."""
        return self.verdict.outcome if self.verdict else "open"


@dataclass(frozen=True)
class Wanted:
    """Which records are meant; None means any. `file` is a name, its end, or the beginning of a SHA-256."""

    table: str | None = None
    rule: str | None = None
    file: str | None = None
    row: int | None = None
    state: str | None = None

    def fits(self, kept: Kept) -> bool:
        """Whether a record is meant."""
        return (
            self.table in (None, kept.source_table)
            and self.rule in (None, kept.rule_id)
            and self.row in (None, kept.row_no)
            and self.state in (None, kept.state)
            and (self.file is None or _is_file(kept, self.file))
        )

    def __str__(self) -> str:
        named = {name: value for name, value in vars(self).items() if value is not None}
        return ", ".join(f"{name} {value}" for name, value in named.items()) or "any"


def kept_out(lake: Lake) -> tuple[Kept, ...]:
    """Everything ever kept out, with what was decided on it up to this moment.

    Raises:
        LakeBusy: A refresh holds the working warehouse.
    """
    found = standing(read_decisions(lake.zone))
    with opened(lake.settings) as connection:
        connection.register("load", _ledger(lake, LOAD, LOAD_SCHEMA))
        connection.register("quarantine", _ledger(lake, QUARANTINE, QUARANTINE_SCHEMA))
        connection.register("finding", _findings(connection))
        rows = connection.execute(QUERY.read_text(encoding="utf-8")).fetchall()
    return tuple(Kept(*(*row, found.of(Address(row[1], row[3], row[4]), row[5]))) for row in rows)


def choose(records: Iterable[Kept], wanted: Wanted) -> tuple[Kept, ...]:
    """The records that are meant.

    Raises:
        NoSuchRecord: There is none.
    """
    if chosen := tuple(kept for kept in records if wanted.fits(kept)):
        return chosen
    raise NoSuchRecord(
        f"隔离区没有这样的记录：{wanted}；用 medlake quarantine list 查看 | "
        f"nothing in quarantine fits {wanted}; see what there is with `medlake quarantine list`"
    )


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working warehouse, read-only; an empty one before the first refresh."""
    if not settings.build_path.is_file():
        with duckdb.connect() as connection:
            yield connection
        return
    try:
        connection = connect(settings.build_path, read_only=True, settings=settings)
    except duckdb.IOException as error:
        raise LakeBusy(
            "刷新正在进行，请稍后再试 | a refresh is under way; try again when it has ended"
        ) from error
    with connection:
        yield connection


def whole(records: Iterable[Kept], chosen: Iterable[Kept]) -> tuple[Kept, ...]:
    """The chosen records with every rule that kept them out, not only those asked for."""
    addresses = {kept.address for kept in chosen}
    return tuple(kept for kept in records if kept.address in addresses)


def by_address(records: Iterable[Kept]) -> dict[Address, Sequence[Kept]]:
    """The rules of each record together."""
    grouped: dict[Address, list[Kept]] = {}
    for kept in records:
        grouped.setdefault(kept.address, []).append(kept)
    return {address: tuple(those) for address, those in grouped.items()}


def _is_file(kept: Kept, file: str) -> bool:
    is_hash = len(file) >= 6 and kept.file_sha256.startswith(file)
    return is_hash or kept.file_name == file or kept.file_name.endswith(f"/{file}")


def _ledger(lake: Lake, name: str, schema: pa.Schema) -> pa.Table:
    return lake.zone.read(name, schema.names) if lake.zone.exists(name) else schema.empty_table()


def _findings(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    views = "SELECT 1 FROM duckdb_views() WHERE schema_name = 'typed' AND view_name = 'finding'"
    if not connection.execute(views).fetchall():
        return NO_FINDINGS.empty_table()
    return connection.execute(FINDINGS).to_arrow_table()
