"""UDI codec: what is built is read back, whatever the values."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from master_data.gs1_ai import CSET_82, ai_table
from master_data.gtin import mod10_check, normalise
from master_data.udi import build, parse

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


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60))
def test_never_raises(text: str) -> None:
    """Prevents one odd scan from taking down a page or a load."""
    udi = parse(text, current_year=2026)
    assert udi.raw == text
    assert udi.is_valid or udi.issues


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
