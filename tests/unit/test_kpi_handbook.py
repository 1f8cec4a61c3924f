"""The KPI handbook says what the warehouse computes."""

import re
from pathlib import Path

from pipelines.kpi_handbook import DEFINITIONS, PAGE, ROOT, TARGETS, handbook, read_rows

KPI_MODELS = [ROOT / "models" / "mart" / f"{name}.sql" for name in ("kpi_part", "kpi_monthly")]


def test_page_equals_definitions() -> None:
    """Prevents a handbook that people read and a definition that the warehouse serves from drifting apart."""
    assert PAGE.read_text(encoding="utf-8") == handbook(read_rows(DEFINITIONS), read_rows(TARGETS))


def test_every_computed_kpi_is_defined_once() -> None:
    """Prevents a number on a dashboard that no definition explains, and a definition without a number."""
    sql = "".join(model.read_text(encoding="utf-8") for model in KPI_MODELS)
    computed = re.findall(
        r"SELECT (?:site_code, )?'([a-z0-9_]{3,})'(?: AS kpi_code)?, (?:site_code|month)", sql
    )
    defined = {row["kpi_code"] for row in read_rows(DEFINITIONS)}
    assert set(computed) == defined


def test_definitions_are_complete_and_point_to_a_model() -> None:
    """Prevents empty words in either language and a drill-down into a table that is not there."""
    for row in read_rows(DEFINITIONS):
        assert all(value.strip() for value in row.values()), row["kpi_code"]
        layer, table = row["mart_name"].split(".")
        assert Path(ROOT, "models", layer, f"{table}.sql").exists(), row["mart_name"]
