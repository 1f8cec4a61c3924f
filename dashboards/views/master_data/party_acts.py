"""What can be decided about one party: another value, two records parted, a merge taken back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.views.master_data.acts import draw_act
from dashboards.views.master_data.desk import Decided
from master_data.stewardship import decide
from master_data.stewardship.desk import Desk
from reports.language import Language


def draw(role: str, records: Sequence[str], desk: Desk, opened: OpenRelease, say: Language) -> None:
    """Draw the acts; nothing for readers who may not decide."""
    if not opened.reader.may("identity.decide"):
        return
    acts = ("override", "apart", "unmerge") if len(records) > 1 else ("override",)
    with st.expander(say("master.decide_title"), icon=":material/gavel:"):
        act = st.segmented_control(
            say("master.what"),
            acts,
            default="override",
            required=True,
            format_func=lambda name: say(f"master.action.{name}"),
            key=f"party_act {role} {records[0]}",
        )
        decided = _FORMS[act or "override"](role, records, desk, say)
        if decided is not None:
            draw_act(opened, say, decided, key=f"{act} {role} {records[0]}", label=say(f"master.do.{act}"))


def _override(role: str, records: Sequence[str], desk: Desk, say: Language) -> Decided | None:
    rules = desk.built.survivorship.filter(role_code=role)["attribute"]
    left, middle, right = st.columns(3)
    record = left.selectbox(say("master.col.record"), records, key=f"override_record {records[0]}")
    attribute = middle.selectbox(
        say("master.col.attribute"),
        [name for name in rules if name != "record_id"],
        format_func=lambda name: say(f"master.attribute.{name}"),
        key=f"override_attribute {records[0]}",
    )
    value = right.text_input(
        say("master.new_value"), key=f"override_value {records[0]}", help=say("master.new_value_help")
    )
    is_empty = right.checkbox(say("master.no_value"), key=f"override_none {records[0]}")
    if not value.strip() and not is_empty:
        st.caption(say("master.value_wanted"))
        return None
    put = "" if is_empty else value
    return lambda desk, by: [decide.override(desk, record, attribute, put, by, role)]


def _apart(role: str, records: Sequence[str], desk: Desk, say: Language) -> Decided | None:
    left, right = st.columns(2)
    one = left.selectbox(say("master.col.record"), records, key=f"apart_one {records[0]}")
    others = [record for record in records if record != one]
    other = right.selectbox(say("master.from_record"), others, key=f"apart_other {records[0]}")
    return lambda desk, by: [decide.apart(desk, one, other, by, role)]


def _unmerge(role: str, records: Sequence[str], desk: Desk, say: Language) -> Decided | None:
    record = st.selectbox(say("master.col.record"), records, key=f"unmerge {records[0]}")
    return lambda desk, by: [decide.unmerge(desk, record, None, by, role)]


_FORMS = {"override": _override, "apart": _apart, "unmerge": _unmerge}
