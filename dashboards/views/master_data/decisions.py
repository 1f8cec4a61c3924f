"""Every decision on who is who: what waits for a second person, what stands, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.master_data.acts import draw_act, draw_done
from dashboards.views.master_data.desk import Decided, desk_of
from master_data.stewardship import decide
from master_data.stewardship.views import Row, decision_rows
from reports.language import Language

OPEN_STATES = ("stands", "pending")
TAKES_BACK = frozenset({"merge", "apart", "override"})


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the decisions, newest first, and the acts on the chosen one."""
    draw_done(say)
    rows = decision_rows(desk_of(opened))[::-1]
    st.caption(say("master.decisions_hint"))
    if not rows:
        st.info(say("master.decisions_empty"))
        return
    draw_rows(rows, "identity_decisions", opened, say)
    open_ones = [row for row in rows if row["state"] in OPEN_STATES and row["action"] in TAKES_BACK]
    if open_ones and opened.reader.may("identity.decide"):
        _act(open_ones, opened, say)


def draw_rows(rows: Sequence[Row], name: str, opened: OpenRelease, say: Language) -> None:
    """Draw decisions as a table."""
    columns: list[Column[Row]] = [
        Column(say("master.col.decision"), lambda row: row["decision"]),
        Column(say("master.col.at"), lambda row: row["at"]),
        Column(say("master.col.by"), lambda row: row["by"]),
        Column(say("master.col.action"), lambda row: row["action"], lambda c: say.code("master.action", c)),
        Column(say("master.col.what"), lambda row: row["what"]),
        Column(say("master.col.reason"), lambda row: row["reason"]),
        Column(say("master.col.state"), lambda row: row["state"], lambda c: say.code("master.state", c)),
    ]
    table(rows, columns, name=name, opened=opened, say=say)


def _act(rows: Sequence[Row], opened: OpenRelease, say: Language) -> None:
    by_id = {row["decision"]: row for row in rows}
    chosen = st.selectbox(
        say("master.decision_choose"),
        list(by_id),
        format_func=lambda i: f"{i} · {say.code('master.action', by_id[i]['action'])} {by_id[i]['what']}",
        key="decision",
    )
    acts = ("approve", "undo") if by_id[chosen]["state"] == "pending" else ("undo",)
    act = st.segmented_control(
        say("master.what"),
        acts,
        default=acts[0],
        required=True,
        format_func=lambda name: say(f"master.action.{name}"),
        key=f"decision_act {chosen}",
    )
    draw_act(
        opened, say, _decided(chosen, act or acts[0]), key=f"{act} {chosen}", label=say(f"master.do.{act}")
    )


def _decided(decision_id: str, act: str) -> Decided:
    weigh = decide.approve if act == "approve" else decide.undo
    return lambda desk, by: [weigh(desk, decision_id, by)]
