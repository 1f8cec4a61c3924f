"""Defects inside one cell of a CSV record, as a table: where, what changes, which rule should say so."""

# ruff: noqa: E501  (tables: one entry per line)
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.defects.lab import Kind, Lab, Row
from simulator.identifiers import gtin_check_digit


@dataclass(frozen=True)
class Edit:
    """Change `column` of up to `count` records of `table` that fit."""

    kind: Kind
    table: str
    column: str
    count: int
    change: Callable[[Row], str]
    fits: Callable[[Row], bool]
    key: str = ""


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _wrong_last_digit(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def _wrong_last_char(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "B")


def _filled(column: str) -> Callable[[Row], bool]:
    return lambda row: row[column] != ""


def _numeric_uscc(column: str) -> Callable[[Row], bool]:
    return lambda row: len(row[column]) == 18 and row[column].isdigit()


def _leading_zero(row: Row) -> bool:
    code = row["EAN11"]
    return code.startswith("0") and gtin_check_digit(code[1:13]) == code[13]


def _cut_shows(row: Row) -> bool:
    code = row["EAN11"][:12]
    return len(row["EAN11"]) == 14 and gtin_check_digit(code[:11]) != code[11]


def _spoilt_by_15_digits(row: Row) -> bool:
    return gtin_check_digit(row["EXIDV"][:15] + "00") != "0"


def _five_days_later(row: Row) -> str:
    day = row["BUDAT"]
    return f"{day[:6]}{int(day[6:]) + 5:02d}"


def _word(text: str) -> Callable[[Row], str]:
    return lambda row: text


def _consumed(row: Row) -> bool:
    return row["BWART"] == "261" and row["CHARG"] != ""


_TEXT = Kind(2, "excel-text-marker", "RP-TXT-001", "repaired")
_SCIENCE = Kind(4, "scientific-lot", "DQ-IDN-001", "quarantined")
_WIDE = Kind(7, "full-width", "RP-TXT-002", "repaired")
_SPACES = Kind(7, "invisible-space", "RP-TXT-003", "repaired")
_DATE = Kind(9, "date-unknown", "DQ-TYP-002", "quarantined")
_SENTINEL = Kind(9, "date-sentinel", "RP-NUL-001", "repaired")
_NUMBER = Kind(25, "decimal-comma", "DQ-TYP-001", "quarantined")
_FREE = Kind(
    28,
    "free-text-result",
    "",
    "none",
    "a word or an operator is a legitimate result: kept as text, the number stays empty",
)

_CODES: Sequence[Edit] = (
    Edit(_TEXT, "sap_a/mara", "EAN11", 6, lambda r: f'="{r["EAN11"]}"', _filled("EAN11")),
    Edit(_TEXT, "sap_a/marm", "EAN11", 6, lambda r: f"'{r['EAN11']}", _filled("EAN11")),
    Edit(Kind(3, "scientific-gtin", "DQ-IDN-001", "warned"), "sap_a/marm", "EAN11", 5, _word("9.52123E+12"), _filled("EAN11")),
    Edit(Kind(3, "uscc-15-digits", "DQ-IDN-002", "warned"), "sap_a/lfa1", "STCD5", 4, lambda r: r["STCD5"][:15] + "000", _numeric_uscc("STCD5"), "LIFNR"),
    Edit(Kind(3, "uscc-15-digits", "DQ-IDN-002", "warned"), "u8_b/vendor", "cVenRegCode", 4, lambda r: r["cVenRegCode"][:15] + "000", _numeric_uscc("cVenRegCode"), "cVenCode"),
    Edit(Kind(13, "uscc-check-char", "DQ-SUP-001", "warned"), "u8_b/vendor", "cVenRegCode", 5, lambda r: _wrong_last_char(r["cVenRegCode"]), _filled("cVenRegCode"), "cVenCode"),
    Edit(Kind(13, "uscc-check-char", "DQ-SUP-001", "warned"), "sap_a/kna1", "STCD5", 5, lambda r: _wrong_last_char(r["STCD5"]), _filled("STCD5"), "KUNNR"),
    Edit(Kind(8, "uscc-look-alike", "DQ-SUP-001", "warned"), "u8_b/customer", "cCusRegCode", 3, lambda r: "O" + r["cCusRegCode"][1:], _filled("cCusRegCode"), "cCusCode"),
    Edit(Kind(5, "gtin-lost-zero", "RP-IDN-001", "repaired"), "sap_a/mara", "EAN11", 6, lambda r: r["EAN11"][1:], _leading_zero),
    Edit(Kind(5, "gtin-check-digit", "DQ-UDI-001", "warned"), "sap_a/marm", "EAN11", 5, lambda r: _wrong_last_digit(r["EAN11"]), _filled("EAN11")),
    Edit(Kind(6, "gtin-cut", "DQ-UDI-001", "warned", "the one in ten that passes the check digit would need the DI master: left out here"), "sap_a/marm", "EAN11", 4, lambda r: r["EAN11"][:12], _cut_shows),
    Edit(Kind(5, "float-suffix", "RP-IDN-002", "repaired"), "sap_a/mseg", "EBELN", 6, lambda r: r["EBELN"] + ".0", _filled("EBELN")),
    Edit(Kind(5, "float-suffix", "RP-IDN-002", "repaired"), "u8_b/rdrecords", "iMPoIds", 6, lambda r: r["iMPoIds"] + ".0", _filled("iMPoIds")),
    Edit(Kind(3, "sscc-15-digits", "DQ-SHP-002", "warned", "one in ten keeps a right check digit by chance: left out here"), "sap_a/vekp", "EXIDV", 4, lambda r: r["EXIDV"][:15] + "000", _spoilt_by_15_digits),
    Edit(Kind(3, "sscc-cut", "DQ-PAT-001", "quarantined"), "sap_a/vekp", "EXIDV", 3, lambda r: r["EXIDV"][:-2], _filled("EXIDV")),
    Edit(Kind(3, "sscc-scientific", "DQ-PAT-001", "quarantined"), "sap_a/vekp", "EXIDV", 3, _word("3.95212E+17"), _filled("EXIDV")),
    Edit(_SCIENCE, "sap_a/mch1", "CHARG", 4, _word("2.00E+05"), _filled("CHARG")),
    Edit(_SCIENCE, "sap_a/mseg", "CHARG", 4, _word("2.00E+05"), _consumed),
    Edit(_WIDE, "u8_b/rdrecords", "cBatch", 8, lambda r: _full_width(r["cBatch"]), _filled("cBatch")),
    Edit(_WIDE, "sap_a/lips", "CHARG", 5, lambda r: _full_width(r["CHARG"]), _filled("CHARG")),
    Edit(_SPACES, "u8_b/batchproperty", "cBatch", 6, lambda r: r["cBatch"] + "\u00a0", _filled("cBatch")),
    Edit(_SPACES, "sap_a/qals", "CHARG", 6, lambda r: "\u3000" + r["CHARG"], _filled("CHARG")),
    Edit(_SPACES, "u8_b/dispatchlist", "cBatch", 4, lambda r: r["cBatch"][:4] + "\u200b" + r["cBatch"][4:], _filled("cBatch")),
    Edit(Kind(27, "serial-trailing-space", "RP-TXT-003", "repaired"), "sap_a/objk", "SERNR", 8, lambda r: r["SERNR"] + "  ", _filled("SERNR")),
    Edit(Kind(27, "serial-lower-case", "", "none", "upper-casing belongs to the serial's normal form, no finding"), "sap_a/objk", "SERNR", 6, lambda r: r["SERNR"].lower(), _filled("SERNR")),
)  # fmt: skip

_VALUES: Sequence[Edit] = (
    Edit(_DATE, "sap_a/mch1", "HSDAT", 4, _word("05-Jan-25"), _filled("HSDAT")),
    Edit(_DATE, "sap_a/ekpo", "EINDT", 4, _word("20250230"), _filled("EINDT")),
    Edit(_DATE, "u8_b/dispatchlist", "dDate", 4, _word("2025年13月5日"), _filled("dDate")),
    Edit(_SENTINEL, "sap_a/mch1", "VFDAT", 6, _word("99991231"), _filled("VFDAT")),
    Edit(_SENTINEL, "u8_b/batchproperty", "dVDate", 6, _word("1900-01-01"), _filled("dVDate")),
    Edit(Kind(9, "excel-serial-date", "RP-DAT-001", "repaired"), "u8_b/po_podetails", "dArriveDate", 5, _word("45872"), _filled("dArriveDate")),
    Edit(_NUMBER, "sap_a/mseg", "MENGE", 5, lambda r: "1.234,500", _consumed),
    Edit(_NUMBER, "u8_b/rdrecords", "iQuantity", 5, lambda r: "1.234,5", _filled("iQuantity")),
    Edit(Kind(25, "thousands-separator", "RP-NUM-001", "repaired"), "sap_a/mseg", "MENGE", 8, lambda r: f"{int(r['MENGE'][:-4]):,}{r['MENGE'][-4:]}", lambda r: len(r["MENGE"]) > 7),
    Edit(Kind(11, "unit-without-factor", "DQ-UOM-001", "warned"), "u8_b/rdrecords", "cUnit", 6, _word("打"), lambda r: r["iDLsID"] != ""),
    Edit(Kind(11, "unit-without-factor", "DQ-UOM-001", "warned"), "u8_b/dispatchlist", "cUnit", 5, _word("托"), _filled("cUnit")),
    Edit(Kind(10, "made-after-expiry", "DQ-LOT-001", "warned"), "sap_a/mch1", "VFDAT", 6, _word("20200101"), _filled("VFDAT")),
    Edit(Kind(10, "made-after-expiry", "DQ-LOT-001", "warned"), "u8_b/batchproperty", "dVDate", 5, _word("2020-1-1"), _filled("dVDate")),
    Edit(Kind(10, "posted-before-entry", "DQ-MOV-003", "warned"), "sap_a/mseg", "BUDAT", 5, _five_days_later, lambda r: r["BWART"] == "333" and r["BUDAT"][6:] < "20"),
    Edit(Kind(10, "released-before-inspection-end", "DQ-REL-001", "warned", "the finding may stand at the inspection lot in qals"), "sap_a/qave", "VDATUM", 5, _word("20241230"), lambda r: r["PRUEFLOS"].startswith("04") and r["VCODE"] == "A", "PRUEFLOS"),
    # before every release, those spoiled to 20241230 included
    Edit(Kind(10, "shipped-before-release", "DQ-SHP-001", "warned", "the finding may stand at the delivery lines in lips"), "sap_a/likp", "WADAT_IST", 4, _word("20241220"), _filled("VBELN"), "VBELN"),
    Edit(Kind(10, "shipped-before-release", "DQ-SHP-001", "warned"), "u8_b/dispatchlist", "dDate", 4, _word("2025-1-2"), _filled("cBatch")),
    Edit(Kind(10, "shipped-unreleased", "DQ-SHP-003", "warned"), "sap_a/lips", "CHARG", 2, _word("F259999999"), _filled("CHARG")),
    Edit(Kind(19, "lot-blank", "DQ-MOV-002", "warned"), "sap_a/mseg", "CHARG", 8, _word(""), _consumed),
    Edit(Kind(19, "lot-blank", "DQ-MOV-002", "warned"), "u8_b/rdrecords", "cBatch", 6, _word(""), lambda r: r["iMPoIds"] != "" and r["cBatch"].startswith("BCP")),
    Edit(Kind(19, "backflush", "DQ-GEN-002", "warned"), "sap_a/mseg", "XAUTO", 8, _word("X"), _consumed),
    Edit(Kind(20, "subcontract-lot-blank", "DQ-GEN-003", "warned"), "sap_a/mseg", "CHARG", 3, _word(""), lambda r: r["BWART"] == "543"),
    Edit(Kind(20, "vendor-lot-blank", "DQ-GEN-003", "warned"), "sap_a/mch1", "LICHA", 3, _word(""), lambda r: r["LICHA"].startswith("C")),
    Edit(Kind(17, "consumed-from-nowhere", "DQ-GEN-001", "warned"), "sap_a/mseg", "CHARG", 6, _word("0039999999"), _consumed),
    Edit(_FREE, "u8_b/qmcheckvouchers", "cValue", 4, _word("OK"), _filled("cUnit")),
    Edit(_FREE, "u8_b/qmcheckvouchers", "cValue", 4, _word("≤0.05"), _filled("cUnit")),
    Edit(_FREE, "sap_a/qamr", "MITTELWERT", 4, _word("未检出"), _filled("MITTELWERT")),
    Edit(Kind(29, "status-word", "DQ-ENU-001", "quarantined"), "u8_b/qmcheckvoucher", "cResult", 4, _word("待复核"), lambda r: r["cResult"] == "合格"),
    Edit(Kind(29, "status-word", "", "none", "特采 is a known word for concession"), "u8_b/qmcheckvoucher", "cResult", 3, _word("特采"), lambda r: r["cResult"] == "让步接收"),
    Edit(Kind(21, "several-lots-in-field", "DQ-PAT-001", "quarantined"), "sap_a/mseg", "CHARG", 4, lambda r: f"{r['CHARG']},S250000001", _consumed),
    Edit(Kind(1, "nul-in-text", "DQ-REC-003", "quarantined"), "u8_b/customer", "cCusName", 3, lambda r: r["cCusName"] + "\0", _filled("cCusName"), "cCusCode"),
    Edit(Kind(1, "latin1-controls", "DQ-REC-004", "quarantined"), "sap_a/makt", "MAKTX", 3, lambda r: r["MAKTX"][:2] + "\x96", _filled("MAKTX")),
    Edit(Kind(0, "required-blank", "DQ-REQ-001", "quarantined"), "sap_a/ekpo", "MATNR", 3, _word(""), _filled("MATNR")),
)  # fmt: skip


def edit_cells(lab: Lab) -> None:
    """Apply the table."""
    for edit in (*_CODES, *_VALUES):
        for file, number in lab.pick(edit.table, edit.count, edit.fits, edit.key):
            row = file.row(number)
            row[edit.column] = edit.change(row)
            file.put(number, row)
            lab.note(edit.kind, file.path, number, edit.column)
    _borrow_codes_of_agents(lab)


def _borrow_codes_of_agents(lab: Lab) -> None:
    """Foreign suppliers get the credit code of their registered agent, who is a supplier too."""
    kind = Kind(
        14, "agent-uscc", "DQ-SUP-003", "warned", "plant B keeps no country: there it could not be told"
    )
    first, *later = lab.files("sap_a/lfa1")
    file = lab.open(first)
    # A record that comes again, clean, would hide the agent's code from everything behind the raw rows.
    again = {
        lab.open(path).row(n)["LIFNR"] for path in later for n in range(1, len(lab.open(path).records) + 1)
    }
    free = [number for number in range(1, len(file.records) + 1) if not lab.is_used(file.path, number)]
    codes = [code for number in free if (code := file.row(number)["STCD5"])]
    for number in free:
        row = file.row(number)
        if row["LAND1"] != "CN" and row["LIFNR"] not in again:
            file.put(number, {**row, "STCD5": codes[number % len(codes)]})
            lab.use(file.path, number)
            lab.note(kind, file.path, number, "STCD5")


def list_drafts(lab: Lab) -> None:
    """Unapproved vouchers are part of the clean world; some are listed because readers trip over them."""
    kind = Kind(
        23, "unapproved-document", "", "none", "never approved: stays in raw and stg, must not reach core"
    )
    for file, number in lab.pick("u8_b/rdrecord", 6, lambda r: r["cHandler"] == ""):
        lab.note(kind, file.path, number, "cHandler")
