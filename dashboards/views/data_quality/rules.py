"""Rules: what each checked, how much passed, samples of what did not, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from dashboards.views.data_quality.index import checks_of
from pipelines.rule_catalogue import RECORD_RULES, remedy, words
from quality_rules.index.checks import Check
from quality_rules.index.score import passed_share
from reports.language import Language

STAGES = ("landing", "raw", "stg", "core", "mart")


@dataclass(frozen=True)
class RecordRule:
    """A rule of reading or typing, and what it kept out of one table."""

    rule_id: str
    source_table: str
    message: str | None
    record_count: int
    open_count: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    checks = checks_of(opened)
    if checks is None:
        st.info(say("dq.no_checks"), icon=":material/info:")
    else:
        _gate_rules(checks, opened, say)
    st.subheader(say("dq.record_rules"))
    _record_rules(ask(opened, "dq_record_rules", RecordRule, {}), opened, say)


def _gate_rules(checks: Sequence[Check], opened: OpenRelease, say: Language) -> None:
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    stages = left.pills(
        say("col.stage"), STAGES, selection_mode="multi", default=STAGES,
        format_func=lambda stage: say(f"dq.stage_{stage}"), key="rule_stages",
    )  # fmt: skip
    text = middle.text_input(say("dq.search_rules"), key="rule_text", placeholder="CORE-LOT-001 · qms__capa")
    only = right.toggle(say("dq.only_failed"), value=True, key="only_failed")
    shown = [check for check in checks if _fits(check, stages or STAGES, text, only=only)]
    ordered = sorted(
        shown,
        key=lambda check: (check.severity != "block", -check.failed_rows, check.rule_id, check.table_name),
    )
    columns: list[Column[Check]] = [
        Column(say("col.rule"), lambda check: check.rule_id),
        Column(say("dq.meaning"), lambda check: _title(check, say)),
        Column(say("col.table"), lambda check: check.table_name),
        Column(say("dq.dimension"), lambda check: check.dimension, lambda name: say.code("dimension", name)),
        Column(say("col.severity"), lambda check: check.severity, lambda code: say.code("gate", code)),
        Column(say("dq.checked"), lambda check: check.checked_rows),
        Column(say("col.failed"), lambda check: check.failed_rows),
        Column(
            say("dq.pass_rate"),
            lambda check: passed_share(check) if check.checked_rows else None,
            say.percent,
        ),
    ]
    table(ordered, columns, name="dq_rules", opened=opened, say=say)
    failed = [check for check in ordered if not check.is_passed]
    if failed:
        _one(failed, say)


def _fits(check: Check, stages: Sequence[str], text: str, *, only: bool) -> bool:
    words = f"{check.rule_id} {check.table_name} {check.description_zh} {check.description_en}".lower()
    return check.stage in stages and text.strip().lower() in words and not (only and check.is_passed)


def _one(failed: Sequence[Check], say: Language) -> None:
    number = st.selectbox(
        say("dq.choose_rule"),
        range(len(failed)),
        format_func=lambda at: f"{failed[at].rule_id} · {failed[at].table_name} · {_title(failed[at], say)}",
        key="rule",
    )
    check = failed[number or 0]
    st.markdown(f"**{say('dq.samples')}**")
    for line in check.sample_keys.splitlines() or [say("dq.no_samples")]:
        st.markdown(f"- {plain(line)}")
    st.markdown(f"**{say('dq.remedy')}**　{plain(say(f'dq.remedy_{check.dimension}'))}")


def _record_rules(rows: Sequence[RecordRule], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[RecordRule]] = [
        Column(say("col.rule"), lambda row: row.rule_id),
        Column(say("dq.meaning"), lambda row: meaning_of(row.rule_id, row.message, say)),
        Column(say("col.table"), lambda row: row.source_table),
        Column(say("dq.kept_out"), lambda row: row.record_count),
        Column(say("dq.open"), lambda row: row.open_count),
        Column(say("dq.remedy"), lambda row: remedy_of(row.rule_id, say)),
    ]
    table(rows, columns, name="dq_record_rules", opened=opened, say=say)


def remedy_of(rule_id: str, say: Language) -> str:
    """What to do about a rule of reading or typing, in the reader's language."""
    return half(remedy(rule_id), say) if rule_id in RECORD_RULES else say("dq.remedy_validity")


def meaning_of(rule_id: str, message: str | None, say: Language) -> str:
    """What a rule says: in its own words, else as it was told, unless the reader's release masks that."""
    told = message if message and " | " in message else None
    return half(words(rule_id) or told, say)


def half(text: str | None, say: Language) -> str:
    """The reader's half of a text in Chinese | English; nothing where the reader's release withholds it."""
    if text is None:
        return ""
    zh, _, en = text.partition(" | ")
    return en if say.locale == "en" and en else zh


def _title(check: Check, say: Language) -> str:
    return check.description_zh if say.locale == "zh" else check.description_en
