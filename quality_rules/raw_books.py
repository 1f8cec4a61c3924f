"""The books of the ingest against what really lies in the raw zone, checked by every gate of the raw stage.

medlake__load, medlake__quarantine and every raw table -> three blocking rules, one query each.
They find what no reader could see: rows lost or doubled behind the books, and files no account knows.
"""

from collections.abc import Sequence
from decimal import Decimal

from quality_rules.suites.reader import SQL_EXPECTATION, Rule

LOAD = "raw.medlake__load"


def book_rules(tables: Sequence[str]) -> tuple[Rule, ...]:
    """Rules over the books and these raw tables."""
    loads = f"SELECT count(*) FROM {LOAD}"
    return (
        _rule(
            "RAW-CON-001",
            counted_files(tables),
            loads,
            "原始区行数与装载账一致",
            "Raw rows equal the loads' account",
        ),
        _rule(
            "RAW-CON-002", KEPT_ASIDE, loads, "隔离区行数与装载账一致", "Quarantine equals the loads' account"
        ),
        _rule("RAW-CON-003", UNEQUAL, loads, "每次装载的记录守恒", "Records of every load add up"),
    )


def counted_files(tables: Sequence[str]) -> str:
    """Files whose rows in the raw zone are not as many as their load says, or that no load knows."""
    branches = " UNION ALL ".join(
        f"SELECT '{name}' AS source_table, _file_sha256 AS file_sha256, count(*) AS rows_raw "
        f'FROM raw."{name}" GROUP BY _file_sha256'
        for name in tables
    )
    return f"""
        WITH counted AS ({branches}), loaded AS (
          SELECT source_table, file_sha256, min(file_name) AS file_name, sum(rows_loaded) AS rows_loaded
          FROM {LOAD} WHERE status = 'loaded' GROUP BY source_table, file_sha256
        )
        SELECT coalesce(l.source_table, c.source_table) AS source_table, l.file_name,
          coalesce(l.file_sha256, c.file_sha256) AS file_sha256, l.rows_loaded, c.rows_raw
        FROM loaded AS l
        FULL JOIN counted AS c ON c.source_table = l.source_table AND c.file_sha256 = l.file_sha256
        WHERE coalesce(l.rows_loaded, 0) <> coalesce(c.rows_raw, 0) ORDER BY ALL"""


KEPT_ASIDE = f"""
    WITH kept AS (SELECT load_id, count(*) AS rows_kept FROM raw.medlake__quarantine GROUP BY load_id)
    SELECT coalesce(l.load_id, k.load_id) AS load_id, l.source_table, l.file_name, l.rows_quarantined,
      k.rows_kept
    FROM {LOAD} AS l FULL JOIN kept AS k ON k.load_id = l.load_id
    WHERE coalesce(l.rows_quarantined, 0) <> coalesce(k.rows_kept, 0) ORDER BY ALL"""
UNEQUAL = f"""
    SELECT load_id, source_table, file_name FROM {LOAD}
    WHERE rows_in IS DISTINCT FROM rows_loaded + rows_quarantined + rows_rejected ORDER BY ALL"""


def _rule(rule_id: str, query: str, checked: str, title_zh: str, title_en: str) -> Rule:
    return Rule(
        id=rule_id,
        stage="raw",
        table=LOAD,
        expectation=SQL_EXPECTATION,
        kwargs={"unexpected_rows_query": query},
        severity="block",
        tolerance=Decimal(0),
        dimension="completeness",
        title_zh=title_zh,
        title_en=title_en,
        source="contracts",
        checked_sql=checked,
    )
