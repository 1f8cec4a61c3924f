"""Repairs: how a raw text becomes the text that is typed, step by step, each step by a rule or silently.

Column.repairs -> steps(column) -> Step(rule id or None, SQL of the text before). A step with a rule leaves a
finding wherever it changed something; `alpha` is the source's normal notation and does not.
Every expression looks at a cheap sign first, so that clean text costs next to nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from master_data.sql_checks import gtin_is_valid
from quality_rules.contract import Column

# Blanks nobody sees: tab, line ends, NBSP, soft hyphen, zero-width characters, ideographic space, BOM.
INVISIBLE = " \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000\ufeff"
# Of these the ones without width: they may stand inside a code, where no blank would.
ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
ASCII_BLANK = " \t\r\n"
FULLWIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
HALFWIDTH = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
# Thousands separators beyond doubt: several groups, or one before a decimal point. 1,234 alone could as well
# be a decimal comma, and 0,500 is one: both stay as they are, and typing says so.
GROUPED = "^[-(]?[1-9][0-9]{0,2}((,[0-9]{3}){2,}([.][0-9]+)?|,[0-9]{3}[.][0-9]+)[-)]?$"
# A production lot with its sterilisation lot behind a slash, as people type both into one field.
LOT_WITH_STERILISATION = "^[^/]+/(EO|ETO|ST|GAM|灭菌)[A-Za-z0-9-]*[0-9]$"


# Control characters no text needs; tab and line ends stay.
CONTROL = r"'[\x01-\x08\x0B\x0C\x0E-\x1F\x7F]'"


@dataclass(frozen=True)
class Step:
    """One repair of one column.

    Attributes:
        rule_id: Rule that a change is logged under, None when the change is the source's normal notation.
        apply: Gives the repaired SQL text for the SQL of the text before.
    """

    rule_id: str | None
    apply: Callable[[str], str]


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _trim(text: str) -> str:
    # Text in ASCII has none of the rarer blanks; looking for them there tripled the time of a whole table.
    rare = f"TRIM(TRANSLATE({text}, {literal(ZERO_WIDTH)}, ''), {literal(INVISIBLE)})"
    plain = f"TRIM({text}, {literal(ASCII_BLANK)})"
    return f"CASE WHEN BIT_LENGTH({text}) > 8 * LENGTH({text}) THEN {rare} ELSE {plain} END"


def _control(text: str) -> str:
    without = f"REGEXP_REPLACE({text}, {CONTROL}, '', 'g')"
    return f"CASE WHEN REGEXP_MATCHES({text}, {CONTROL}) THEN {without} ELSE {text} END"


def _excel_text(text: str) -> str:
    quoted = f"LENGTH({text}) > 2 AND STARTS_WITH({text}, '=\"') AND ENDS_WITH({text}, '\"')"
    return (
        f"CASE WHEN {quoted} THEN SUBSTRING({text}, 3, LENGTH({text}) - 3)"
        f" WHEN STARTS_WITH({text}, '''') THEN SUBSTRING({text}, 2) ELSE {text} END"
    )


def _fullwidth(text: str) -> str:
    half = f"TRIM(TRANSLATE({text}, {literal(FULLWIDTH)}, {literal(HALFWIDTH)}), {literal(INVISIBLE)})"
    return f"CASE WHEN BIT_LENGTH({text}) > 8 * LENGTH({text}) THEN {half} ELSE {text} END"


def _sap_number(text: str) -> str:
    grouped = f"REGEXP_MATCHES({text}, {literal(GROUPED)})"
    plain = f"CASE WHEN {grouped} THEN REPLACE({text}, ',', '') ELSE {text} END"
    digits = f"SUBSTRING({plain}, 1, LENGTH({plain}) - 1)"
    return (
        f"CASE WHEN ENDS_WITH({text}, '-') THEN '-' || {digits}"
        f" WHEN ENDS_WITH({text}, ')') AND STARTS_WITH({text}, '(') THEN '-' || SUBSTRING({digits}, 2)"
        f" WHEN STRPOS({text}, ',') > 0 THEN {plain} ELSE {text} END"
    )


def _excel_serial(text: str) -> str:
    # Day 20000 is in 1954, day 79999 in 2119: no other date notation has five digits.
    serial = f"LENGTH({text}) IN (5, 7) AND REGEXP_MATCHES({text}, '^[2-7][0-9]{{4}}([.]0)?$')"
    day = f"DATE '1899-12-30' + CAST(SUBSTRING({text}, 1, 5) AS INT)"
    return f"CASE WHEN {serial} THEN CAST({day} AS TEXT) ELSE {text} END"


def _gtin_zero(text: str) -> str:
    return f"CASE WHEN LENGTH({text}) = 13 AND {gtin_is_valid(text)} THEN '0' || {text} ELSE {text} END"


def _float_suffix(text: str) -> str:
    whole = f"ENDS_WITH({text}, '.0') AND REGEXP_MATCHES({text}, '^[0-9]+[.]0$')"
    return f"CASE WHEN {whole} THEN SUBSTRING({text}, 1, LENGTH({text}) - 2) ELSE {text} END"


def _alpha(text: str) -> str:
    padded = f"STARTS_WITH({text}, '0') AND REGEXP_MATCHES({text}, '^[0-9]+$')"
    return f"CASE WHEN {padded} THEN LTRIM({text}, '0') ELSE {text} END"


def _split_lot(text: str) -> str:
    both = f"STRPOS({text}, '/') > 0 AND REGEXP_MATCHES({text}, {literal(LOT_WITH_STERILISATION)})"
    return f"CASE WHEN {both} THEN SPLIT_PART({text}, '/', 1) ELSE {text} END"


STEPS: Mapping[str, Step] = {
    "trim": Step("RP-TXT-003", _trim),
    "excel-text": Step("RP-TXT-001", _excel_text),
    "fullwidth": Step("RP-TXT-002", _fullwidth),
    "sap-number": Step("RP-NUM-001", _sap_number),
    "excel-serial": Step("RP-DAT-001", _excel_serial),
    "gtin-zero": Step("RP-IDN-001", _gtin_zero),
    "float-suffix": Step("RP-IDN-002", _float_suffix),
    "alpha": Step(None, _alpha),
    "control": Step("RP-TXT-004", _control),
}
SPLIT_LOT = Step("RP-LOT-001", _split_lot)


def steps(column: Column) -> tuple[Step, ...]:
    """The repairs of a column in the contract's order; a lot also parts from its sterilisation lot."""
    declared = tuple(STEPS[name] for name in column.repairs)
    return (*declared, SPLIT_LOT) if column.semantic == "lot" else declared
