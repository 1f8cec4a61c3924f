"""Equipment: the state of every calibration on the day the data speaks to, and the history of one machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

TONES = {"valid": "good", "due_soon": "warn", "overdue": "bad", "failed": "bad", "unknown": "warn"}


@dataclass(frozen=True)
class Equipment:
    """A machine or gauge and its latest calibration."""

    equipment_id: str
    site_code: str
    equipment_name_zh: str | None
    equipment_name_en: str | None
    state_code: str
    calibrated_date: date | None
    calibration_due_date: date | None
    days_left: int | None
    calibration_result_code: str | None
    certificate_no: str | None
    doubtful_count: int

    def name(self, say: Language) -> str:
        """The name in the reader's language, else in the other one, else its number."""
        names = (self.equipment_name_zh, self.equipment_name_en)
        ordered = names if say.locale == "zh" else names[::-1]
        return next((name for name in ordered if name), self.equipment_id)


@dataclass(frozen=True)
class Calibration:
    """One calibration and where it stands."""

    calibrated_date: date
    calibration_due_date: date | None
    calibration_result_code: str | None
    certificate_no: str | None
    valid_from_date: date | None
    valid_until_date: date | None
    file_name: str | None
    row_no: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the states, the list, and the calibrations of the chosen machine."""
    rows = ask(opened, "equipment_status", Equipment, {})
    if not rows:
        st.info(say("master.equipment_none"))
        return
    st.html(_states_html(rows, say))
    st.caption(say("master.equipment_hint"))
    _table(rows, opened, say)
    by_key = {f"{row.site_code} {row.equipment_id}": row for row in rows}
    chosen = st.selectbox(
        say("master.equipment_choose"),
        list(by_key),
        format_func=lambda key: f"{by_key[key].equipment_id} · {by_key[key].name(say)}",
        key="equipment",
    )
    _calibrations(by_key[chosen], opened, say)


def _states_html(rows: Sequence[Equipment], say: Language) -> str:
    counts = Counter(row.state_code for row in rows)
    chips = "".join(
        f'<span class="ml-state ml-{TONES[state]} md-chip">{escape(say(f"master.calibration.{state}"))} '
        f"<b>{counts[state]}</b></span>"
        for state in TONES
        if counts[state]
    )
    return f'<div class="md-chips">{chips}</div>'


def _table(rows: Sequence[Equipment], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Equipment]] = [
        Column(
            say("master.col.state"),
            lambda row: row.state_code,
            lambda code: say(f"master.calibration.{code}"),
        ),
        Column(say("master.col.equipment"), lambda row: row.equipment_id),
        Column(say("master.col.name"), lambda row: row.name(say)),
        Column(say("col.site"), lambda row: row.site_code, lambda site: say("site", site=site)),
        Column(say("master.col.calibrated"), lambda row: row.calibrated_date),
        Column(say("master.col.due"), lambda row: row.calibration_due_date),
        Column(say("master.col.days_left"), lambda row: row.days_left),
        Column(
            say("master.col.result"),
            lambda row: row.calibration_result_code,
            lambda code: say.code("master.result", code),
        ),
        Column(say("master.col.doubtful"), lambda row: row.doubtful_count),
        Column(say("master.col.certificate"), lambda row: row.certificate_no),
    ]
    table(rows, columns, name="equipment_calibration", opened=opened, say=say)


def _calibrations(row: Equipment, opened: OpenRelease, say: Language) -> None:
    key = {"equipment_id": row.equipment_id, "site_code": row.site_code}
    columns: list[Column[Calibration]] = [
        Column(say("master.col.calibrated"), lambda one: one.calibrated_date),
        Column(say("master.col.due"), lambda one: one.calibration_due_date),
        Column(
            say("master.col.result"),
            lambda one: one.calibration_result_code,
            lambda code: say.code("master.result", code),
        ),
        Column(say("master.col.stands_from"), lambda one: one.valid_from_date),
        Column(say("master.col.stands_until"), lambda one: one.valid_until_date),
        Column(say("master.col.certificate"), lambda one: one.certificate_no),
        Column(say("master.col.origin"), lambda one: f"{one.file_name} : {one.row_no}"),
    ]
    found = ask(opened, "equipment_calibrations", Calibration, key)
    table(found, columns, name=f"calibrations_{row.equipment_id}", opened=opened, say=say)
