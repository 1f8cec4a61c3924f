"""One look into a database: a read-only transaction that sees a single moment, through ADBC.

connection -> REPEATABLE READ, READ ONLY -> cursor. Whatever goes wrong costs this source only and is told
without the password.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_manager.dbapi import Cursor
from adbc_driver_postgresql import StatementOptions, dbapi

from lakehouse.connections import Connection
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

BATCH_BYTES = 4 << 20
# The words of every text: ISO dates, UTC, hex bytes, all digits of a float. A lock held too long is an error.
SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL lock_timeout = '30s'",
)


class BrokenOff(Exception):
    """The stream of rows ended before its end; pyarrow reports it as an error of its own."""


@contextmanager
def snapshot(connection: Connection) -> Iterator[Cursor]:
    """A cursor inside the transaction; rolled back at the end, as there is nothing to commit.

    Raises:
        FileRejected: DQ-SRC-001 when nobody answers, DQ-SRC-002 when reading fails or breaks off.
    """
    try:
        opened = dbapi.connect(connection.secret_uri())
    except Error as error:
        raise _failed(Rule.SOURCE_UNREACHABLE, connection, "无法连接", "cannot be reached", error) from error
    try:
        with opened, opened.cursor() as cursor:
            for setting in SETTINGS:
                cursor.execute(setting)
            yield cursor
    except (Error, BrokenOff) as error:
        raise _failed(Rule.SOURCE_BROKE, connection, "读取失败", "could not be read", error) from error


def stream(cursor: Cursor, sql: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Runs a query; gives the columns of its result and its rows, in batches of bounded size."""
    cursor.adbc_statement.set_options(**{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(BATCH_BYTES)})
    cursor.execute(sql)
    reader = cursor.fetch_record_batch()
    return reader.schema, _batches(reader)


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    with reader:
        while True:
            try:
                batch = reader.read_next_batch()
            except StopIteration:
                return
            except (OSError, pa.ArrowException) as error:
                raise BrokenOff(str(error)) from error
            yield batch


def _failed(rule: Rule, connection: Connection, zh: str, en: str, error: Exception) -> FileRejected:
    words = " ".join(connection.without_secret(str(error)).split())
    reason = f"数据库连接 {connection.name} {zh}：{words} | Connection {connection.name} {en}: {words}"
    return FileRejected(rule, reason)
