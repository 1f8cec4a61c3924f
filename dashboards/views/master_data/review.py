"""The review queue: pairs that may be one party, those whose merging changes most first, with evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.master_data.acts import draw_act, draw_done
from dashboards.views.master_data.desk import Decided, desk_of, document_counts, kept
from dashboards.views.master_data.differences import marked
from dashboards.wording import own
from master_data.stewardship import decide
from master_data.stewardship.desk import Desk, Signature, Verdict
from master_data.stewardship.views import evidence_words, review_pairs
from reports.language import NOTHING, Language

# What identifies, in the order in which a steward reads it.
SIDES = ("party_name", "uscc", "city_name", "address_name")
BAR_BITS = 12


@dataclass(frozen=True)
class Pair:
    """A pair that waits, and how many documents hang on either party."""

    role: str
    left: Mapping[str, Any]
    right: Mapping[str, Any]
    weight: Decimal
    band: str
    evidence: Sequence[tuple[str, str, str]]
    left_documents: int
    right_documents: int

    @property
    def id(self) -> str:
        """Both records, for the chooser."""
        return f"{self.role} {self.left['record_id']} {self.right['record_id']}"

    @property
    def change(self) -> int:
        """Documents that would be another party's after a merge: those of the smaller side."""
        return min(self.left_documents, self.right_documents)


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the queue, and the chosen pair with what can be decided about it."""
    draw_done(say)
    desk = desk_of(opened)
    pairs = kept(opened, desk, "review queue", lambda: waiting(desk, document_counts(opened)))
    st.caption(say("master.review_hint"))
    if not pairs:
        st.success(say("master.review_empty"), icon=":material/task_alt:")
        return
    _list(pairs, opened, say)
    by_id = {pair.id: pair for pair in pairs}
    chosen = st.selectbox(
        say("master.review_choose"), list(by_id), format_func=lambda i: _label(by_id[i]), key="review_pair"
    )
    _beside(by_id[chosen], say)
    _decide(by_id[chosen], opened, say)


def waiting(desk: Desk, documents: Mapping[tuple[str, str], int]) -> list[Pair]:
    """Return the pairs that wait: what a merge changes most first, then the strongest."""
    pairs = [_pair(desk, row, documents) for row in review_pairs(desk, None, evidence_words)]
    return sorted(pairs, key=lambda p: (-p.change, -p.left_documents - p.right_documents, -p.weight, p.id))


def _pair(desk: Desk, row: Mapping[str, Any], documents: Mapping[tuple[str, str], int]) -> Pair:
    counts = (
        sum(documents.get((row["role"], member), 0) for member in desk.now.members(row["role"], side))
        for side in (row["left"]["golden_id"], row["right"]["golden_id"])
    )
    return Pair(row["role"], row["left"], row["right"], row["weight"], row["band"], row["evidence"], *counts)


def _label(pair: Pair) -> str:
    return f"{pair.left['party_name']} ↔ {pair.right['party_name']}"


def _list(pairs: Sequence[Pair], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Pair]] = [
        Column(say("master.col.change"), lambda pair: pair.change),
        Column(say("master.col.role"), lambda pair: pair.role, lambda code: say.code("master.role", code)),
        Column(say("master.col.left"), lambda pair: pair.left["party_name"]),
        Column(say("master.col.record"), lambda pair: pair.left["record_id"]),
        Column(say("master.col.documents"), lambda pair: pair.left_documents),
        Column(say("master.col.right"), lambda pair: pair.right["party_name"]),
        Column(say("master.col.record"), lambda pair: pair.right["record_id"]),
        Column(say("master.col.documents"), lambda pair: pair.right_documents),
        Column(say("master.col.weight"), lambda pair: pair.weight),
        Column(say("master.col.band"), lambda pair: pair.band, lambda code: say.code("master.band", code)),
    ]
    table(pairs, columns, name="identity_review", opened=opened, say=say)


def _beside(pair: Pair, say: Language) -> None:
    left, right = st.columns([6, 5], gap="medium")
    left.html(_sides_html(pair, say))
    right.html(_evidence_html(pair, say))


def _sides_html(pair: Pair, say: Language) -> str:
    names = (("master.col.record", "record_id"), ("master.col.golden", "golden_id"))
    rows = [_row(say(title), escape(pair.left[name]), escape(pair.right[name])) for title, name in names]
    rows[1:1] = [
        _row(say(f"master.side.{name}"), *_compared(pair.left[name], pair.right[name])) for name in SIDES
    ]
    head = f"<th></th><th>{escape(say('master.col.left'))}</th><th>{escape(say('master.col.right'))}</th>"
    body = "".join(rows)
    return f'<table class="ml-table md-beside"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _compared(left: str | None, right: str | None) -> tuple[str, str]:
    """Both texts, marked where they differ; what one does not say cannot differ."""
    return marked(left, right) if left and right else (escape(left or NOTHING), escape(right or NOTHING))


def _row(title: str, left: str, right: str) -> str:
    return f"<tr><th>{escape(title)}</th><td>{left}</td><td>{right}</td></tr>"


def _evidence_html(pair: Pair, say: Language) -> str:
    rows = "".join(
        f"<tr><th>{escape(own(field, say))}</th><td>{escape(own(level, say))}</td>"
        f'<td class="num">{bits}</td><td>{_bar(float(bits))}</td></tr>'
        for field, level, bits in pair.evidence
    )
    total = f'<tr class="md-total"><th colspan="2">{escape(say("master.total_bits"))}</th>'
    return (
        f'<table class="ml-table md-evidence"><tbody>{rows}{total}'
        f'<td class="num">{pair.weight}</td><td></td></tr></tbody></table>'
    )


def _bar(bits: float) -> str:
    width = min(abs(bits), BAR_BITS) / BAR_BITS * 50
    side = "md-for" if bits >= 0 else "md-against"
    return (
        f'<div class="md-bits"><span class="{side}" style="width:{width:.0f}%"></span></div>' if bits else ""
    )


def _decide(pair: Pair, opened: OpenRelease, say: Language) -> None:
    if not opened.reader.may("identity.decide"):
        st.caption(say("master.may_not"))
        return
    act = st.segmented_control(
        say("master.what"),
        ("merge", "apart"),
        default="merge",
        required=True,
        format_func=lambda name: say(f"master.action.{name}"),
        key=f"review_act {pair.id}",
    )
    draw_act(
        opened, say, _decided(pair, act or "merge"), key=f"{act} {pair.id}", label=say(f"master.do.{act}")
    )


def _decided(pair: Pair, act: str) -> Decided:
    ids = (pair.left["record_id"], pair.right["record_id"])

    def decided(desk: Desk, by: Signature) -> list[Verdict]:
        weigh = decide.merge if act == "merge" else decide.apart
        return [weigh(desk, *ids, by, pair.role)]

    return decided
