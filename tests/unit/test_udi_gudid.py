"""UDI codec against a sample of GUDID, as FDA publishes it; read in place, skipped where it is absent."""

from __future__ import annotations

import gzip
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from master_data.device.packaging import DiLevel, Edge, Level, packaging_issues, units_in
from master_data.udi import check_di

SAMPLE = Path(__file__).parents[3] / "shared" / "data" / "gudid" / "gudid_sample.xml.gz"
pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="the shared GUDID sample is not here")
LEVELS: dict[str, Level] = {
    "Primary": "primary",
    "Secondary": "secondary",
    "Package": "package",
    "Unit of Use": "unit_of_use",
    "Direct Marking": "direct_marking",
    "Previous": "previous",
}


@cache
def devices() -> list[list[dict[str, str]]]:
    """The identifiers of each device of the sample."""
    found: list[list[dict[str, str]]] = []
    with gzip.open(SAMPLE) as packed:
        for _, device in etree.iterparse(packed, tag="{http://www.fda.gov/cdrh/gudid}device"):
            entries = device.iterfind(".//{*}identifiers/{*}identifier")
            found.append(
                [{etree.QName(part).localname: part.text or "" for part in entry} for entry in entries]
            )
            device.clear()
    return found


def _fields(entry: etree._Element) -> dict[str, str]:
    return {etree.QName(part).localname: part.text or "" for part in entry}


def test_every_identifier_of_gudid_has_a_verdict() -> None:
    """Prevents identifiers in real use from being refused, or left without a word."""
    verdicts: Counter[tuple[str, str]] = Counter()
    wrong = []
    for entry in (entry for device in devices() for entry in device):
        agency = entry["deviceIdIssuingAgency"]
        assert agency in ("GS1", "HIBCC", "ICCBBA")
        verdict = check_di(entry["deviceId"], agency).verdict  # type: ignore[arg-type]
        verdicts[agency, verdict.code or verdict.severity] += 1
        if verdict.code == "CHECK_DIGIT":
            wrong.append(entry["deviceId"])
    print(f"\nGUDID sample: {sum(verdicts.values())} identifiers, {dict(verdicts)}; fail mod 10: {wrong}")
    assert sum(verdicts.values()) == sum(len(device) for device in devices()) > 2000
    # Some labelers registered the check character as part of their HIBCC identifiers.
    assert {code for _, code in verdicts} <= {"ok", "CHECK_DIGIT", "DI_WITH_CHECK", "DI_MAYBE_WITH_CHECK"}
    assert set(wrong) == set(_failing_by_hand())


def _failing_by_hand() -> list[str]:
    """GS1 identifiers whose digits, weighted 3 and 1 from the right, do not sum to a multiple of ten."""
    ids = [e["deviceId"] for d in devices() for e in d if e["deviceIdIssuingAgency"] == "GS1"]
    return [di for di in ids if sum(int(c) * (1 + 2 * (i % 2)) for i, c in enumerate(di[::-1])) % 10]


def test_packaging_of_gudid_is_complete() -> None:
    """Prevents real package configurations from being taken for broken ones, or lost."""
    packs = 0
    for device in devices():
        levels = [DiLevel(entry["deviceId"], LEVELS[entry["deviceIdType"]]) for entry in device]
        edges = [
            Edge(entry["deviceId"], entry["containsDINumber"], int(entry["pkgQuantity"]))
            for entry in device
            if entry["containsDINumber"]
        ]
        assert not packaging_issues(levels, edges), device
        for edge in edges:
            units = units_in(edge.parent_di, edges)
            assert sum(units.values()) >= (edge.quantity or 0)
            packs += 1
    assert packs == sum(e["deviceIdType"] == "Package" for d in devices() for e in d) > 200
