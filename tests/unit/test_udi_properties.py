"""UDI codec: what is written is read back, whatever the values; no text raises or takes long."""

from __future__ import annotations

import random
import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from master_data.udi import Agency, Form, Unwritable, build, check_di, parse, parse_as, write
from master_data.udi.gs1_ai import CSET_82, ai_table
from master_data.udi.gtin import mod10_check, normalise
from master_data.udi.hibcc_check import ALPHABET
from master_data.udi.issue import issue_codes
from master_data.udi.ma_check import check_digit
from tests.chaos.udi_mix import hurt

TEXT = st.text(alphabet=CSET_82, min_size=1, max_size=20)
DAY = st.dates(date(2000, 1, 1), date(2049, 12, 31)).map(lambda day: day.strftime("%y%m%d"))
GTIN = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013d}{mod10_check(f'{n:013d}')}")
PARTS = st.fixed_dictionaries(
    {"01": GTIN}, optional={"10": TEXT, "11": DAY, "17": DAY, "21": TEXT, "240": TEXT}
)


@settings(max_examples=150, deadline=None)
@given(values=PARTS)
def test_round_trip(values: dict[str, str]) -> None:
    """Prevents any legal value from being cut, merged or altered between writing and reading."""
    udi = parse(build(values), current_year=2026)
    assert udi.is_valid, udi.issues
    assert dict(udi.elements) == values
    assert udi.canonical == build(values)


UPPER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER = st.text(alphabet=UPPER, min_size=1, max_size=18)
LABELER = st.from_regex(r"[A-Z][0-9A-Z]{3}", fullmatch=True)
FLAGGED = st.one_of(
    DAY.map(lambda day: "3" + day),
    DAY.map(lambda day: "2" + day[2:] + day[:2]),
    DAY.map(lambda day: day[2:4] + day[:2]),
    DAY.map(lambda day: f"4{day}23"),
    st.just("7"),
    st.dates(date(2000, 1, 1), date(2049, 12, 31)).map(lambda day: day.strftime("5%y%j")),
)
FULL_DAY = st.dates(date(1990, 1, 1), date(2049, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
HIBCC = st.fixed_dictionaries(
    {"LIC": LABELER, "PCN": NUMBER, "UM": st.sampled_from("0123456789")},
    optional={"EXP": FLAGGED, "S": NUMBER, "16D": FULL_DAY, "14D": FULL_DAY, "Q": st.just("500")},
).flatmap(lambda values: st.sampled_from([values, values | {"LOT": "L1"}, values | {"SERIAL": "S7"}]))
ICCBBA = st.fixed_dictionaries(
    {"DI": st.from_regex(r"[A-NP-Z1-9][0-9A-Z]{15}", fullmatch=True)},
    optional={
        "SERIAL": st.from_regex(r"[0-9A-Z]{6}", fullmatch=True),
        "EXP": st.dates(date(2000, 1, 1), date(2049, 12, 31)).map(lambda day: day.strftime("0%y%j")),
        "LOT": st.from_regex(r"1[0-9A-Z]{18}", fullmatch=True),
        "DIN": st.from_regex(r"[A-NP-Z1-9][0-9A-Z]{14}", fullmatch=True),
    },
)
MA_DI = st.from_regex(r"[0-9]{6}\.[1-9][0-9A-Za-z]{4,10}", fullmatch=True).map(
    lambda part: f"MA.156.M0.{part}" + check_digit(f"MA.156.M0.{part}")
)
MA = st.fixed_dictionaries(
    {"DI": MA_DI}, optional={"L": NUMBER, "S": NUMBER, "M": DAY, "E": DAY, "D": NUMBER}
)
WRITABLE = st.one_of(
    st.tuples(st.just("GS1"), PARTS),
    st.tuples(st.just("HIBCC"), HIBCC),
    st.tuples(st.just("ICCBBA"), ICCBBA),
    st.tuples(st.just("MA"), MA),
)


@settings(max_examples=300, deadline=None)
@given(case=WRITABLE)
def test_what_is_written_is_read_back(case: tuple[Agency, dict[str, str]]) -> None:
    """Prevents a writer and a reader of one agency that disagree, and codes taken for another agency's."""
    agency, values = case
    udi = parse(write(agency, values, current_year=2026), current_year=2026)
    assert (udi.agency, dict(udi.elements)) == (agency, values)
    assert udi.is_valid, udi.issues
    assert udi.canonical == write(agency, values, current_year=2026)


@settings(max_examples=300, deadline=None)
@given(values=PARTS, form=st.sampled_from(["element_string", "bracketed", "digital_link"]))
def test_every_form_of_gs1_is_read_back(values: dict[str, str], form: Form) -> None:
    """Prevents a label or a link that says something else than the code it was made from."""
    try:
        text = write("GS1", values, current_year=2026, form=form)
    except Unwritable:
        # Printed brackets have no escape: only a value that holds some itself may not be printable.
        assert form == "bracketed" and any("(" in value for value in values.values())
        return
    udi = parse(text, current_year=2026)
    assert (udi.form, dict(udi.elements), udi.canonical) == (form, values, build(values))


@settings(max_examples=300, deadline=None)
@given(case=WRITABLE, seed=st.integers(0, 2**32))
def test_a_hurt_code_is_never_taken_for_the_same(case: tuple[Agency, dict[str, str]], seed: int) -> None:
    """Prevents a damaged code from passing unsaid as the code it was, unless only its wrapping differs."""
    agency, values = case
    text = write(agency, values, current_year=2026)
    wrong = hurt(random.Random(seed), text)
    read = parse(wrong, current_year=2026)
    if read.verdict.severity == "ok" and read.canonical == parse(text, current_year=2026).canonical:
        assert _unwrapped(wrong) == _unwrapped(text)


def _unwrapped(text: str) -> str:
    """The code without what scanners and forms put around it."""
    return re.sub(r"\][A-Za-z][0-9A-Za-z]|<GS>|␝|\x1d|[\s*\ufeff]", "", text)


@settings(max_examples=300, deadline=None)
@given(values=HIBCC, place=st.integers(0, 200), change=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen_by_the_hibcc_check(
    values: dict[str, str], place: int, change: str
) -> None:
    """Prevents a mistyped HIBCC code from naming another product or lot."""
    text = write("HIBCC", values, current_year=2026)
    place = 1 + place % (len(text) - 1)
    wrong = text[:place] + change + text[place + 1 :]
    assert parse_as(wrong, "HIBCC", current_year=2026).is_valid == (wrong == text)


@pytest.mark.parametrize(
    ("agency", "values"),
    [("GS1", {"05": "1"}), ("GS1", {"01": "09521234543219"}), ("GS1", {"10": "B1"}), ("HIBCC", {"LIC": "A1"})]
    + [("MA", {}), ("ICCBBA", {"DI": "A9999"}), ("AHM", {"BA": "1"})],
)
def test_writer_refuses_what_no_reader_accepts(agency: Agency, values: dict[str, str]) -> None:
    """Prevents labels with a wrong check digit, a missing product or an identifier nobody can read."""
    with pytest.raises(Unwritable):
        write(agency, values, current_year=2026)


FRAGMENTS = st.sampled_from(
    [
        "+",
        "*",
        "$$",
        "$+",
        "/S",
        "/14D",
        "=/",
        "=,",
        "&,1",
        "=>",
        "MA.156.M0.",
        ".E29",
        ".C",
        "MF12345",
        "*BA",
    ]
    + [
        "<UDI IAC='MA'>",
        "<DI>",
        "https://",
        "http://[",
        "/01/",
        "?17=",
        "%00",
        "(01)",
        "（10）",
        "\x1d",
        "]d2",
    ]
    + [
        "<GS>",
        "01",
        "10",
        "17",
        "8008",
        "09521234543213",
        "290105",
        "+A123BJC5D6E71G",
        "０１",
        "²",
        "٣",
        "\x00",
    ]
)
TEXTS = st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=8).map("".join)


@settings(max_examples=500, deadline=None)
@given(text=TEXTS)
def test_never_raises(text: str) -> None:
    """Prevents one odd scan from taking down a load; every finding has its rule and both languages."""
    agencies: list[Agency] = ["GS1", "HIBCC", "ICCBBA", "MA", "AHM"]
    readings = [parse_as(text, agency, current_year=2026) for agency in agencies]
    for udi in (parse(text, current_year=2026), *readings):
        assert udi.raw == text
        assert udi.is_valid or udi.issues
        assert all(issue.rule and " | " in issue.text for issue in udi.issues)
        assert all(i.position is None or 0 <= i.position <= len(text) for i in udi.issues)
    assert all(check_di(text, agency).raw == text for agency in agencies)


@pytest.mark.parametrize(
    "unit", ["0", "(01)", "\x1d", "<GS>", "+$$", "=/", "MA.", "1021", "，", "<UDI IAC='MA'>"]
)
@pytest.mark.parametrize("size", [8_000, 10_000_000])
def test_time_is_bounded(unit: str, size: int) -> None:
    """Prevents one huge or looping text from holding up a load."""
    text = unit * (size // len(unit))
    started = time.process_time()
    udi = parse(text, current_year=2026)
    assert time.process_time() - started < 2
    assert udi.verdict.severity != "ok"
    assert all(len(issue.message) < 20_000 for issue in udi.issues)


def test_every_code_has_its_rule_and_names() -> None:
    """Prevents a finding that nobody can look up, and rows of the table that no rule uses."""
    sources = [path.read_text(encoding="utf-8") for path in Path("master_data").rglob("*.py")]
    used = set(re.findall(r'(?:error|warn)\(\s*"([A-Z0-9_]+)"', "".join(sources)))
    assert used | {"AI_REQUIRES", "AI_EXCLUDES"} == set(issue_codes())


@settings(max_examples=150, deadline=None)
@given(gtin=GTIN, place=st.integers(0, 13), change=st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(gtin: str, place: int, change: int) -> None:
    """Prevents a single mistyped digit from naming another product."""
    wrong = gtin[:place] + str((int(gtin[place]) + change) % 10) + gtin[place + 1 :]
    assert normalise(gtin).gtin14 == gtin
    assert normalise(wrong).gtin14 is None


def test_table_has_no_identifier_that_begins_another() -> None:
    """Prevents a table row that would make element strings ambiguous."""
    known = set(ai_table())
    assert len(known) > 100
    assert not [ai for ai in known for width in (2, 3) if len(ai) > width and ai[:width] in known]
