"""UDI codec against the shared, checked vectors; skipped where they are not at hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from master_data.udi import parse, parse_as
from master_data.udi.gtin import has_valid_gmn_check, normalise

VECTORS = Path(__file__).parents[3] / "shared" / "reference" / "vectors" / "udi_test_vectors.json"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="shared reference vectors are not here")


@cache
def vectors(part: str) -> list[dict[str, Any]]:
    """Cases of one part of the file."""
    return list(json.loads(VECTORS.read_text(encoding="utf-8"))[part]) if VECTORS.exists() else []


@pytest.mark.parametrize("case", vectors("GS1"), ids=lambda case: case["name"])
def test_gs1_vector(case: dict[str, Any]) -> None:
    """Prevents a reading of GS1 texts that differs from the checked vectors."""
    udi = parse(case["input"], current_year=2026)
    found = {(issue.code, issue.severity) for issue in udi.issues}
    assert udi.is_valid == case["valid"], found
    if "error" in case:
        assert (case["error"], "error") in found
    if case["valid"]:
        assert {code for code, _ in found} == ({case["warn"]} if "warn" in case else set())
        dates = [day and day.isoformat() for day in (udi.manufactured_date, udi.expiry_date)]
        read = [udi.di, udi.lot, udi.serial, *dates, udi.value("02"), udi.value("37")]
        names = ("di", "lot", "serial", "mfg", "exp", "content_di", "count")
        assert read == [case.get(name) for name in names]


@pytest.mark.parametrize("case", vectors("GTIN_normalise"), ids=lambda case: case["raw"])
def test_gtin_vector(case: dict[str, Any]) -> None:
    """Prevents damaged GTINs from being repaired into a different product."""
    assert normalise(case["raw"]).gtin14 == case["gtin14"]


@pytest.mark.parametrize("case", vectors("GS1_BasicUDIDI_GMN"), ids=lambda case: case["input"])
def test_gmn_vector(case: dict[str, Any]) -> None:
    """Prevents a wrong Basic UDI-DI check pair from passing."""
    assert has_valid_gmn_check(case["input"]) == case["valid"]


NAMES = {
    "lic": "LIC",
    "pcn": "PCN",
    "um": "UM",
    "link": "LINK",
    "qty": "QTY",
    "din": "DIN",
    "steril_lot": "D",
}


@pytest.mark.parametrize(
    ("agency", "case"),
    [(agency, case) for agency in ("HIBCC", "ICCBBA", "MA", "AHM") for case in vectors(agency)],
    ids=lambda part: part if isinstance(part, str) else part.get("name", ""),
)
def test_foreign_vector(agency: Any, case: dict[str, Any]) -> None:
    """Prevents a reading of HIBCC, ICCBBA, MA and AHM codes that differs from the checked vectors."""
    udi = parse_as(case["input"], agency, current_year=2026)
    found = {(issue.code, issue.severity) for issue in udi.issues}
    assert udi.is_valid == case.get("valid", True), found
    if "error" in case:
        assert (case["error"], "error") in found
    if not udi.is_valid:
        return
    assert {code for code, _ in found} == ({case["warn"]} if "warn" in case else set()) | _opaque(agency)
    read = {"lot": udi.lot, "serial": udi.serial, "mfg": udi.manufactured_date, "exp": udi.expiry_date}
    for name in read.keys() & case.keys():
        assert str(read[name]) == case[name]
    if "di" in case:
        assert udi.di == case["di"]
    for name in NAMES.keys() & case.keys():
        assert case[name] in (udi.value(NAMES[name]), udi.value("Q"))
    if "check" in case:
        assert case["input"].rstrip("*").endswith(case["check"])
    if "hour" in case:
        assert (udi.value("EXP") or "").endswith(case["hour"])
    if "valid_until" in case:
        assert f"20{udi.value('V')}" == case["valid_until"].replace("-", "")
    if "pack_level" in case:
        assert udi.value("PL") == case["pack_level"]


def _opaque(agency: str) -> set[str]:
    return {"AHM_OPAQUE"} if agency == "AHM" else set()
