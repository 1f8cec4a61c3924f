"""Defects that are whole records: malformed ones, and extra ones that should not be there."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defects.lab import CsvFile, Kind, Lab, Row

_COUNT = Kind(2, "field-count", "DQ-REC-001", "quarantined")
_QUOTE = Kind(
    2, "broken-quote", "DQ-REC-002", "quarantined", "a reader that counts fields may give DQ-REC-001 instead"
)


def _any(row: Row) -> bool:
    return bool(row)


def malform(lab: Lab) -> None:
    """One separator too many, one too few, a quote that does not end."""
    # a line that cannot be read must not hide what was spoiled in the head of its document
    for table, count, key in (
        ("sap_a/lips", 3, "VBELN"),
        ("u8_b/mom_moallocate", 3, "AllocateId"),
        ("sap_a/afpo", 3, ""),
    ):
        for file, number in lab.pick(table, count, _any, key):
            file.records[number - 1] += ","
            lab.note(_COUNT, file.path, number, "")
    for table, count, key in (("sap_a/qals", 3, "PRUEFLOS"), ("u8_b/rdrecords", 3, "")):
        for file, number in lab.pick(table, count, _any, key):
            file.records[number - 1] = file.records[number - 1].rpartition(",")[0]
            lab.note(_COUNT, file.path, number, "")
    for path in lab.files("sap_a/likp")[2:5]:
        file = lab.open(path)
        # at the end of the file, so that it costs one record and not all that follow
        file.records.append('0089999999,"0000200001,20250601')
        lab.use(path, len(file.records))
        lab.note(_QUOTE, path, len(file.records), "")


def _copies(
    lab: Lab,
    table: str,
    count: int,
    kind: Kind,
    column: str,
    fits: Callable[[Row], bool],
    change: Callable[[Row, int], Row],
) -> None:
    """Append changed copies of records to the files they come from."""
    for n, (file, number) in enumerate(lab.pick(table, count, fits)):
        added = file.append(change(file.row(number), n))
        lab.use(file.path, added)
        lab.note(kind, file.path, added, column)


def extra_records(lab: Lab) -> list[tuple[str, str, str, str]]:
    """Doubtful extra records; gives the added suppliers: site, code, code of the same company, exact key."""
    _copies(
        lab,
        "sap_a/mch1",
        4,
        Kind(15, "lot-on-two-products", "DQ-LOT-002", "warned"),
        "MATNR",
        lambda r: r["CHARG"].startswith("S"),
        lambda r, n: {
            **r,
            "MATNR": "20000101".zfill(18) if not r["MATNR"].endswith("20000101") else "20000102".zfill(18),
        },
    )
    _copies(
        lab,
        "sap_a/objk",
        4,
        Kind(27, "serial-on-two-products", "DQ-SER-001", "warned"),
        "MATNR",
        _any,
        lambda r, n: {
            **r,
            "MATNR": "10000101".zfill(18) if not r["MATNR"].endswith("10000101") else "10000102".zfill(18),
        },
    )
    over = Kind(18, "reversed-more-than-posted", "DQ-MOV-001", "warned")
    _copies(
        lab,
        "sap_a/mseg",
        4,
        over,
        "MENGE",
        lambda r: r["BWART"] == "261" and r["CHARG"] != "" and r["XAUTO"] == "" and "," not in r["MENGE"],
        _too_much,
    )
    _copies(
        lab,
        "u8_b/rdrecords",
        3,
        over,
        "iQuantity",
        lambda r: r["iMPoIds"].startswith("7") and r["cBatch"] != "" and r["iQuantity"].isdigit(),
        lambda r, n: _too_much_b(lab, r, n),
    )
    _copies(
        lab,
        "sap_a/mseg",
        3,
        Kind(
            20, "subcontract-unmapped", "DQ-GEN-003", "warned", "received under the vendor's own lot number"
        ),
        "CHARG",
        lambda r: r["BWART"] == "101" and r["EBELN"] != "" and r["MATNR"].lstrip("0").startswith("2"),
        lambda r, n: {**r, "MBLNR": f"{4_998_000_000 + n}", "ZEILE": "0001", "CHARG": f"C{9001 + n}-25"},
    )
    tests = Kind(30, "test-record", "DQ-TST-001", "quarantined")
    _copies(
        lab,
        "sap_a/lfa1",
        2,
        tests,
        "NAME1",
        _any,
        lambda r, n: {**r, "LIFNR": f"{999990 + n:010d}", "NAME1": f"测试供应商{n}", "STCD5": ""},
    )
    _copies(
        lab,
        "u8_b/vendor",
        2,
        tests,
        "cVenName",
        _any,
        lambda r, n: {**r, "cVenCode": f"GYS999{n}", "cVenName": "test供应商", "cVenRegCode": ""},
    )
    _copies(
        lab,
        "u8_b/inventory",
        2,
        tests,
        "cInvName",
        _any,
        lambda r, n: {**r, "cInvCode": f"B-CP-99{n}", "cInvName": "测试产品勿用"},
    )
    return _supplier_twins(lab)


def _too_much(row: Row, n: int) -> Row:
    """A reversal of three times the posted quantity."""
    menge = f"{int(row['MENGE'].split('.')[0]) * 3 + 7}.000"
    return {
        **row,
        "MBLNR": f"{4_999_000_000 + n}",
        "ZEILE": "0001",
        "BWART": "262",
        "SHKZG": "S",
        "MENGE": menge,
        "ERFMG": menge,
    }


def _too_much_b(lab: Lab, row: Row, n: int) -> Row:
    """The same in plant B; its order is found through an allocation, which must stay readable."""
    lab.reserve("AllocateId", row["iMPoIds"])
    return {**row, "AutoID": str(990_000_001 + n), "iQuantity": f"-{int(row['iQuantity']) * 3}"}


def _can_be_doubled(row: Row) -> bool:
    """A whole credit code, and a name whose legal form can be written in another way."""
    is_plain = row["NAME1"].endswith("有限公司") and not row["NAME1"].endswith("股份有限公司")
    return is_plain and len(row["STCD5"]) == 18 and not row["STCD5"].endswith("000")


def _supplier_twins(lab: Lab) -> list[tuple[str, str, str, str]]:
    """The same company entered twice in one plant: with its USCC (merged) and without (candidate)."""
    same = Kind(12, "supplier-duplicate-uscc", "", "merged", "same USCC: the crosswalk joins the codes")
    near = Kind(12, "supplier-duplicate-name", "DQ-SUP-002", "warned")
    added = []
    for n, (file, original) in enumerate(lab.pick("sap_a/lfa1", 6, _can_be_doubled, "LIFNR")):
        row, number = file.row(original), str(180001 + n)
        kept = row["STCD5"] if n % 2 == 0 else ""
        twin = {
            **row,
            "LIFNR": number.zfill(10),
            "NAME1": row["NAME1"].replace("有限公司", "有限责任公司"),
            "STCD5": kept,
        }
        at = file.append(twin)
        lab.use(file.path, at)
        lab.note(same if kept else near, file.path, at, "NAME1")
        proves = f"uscc:{kept}" if kept else f"sap_a:{number}"
        added.append(("A", number, row["LIFNR"].lstrip("0"), proves))
    return added


def overlap_windows(lab: Lab) -> None:
    """The last postings of a day come again in the next file: same key, the later one survives."""
    kind = Kind(
        22, "overlapping-window", "DQ-KEY-001", "merged", "the copy in the later file survives this one"
    )
    for table in ("sap_a/mseg", "u8_b/rdrecords"):
        paths = lab.files(table)
        for at in (len(paths) // 3, len(paths) // 2):
            _overlap(lab, lab.open(paths[at]), lab.open(paths[at + 1]), kind)


def _overlap(lab: Lab, earlier: CsvFile, later: CsvFile, kind: Kind) -> None:
    for number in range(max(1, len(earlier.records) - 2), len(earlier.records) + 1):
        if lab.is_used(earlier.path, number):
            continue
        at = later.append(earlier.row(number))
        lab.use(earlier.path, number)
        lab.use(later.path, at)
        lab.note(kind, earlier.path, number, "")
