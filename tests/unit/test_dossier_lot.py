"""The lot dossier: complete, escaped, honest about what is missing, and the same bytes every time."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from lakehouse.releases import Release, open_release
from reports.frame import ReportInvalid, canonical_json, manifest_of
from reports.language import LOCALES, load
from reports.lot_dossier import (
    LotNotFound,
    build,
    render_html,
    render_json,
    validate,
    write_html,
    write_json,
)

SET_LOT = "A:10000123:B26010501"


def _scratch() -> ModuleType:
    path = Path(__file__).parents[1] / "browser" / "scratch_release.py"
    spec = importlib.util.spec_from_file_location("scratch_release", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, Release]]:
    """The scratch release and a read-only connection to it."""
    scratch = _scratch()
    folder = tmp_path_factory.mktemp("lake") / "data"
    release = scratch.publish_scratch(folder)
    with open_release(scratch.settings_for(folder), release.number) as con:
        yield con, release


Opened = tuple[duckdb.DuckDBPyConnection, Release]


@pytest.mark.parametrize("locale", LOCALES)
def test_same_release_gives_same_bytes(opened: Opened, locale: str, tmp_path: Path) -> None:
    """Prevents a clock, a random order or a machine's setting from getting into a report."""
    con, release = opened
    first, second = (build(con, release, SET_LOT, locale) for _ in range(2))
    assert render_html(first) == render_html(second)
    assert render_json(first) == render_json(second)
    assert write_html(first, tmp_path).read_bytes() == render_html(second)
    assert write_json(first, tmp_path).read_bytes() == render_json(second)


def test_names_the_release_it_was_made_from(opened: Opened) -> None:
    """Prevents a printed dossier that nobody can check against its data."""
    con, release = opened
    dossier = build(con, release, SET_LOT, "en")
    sha256 = release.manifest["warehouse"]["sha256"]
    page = render_html(dossier).decode()
    assert json.loads(render_json(dossier))["manifest"]["warehouse_sha256"] == sha256
    assert sha256 in page
    assert dossier.manifest.inputs_sha256 in page
    assert dossier.manifest.release == "000001"


def test_markup_in_data_stays_text(opened: Opened) -> None:
    """Prevents a supplier name or a measured value from becoming part of the page."""
    con, release = opened
    page = render_html(build(con, release, SET_LOT, "zh")).decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>蓝天" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_says_what_is_missing(opened: Opened) -> None:
    """Prevents a dossier that looks complete because nothing was recorded."""
    con, release = opened
    states = {need.code: need.state for need in build(con, release, SET_LOT, "zh").needs}
    assert states == {
        "master_record": "present",
        "udi": "present",
        "manufactured_date": "present",
        "expiry_date": "present",
        "production_order": "present",
        "operations": "present",
        "calibration": "attention",
        "final_inspection": "present",
        "inspection_results": "present",
        "release_decision": "present",
        "released_before_shipped": "present",
        "origin": "attention",
        "balance": "attention",
        "posting_findings": "attention",
        "open_quality_events": "attention",
    }
    bare = {n.code: n.state for n in build(con, release, "A:10000123:B26010502", "zh").needs}
    missing = {code for code, state in bare.items() if state == "missing"}
    assert missing == {
        "manufactured_date",
        "expiry_date",
        "operations",
        "calibration",
        "final_inspection",
        "inspection_results",
        "release_decision",
        "released_before_shipped",
        "balance",
    }


def test_a_bought_lot_needs_other_papers(opened: Opened) -> None:
    """Prevents a purchased lot from being asked for production papers, or spared its incoming inspection."""
    con, release = opened
    states = {need.code: need.state for need in build(con, release, "A:30000001:R2501", "zh").needs}
    assert (states["receipt"], states["supplier"], states["incoming_inspection"]) == (
        "present",
        "present",
        "missing",
    )
    assert "production_order" not in states


@pytest.mark.parametrize("lot_id", ["A:10000123:B26010510", "B26010501", "'; DROP TABLE core.lot; --"])
def test_unknown_lot_names_close_ones(opened: Opened, lot_id: str) -> None:
    """Prevents an empty dossier for a lot that does not exist."""
    con, release = opened
    with pytest.raises(LotNotFound) as raised:
        build(con, release, lot_id, "en")
    assert "close ones: " in str(raised.value)
    assert ("B26010501" in str(raised.value)) == lot_id.endswith(("B26010510", "B26010501"))


def test_refuses_parts_of_different_lots(opened: Opened) -> None:
    """Prevents a dossier that mixes two lots."""
    con, release = opened
    dossier = build(con, release, SET_LOT, "en")
    other = build(con, release, "A:10000123:B26010502", "en")
    with pytest.raises(ReportInvalid):
        validate(dataclasses.replace(dossier, forward=other.forward))


def test_refuses_a_release_that_cannot_be_checked(opened: Opened) -> None:
    """Prevents a report whose manifest has holes."""
    _, release = opened
    bare = Release(1, release.path, {"released_at": "2026-01-31T16:30:00+00:00", "inputs": {"files": []}})
    with pytest.raises(ReportInvalid, match="warehouse"):
        manifest_of(bare, report_code="lot_dossier", report_version="1.0.0")


def test_refuses_floats_and_unknown_languages(opened: Opened) -> None:
    """Prevents numbers that differ between machines, and a silent fall-back language."""
    con, release = opened
    with pytest.raises(TypeError):
        canonical_json({"qty": 0.1})
    with pytest.raises(ValueError, match="no language 'fr'"):
        build(con, release, SET_LOT, "fr")


@pytest.mark.parametrize("package", ["reports", "dashboards"])
def test_catalogues_have_the_same_words(package: str) -> None:
    """Prevents a page that breaks in one language only."""
    zh, en = (load(package, locale).words for locale in LOCALES)
    assert set(zh) == set(en)
    assert len(zh) > 50
