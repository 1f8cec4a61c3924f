"""Drift: columns that did not come as their contract says, and what the contract decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from dashboards.views.data_quality.rules import half
from reports.language import Language


@dataclass(frozen=True)
class Drift:
    """A column of a file that is not as its contract says."""

    source_table: str
    kind_code: str
    column_name: str | None
    found_name: str | None
    decision_code: str
    file_name: str
    record_count: int | None
    message: str | None
    detected_at: datetime


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    rows = ask(opened, "dq_drift", Drift, {})
    st.caption(say("dq.drift_hint"))
    if not rows:
        st.success(say("dq.no_drift"), icon=":material/check_circle:")
        return
    columns: list[Column[Drift]] = [
        Column(say("col.table"), lambda row: row.source_table),
        Column(say("dq.drift_kind"), lambda row: row.kind_code, lambda code: say(f"dq.drift_{code}")),
        Column(say("dq.contract_column"), lambda row: row.column_name),
        Column(say("dq.file_column"), lambda row: row.found_name),
        Column(
            say("dq.decision"), lambda row: row.decision_code, lambda code: say(f"dq.drift_decision_{code}")
        ),
        Column(say("dq.file"), lambda row: row.file_name),
        Column(say("dq.meaning"), lambda row: half(row.message, say)),
        Column(say("dq.detected"), lambda row: row.detected_at),
    ]
    table(rows, columns, name="drift", opened=opened, say=say)
