"""Databases as sources: what changed since the last load becomes an original, and goes the way of any file.

contract + connection -> one read-only snapshot, all values as text -> compared with what was read before ->
an extract (Parquet with its manifest inside), kept by sha256 -> reader -> raw zone -> accounts.
Where a source stands is read from the loads; there is no second truth that could run ahead of them.
"""

from pipelines.ingest.sources.run import Taken, take_databases

__all__ = ["Taken", "take_databases"]
