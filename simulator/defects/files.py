"""Defects of whole files: wrong bytes, wrong headers, wrong names, files that should not be there."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path

from simulator.defects.lab import Kind, Lab

_HTML = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>\n"


def _spare_day(lab: Lab, table: str, skip: int) -> str:
    """A Sunday of the period for which the table has no file."""
    taken = {p.name.split(".")[0][-8:] for p in lab.files(table)}
    first = min(taken)
    day = date(int(first[:4]), int(first[4:6]), int(first[6:]))
    free = [
        d
        for d in (day + timedelta(days=n) for n in range(300))
        if d.weekday() == 6 and d.strftime("%Y%m%d") not in taken
    ]
    return free[skip].strftime("%Y%m%d")


def _new_file(lab: Lab, table: str, skip: int, suffix: str, data: bytes) -> Path:
    path = lab.root / table / f"{table.split('/')[1]}_{_spare_day(lab, table, skip)}.{suffix}"
    path.write_bytes(data)
    return path


def _middle(lab: Lab, table: str) -> Path:
    paths = lab.files(table)
    return paths[len(paths) // 2]


def spoil_files(lab: Lab) -> None:
    """All file defects. Call after the CSV changes are saved: copies must not differ from their originals."""
    _encodings(lab)
    _headers(lab)
    _names(lab)


def _encodings(lab: Lab) -> None:
    path = _middle(lab, "u8_b/rdrecord")
    path.write_bytes(path.read_bytes().decode("gb18030").encode("utf-8-sig"))
    lab.note(
        Kind(
            1,
            "utf8-among-gb18030",
            "",
            "none",
            "declared encodings are tried in order: the file is read as UTF-8",
        ),
        path,
        0,
        "",
    )
    data = _middle(lab, "u8_b/mom_orderdetail").read_bytes()
    path = _new_file(lab, "u8_b/mom_orderdetail", 2, "csv", data[:60] + b"\xff\xff\x80" + data[60:])
    lab.note(Kind(1, "undecodable-bytes", "DQ-FIL-002", "rejected"), path, 0, "")
    _damaged_text(lab)
    source = (lab.root / "mes_a/operation_event").glob("*.jsonl")
    packed = gzip.compress(sorted(source)[3].read_bytes(), mtime=0)
    path = _new_file(lab, "mes_a/operation_event", 3, "jsonl.gz", packed[: len(packed) * 2 // 3])
    lab.note(
        Kind(
            2,
            "truncated-gzip",
            "DQ-FIL-002",
            "rejected",
            "DQ-FIL-001 when the contract's path does not take .gz files",
        ),
        path,
        0,
        "",
    )


def _damaged_text(lab: Lab) -> None:
    """Copies whose text went through a wrong encoding: one visible mark tells of more that is lost."""
    kind = Kind(1, "replacement-text", "DQ-FIL-014", "rejected")
    for table, encoding, mark in (
        ("u8_b/rdrecords", "gb18030", "锟斤拷"),
        ("sap_a/mseg", "utf-8", "\ufffd"),
        ("mes_a/operation_event", "utf-8", "\ufffd"),
    ):
        source = _middle(lab, table)
        text = source.read_bytes().decode(encoding)
        at = len(text) * 2 // 3
        path = _new_file(lab, table, 9, source.suffix.lstrip("."), _spliced(text, at, mark).encode(encoding))
        lab.note(kind, path, 0, "")


def _spliced(text: str, at: int, mark: str) -> str:
    """The text with a mark behind the first letter from a place on, so that it lies within a value."""
    at = next(i for i in range(at, len(text)) if text[i].isalpha())
    return text[: at + 1] + mark + text[at + 1 :]


def _headers(lab: Lab) -> None:
    path = _new_file(lab, "sap_a/kna1", 1, "csv", b"")
    lab.note(Kind(2, "empty-file", "DQ-FIL-004", "rejected"), path, 0, "")
    head = _middle(lab, "sap_a/qals").read_bytes().split(b"\r\n", 1)[0] + b"\r\n"
    path = _new_file(lab, "sap_a/qals", 2, "csv", head)
    lab.note(
        Kind(2, "header-only", "DQ-FIL-004", "rejected", "a reader may also load it as empty"), path, 0, ""
    )
    # a few records only: those of a refused file stay open, and a small lake must keep within its tolerance
    few = b"\r\n".join([*_middle(lab, "sap_a/lips").read_bytes().split(b"\r\n")[:4], b""])
    path = _new_file(lab, "sap_a/lips", 2, "csv", few.replace(b"CHARG", b"BATCH", 1))
    lab.note(Kind(2, "wrong-header", "DQ-FIL-003", "rejected"), path, 0, "")
    path = _new_file(lab, "sap_a/ekpo", 2, "csv", _HTML.encode())
    lab.note(Kind(2, "html-instead-of-csv", "DQ-FIL-010", "rejected"), path, 0, "")


def _names(lab: Lab) -> None:
    same = Kind(22, "duplicate-file", "", "none", "same bytes under another name: loaded once")
    for table in ("sap_a/mseg", "u8_b/rdrecords", "mes_a/operation_event"):
        paths = [p for p in lab.files(table) if p.suffix != ".gz"]
        # of equal files the name that comes first is told: a defect inside must have one name only
        source = next(p for p in paths[len(paths) // 4 :] if not lab.is_spoiled(p))
        path = _new_file(lab, table, 5, source.suffix.lstrip("."), source.read_bytes())
        lab.note(same, path, 0, "")
    late = lab.files("sap_a/qave")[3]
    path = late.with_name(f"qave_{_spare_day(lab, 'sap_a/qave', 12)}.csv")
    late.rename(path)
    lab.note(
        Kind(
            22, "late-file", "", "none", "arrives weeks after its business days: only the dates inside tell"
        ),
        path,
        0,
        "",
    )
    path = lab.root / "sap_a" / "zmm_export" / "export.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes("物料,数量\r\n1,2\r\n".encode("utf-8-sig"))
    lab.note(Kind(2, "no-contract", "DQ-FIL-001", "rejected"), path, 0, "")
    path = lab.root / "u8_b" / "rdrecords" / "说明.txt"
    path.write_text("请勿删除\n", encoding="utf-8")
    lab.note(Kind(2, "no-contract", "DQ-FIL-001", "rejected"), path, 0, "")
