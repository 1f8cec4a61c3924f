"""Check digits in SQL against published codes and the shared test vectors."""

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.sqlmesh.typed.codes import gtin_is_valid, uscc_is_valid

VECTORS = Path(__file__).parents[3] / "shared" / "reference" / "vectors" / "udi_test_vectors.json"


def verdicts(expression: str, texts: list[str]) -> dict[str, bool]:
    """The verdict of a SQL check on each text."""
    with duckdb.connect() as con:
        rows = con.execute(f"SELECT t, {expression} FROM (SELECT UNNEST(?) AS t)", [texts]).fetchall()
    return dict(rows)


def test_uscc_published_examples() -> None:
    """Prevents a wrong weight or alphabet: the codes are published ones, the bad ones differ in one place."""
    good = ["91110000600037341L", "91110000802100433B", "914403001922038216", "91350100M000100Y43"]
    bad = ["91110000600037341M", "91110000600037351L", "914403001922038000", "9144030019220382", "", "I" * 18]
    assert verdicts(uscc_is_valid("t"), good + bad) == dict.fromkeys(good, True) | dict.fromkeys(bad, False)


def test_gtin_lengths_and_digits() -> None:
    """Prevents a check that only works for one GTIN length or passes letters."""
    good = ["09521234543213", "9521234543213", "96385074", "012345678905"]
    bad = ["09521234543214", "095212345432", "ABC", "", "123456789"]
    assert verdicts(gtin_is_valid("t"), good + bad) == dict.fromkeys(good, True) | dict.fromkeys(bad, False)


def test_gtin_agrees_with_the_shared_vectors() -> None:
    """Prevents a check digit rule that differs from the UDI codec's."""
    if not VECTORS.is_file():
        pytest.skip("shared vectors are not here")
    vectors = [
        v for v in json.loads(VECTORS.read_text())["GS1"] if v.get("valid") and len(v.get("di", "")) == 14
    ]
    codes = sorted({vector["di"] for vector in vectors})
    assert codes
    assert all(verdicts(gtin_is_valid("t"), codes).values())


def test_no_text_gives_no_verdict() -> None:
    """Prevents empty identifiers from being reported as broken ones."""
    with duckdb.connect() as con:
        checks = f"{gtin_is_valid('t')}, {uscc_is_valid('t')}"
        assert con.execute(f"SELECT {checks} FROM (SELECT NULL::TEXT AS t)").fetchone() == (None, None)
