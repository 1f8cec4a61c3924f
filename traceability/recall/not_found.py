"""What a release knows of a number that names nothing in it: close ones, and deliveries that name it anyway.

(kind, text) → close lots, deliveries of a lot without a record → NothingFound, 中文 | English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import duckdb

from traceability.find import NEAR_AT_MOST, near
from traceability.query import fetch
from traceability.recall.refused import NothingFound
from traceability.records import LotRef
from traceability.walk import lot_refs

_NAMES_ZH: Mapping[str, str] = MappingProxyType(
    {
        "lot": "批次",
        "udi": "UDI",
        "supplier_lot": "供应商批次",
        "serial": "序列号",
        "order": "工单",
        "sterilisation": "灭菌批",
        "equipment": "该时段的设备记录",
    }
)


@dataclass(frozen=True)
class _Delivery:
    delivery_no: str
    customer_code: str | None


@dataclass(frozen=True)
class _LotId:
    lot_id: str


def nothing_found(con: duckdb.DuckDBPyConnection, kind: str, said: str, text: str) -> NothingFound:
    """Return the refusal of a subject that names nothing.

    Args:
        con: An open release.
        kind: What was said to be named, a SubjectKind.
        said: What the person wrote.
        text: The part of it that was looked for.
    """
    close = _close(con, kind, text)
    listed = ", ".join(lot.lot_id for lot in close)
    sent_zh, sent_en = _sent_all_the_same(con, text) if kind == "lot" else ("", "")
    return NothingFound(
        f"本发布中没有{_NAMES_ZH[kind]} {said!r}{sent_zh}，相近批次：{listed or '无'} | "
        f"this release knows no {kind} {said!r}{sent_en}; close lots: {listed or 'none'}",
        close,
    )


def _sent_all_the_same(con: duckdb.DuckDBPyConnection, text: str) -> tuple[str, str]:
    """What deliveries say of a lot that has no record: it may lie with customers, and nothing traces it."""
    keys = {"text": text.strip()}
    rows = fetch(con, "deliveries_without_lot", _Delivery, keys, package="traceability.recall")
    if not rows:
        return "", ""
    zh = "、".join(f"{row.delivery_no} → 客户 {row.customer_code or '不详'}" for row in rows)
    en = ", ".join(f"{row.delivery_no} to customer {row.customer_code or 'unknown'}" for row in rows)
    return (
        f"的档案，但有发货写着它：{zh}；请直接通知这些客户，并补录该批次",
        f", yet deliveries name it: {en}; notify these customers, and have the lot's record put right",
    )


def _close(con: duckdb.DuckDBPyConnection, kind: str, text: str) -> tuple[LotRef, ...]:
    queries = {"supplier_lot": "near_supplier_lots", "serial": "near_serials"}
    if kind in ("lot", "udi"):
        return near(con, text)
    if kind not in queries:
        return ()
    keys = {"text": text.strip(), "at_most": NEAR_AT_MOST}
    rows = fetch(con, queries[kind], _LotId, keys, package="traceability.recall")
    lots = lot_refs(con, [row.lot_id for row in rows])
    return tuple(lots[row.lot_id] for row in rows if row.lot_id in lots)
