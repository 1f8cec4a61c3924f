"""Check digits in SQL against published codes and the shared test vectors."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from master_data import uscc
from master_data.sql_checks import credit_code_is_valid, gtin_is_valid
from master_data.udi.column import parse_column
from master_data.udi.gtin import is_digits, mod10_check, normalise

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
    assert verdicts(credit_code_is_valid("t"), good + bad) == dict.fromkeys(good, True) | dict.fromkeys(
        bad, False
    )


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
        checks = f"{gtin_is_valid('t')}, {credit_code_is_valid('t')}"
        assert con.execute(f"SELECT {checks} FROM (SELECT NULL::TEXT AS t)").fetchone() == (None, None)


DIGITS = st.text(alphabet="0123456789", min_size=7, max_size=15)
HURT = st.text(alphabet="0123456789X ０A\n", max_size=15)


@settings(max_examples=60, deadline=None)
@given(bodies=st.lists(st.one_of(DIGITS, HURT), min_size=1, max_size=30))
def test_gtin_is_judged_alike_in_sql_in_columns_and_alone(bodies: list[str]) -> None:
    """Prevents a number that one door takes and another refuses."""
    texts = sorted({*bodies, *(body[:-1] + mod10_check(body[:-1]) for body in bodies if is_digits(body))})
    in_sql = verdicts(gtin_is_valid("t"), texts)
    alone = {text: is_digits(text) and normalise(text).gtin14 is not None for text in texts}
    frame = parse_column(pl.Series(texts), current_year=2026)
    numbers = [text for text in texts if is_digits(text) and len(text) in (8, 12, 13, 14)]
    in_column = dict(zip(texts, (frame["form"] == "gtin") & (frame["severity"] == "ok"), strict=True))
    assert in_sql == alone
    assert {text: in_column[text] for text in numbers} == {text: alone[text] for text in numbers}


USCC_BODY = st.text(alphabet=uscc.ALPHABET, min_size=16, max_size=16)


@settings(max_examples=60, deadline=None)
@given(bodies=st.lists(USCC_BODY, min_size=1, max_size=20), place=st.integers(0, 17))
def test_credit_code_is_judged_alike_in_sql_and_alone(bodies: list[str], place: int) -> None:
    """Prevents a credit code that joins two firms in one door and not in the other."""
    texts = set()
    for body in bodies:
        organisation = body[8:16]
        whole = body[:8] + organisation + uscc.organisation_check(organisation)
        code = whole + uscc.check_character(whole)
        wrong = body + "0"
        texts |= {
            code,
            code[:place] + "A" + code[place + 1 :],
            wrong + uscc.check_character(wrong),
            code[:place],
        }
    in_sql = verdicts(credit_code_is_valid("t"), sorted(texts))
    assert in_sql == {text: uscc.parse(text).code == text for text in texts}
    assert any(in_sql.values())
