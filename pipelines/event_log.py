"""Dagster's event log in one SQLite file over kept connections.

The stock storage opens and closes a file for every event; a refresh writes some thousand events, which took
longer than the refresh itself. What must survive a power cut lies in the raw zone and the outbox, not here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as db
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy.engine import Connection, Engine

BUSY_TIMEOUT_SECONDS = 60


class PooledEventLogStorage(ConsolidatedSqliteEventLogStorage):
    """The consolidated event log with a pool; named in pipelines/dagster.yaml."""

    @cached_property
    def _engine(self) -> Engine:
        engine = db.create_engine(self._conn_string, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        db.event.listen(engine, "connect", _relax_synchronous)
        return engine

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the log has a table; asked for every event, so it uses the pool too."""
        return bool(db.inspect(self._engine).has_table(table_name))


def _relax_synchronous(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
