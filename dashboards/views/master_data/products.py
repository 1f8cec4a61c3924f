"""Products: which product each material number stands for, and by what it was recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language


@dataclass(frozen=True)
class Product:
    """A material number and its product."""

    golden_product_id: str
    product_id: str
    site_code: str
    product_name_zh: str | None
    product_name_en: str | None
    product_type_code: str | None
    spec_name: str | None
    di: str | None
    match_rule_code: str
    record_count: int

    def name(self, say: Language) -> str | None:
        """The name in the reader's language, else in the other one."""
        names = (self.product_name_zh, self.product_name_en)
        return next((name for name in (names if say.locale == "zh" else names[::-1]) if name), None)


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the crosswalk with its filters."""
    rows = ask(opened, "product_crosswalk", Product, {})
    st.caption(say("master.products_hint"))
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    text = left.text_input(say("master.search"), key="product", icon=":material/search:")
    present = list(dict.fromkeys(row.match_rule_code for row in rows))
    rules = right.pills(
        say("master.col.rule"),
        present,
        selection_mode="multi",
        format_func=lambda code: say.code("master.product_rule", code),
        key="product_rules",
    )
    _table(found(rows, text, rules or present), opened, say)


def found(rows: Sequence[Product], text: str, rules: Sequence[str]) -> list[Product]:
    """Return the products that hold every word of a text and were recognised by one of the rules."""
    wanted = text.casefold().split()
    return [row for row in rows if row.match_rule_code in rules and all(w in _words(row) for w in wanted)]


def _words(row: Product) -> str:
    parts = (row.golden_product_id, row.product_id, row.product_name_zh, row.product_name_en, row.spec_name)
    return " ".join(part for part in parts if part).casefold()


def _table(rows: Sequence[Product], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Product]] = [
        Column(say("master.col.product"), lambda row: row.golden_product_id),
        Column(say("master.col.record"), lambda row: row.product_id),
        Column(say("master.col.name"), lambda row: row.name(say)),
        Column(say("master.col.spec"), lambda row: row.spec_name),
        Column(
            say("master.col.type"),
            lambda row: row.product_type_code,
            lambda code: say.code("master.product_type", code),
        ),
        Column(say("master.col.di"), lambda row: row.di),
        Column(
            say("master.col.rule"),
            lambda row: row.match_rule_code,
            lambda code: say.code("master.product_rule", code),
        ),
        Column(say("master.col.records"), lambda row: row.record_count),
    ]
    table(rows, columns, name="product_crosswalk", opened=opened, say=say)
