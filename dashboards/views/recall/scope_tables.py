"""The tables of a scope: consignees, their goods, lots with balances, stock, gaps, exclusions, changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboards import onward as shared
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from reports.language import Language
from reports.recall.line import Line
from reports.recall.totals import ConsigneeTotal
from reports.recall.wording import amounts_text, name_of
from traceability.recall.difference import Change
from traceability.recall.records import Excluded, Ignorance, LotBalance, Scope, StockPlace


def _unit(words: Language) -> Callable[[Any], str]:
    return lambda code: words.code("uom", code)


def consignees(opened: OpenRelease, totals: Sequence[ConsigneeTotal], say: Language, words: Language) -> None:
    """Who got goods, how much by unit, and where they are."""
    columns: list[Column[ConsigneeTotal]] = [
        Column(words("col.consignee"), lambda r: r.consignee.customer_name or r.consignee.consignee_id),
        Column(words("col.customer_codes"), lambda r: ", ".join(r.consignee.customer_codes)),
        Column(
            words("col.place"),
            lambda r: ", ".join(filter(None, (r.consignee.city_name, r.consignee.country_code))),
        ),
        Column(words("col.deliveries"), lambda r: r.delivery_count),
        Column(words("col.lots"), lambda r: r.lot_count),
        Column(say("recall.col.sent"), lambda r: amounts_text(r.sent, words)),
        Column(words("col.held"), lambda r: amounts_text(r.held, words)),
        Column(say("recall.col.complete"), lambda r: r.is_complete),
    ]
    table(totals, columns, name="recall_consignees", opened=opened, say=say)


def goods(
    opened: OpenRelease, consignee_id: str, lines: Sequence[Line], say: Language, words: Language
) -> None:
    """What one consignee got, device by device where devices are known."""
    columns: list[Column[Line]] = [
        Column(words("col.udi"), lambda r: r.udi or r.di),
        Column(words("col.lot"), lambda r: r.lot_no),
        Column(words("col.serial"), lambda r: r.serial_no),
        Column(words("col.qty"), lambda r: r.qty),
        Column(words("col.uom"), lambda r: r.uom_code, _unit(words)),
        Column(words("col.delivery"), lambda r: r.delivery_no),
        Column(words("col.shipped_date"), lambda r: r.shipped_date),
        Column(words("col.expiry"), lambda r: r.expiry_date),
    ]
    safe = "".join(sign if sign.isalnum() else "_" for sign in consignee_id)
    table(lines, columns, name=f"recall_goods_{safe}", opened=opened, say=say)


def lots(opened: OpenRelease, scope: Scope, say: Language, words: Language) -> None:
    """Every lot with where its quantity is."""
    of = scope.lots_by_id

    def product(row: LotBalance) -> str:
        lot = of[row.lot_id]
        return name_of(lot.product_name_zh, lot.product_name_en, lot.product_code, say)

    amounts = ("consumed", "shipped", "returned", "stock", "scrapped", "sampled", "sent_back", "unknown")
    columns: list[Column[LotBalance]] = [
        Column(words("col.depth"), lambda r: of[r.lot_id].depth),
        Column(words("col.lot"), lambda r: r.lot_id),
        Column(words("col.product"), product),
        Column(words("col.uom"), lambda r: of[r.lot_id].uom_code, _unit(words)),
        Column(words("col.origin"), lambda r: r.made_qty + r.received_qty + r.counted_qty),
        *(Column[LotBalance](words(f"col.{name}"), _amount(f"{name}_qty")) for name in amounts),
    ]
    rows = sorted(scope.balances, key=lambda row: (of[row.lot_id].depth, row.lot_id))
    table(rows, columns, name="recall_lots", opened=opened, say=say)


def _amount(field: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, field)


def onward(opened: OpenRelease, scope: Scope, say: Language, words: Language) -> None:
    """Where goods went on, as partners tell, and of how many lots nobody told."""
    key = "onward.untold" if scope.untold_lots else "onward.told"
    st.caption(words(key, count=say.number(len(scope.untold_lots))))
    table(scope.onward, shared.columns(words), name="recall_onward", opened=opened, say=say)


def stock(opened: OpenRelease, scope: Scope, say: Language, words: Language) -> None:
    """Where goods are in the plants."""
    columns: list[Column[StockPlace]] = [
        Column(words("col.lot"), lambda r: r.lot_id),
        Column(words("col.location"), lambda r: r.storage_location_code),
        Column(words("col.stock"), lambda r: r.stock_qty),
        Column(words("col.quality"), lambda r: r.quality_qty),
        Column(words("col.blocked"), lambda r: r.blocked_qty),
        Column(words("col.uom"), lambda r: scope.lots_by_id[r.lot_id].uom_code, _unit(words)),
        Column(words("col.as_of"), lambda r: r.snapshot_date),
    ]
    table(scope.stock, columns, name="recall_stock", opened=opened, say=say)


def gaps(opened: OpenRelease, scope: Scope, say: Language, words: Language) -> None:
    """Everything that is not known, one by one."""
    columns: list[Column[Ignorance]] = [
        Column(words("col.rule"), lambda r: r.code),
        Column(words("col.what"), lambda r: r.message_zh if say.locale == "zh" else r.message_en),
        Column(words("col.key"), lambda r: r.lot_id or r.order_id),
        Column(words("col.count"), lambda r: r.count),
        Column(words("col.qty"), lambda r: r.qty),
    ]
    table(scope.gaps, columns, name="recall_gaps", opened=opened, say=say)


def excluded(opened: OpenRelease, scope: Scope, say: Language, words: Language) -> None:
    """What narrowing took out, and why."""
    columns: list[Column[Excluded]] = [
        Column(words("col.lot"), lambda r: r.lot_id),
        Column(words("col.kind"), lambda r: say(f"recall.narrow.{r.narrowing}")),
        Column(words("col.reason"), lambda r: words(f"excluded.{r.reason_code}")),
    ]
    table(scope.excluded, columns, name="recall_excluded", opened=opened, say=say)


def changes(opened: OpenRelease, found: Sequence[Change], say: Language, words: Language) -> None:
    """What is different from the earlier scope."""
    columns: list[Column[Change]] = [
        Column(words("col.kind"), lambda r: words(f"change.{r.kind}")),
        Column(words("col.key"), lambda r: r.key),
        Column(words("col.before"), lambda r: r.before),
        Column(words("col.after"), lambda r: r.after),
    ]
    table(found, columns, name="recall_changes", opened=opened, say=say)
