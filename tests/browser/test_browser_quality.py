"""The quality page on a real release: charts, records and scores are those of SQL, in both languages."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.checks import violations
from tests.browser.reader import metric, section, table_rows
from tests.browser.released_lake import ReleasedLake
from tests.browser.script_runs import settled

SECTIONS = {
    "zh": ("统计过程控制", "缺陷帕累托", "不合格 · 偏差 · CAPA · 投诉", "供应商评分"),
    "en": (
        "Process control (SPC)",
        "Pareto of defects",
        "NCR · deviation · CAPA · complaint",
        "Supplier scorecards",
    ),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_quality_is_accessible(visit: Any, lang: str) -> None:
    """Prevents a section whose text is too pale or whose charts and controls a screen reader cannot name."""
    page = visit("quality", lang)
    for name in SECTIONS[lang]:
        section(page, name)
        assert violations(page) == [], name


def test_every_stream_of_measurements_is_listed_once(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents a characteristic that nobody watches, and charts that mix products or specifications."""
    page = visit("quality", "en")
    streams, values = released_lake.rows("SELECT count(DISTINCT stream_id), count(*) FROM mart.spc_value")[0]
    listed = table_rows(page)
    measured = [row for row in listed if "share defective" not in row[2]]
    assert len(measured) == streams > 20
    assert sum(int(row[5]) for row in measured if row[4] == "I‑MR") == released_lake.value(
        "SELECT count(*) FROM (SELECT stream_id FROM mart.spc_value GROUP BY ALL "
        "HAVING count(*) = count(DISTINCT subgroup_id) AND count(DISTINCT value) > 1) "
        "JOIN mart.spc_value USING (stream_id)"
    )
    assert values > 100
    drawn, none = int(metric(page, "Charts")), int(metric(page, "No chart"))
    assert drawn + none == len(listed)


def test_records_are_those_of_sql(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents an overdue record that the page does not show, and a count nobody can find again."""
    page = visit("quality", "en")
    section(page, SECTIONS["en"][2])
    page.get_by_role("radio", name="CAPA", exact=True).click()
    settled(page)
    known = released_lake.rows(
        "SELECT record_no, overdue_days FROM mart.quality_record WHERE kind_code = 'capa' AND is_open "
        "ORDER BY overdue_days DESC NULLS LAST, age_days DESC, record_no"
    )
    assert int(metric(page, "Open")) == len(known)
    assert int(metric(page, "Overdue")) == sum(days > 0 for _, days in known if days is not None)
    if known:
        assert [row[0] for row in table_rows(page)] == [number for number, _ in known]


def test_scores_follow_their_formula(visit: Any, released_lake: ReleasedLake) -> None:
    """Prevents a score that is not the one its own formula gives."""
    page = visit("quality", "en")
    section(page, SECTIONS["en"][3])
    expect(page.get_by_text("no source delivers them")).to_be_visible()
    parts: dict[tuple[str, str], list[tuple[Any, int]]] = {}
    for site, name, points, weight in released_lake.rows(
        "SELECT site_code, COALESCE(supplier_name, supplier_id), points, weight_pct FROM mart.supplier_score "
        "LEFT JOIN core.supplier USING (supplier_id)"
    ):
        parts.setdefault((name, site), []).append((points, weight))
    for row in table_rows(page):
        known = [(points, weight) for points, weight in parts[row[0], row[1]] if points is not None]
        if known:
            exact = sum(points * weight for points, weight in known) / sum(weight for _, weight in known)
            assert abs(float(exact) - float(row[2].replace(",", ""))) <= 0.0051, row
        else:
            assert row[2] == "–"


def test_a_chart_names_its_limits_and_its_refusals(visit: Any) -> None:
    """Prevents a control chart without its basis, or a Cpk of a handful of points."""
    page = visit("quality", "en")
    expect(page.get_by_text(re.compile("limits estimated from these"))).to_be_visible()
    refused = [row for row in table_rows(page) if row[9] == "–" and row[4] in ("I‑MR", "X̄-R")]
    assert refused and all(row[10] != "–" for row in refused)
