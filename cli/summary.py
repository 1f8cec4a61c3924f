"""What a refresh came to, for people and for machines; read from the release alone."""

from typing import Any

import duckdb

from cli.console import out, print_table
from lakehouse.releases import Release, open_release
from lakehouse.settings import Settings

QUESTIONS = {
    "files": """
        SELECT status, count(DISTINCT file_sha256) AS files, sum(rows_in) AS rows_in,
               sum(rows_loaded) AS rows_loaded, sum(rows_quarantined) AS rows_quarantined,
               sum(rows_rejected) AS rows_rejected
        FROM mart.file GROUP BY status ORDER BY status""",
    "conservation": """
        SELECT stage_code, count(*) AS tables, sum(rows_in) AS rows_in, sum(rows_out) AS rows_out,
               sum(rows_merged) AS rows_merged, sum(rows_quarantined) AS rows_quarantined,
               sum(rows_rejected) AS rows_rejected, bool_and(is_balanced) AS is_balanced
        FROM mart.conservation GROUP BY stage_code
        ORDER BY CASE stage_code WHEN 'landing' THEN 1 WHEN 'raw' THEN 2 WHEN 'stg' THEN 3 ELSE 4 END""",
    "findings": """
        SELECT rule_id, action, count(*) AS findings FROM mart.finding
        GROUP BY rule_id, action ORDER BY findings DESC, rule_id, action LIMIT 12""",
    "kpi": """
        SELECT d.name_en || ' / ' || d.name_zh AS kpi, k.site_code AS site, max(k.month) AS latest_month,
               arg_max(k.value, k.month) AS latest_value, d.unit_code AS unit
        FROM mart.kpi_monthly k JOIN mart.kpi_definition d USING (kpi_code)
        WHERE k.value IS NOT NULL GROUP BY ALL ORDER BY kpi, site""",
}


def summary_of(settings: Settings, release: Release) -> dict[str, Any]:
    """The summary as plain data."""
    with open_release(settings, release.number) as connection:
        answers = {name: _rows(connection, sql) for name, sql in QUESTIONS.items()}
    return {
        "release": release.name,
        "released_at": release.manifest["released_at"],
        "gates": release.manifest["gates"],
        **answers,
    }


def print_summary(settings: Settings, release: Release) -> None:
    """The summary as tables, and where to look next."""
    summary = summary_of(settings, release)
    _print(summary, "files", "Files and records: in = loaded + quarantined + rejected")
    _print(summary, "conservation", "Conservation: in = out + merged + quarantined + rejected")
    _print(summary, "findings", "Findings by rule (most frequent)")
    _print_gates(release.manifest["gates"])
    _print(summary, "kpi", "KPI, latest month with a value")
    out.print(f"\n[bold green]Release {release.name}[/] of {summary['released_at']} is current.")
    out.print(f"  file        {release.warehouse_path}")
    out.print('  ask it      medlake sql "SELECT * FROM mart.kpi_monthly LIMIT 5"')
    out.print("  follow one  medlake trace <lot, serial or scanned UDI>")
    out.print("  dossier     medlake report build lot_dossier lot=<lot> --by <who>   medlake report list")
    out.print("  see checks  medlake quality docs   (Great Expectations Data Docs)")
    out.print("  see it      make up   (dashboards and Dagster UI on loopback)")


def _print(summary: dict[str, Any], name: str, title: str) -> None:
    rows = summary[name]
    if rows:
        columns = list(rows[0])
        print_table(
            title, [column.replace("_", " ") for column in columns], [list(row.values()) for row in rows]
        )


def _print_gates(gates: dict[str, Any]) -> None:
    failed = gates["not_green"]
    rows = [
        (
            stage,
            count,
            count - sum(row["stage"] == stage for row in failed),
            sum(row["stage"] == stage and row["severity"] == "warn" for row in failed),
            sum(row["stage"] == stage and row["severity"] == "block" for row in failed),
        )
        for stage, count in sorted(
            gates["rules"].items(), key=lambda item: "raw stg core mart".index(item[0])
        )
    ]
    print_table("Gates (Great Expectations)", ("stage", "rules", "green", "warnings", "blocking"), rows)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = connection.execute(sql)
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
