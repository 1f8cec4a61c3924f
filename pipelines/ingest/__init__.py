"""Ingest: from landing files to the raw zone, without any orchestrator.

find -> admit (original kept by sha256) -> read against the contract -> commit -> account.
"""

from pipelines.ingest.news import pending
from pipelines.ingest.report import IngestReport, LoadRecord, RejectedFile, TableLoad
from pipelines.ingest.run import ingest

__all__ = ["IngestReport", "LoadRecord", "RejectedFile", "TableLoad", "ingest", "pending"]
