"""What a person says is bad, found in a release, or refused with what may have been meant.

(kind, text) → lots or devices → Selection. An unknown, ambiguous or unreadable text is never an empty scope.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import duckdb

from master_data.udi.issue import Issue
from traceability.find import find, read_udi
from traceability.query import fetch
from traceability.recall.not_found import nothing_found
from traceability.recall.processed import sterilised, worked_on
from traceability.recall.refused import Ambiguous, NothingFound, RecallRefused, Unreadable
from traceability.records import LotRef, MatchKind

SubjectKind = Literal["lot", "udi", "supplier_lot", "serial", "order", "sterilisation", "equipment"]
_READINGS: Mapping[SubjectKind, tuple[MatchKind, ...]] = {
    "lot": ("lot_id", "lot_no", "spelling"),
    "udi": ("udi",),
    "supplier_lot": ("supplier_lot",),
    "order": ("order",),
}
# Lots with one meaning are recalled together; a number with several meanings is not chosen for the person.
_MEANINGS: Mapping[SubjectKind, Callable[[LotRef], object]] = {
    "lot": lambda lot: lot.lot_id,
    "supplier_lot": lambda lot: (lot.site_code, lot.product_id),
    "order": lambda lot: lot.site_code,
    "sterilisation": lambda lot: lot.site_code,
    "equipment": lambda lot: lot.site_code,
}


@dataclass(frozen=True)
class Subject:
    """One thing that a person named."""

    kind: SubjectKind
    text: str


@dataclass(frozen=True)
class Device:
    """One serialised device and the lot it is of."""

    lot_id: str
    serial_no: str


@dataclass(frozen=True)
class Selection:
    """Lots that are meant as a whole, and single devices of other lots."""

    subjects: tuple[Subject, ...]
    lot_ids: tuple[str, ...]
    devices: tuple[Device, ...] = ()

    @property
    def partial_lot_ids(self) -> frozenset[str]:
        """Lots of which only single devices are meant."""
        return frozenset(device.lot_id for device in self.devices) - set(self.lot_ids)


@dataclass(frozen=True)
class _Serial:
    serial_no: str
    product_id: str
    lot_id: str | None
    product_name_zh: str | None
    product_name_en: str | None


def select(con: duckdb.DuckDBPyConnection, subjects: Iterable[Subject], *, every: bool = False) -> Selection:
    """Return what the subjects stand for.

    Args:
        con: An open release.
        subjects: What a person named; at least one.
        every: Take all lots of an ambiguous number instead of refusing it.

    Raises:
        RecallRefused: a subject is unknown, ambiguous or unreadable, or there is none.
    """
    given = tuple(dict.fromkeys(subjects))
    if not given:
        raise RecallRefused(
            "请指明召回对象 | name what is recalled: --lot, --udi, --supplier-lot, --serial, --order, "
            "--sterilisation or --equipment"
        )
    lots: dict[str, None] = {}
    devices: dict[Device, None] = {}
    for subject in given:
        found = _resolved(con, subject, every)
        lots.update(dict.fromkeys(one for one in found if isinstance(one, str)))
        devices.update(dict.fromkeys(one for one in found if isinstance(one, Device)))
    return Selection(
        given, tuple(sorted(lots)), tuple(sorted(devices, key=lambda d: (d.lot_id, d.serial_no)))
    )


def read_subjects(path: Path) -> tuple[Subject, ...]:
    """Return the subjects of a CSV file with the columns kind and text.

    Raises:
        Unreadable: the file has other columns, or a line names no kind we know or nothing at all.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if set(rows.fieldnames or ()) != {"kind", "text"}:
            raise Unreadable(f"{path}: 首行须为 kind,text | {path}: the first line must be kind,text")
        return tuple(_subject(path, n, row) for n, row in enumerate(rows, 2))


def _subject(path: Path, n: int, row: dict[str, str]) -> Subject:
    kind, text = (row["kind"] or "").strip(), (row["text"] or "").strip()
    for known in get_args(SubjectKind):
        if kind == known and text:
            return Subject(known, text)
    kinds = ", ".join(get_args(SubjectKind))
    raise Unreadable(f"{path}:{n} 无效：{kind!r} {text!r} | {path}:{n} is no subject; kinds are {kinds}")


def _resolved(con: duckdb.DuckDBPyConnection, subject: Subject, every: bool) -> Sequence[str | Device]:
    if subject.kind == "serial":
        return _device(con, subject, subject.text, None)
    if subject.kind == "udi":
        return _udi(con, subject)
    if subject.kind == "sterilisation":
        lots = sterilised(con, subject.text)
    elif subject.kind == "equipment":
        lots = worked_on(con, subject.text)
    else:
        lots = tuple(match.lot for match in find(con, subject.text, _READINGS[subject.kind]))
    return _one_meaning(con, subject, lots, every)


def _one_meaning(
    con: duckdb.DuckDBPyConnection, subject: Subject, lots: Sequence[LotRef], every: bool
) -> list[str]:
    if not lots:
        raise nothing_found(con, subject.kind, subject.text, subject.text)
    meaning = _MEANINGS[subject.kind]
    if len({meaning(lot) for lot in lots}) > 1 and not every:
        raise Ambiguous(
            f"{subject.text} 对应多个产品或工厂的 {len(lots)} 个批次，请写明批次键，或用 --every 全部召回 | "
            f"{subject.text} is the number of {len(lots)} lots of several products or plants; "
            "name them by lot id, or recall them all with --every",
            lots,
        )
    return [lot.lot_id for lot in lots]


def _udi(con: duckdb.DuckDBPyConnection, subject: Subject) -> Sequence[str | Device]:
    udi = read_udi(con, subject.text)
    if not udi.is_valid or udi.di is None:
        raise Unreadable(_what_is_wrong(subject.text, udi.issues))
    matches = [match.lot for match in find(con, subject.text, _READINGS["udi"])]
    if udi.lot is None and udi.serial is None:
        message = (
            f"{subject.text} 只有产品标识，没有批号或序列号；请写明批次 | "
            f"{subject.text} names a product, neither lot nor serial; name the lots that are meant"
        )
        raise Ambiguous(message, matches) if matches else NothingFound(message)
    if not matches:
        raise nothing_found(con, subject.kind, subject.text, subject.text)
    if udi.serial is not None:
        return _device(con, subject, udi.serial, matches)
    return [lot.lot_id for lot in matches]


def _device(
    con: duckdb.DuckDBPyConnection, subject: Subject, serial_no: str, lots: Sequence[LotRef] | None
) -> Sequence[str | Device]:
    rows = fetch(con, "serials", _Serial, {"serial_no": serial_no.strip()}, package="traceability.recall")
    if lots is not None:
        known = {lot.lot_id for lot in lots}
        rows = tuple(row for row in rows if row.lot_id in known)
        if not rows:
            # The label names a device that no system lists; its lot is on the label and holds it.
            return [lot.lot_id for lot in lots]
    if not rows:
        raise nothing_found(con, subject.kind, subject.text, serial_no)
    if len(rows) > 1:
        raise Ambiguous(
            f"序列号 {serial_no} 用于 {len(rows)} 个产品，请用 --udi 扫码 | serial {serial_no} stands on "
            f"{len(rows)} products ({', '.join(row.product_id for row in rows)}); scan its UDI instead"
        )
    row = rows[0]
    if row.lot_id is None:
        raise NothingFound(
            f"序列号 {serial_no} 有产品 {row.product_id}，没有批次，请按批次召回 | "
            f"serial {serial_no} of {row.product_id} has no lot in any system; recall its lot by --lot"
        )
    return [Device(row.lot_id, row.serial_no)]


def _what_is_wrong(text: str, issues: Sequence[Issue]) -> str:
    zh, en = [], []
    for issue in issues:
        if issue.severity == "error":
            own, _, other = issue.text.partition(" | ")
            at = issue.position
            zh.append(own if at is None else f"{own}（位置 {at + 1}）")
            en.append(other or own if at is None else f"{other or own} (position {at + 1})")
    return (
        f"扫码内容 {text!r} 无法识读：{'；'.join(zh) or '没有产品标识'} | "
        f"the scan {text!r} cannot be read: {'; '.join(en) or 'no device identifier'}"
    )
