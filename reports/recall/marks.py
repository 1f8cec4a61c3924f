"""The mark of a drill, on every file name and in every document: nobody may take it for a recall."""

from __future__ import annotations

from reports.recall.request import DRILL, RecallRequest
from reports.recall.sheets import Sheet, csv_bytes
from reports.recall.tables import both

DRILL_PREFIX = "DRILL-演练_"


def marked(name: str, request: RecallRequest) -> str:
    """Return a file name that says it belongs to a drill, when it does; folders keep their names."""
    if not request.is_drill:
        return name
    head, slash, tail = name.rpartition("/")
    return f"{head}{slash}{DRILL_PREFIX}{tail}"


def drill_words(request: RecallRequest) -> dict[str, str]:
    """The words every JSON document of a drill carries."""
    return {"drill": DRILL} if request.is_drill else {}


def notes(request: RecallRequest) -> dict[str, str]:
    """Lines at the head of every sheet."""
    banner = {DRILL: both("drill.banner")} if request.is_drill else {}
    return {**banner, both("recall_no"): request.number}


def csv_of(sheet: Sheet, request: RecallRequest) -> bytes:
    """Return a table as CSV; of a drill with a first column that says so in every row."""
    if not request.is_drill:
        return csv_bytes(sheet.header, sheet.rows)
    return csv_bytes([DRILL, *sheet.header], ((DRILL, *row) for row in sheet.rows))
