"""The records behind every KPI on whole lakes: none forgotten, none invented, each with its address."""

import duckdb
import pytest

from lineage.kpi_records import RECORDS, KpiCell, explained_kpis, records, source_tables, total
from lineage.why import NoWay

PARTS = "site_code, month, product_id, operation_code, equipment_id, supplier_id"
SUMS = ", ".join(
    f"sum(CAST({column} AS DECIMAL(28, 6)))::DECIMAL(28, 6) AS {column}"
    for column in ("numerator", "denominator")
)
# Records of these have no address of their own: a product's rolled yield is made of all its first passes.
ADDRESSLESS = {"rolled_yield_median"}


def test_every_kpi_has_its_records(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents a KPI that nobody can look behind, and records of a KPI that is gone."""
    defined = {code for (code,) in clean.execute("SELECT kpi_code FROM mart.kpi_definition").fetchall()}
    assert defined == set(explained_kpis())
    with pytest.raises(NoWay, match="oee_x"):
        source_tables(clean, "oee_x")


@pytest.mark.parametrize("lake", ["clean", "defects"])
@pytest.mark.parametrize("kpi_code", explained_kpis())
def test_records_sum_up_to_every_part_of_the_kpi(
    kpi_code: str, lake: str, request: pytest.FixtureRequest
) -> None:
    """Prevents a list of records that is not what the number counts: every part and month, every digit."""
    con = request.getfixturevalue(lake)
    query = (RECORDS / f"{kpi_code}.sql").read_text(encoding="utf-8")
    until = "month <= (SELECT as_of_date FROM mart.as_of)"
    ours = f"SELECT {PARTS}, {SUMS} FROM ({query}) WHERE {until} GROUP BY ALL"
    mine = f"kpi_code = '{kpi_code}' AND {until}"
    kept = f"SELECT {PARTS}, numerator, denominator FROM mart.kpi_part WHERE {mine}"
    if not con.sql(f"SELECT * FROM ({kept}) LIMIT 1").fetchall():
        whole = "site_code, month, '', '', '', '', numerator, denominator"
        kept = f"SELECT {whole} FROM mart.kpi_monthly WHERE {mine}"
    # A supplier's row of zeros counts nothing, so there are no records of it.
    counted = f"SELECT * FROM ({kept}) WHERE numerator IS NULL OR numerator <> 0 OR denominator <> 0"
    known = f"SELECT * FROM ({ours}) WHERE numerator IS NULL OR numerator <> 0 OR denominator <> 0"
    assert con.sql(f"SELECT count(*) FROM ({counted})").fetchall()[0][0] > 0
    for one, other in ((counted, known), (known, counted)):
        assert con.sql(f"({one}) EXCEPT ALL ({other}) ORDER BY ALL LIMIT 5").fetchall() == []


@pytest.mark.parametrize("kpi_code", explained_kpis())
def test_records_have_an_address_and_the_worst_come_first(
    kpi_code: str, clean: duckdb.DuckDBPyConnection
) -> None:
    """Prevents a record that leads to no file, a limit that hides the bad ones, a total of shown rows."""
    better, month = clean.execute(
        "SELECT better_code, (SELECT max(month) FROM mart.kpi_monthly AS k WHERE k.kpi_code = d.kpi_code "
        "AND month <= (SELECT as_of_date FROM mart.as_of)) FROM mart.kpi_definition AS d WHERE kpi_code = ?",
        [kpi_code],
    ).fetchall()[0]
    cell = KpiCell(kpi_code, ("A", "B"), month)
    whole, first = records(clean, cell, better), records(clean, cell, better, 2)
    assert first == whole[:2] and total(clean, cell).record_count == len(whole)
    if kpi_code not in ADDRESSLESS:
        assert all(record.file_name and record.row_no for record in whole)
        assert {record.source_table for record in whole} <= set(source_tables(clean, kpi_code))
    ratios = [r for r in whole if r.numerator is not None and r.denominator is not None]
    worse = [r.numerator < r.denominator if better == "higher" else r.numerator > 0 for r in ratios]
    assert worse == sorted(worse, reverse=True)
