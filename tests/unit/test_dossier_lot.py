"""The lot dossier: complete, escaped, honest about what is missing, and the same bytes every time."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import duckdb
import pytest
import yaml
from pypdf import PdfReader

from lakehouse.releases import Release, open_release
from reports.form import release_day
from reports.frame import ReportInvalid, canonical_json, manifest_of
from reports.language import LOCALES, Locale, load
from reports.lot_dossier import (
    Dossier,
    Facts,
    LotNotFound,
    build,
    judge,
    known_locale,
    render_html,
    render_json,
    requirements,
    validate,
)
from reports.lot_dossier.batch import LotsMade, lots_made, write_dossiers
from reports.lot_dossier.form import files_of
from reports.lot_dossier.needs import JUDGES, State
from reports.lot_dossier.paper import render_pdf
from tests.browser import scratch_release

SET_LOT = "A:10000123:B26010501"
ON = date(2026, 1, 31)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, Release]]:
    """The scratch release and a read-only connection to it."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    release = scratch_release.publish_scratch(folder)
    with open_release(scratch_release.settings_for(folder), release.number) as con:
        yield con, release


Opened = tuple[duckdb.DuckDBPyConnection, Release]


@pytest.mark.parametrize("locale", LOCALES)
def test_same_release_gives_same_bytes(opened: Opened, locale: Locale) -> None:
    """Prevents a clock, a random order or a machine's setting from getting into a report."""
    con, release = opened
    first, second = (build(con, release, SET_LOT, ON) for _ in range(2))
    assert render_html(first, locale) == render_html(second, locale)
    assert render_json(first) == render_json(second)


def test_names_the_release_it_was_made_from(opened: Opened) -> None:
    """Prevents a printed dossier that nobody can check against its data."""
    con, release = opened
    dossier = build(con, release, SET_LOT, ON)
    sha256 = release.manifest["warehouse"]["sha256"]
    page = render_html(dossier, "en").decode()
    assert json.loads(render_json(dossier))["manifest"]["warehouse_sha256"] == sha256
    assert sha256 in page
    assert dossier.manifest.inputs_sha256 in page
    assert dossier.manifest.release == "000001"


def test_markup_in_data_stays_text(opened: Opened) -> None:
    """Prevents a supplier name or a measured value from becoming part of the page."""
    con, release = opened
    page = render_html(build(con, release, SET_LOT, ON), "zh").decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>蓝天" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_says_what_is_missing(opened: Opened) -> None:
    """Prevents a dossier that looks complete because nothing was recorded."""
    con, release = opened
    states = {need.code: need.state for need in build(con, release, SET_LOT, ON).needs}
    assert states == {
        "master_record": "present",
        "udi": "present",
        "registration": "present",
        "manufactured_date": "present",
        "expiry_date": "present",
        "production_order": "present",
        "materials": "present",
        "operations": "present",
        "operators": "present",
        "calibration": "attention",
        "sterilisation": "present",
        "environment": "unknown",
        "serials": "unknown",
        "final_inspection": "present",
        "inspection_results": "present",
        "release_decision": "present",
        "released_before_shipped": "present",
        "origin": "attention",
        "balance": "attention",
        "consignees": "present",
        "posting_findings": "attention",
        "open_quality_events": "attention",
    }
    bare = {n.code: n.state for n in build(con, release, "A:10000123:B26010502", ON).needs}
    missing = {code for code, state in bare.items() if state == "missing"}
    assert missing == {
        "manufactured_date",
        "operations",
        "operators",
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
    states = {need.code: need.state for need in build(con, release, "A:30000001:R2501", ON).needs}
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
        build(con, release, lot_id, ON)
    assert "close ones: " in str(raised.value)
    assert ("B26010501" in str(raised.value)) == lot_id.endswith(("B26010510", "B26010501"))


def test_refuses_parts_of_different_lots(opened: Opened) -> None:
    """Prevents a dossier that mixes two lots."""
    con, release = opened
    dossier = build(con, release, SET_LOT, ON)
    other = build(con, release, "A:10000123:B26010502", ON)
    with pytest.raises(ReportInvalid):
        validate(dataclasses.replace(dossier, forward=other.forward))


def test_refuses_a_release_that_cannot_be_checked(opened: Opened) -> None:
    """Prevents a report whose manifest has holes."""
    _, release = opened
    bare = Release(1, release.path, {"released_at": "2026-01-31T16:30:00+00:00", "inputs": {"files": []}})
    with pytest.raises(ReportInvalid, match="warehouse"):
        manifest_of(bare, report_code="lot_dossier", report_version="1.0.0")


def test_refuses_floats_and_unknown_languages() -> None:
    """Prevents numbers that differ between machines, and a silent fall-back language."""
    with pytest.raises(TypeError):
        canonical_json({"qty": 0.1})
    with pytest.raises(ValueError, match="no language 'fr'"):
        known_locale("fr")


@pytest.mark.parametrize("package", ["reports", "dashboards"])
def test_catalogues_have_the_same_words(package: str) -> None:
    """Prevents a page that breaks in one language only."""
    zh, en = (load(package, locale).words for locale in LOCALES)
    assert set(zh) == set(en)
    assert len(zh) > 50


def _declared(dossier: Dossier, **traits: bool | None) -> dict[str, str]:
    """States of a lot whose product is declared so."""
    card = dataclasses.replace(dossier.card, header=dataclasses.replace(dossier.card.header, **traits))
    needs = judge(Facts(card, dossier.backward, dossier.forward), ON)
    return {need.code: need.state for need in needs}


def test_what_a_product_requires_follows_its_declaration(opened: Opened) -> None:
    """Prevents a sterile lot without its run from passing, and a non-sterile one from being asked for it."""
    dossier = build(*opened, SET_LOT, ON)
    sterile = _declared(dossier, is_sterile=True, is_serial_managed=True)
    ran = any(operation.operation_code == "STERILISATION" for operation in dossier.card.operations)
    assert (sterile["sterilisation"], sterile["environment"]) == ("present" if ran else "missing", "missing")
    assert sterile["serials"] == "attention"
    plain = _declared(dossier, is_sterile=False, is_serial_managed=False)
    assert {plain[code] for code in ("sterilisation", "environment", "serials")} == {"not_applicable"}
    assert _declared(dossier, has_expiry_date=None)["expiry_date"] == "present"


def test_requirements_are_those_of_the_day(opened: Opened) -> None:
    """Prevents a dossier of 2025 from being judged by a regulation that came later, or by none."""
    con, release = opened
    basis = {
        day: {need.code: need.basis for need in build(con, release, SET_LOT, day).needs}["posting_findings"]
        for day in (date(2026, 10, 31), date(2026, 11, 1))
    }
    assert "2014 No. 64" in basis[date(2026, 10, 31)]
    assert "2025 No. 107" in basis[date(2026, 11, 1)]
    assert requirements.TABLE.digest(date(2026, 10, 31)) != requirements.TABLE.digest(date(2026, 11, 1))


def test_every_requirement_has_a_judge_and_words() -> None:
    """Prevents a requirement that nothing looks for, or that people meet as a key."""
    codes = {one.code for one in requirements.load_requirements()}
    assert codes == set(JUDGES)
    for locale in LOCALES:
        words = load("reports", locale).words
        assert [code for code in codes if f"need.{code}" not in words] == []
        assert [state for state in get_args(State) if f"state.{state}" not in words] == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"basis": None}, "x: "),
        ({"trait": "is_blue"}, "no such trait"),
        ({"code": "master_record"}, "two entries hold on the same day"),
    ],
)
def test_a_wrong_requirement_is_named(
    entry: dict[str, str | None], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Prevents a typing error in the data from dropping a requirement."""
    text = (Path(requirements.__file__).parent / "requirements.yaml").read_text("utf-8")
    trees = yaml.safe_load(text)
    new = {**trees[0], "code": "x", **entry}
    trees.append({name: value for name, value in new.items() if (name, value) != ("basis", None)})
    (tmp_path / "requirements.yaml").write_text(yaml.safe_dump(trees, allow_unicode=True), "utf-8")
    monkeypatch.setattr(requirements, "files", lambda _: tmp_path)
    with pytest.raises(requirements.RequirementInvalid, match=said):
        requirements.load_requirements.__wrapped__()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_paper_says_what_the_page_says(opened: Opened, locale: Locale) -> None:
    """Prevents a paper for signature that lacks a number of the page, or has a clock in it."""
    con, release = opened
    dossier = build(con, release, SET_LOT, ON)
    paper = render_pdf(dossier, locale)
    assert paper == render_pdf(build(con, release, SET_LOT, ON), locale)
    reader = PdfReader(io.BytesIO(paper))
    text = "\n".join(page.extract_text() for page in reader.pages)
    say = load("reports", locale).in_zone(dossier.card.header.zone_name)
    wanted = [dossier.card.lot.lot_id, dossier.manifest.warehouse_sha256, f"{len(reader.pages)}"]
    wanted += [say.number(row.qty) for row in dossier.forward.shipments]
    wanted += [row.delivery_no for row in dossier.forward.shipments]
    wanted += [row.inspection_no for row in dossier.card.inspections]
    wanted += [say(f"need.{need.code}") for need in dossier.needs]
    flat = "".join(text.split())
    assert [word for word in wanted if "".join(word.split()) not in flat] == []
    assert reader.metadata is not None and SET_LOT.rpartition(":")[2] in (reader.metadata.title or "")


def test_what_no_font_has_does_not_stop_a_paper(opened: Opened) -> None:
    """Prevents a control character or a stray surrogate in a name from leaving a lot without its paper."""
    dossier = build(*opened, SET_LOT, ON)
    names = {"product_name_en": "a\x00b\ud800<b>&", "product_name_zh": "甲\x07乙</font>"}
    lot = dataclasses.replace(dossier.card.lot, **names)
    odd = dataclasses.replace(dossier, card=dataclasses.replace(dossier.card, lot=lot))
    assert all(render_pdf(odd, locale).startswith(b"%PDF") for locale in LOCALES)


def test_many_dossiers_are_those_of_each_lot(opened: Opened, tmp_path: Path) -> None:
    """Prevents a folder of dossiers that differ from those issued one by one, or that nobody can check."""
    con, release = opened
    settings = scratch_release.settings_for(release.path.parents[1])
    lots = lots_made(con, LotsMade(site_code="A"))
    batch = write_dossiers(settings, release, [*lots, "A:1:NO"], tmp_path, locales=LOCALES, processes=1)
    assert (batch.lot_count, batch.missing) == (len(lots), ("A:1:NO",))
    sums = dict(line.split("  ")[::-1] for line in batch.sums.decode().splitlines())
    assert {path.name for path in tmp_path.iterdir()} == {*sums, "SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    alone = build(con, release, lots[0], release_day(release))
    for name, content in files_of(alone, LOCALES).items():
        assert (tmp_path / name).read_bytes() == content
