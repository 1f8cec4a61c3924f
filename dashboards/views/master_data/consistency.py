"""Agreement of ERP, MES and QMS: an index per statement that two of them make, and the rows that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import NOTHING, Language


@dataclass(frozen=True)
class Agreement:
    """How far two systems agree on one thing."""

    topic_code: str
    field_code: str
    first_system_code: str
    second_system_code: str
    compared_count: int
    equal_count: int
    consistency_index: Decimal | None
    goal_index: Decimal
    is_reached: bool | None

    @property
    def key(self) -> tuple[str, str]:
        """Topic and field."""
        return self.topic_code, self.field_code


@dataclass(frozen=True)
class Differing:
    """A row on which they differ, each side with file and row."""

    key_text: str
    site_code: str
    first_system_code: str
    first_value: str | None
    first_file_name: str | None
    first_row_no: int | None
    second_system_code: str
    second_value: str | None
    second_file_name: str | None
    second_row_no: int | None


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the index, least agreement first, and the rows of the chosen statement."""
    rows = ask(opened, "consistency_index", Agreement, {})
    if not rows:
        st.info(say("master.consistency_none"))
        return
    st.caption(say("master.consistency_hint"))
    _index(rows, opened, say)
    by_key = {row.key: row for row in rows}
    chosen = st.selectbox(
        say("master.consistency_choose"),
        list(by_key),
        format_func=lambda key: _label(by_key[key], say),
        key="consistency",
    )
    _differences(by_key[chosen], opened, say)


def _label(row: Agreement, say: Language) -> str:
    count = say.number(row.compared_count - row.equal_count)
    what = f"{say.code('master.topic', row.topic_code)} · {say.code('master.field', row.field_code)}"
    return (
        f"{what} · {row.first_system_code}/{row.second_system_code} · {say('master.differing', count=count)}"
    )


def _index(rows: Sequence[Agreement], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Agreement]] = [
        Column(say("master.col.topic"), lambda r: r.topic_code, lambda c: say.code("master.topic", c)),
        Column(say("master.col.field"), lambda r: r.field_code, lambda c: say.code("master.field", c)),
        Column(say("master.col.systems"), lambda r: f"{r.first_system_code} / {r.second_system_code}"),
        Column(say("master.col.compared"), lambda r: r.compared_count),
        Column(say("master.col.equal"), lambda r: r.equal_count),
        Column(say("master.col.index"), lambda r: r.consistency_index, say.percent),
        Column(say("master.col.goal"), lambda r: r.goal_index, say.percent),
        Column(say("master.col.reached"), lambda r: r.is_reached),
    ]
    table(rows, columns, name="consistency", opened=opened, say=say)


def _differences(row: Agreement, opened: OpenRelease, say: Language) -> None:
    found = ask(opened, "consistency_rows", Differing, {"topic": row.topic_code, "field": row.field_code})
    columns: list[Column[Differing]] = [
        Column(say("master.col.key"), lambda r: r.key_text),
        Column(say("col.site"), lambda r: r.site_code, lambda site: say("site", site=site)),
        Column(row.first_system_code, lambda r: r.first_value),
        Column(row.second_system_code, lambda r: r.second_value),
        Column(
            say("master.col.origin_of", system=row.first_system_code),
            lambda r: _origin(r.first_file_name, r.first_row_no),
        ),
        Column(
            say("master.col.origin_of", system=row.second_system_code),
            lambda r: _origin(r.second_file_name, r.second_row_no),
        ),
    ]
    table(found, columns, name=f"consistency_{row.topic_code}_{row.field_code}", opened=opened, say=say)


def _origin(file: str | None, row: int | None) -> str:
    return f"{file} : {row}" if file else NOTHING
