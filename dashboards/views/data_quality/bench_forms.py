"""The forms of the bench: correct, accept, reject, take back; each gives what to do and why, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipelines.quarantine.bench import Accept, Act, Fix, Reject, Revoke, waivable
from pipelines.quarantine.fields import Fields
from pipelines.quarantine.records import Kept
from quality_rules.contract import Column, Contract
from reports.language import Language

Wanted = tuple[Act, str]
FIELDS_PER_ROW = 3


def ask(
    record: Sequence[Kept], texts: Fields | None, contract: Contract | None, say: Language
) -> Wanted | None:
    """Draw the form that fits the record; what the reader sent off, or None."""
    decided = next((kept.verdict for kept in record if kept.verdict), None)
    if decided:
        return _revoke(decided.decision_id, say)
    first = record[0]
    ways = ["reject"] if first.layer_code == "file" else ["fix", "reject"]
    if waivable(record):
        ways.insert(1, "accept")
    way = st.segmented_control(
        say("bench.what"),
        ways,
        default=ways[0],
        required=True,
        format_func=lambda code: say(f"bench.way_{code}"),
        key=f"way {first.address}",
    )
    st.caption(say(f"bench.way_{way}_help"))
    if way == "fix" and texts is not None and contract is not None:
        return _fix(record, texts, contract, say)
    return _accept(record, say) if way == "accept" else _reject(first, say)


def physical(contract: Contract, name: str) -> str:
    """The source's name of a column given in house names; several, joined by commas, one by one."""
    known = {column.name: column.physical_name for column in contract.columns}
    return ", ".join(known.get(part, part) for part in name.split(","))


def meaning(column: Column | None, say: Language) -> str:
    """What a column means, in the reader's language."""
    if column is None:
        return ""
    return column.description_zh if say.locale == "zh" else column.description_en


def _fix(record: Sequence[Kept], texts: Fields, contract: Contract, say: Language) -> Wanted | None:
    first = record[0]
    with st.form(f"fix {first.address}"):
        given = _inputs(record, texts, contract, say)
        reason = st.text_input(say("bench.reason"), key=f"why fix {first.address}")
        sent = st.form_submit_button(say("bench.send_fix"), type="primary")
    if not sent:
        return None
    kept = texts.texts if texts.is_whole else {}
    changed = {
        name: text or None
        for name, text in given.items()
        if not texts.is_whole or text != (kept.get(name) or "")
    }
    return Fix(changed), reason


def _inputs(record: Sequence[Kept], texts: Fields, contract: Contract, say: Language) -> dict[str, str]:
    broken = {name for kept in record for name in kept.column_name.split(",")}
    address = record[0].address
    given: dict[str, str] = {}
    columns = contract.columns
    for start in range(0, len(columns), FIELDS_PER_ROW):
        row = columns[start : start + FIELDS_PER_ROW]
        for place, column in zip(st.columns(FIELDS_PER_ROW), row, strict=False):
            name = column.physical_name
            label = f"{name} ⚠" if column.name in broken else name
            given[name] = place.text_input(
                label,
                value=texts.texts.get(name) or "",
                help=meaning(column, say),
                key=f"{name} {address}",
            )
    return given


def _accept(record: Sequence[Kept], say: Language) -> Wanted | None:
    first = record[0]
    with st.form(f"accept {first.address}"):
        rule = st.selectbox(say("bench.rule_waived"), waivable(record), key=f"rule {first.address}")
        reason = st.text_input(say("bench.reason"), key=f"why accept {first.address}")
        sent = st.form_submit_button(say("bench.send_accept"), type="primary")
    return (Accept(rule), reason) if sent else None


def _reject(first: Kept, say: Language) -> Wanted | None:
    with st.form(f"reject {first.address}"):
        reason = st.text_input(say("bench.reason"), key=f"why reject {first.address}")
        sent = st.form_submit_button(say("bench.send_reject"), type="primary")
    return (Reject(), reason) if sent else None


def _revoke(decision_id: str, say: Language) -> Wanted | None:
    with st.form(f"revoke {decision_id}"):
        reason = st.text_input(say("bench.reason"), key=f"why revoke {decision_id}")
        sent = st.form_submit_button(say("bench.send_revoke"))
    return (Revoke(decision_id), reason) if sent else None
