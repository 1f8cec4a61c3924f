"""What decisions will change: those the working warehouse has not taken into account yet.

decisions now against typed.verdict -> awaited() -> per table, records by what becomes of them
"""

from collections import Counter

from pipelines.lake import Lake
from pipelines.quarantine.records import opened
from quality_rules.quarantine.decision import read_decisions
from quality_rules.quarantine.standing import standing

OUTCOMES = ("fixed", "accepted", "rejected", "corrected")


def awaited(lake: Lake) -> list[dict[str, int | str]]:
    """Tables the next refresh types again, with the number of records by outcome; reopened: taken back.

    Raises:
        LakeBusy: A refresh holds the working warehouse.
    """
    of_record = standing(read_decisions(lake.zone)).verdicts.values()
    now: set[tuple[tuple[str, str, int], str, str]] = {
        ((v.source_table, v.file_sha256, v.row_no), v.outcome, v.decision_id)
        for them in of_record
        for v in them
    }
    built = _built(lake)
    counts = Counter((address[0], outcome) for address, outcome, _ in now - built)
    decided = {address for address, *_ in now}
    counts += Counter((address[0], "reopened") for address in {a for a, *_ in built} - decided)
    tables = sorted({table for table, _ in counts})
    names = (*OUTCOMES, "reopened")
    return [{"table": table, **{name: counts[table, name] for name in names}} for table in tables]


def _built(lake: Lake) -> set[tuple[tuple[str, str, int], str, str]]:
    with opened(lake.settings) as connection:
        tables = "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'typed' AND table_name = 'verdict'"
        if not connection.execute(tables).fetchall():
            return set()
        rows = connection.execute(
            "SELECT source_table, file_sha256, row_no, outcome, decision_id FROM typed.verdict"
        ).fetchall()
    return {(row[:3], row[3], row[4]) for row in rows}
