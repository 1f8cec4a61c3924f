"""What differs between two reads of a relation: rows that are new or changed, and rows that are gone.

Parquet of text (now) and Parquet of text (before) -> DuckDB, in bounded memory -> rows to load, in the order
of their key. Both files are handed over as Arrow data sets, never as names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from quality_rules.contract_database import quoted

MEMORY = "512MB"
ROWS = 100_000


@dataclass(frozen=True)
class Changes:
    """Two reads to compare; `mark` is the column that says "deleted", None when deletions are not sought."""

    now: Path
    before: Path | None
    key: tuple[str, ...]
    mark: str | None
    scratch: Path

    def changed(self) -> Iterator[pa.RecordBatch]:
        """Rows that were not there before in exactly these words."""
        if self.before is None or pq.read_schema(self.before).names != pq.read_schema(self.now).names:
            yield from self._all()
            return
        same = self._same(pq.read_schema(self.now).names)
        yield from self._rows(
            f"SELECT n.*{self._marked('false')} FROM now AS n ANTI JOIN before AS b ON {same}", "n"
        )

    def deleted(self) -> Iterator[pa.RecordBatch]:
        """Rows whose key is gone, in the words last read."""
        if self.before is None or self.mark is None:
            return
        had = set(pq.read_schema(self.before).names)
        names = pq.read_schema(self.now).names
        words = ", ".join(
            f"{'b.' + quoted(name) if name in had else 'NULL::TEXT'} AS {quoted(name)}" for name in names
        )
        gone = f"FROM before AS b ANTI JOIN now AS n ON {self._same(self.key)}"
        yield from self._rows(f"SELECT {words}{self._marked('true')} {gone}", "b")

    def _all(self) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(self.now) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                if self.mark:
                    batch = batch.append_column(self.mark, pa.repeat(pa.scalar("false"), batch.num_rows))
                yield batch

    def _marked(self, value: str) -> str:
        return f", '{value}' AS {quoted(self.mark)}" if self.mark else ""

    @staticmethod
    def _same(names: tuple[str, ...] | list[str]) -> str:
        return " AND ".join(f"n.{quoted(name)} IS NOT DISTINCT FROM b.{quoted(name)}" for name in names)

    def _rows(self, sql: str, side: str) -> Iterator[pa.RecordBatch]:
        order = ", ".join(f"{side}.{quoted(name)}" for name in self.key)
        with self._engine() as engine:
            yield from engine.execute(f"{sql} ORDER BY {order}").fetch_record_batch(ROWS)

    @contextmanager
    def _engine(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(self.scratch)}) as engine:
            engine.register("now", ds.dataset([str(self.now)]))
            engine.register("before", ds.dataset([str(self.before)]))
            yield engine
