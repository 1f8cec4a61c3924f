"""Every repair where the contract allows it and where it does not; what must never be repaired."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.sqlmesh.typed.repairs import STEPS
from pipelines.sqlmesh.typed.rules import RULES
from tests.unit.test_stg_typing import (
    AT,
    COMPACT,
    DATE,
    GTIN,
    ID,
    LOT,
    NUMBER,
    column,
    contract,
    run,
)

INTEGER = {"logical_type": "integer", "physical_type": "BIGINT"}
SIX = {"pattern": "^[0-9]{6}$"}
EMPTY = {"sentinels": ("N/A",)}
MOMENT = AT | {"formats": ("%Y-%m-%d %H:%M:%S",), "zone": "Asia/Shanghai"}

# repair -> (terms, text as it comes, rule, text after, value with it, rule that keeps the row out without it)
REPAIRS: dict[str, tuple[dict[str, Any], str, str | None, str, Any, str | None]] = {
    "trim": (INTEGER, " 12\t", "RP-TXT-003", "12", 12, "DQ-TYP-001"),
    "excel-text": (SIX, '="069500"', "RP-TXT-001", "069500", "069500", "DQ-PAT-001"),
    "fullwidth": (SIX, "０６９５００", "RP-TXT-002", "069500", "069500", "DQ-PAT-001"),
    "sap-number": (NUMBER, "1,234.500-", "RP-NUM-001", "-1234.500", Decimal("-1234.5"), "DQ-TYP-001"),
    "excel-serial": (COMPACT, "45662", "RP-DAT-001", "2025-01-05", date(2025, 1, 5), "DQ-TYP-002"),
    "gtin-zero": (GTIN, "9521234543213", "RP-IDN-001", "09521234543213", "09521234543213", None),
    "float-suffix": (SIX, "695001.0", "RP-IDN-002", "695001", "695001", "DQ-PAT-001"),
    "alpha": ({"pattern": "^[1-9][0-9]*$"}, "000123", None, "123", "123", "DQ-PAT-001"),
    "control": (SIX, "0695\x0700", "RP-TXT-004", "069500", "069500", "DQ-PAT-001"),
}

# what it is -> (terms, text, the rule that keeps it out), each with every repair of its kind allowed
NEVER: dict[str, tuple[dict[str, Any], str, str]] = {
    "scientific notation of an identifier": (ID, "6.97574E+12", "DQ-IDN-001"),
    "scientific notation of a lot": (LOT, "2.00E+05", "DQ-IDN-001"),
    "a lot that became a day": (LOT, "1月2日", "DQ-IDN-001"),
    "18 digits of which 15 are left": (ID, "123456789012345000", "DQ-IDN-002"),
    "20 digits of which 15 are left": (LOT, "12345678901234500000", "DQ-IDN-002"),
    "a time that lost its day": (MOMENT, "45:30.0", "DQ-TYP-003"),
    "a thousands separator or a decimal comma": (NUMBER, "1,234", "DQ-TYP-005"),
    "the same, negative": (NUMBER, "1,234-", "DQ-TYP-005"),
    "the same, of an integer": (INTEGER, "1,234", "DQ-TYP-005"),
    "a decimal comma": (NUMBER, "0,500", "DQ-TYP-005"),
    "a decimal comma before other digits": (NUMBER, "12,5", "DQ-TYP-001"),
    "points as thousands separators": (NUMBER, "1.234.567", "DQ-TYP-001"),
    "groups of the wrong size": (NUMBER, "12,34.5", "DQ-TYP-001"),
    "more decimals than the type holds": (NUMBER, "1.23456", "DQ-TYP-006"),
    "a number too small for the type": (NUMBER, "1e-9", "DQ-TYP-006"),
    "a hexadecimal number": (INTEGER, "0x1F", "DQ-TYP-001"),
    "an integer rounded by a spreadsheet": (INTEGER, "1.23E+05", "DQ-TYP-001"),
    "no number": (NUMBER, "NaN", "DQ-TYP-001"),
    "day and month either way": (DATE | {"formats": ("%d/%m/%Y", "%m/%d/%Y")}, "01/02/2025", "DQ-TYP-002"),
    "year or day first": (DATE | {"formats": ("%y-%m-%d", "%d-%m-%y")}, "01-02-03", "DQ-TYP-002"),
    "a year of two digits": (DATE | {"formats": ("%Y-%m-%d",)}, "25-01-05", "DQ-TYP-002"),
    "a compact date without its century": (COMPACT, "250105", "DQ-TYP-002"),
    "a day number beyond a century": (COMPACT, "445662", "DQ-TYP-002"),
    "a code that lost zeros and has no check digit": (SIX, "695", "DQ-PAT-001"),
    "a GTIN cut to 12 digits": (GTIN, "952123454321", "DQ-UDI-001"),
    "a GTIN whose check digit fails with its zero": (GTIN, "9521234543214", "DQ-UDI-001"),
}

# what it is -> (terms, text, value): near the cases above, and beyond doubt
PLAIN: dict[str, tuple[dict[str, Any], str, Any]] = {
    "two groups of thousands": (NUMBER, "1,234,567", Decimal(1234567)),
    "one group and a decimal point": (NUMBER, "(1,234.5)", Decimal("-1234.5")),
    "zeros beyond the scale": (NUMBER, "1.234000", Decimal("1.234")),
    "an exponent that is exact": (NUMBER, "1.5E+3", Decimal(1500)),
    "a day beyond twelve": (DATE | {"formats": ("%d/%m/%Y", "%m/%d/%Y")}, "25/02/2025", date(2025, 2, 25)),
    "day and month the same": (DATE | {"formats": ("%d/%m/%Y", "%m/%d/%Y")}, "03/03/2025", date(2025, 3, 3)),
    "18 digits that end otherwise": (ID, "123456789012345010", "123456789012345010"),
    "16 digits that end in a zero": (ID, "1234567890123450", "1234567890123450"),
}


def allowed(terms: dict[str, Any]) -> tuple[str, ...]:
    """Every repair a contract could allow for a column of this kind."""
    kind = terms.get("logical_type", "string")
    numbers = {"sap-number"} if kind in ("number", "integer") else set()
    dates = {"excel-serial"} if kind == "date" else set()
    texts = {"excel-text", "gtin-zero"} if kind == "string" else set()
    return tuple(name for name in STEPS if name in {"trim", "fullwidth", "control", *numbers, *dates, *texts})


def test_every_repair_and_every_rule_of_repair_has_a_case() -> None:
    """Prevents a repair that nobody has ever seen work, or seen refused."""
    assert set(REPAIRS) == set(STEPS)
    seen = {rule for _, _, rule, *_ in REPAIRS.values() if rule}
    assert {rule for rule in RULES if rule.startswith("RP-")} - seen == {"RP-NUL-001", "RP-LOT-001"}


@pytest.mark.parametrize("repair", REPAIRS)
def test_an_allowed_repair_is_made_and_logged_with_before_and_after(repair: str) -> None:
    """Prevents a repair without a trace."""
    terms, text, rule, after, value, _ = REPAIRS[repair]
    typed = run(contract(column("k"), column(**terms | {"repairs": (repair,)})), ("1", text))
    assert (typed.rows[1]["x"], typed.rows[1]["_status"]) == (value, "good")
    assert typed.findings == ({(rule, "repaired", 1, text, after)} if rule else set())


@pytest.mark.parametrize("repair", REPAIRS)
def test_a_repair_that_is_not_allowed_is_not_made(repair: str) -> None:
    """Prevents repairs the contract does not know of: the text stays as it came, or the row stays out."""
    terms, text, _, _, _, refused = REPAIRS[repair]
    typed = run(contract(column("k"), column(**terms | {"repairs": ()})), ("1", text))
    if refused:
        assert typed.rows[1]["_status"] == "quarantined"
        assert typed.findings == {(refused, "quarantined", 1, text, None)}
    else:
        assert (typed.rows[1]["x"], typed.rows[1]["_status"], typed.findings) == (text, "good", set())


@pytest.mark.parametrize("case", NEVER)
def test_what_cannot_be_repaired_safely_is_quarantined_as_it_came(case: str) -> None:
    """Prevents guesses: whatever a contract allows, an ambiguous or destroyed text becomes no value."""
    terms, text, rule = NEVER[case]
    typed = run(contract(column("k"), column(**terms | {"repairs": allowed(terms)})), ("1", text))
    assert typed.rows[1]["_status"] == "quarantined"
    assert {f for f in typed.findings if f[1] == "quarantined"} == {(rule, "quarantined", 1, text, None)}


@pytest.mark.parametrize("case", PLAIN)
def test_what_is_beyond_doubt_is_read(case: str) -> None:
    """Prevents caution that throws away good records."""
    terms, text, value = PLAIN[case]
    typed = run(contract(column("k"), column(**terms | {"repairs": allowed(terms)})), ("1", text))
    assert (typed.rows[1]["_status"], typed.rows[1]["x"]) == ("good", value)


def test_a_sentinel_is_no_value_and_says_so() -> None:
    """Prevents placeholders in the numbers, and values that vanish without a trace where none is declared."""
    with_it = run(contract(column("k"), column(**EMPTY)), ("1", "N/A"))
    assert (with_it.rows[1]["x"], with_it.findings) == (None, {("RP-NUL-001", "repaired", 1, "N/A", None)})
    without = run(contract(column("k"), column()), ("1", "N/A"))
    assert (without.rows[1]["x"], without.findings) == ("N/A", set())
