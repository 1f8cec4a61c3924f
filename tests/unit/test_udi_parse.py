"""UDI codec: literal cases of GS1 texts in all spellings."""

from __future__ import annotations

from datetime import date

import pytest

from master_data.udi import Agency, build, check_di, parse

DI = "09521234543213"
GS = "\x1d"


def codes(text: str) -> set[str]:
    """Codes of all issues."""
    return {issue.code for issue in parse(text, current_year=2026).issues}


@pytest.mark.parametrize(
    ("text", "lot", "serial", "made", "expires"),
    [
        (f"01{DI}", None, None, None, None),
        (f"01{DI}112601051729010510B26010501", "B26010501", None, date(2026, 1, 5), date(2029, 1, 5)),
        (f"01{DI}10B26010501{GS}21SN000001", "B26010501", "SN000001", None, None),
        (f"]d201{DI}10B1{GS}21S1", "B1", "S1", None, None),
        (f"]C101{DI}17290105", None, None, None, date(2029, 1, 5)),
        (f"{GS}01{DI}10B1{GS}", "B1", None, None, None),
        (f"01{DI}{GS}17290105", None, None, None, date(2029, 1, 5)),
        (f"240REF-88{GS}01{DI}", None, None, None, None),
        (f"01{DI}10B1<GS>21S1", "B1", "S1", None, None),
        (f"01{DI}10B1␝21S1", "B1", "S1", None, None),
        (f"(01){DI}(17)290105(10)B26010501(21)SN1", "B26010501", "SN1", None, date(2029, 1, 5)),
        (f"(01) {DI} (10) B1 ", "B1", None, None, None),
        (f"(01){DI}(10)B(1)X", "B(1)X", None, None, None),
        (f"（01）{DI}（10）B1", "B1", None, None, None),
        (f"https://id.gs1.org/01/{DI}/10/B%2F1/21/S1?17=290105", "B/1", "S1", None, date(2029, 1, 5)),
        (f"https://shop.example/p/01/{DI}/10/B1?lang=zh", "B1", None, None, None),
        ("https://id.gs1.org/01/9521234543213/10/B1", "B1", None, None, None),
        ("9521234543213", None, None, None, None),
        (" 9521-2345-43213 ", None, None, None, None),
        ("９５２１２３４５４３２１３", None, None, None, None),
        ("]E09521234543213", None, None, None, None),
    ],
)
def test_reads_every_spelling_of_one_di(
    text: str, lot: str | None, serial: str | None, made: date | None, expires: date | None
) -> None:
    """Prevents a scanner setting, a printed label or a link from hiding the lot it names."""
    udi = parse(text, current_year=2026)
    assert udi.is_valid, udi.issues
    assert (udi.di, udi.lot, udi.serial) == (DI, lot, serial)
    assert (udi.manufactured_date, udi.expiry_date) == (made, expires)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0109521234543219", "CHECK_DIGIT"),
        ("0100011954013448", "CHECK_DIGIT"),
        ("019521234543213", "LENGTH"),
        ("01０９５２１２３４５４３２１３", "LENGTH"),
        (f"01{DI}17２９０１０５", "CHARSET"),
        (f"01{DI}17270229", "DATE_DAY"),
        (f"01{DI}17261301", "DATE_MONTH"),
        (f"01{DI}10{'L' * 21}", "LENGTH"),
        (f"01{DI}10{GS}21S1", "LENGTH"),
        (f"01{DI}10批号1", "CHARSET"),
        (f"01{DI}10B 1", "CHARSET"),
        (f"01{DI}10B#1", "CHARSET"),
        (f"01{DI}10A{GS}10B", "DUPLICATE_AI"),
        (f"01{DI}3710", "AI01_EXCLUDES_02_37"),
        (f"02{DI}", "AI02_REQUIRES_37"),
        (f"01{DI}250X1", "AI250_REQUIRES_21"),
        (f"01{DI}21S1{GS}235T1", "AI21_EXCLUDES_235"),
        ("1729010510B1", "PI_WITHOUT_DI"),
        ("0509521234543213", "UNKNOWN_AI"),
        ("(01)", "LENGTH"),
        ("(5)1", "UNKNOWN_AI"),
        ("9.52123E+12", "UNKNOWN_AI"),
        ("", "UNKNOWN_AI"),
        ("9521234543214", "CHECK_DIGIT"),
        ("]E0614141777778", "LENGTH"),
        ("]E49521234543213", "LENGTH"),
        (f"01{DI}422999", "COUNTRY"),
        ("80060952123454321303" + "02", "PIECES"),
        (f"01{DI}80082601012460", "TIME"),
        (f"01{DI}31000001233101000123", "AI3100_EXCLUDES_310n"),
        (f"https://id.gs1.org/01/{DI}?10=B1", "DL_ATTRIBUTE"),
        (f"https://id.gs1.org/01/{DI}?17=290105&17=290105", "DUPLICATE_AI"),
        (f"https://id.gs1.org/01/{DI}/10/A%", "CHARSET"),
        ("http://[", "DL_PATH"),
        (f"https://id.gs1.org/01/{DI}/21/S1/10/B1", "DL_PATH_ORDER"),
        (f"https://id.gs1.org/01/{DI}/10", "DL_PATH"),
        ("https://id.gs1.org/about", "PI_WITHOUT_DI"),
        ("8013" + "1987654Ad4X4bL5ttr2310c2L", "CHECK_DIGIT"),
    ],
)
def test_refuses_broken_text_with_a_stable_code(text: str, code: str) -> None:
    """Prevents a wrong identifier from being taken for a good one, and codes from drifting."""
    assert not parse(text, current_year=2026).is_valid
    assert code in codes(text)


def test_issue_points_at_the_character() -> None:
    """Prevents an operator from having to search a long scan for one bad character."""
    text = f"]d201{DI}10B 1"
    spot = next(i.position for i in parse(text, current_year=2026).issues if i.code == "CHARSET")
    assert spot is not None
    assert text[spot] == " "


def test_warns_about_a_lost_separator_only_where_one_may_be_lost() -> None:
    """Prevents a lot that swallowed its serial from passing silently, and false alarms on plain lots."""
    assert "POSSIBLE_MISSING_FNC1" in codes(f"01{DI}10B2601050121SN1")
    assert codes(f"01{DI}10B26010501") == set()
    assert codes(f"01{DI}10B2601050121SN1{GS}21X") == set()
    assert codes(f"(01){DI}(10)B2601050121SN1") == set()


def test_day_zero_is_month_end_and_says_so() -> None:
    """Prevents a month-only date from posing as an exact day."""
    udi = parse(f"01{DI}11260100" + "17280200", current_year=2026)
    assert (udi.manufactured_date, udi.manufactured_precision) == (date(2026, 1, 31), "month")
    assert (udi.expiry_date, udi.expiry_precision) == (date(2028, 2, 29), "month")


@pytest.mark.parametrize(
    ("yymmdd", "current_year", "year"),
    [("990101", 2026, 1999), ("760101", 2026, 2076), ("770101", 2026, 1977), ("490101", 2099, 2149)]
    + [("500101", 2099, 2050), ("000101", 2051, 2100)],
)
def test_century_follows_the_window(yymmdd: str, current_year: int, year: int) -> None:
    """Prevents two-digit years from flipping the century (49 back, 50 ahead)."""
    udi = parse(f"01{DI}11{yymmdd}", current_year=current_year)
    assert udi.manufactured_date is not None
    assert udi.manufactured_date.year == year


@pytest.mark.parametrize(
    ("text", "agency", "di", "lot"),
    [
        ("+A123BJC5D6E71G", "HIBCC", "A123BJC5D6E71", None),
        ("]C0*+A123BJC5D6E71G*", "HIBCC", "A123BJC5D6E71", None),
        ("+$$52001510X3GD\r\n", "HIBCC", None, "10X3"),
        ("+A123BJC5D6E71G    ", "HIBCC", "A123BJC5D6E71", None),
        ("+A123BJC5D6E71/$T ", "HIBCC", "A123BJC5D6E71", "T"),
        ("+A123BJC5D6E71/$T     ", "HIBCC", "A123BJC5D6E71", "T"),
        ("=/A9999XYZ100T0944 &,1000000000000XYZ123", "ICCBBA", "A9999XYZ100T0944", "000000000000XYZ123"),
        (" MA.156.M0.100472.11103316", "MA", "MA.156.M0.100472.11103316", None),
        ("https://x.example/s?c=MA.156.M0.100472.11103316.LB1&v=2", "MA", "MA.156.M0.100472.11103316", "B1"),
        (
            '<UDI IAC="MA"><DI>MA.156.M0.100472.11103316</DI><LOT>B1</LOT></UDI>',
            "MA",
            "MA.156.M0.100472.11103316",
            "B1",
        ),
        ("MF1234567890123BAB26010501", "AHM", "1234567890123", "B26010501"),
    ],
)
def test_every_agency_is_known_by_its_first_characters(
    text: str, agency: str, di: str | None, lot: str | None
) -> None:
    """Prevents a foreign code from being taken for GS1, mangled, or kept without being read."""
    udi = parse(text, current_year=2026)
    assert (udi.agency, udi.raw, udi.di, udi.lot) == (agency, text, di, lot)
    assert udi.is_valid, udi.issues


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (f"\u3000]d201{DI}<GS>10B<GS>21S 1", " "),
        (f"  ({'01'}){DI}(10)B#1", "#"),
        (f"]C1({'01'}){DI}(10)B#1", "#"),
        ("\t+A123BJC5d6E71G", "d"),
        (" =/A9999XYZ100T0944=,00#025", "#"),
        (" MA.156.M0.100472.11103316.LA&B", "&"),
    ],
)
def test_position_is_a_place_in_the_text_as_it_came(text: str, bad: str) -> None:
    """Prevents a position that is off by what was taken off: blanks, symbology identifier, spelled GS."""
    spot = next(i.position for i in parse(text, current_year=2026).issues if i.code == "CHARSET")
    assert spot is not None
    assert text[spot] == bad


@pytest.mark.parametrize(
    "text", ["MA.156.M0.100472.11103316.LB1.Z7", "=/A9999XYZ100T0944=<E0785V00", "+A123BJC5D6E71/$B/X7G"]
)
def test_an_unknown_field_is_kept_and_told(text: str) -> None:
    """Prevents a field of a newer manual from being lost, and two different codes from becoming one."""
    udi = parse(text, current_year=2026)
    assert "UNKNOWN_FIELD" in {issue.code for issue in udi.issues}
    assert udi.canonical in (text, None)


def test_canonical_is_one_text_for_all_spellings() -> None:
    """Prevents one item from getting several identities by the way it was written."""
    spellings = [f"(01){DI}(10)B1(17)290105(21)S1", f"01{DI}10B1{GS}21S1{GS}17290105"]
    spellings.append(f"https://id.gs1.org/01/{DI}/10/B1/21/S1?17=290105")
    assert {parse(text, current_year=2026).canonical for text in spellings} == {
        f"01{DI}17290105" + f"10B1{GS}21S1"
    }
    assert parse(f"01{DI}10B 1", current_year=2026).canonical is None


def test_build_refuses_an_unknown_identifier() -> None:
    """Prevents labels with an identifier nobody can read."""
    with pytest.raises(KeyError):
        build({"05": "1"})


@pytest.mark.parametrize(
    ("agency", "di", "found", "code"),
    [
        ("GS1", "9521234543213", DI, None),
        ("GS1", "9521234543214", None, "CHECK_DIGIT"),
        ("HIBCC", "M204518023AB0", "M204518023AB0", None),
        ("HIBCC", "H3732N02A3P", "H3732N02A3", "DI_WITH_CHECK"),
        ("HIBCC", "H373HX201533", "H373HX201533", "DI_MAYBE_WITH_CHECK"),
        ("HIBCC", "H3732N02A3Q", None, "UM"),
        ("ICCBBA", "A9999XYZ100T0944", "A9999XYZ100T0944", None),
        ("ICCBBA", "A9999XYZ100T094", None, "LENGTH"),
        ("MA", "MA.156.M0.100472.11103316", "MA.156.M0.100472.11103316", None),
        ("MA", "MA.156.M0.100472", None, "PARTS"),
        ("AHM", "1234567890123", "1234567890123", "AGENCY"),
    ],
)
def test_registered_identifiers_are_judged_by_their_agency(
    agency: Agency, di: str, found: str | None, code: str | None
) -> None:
    """Prevents identifiers of a register from failing for what only a whole code has, or passing unread."""
    read = check_di(di, agency)
    assert (read.di, read.verdict.code) == (found, code)
