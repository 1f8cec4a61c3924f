"""The way back from KPI cells on a whole lake: as many source rows as the number counts."""

import duckdb
import pytest

from lineage.why import sources

COUNTED = {
    "mart.batch_pass_rate": ("decided_lots", {"released_lots", "concession_lots", "rejected_lots"}),
    "mart.supplier_performance": ("inspected_lots", {"inspected_lots"}),
}
KEYS = {
    "mart.batch_pass_rate": ("site_code", "product_id", "month"),
    "mart.supplier_performance": ("site_code", "supplier_id", "month"),
}


@pytest.mark.parametrize("table", COUNTED)
def test_a_kpi_is_explained_by_as_many_rows_as_it_counts(
    clean: duckdb.DuckDBPyConnection, table: str
) -> None:
    """Prevents an explanation that has drifted away from the model it explains."""
    counter, parts = COUNTED[table]
    keys = KEYS[table]
    cells = clean.execute(
        f"SELECT {', '.join(keys)}, {counter} FROM {table} ORDER BY ALL LIMIT 60"
    ).fetchall()
    assert sum(cell[-1] for cell in cells) > 20
    for *key, count in cells:
        found = [
            row
            for row in sources(clean, table, dict(zip(keys, key, strict=True)))
            if row.part in parts and row.file_name
        ]
        assert len(found) == count, key
