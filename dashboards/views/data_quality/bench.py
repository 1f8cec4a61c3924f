"""The quarantine bench: see what was kept out and why, correct, accept or reject it, take decisions back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards import quarantine_desk
from dashboards.chrome import plain
from dashboards.quarantine_desk import Desk, Released
from dashboards.reader import NotAllowed
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.data_quality import bench_forms
from dashboards.views.data_quality.rules import half, meaning_of, remedy_of
from lakehouse.writer_lock import LakeBusy
from pipelines.quarantine.bench import Act, Pending, as_decided
from pipelines.quarantine.fields import Fields
from pipelines.quarantine.records import Kept, NoSuchRecord
from quality_rules.quarantine.decision import Address, DecisionRefused
from quality_rules.quarantine.standing import Verdict
from reports.language import NOTHING, Language

STATES = ("open", "fixed", "accepted", "rejected")
DONE = "bench_done"
NEW = "bench_unreleased"
RECORD = "bench_record"
# The record that was drawn last while it was open.
SEEN = "bench_seen"


@dataclass(frozen=True)
class _Field:
    """A column of a record: the source's name, the house's, what it means, the text that came."""

    physical_name: str
    name: str
    meaning: str
    text: str | None


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    if opened.reader.may("quarantine.decide"):
        _work(opened, say)
    else:
        _look(opened, say)


def _look(opened: OpenRelease, say: Language) -> None:
    """What the release says, masked as it is for the reader; the records themselves lie in the raw zone."""
    st.caption(say("bench.may_not"))
    columns: list[Column[Released]] = [
        Column(say("col.table"), lambda row: row.source_table),
        Column(say("dq.file"), lambda row: row.file_name, lambda name: name.rpartition("/")[2]),
        Column(say("bench.row"), lambda row: row.row_no),
        Column(say("col.rule"), lambda row: row.rule_id),
        Column(say("dq.meaning"), lambda row: meaning_of(row.rule_id, row.message, say)),
        Column(say("bench.state"), lambda row: row.state_code, lambda code: say(f"bench.state_{code}")),
        Column(say("dq.remedy"), lambda row: remedy_of(row.rule_id, say)),
    ]
    table(quarantine_desk.released(opened), columns, name="quarantine", opened=opened, say=say)


def _work(opened: OpenRelease, say: Language) -> None:
    desk = quarantine_desk.open_desk(opened)
    done = st.session_state.pop(DONE, None)
    if done:
        st.success(done, icon=":material/check_circle:")
    _pending(desk.pending, opened, say)
    records = (*desk.records, *_unreleased(desk, say))
    if not records:
        st.success(say("bench.nothing"), icon=":material/check_circle:")
        return
    if not done:
        _overtaken(records, say)
    chosen = _choose(records, say)
    _list(chosen, opened, say)
    # Who is at a record stays there when it is decided: another one must not slip under an open form.
    current = [kept for kept in records if kept.address == st.session_state.get(RECORD)]
    if offered := [*chosen, *current]:
        _one(_choose_record(offered, say), records, desk, opened, say)


def _pending(rows: Sequence[Pending], opened: OpenRelease, say: Language) -> None:
    if not rows:
        return
    st.info(say("bench.pending"), icon=":material/schedule:")
    columns: list[Column[Pending]] = [
        Column(say("col.table"), lambda row: row.source_table),
        Column(say("bench.becomes"), lambda row: row.outcome, lambda code: say(f"bench.state_{code}")),
        Column(say("bench.records"), lambda row: row.record_count),
    ]
    table(rows, columns, name="quarantine_pending", opened=opened, say=say)


def _unreleased(desk: Desk, say: Language) -> tuple[Kept, ...]:
    """Records that are in no release, once somebody asks for them."""
    if st.button(say("bench.look"), icon=":material/refresh:", help=say("bench.look_help"), key="look"):
        try:
            st.session_state[NEW] = quarantine_desk.unreleased(desk)
        except LakeBusy as busy:
            st.warning(half(str(busy), say), icon=":material/hourglass:")
    found: tuple[Kept, ...] = st.session_state.get(NEW, ())
    return as_decided(desk.lake, found)


def _overtaken(records: Sequence[Kept], say: Language) -> None:
    """Tells when somebody else has decided on the record that the reader was looking at."""
    seen = st.session_state.pop(SEEN, None)
    verdict = next((kept.verdict for kept in records if kept.address == seen and kept.verdict), None)
    if verdict:
        st.warning(_decided("bench.overtaken", verdict, say), icon=":material/group:")


def _choose(records: Sequence[Kept], say: Language) -> list[Kept]:
    state, source, rule = st.columns([3, 2, 2], vertical_alignment="bottom")
    states = state.pills(
        say("bench.state"), STATES, selection_mode="multi", default=["open"],
        format_func=lambda code: say(f"bench.state_{code}"), key="bench_states",
    )  # fmt: skip
    tables = sorted({kept.source_table for kept in records})
    rules = sorted({kept.rule_id for kept in records})
    anything = say("bench.any")
    wanted_table = source.selectbox(
        say("col.table"),
        [None, *tables],
        format_func=lambda name: anything if name is None else name or NOTHING,
        key="bench_table",
    )
    wanted_rule = rule.selectbox(
        say("col.rule"), [None, *rules], format_func=lambda name: name or anything, key="bench_rule"
    )
    return [
        kept
        for kept in records
        if kept.state in (states or STATES)
        and wanted_table in (None, kept.source_table)
        and wanted_rule in (None, kept.rule_id)
    ]


def _list(records: Sequence[Kept], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Kept]] = [
        Column(say("col.table"), lambda kept: kept.source_table),
        Column(say("dq.file"), lambda kept: kept.file_name, lambda name: name.rpartition("/")[2]),
        Column(say("bench.row"), lambda kept: kept.row_no),
        Column(say("col.rule"), lambda kept: kept.rule_id),
        Column(say("dq.meaning"), lambda kept: half(kept.message, say)),
        Column(say("col.column"), lambda kept: kept.column_name),
        Column(say("bench.state"), lambda kept: kept.state, lambda code: say(f"bench.state_{code}")),
        Column(say("bench.by"), lambda kept: kept.verdict.person if kept.verdict else None),
    ]
    table(records, columns, name="quarantine", opened=opened, say=say)


def _choose_record(records: Sequence[Kept], say: Language) -> Address:
    labels: dict[Address, str] = {}
    for kept in records:
        row = say("bench.whole_file") if kept.row_no == 0 else say("bench.row_no", row=kept.row_no)
        labels.setdefault(
            kept.address, f"{kept.source_table or NOTHING} · {kept.file_name} · {row} · {kept.rule_id}"
        )
    st.subheader(say("bench.record"))
    chosen = st.selectbox(say("bench.choose"), list(labels), format_func=lambda at: labels[at], key=RECORD)
    return chosen if chosen in labels else next(iter(labels))


def _one(address: Address, records: Sequence[Kept], desk: Desk, opened: OpenRelease, say: Language) -> None:
    record = tuple(kept for kept in records if kept.address == address)
    for kept in record:
        st.markdown(_broken(kept, desk, say))
    first = record[0]
    if first.layer_code == "landing" and first.before is not None:
        st.caption(say("bench.raw_text"))
        st.code(json.dumps(first.before, ensure_ascii=False), language=None, wrap_lines=True)
    texts = quarantine_desk.fields(opened, desk, record)
    if texts and texts.texts:
        _fields(texts, first, desk, opened, say)
    _verdicts(record, say)
    if all(kept.verdict is None for kept in record):
        st.session_state[SEEN] = address
    wanted = bench_forms.ask(record, texts, desk.contract(first.source_table), say)
    if wanted:
        _decide(record, *wanted, desk, opened, say)


def _broken(kept: Kept, desk: Desk, say: Language) -> str:
    """A broken rule in words: what, where in the record, and what to do."""
    where = ""
    if kept.column_name:
        contract = desk.contract(kept.source_table)
        name = bench_forms.physical(contract, kept.column_name) if contract else kept.column_name
        where = plain(say("bench.where", column=name, text=kept.before or NOTHING))
    said = plain(half(kept.message, say))
    return f"**{kept.rule_id}** {said}{where}  \n→ {plain(remedy_of(kept.rule_id, say))}"


def _fields(texts: Fields, first: Kept, desk: Desk, opened: OpenRelease, say: Language) -> None:
    contract = desk.contract(first.source_table)
    known = {column.physical_name: column for column in contract.columns} if contract else {}
    rows = [
        _Field(
            name, known[name].name if name in known else "", bench_forms.meaning(known.get(name), say), text
        )
        for name, text in texts.texts.items()
    ]
    columns: list[Column[_Field]] = [
        Column(say("bench.source_column"), lambda row: row.physical_name),
        Column(say("bench.house_column"), lambda row: row.name),
        Column(say("dq.meaning"), lambda row: row.meaning),
        Column(say("bench.text"), lambda row: row.text),
    ]
    st.caption(say("bench.fields") if texts.is_whole else say("bench.fields_cut"))
    table(rows, columns, name="quarantined_record", opened=opened, say=say)


def _verdicts(record: Sequence[Kept], say: Language) -> None:
    for verdict in {kept.verdict.decision_id: kept.verdict for kept in record if kept.verdict}.values():
        st.info(_decided("bench.decided", verdict, say), icon=":material/gavel:")


def _decided(phrase: str, verdict: Verdict, say: Language) -> str:
    """Who decided what, when and why."""
    said = say(
        phrase,
        state=say(f"bench.state_{verdict.outcome}"),
        person=verdict.person,
        at=say.time(verdict.decided_at),
        reason=verdict.reason,
        id=verdict.decision_id[:8],
    )
    return plain(said)


def _decide(
    record: Sequence[Kept], what: Act, reason: str, desk: Desk, opened: OpenRelease, say: Language
) -> None:
    try:
        made = quarantine_desk.decide(opened, desk, record, what, reason)
    except (DecisionRefused, NoSuchRecord, LakeBusy, NotAllowed) as refusal:
        st.error(plain(half(str(refusal), say)), icon=":material/block:")
        return
    ids = ", ".join(decision.decision_id[:8] for decision in made)
    st.session_state[DONE] = plain(say("bench.done", ids=ids, person=opened.reader.name))
    st.rerun()
