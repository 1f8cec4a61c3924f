"""What somebody asks the desk: what is suspected, narrowed how, with the knowledge of when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.views.recall.span import span_of
from dashboards.views.recall.suspicion import complaint_subjects
from reports.language import HOME_ZONE, Language
from traceability.recall.narrow import Narrowing, read_narrowing
from traceability.recall.records import NarrowingKind
from traceability.recall.subject import Subject, SubjectKind

# As people name what is suspected; complaints lead to lots.
KINDS = ("lot", "supplier_lot", "udi", "serial", "order", "equipment", "sterilisation", "complaints")
MOMENTS_AT_MOST = 60


@dataclass(frozen=True)
class Question:
    """A question that has one answer in a release.

    Attributes:
        every: Take all lots of an ambiguous number.
        known_by: Only what was known by then; None for everything.
        since: A moment to compare with; None for no comparison.
    """

    subjects: tuple[Subject, ...]
    every: bool
    narrowings: tuple[Narrowing, ...]
    known_by: datetime | None
    since: datetime | None


@dataclass(frozen=True)
class Choice:
    """A machine or a person that worked on lots."""

    kind: str
    code: str
    name_zh: str | None
    name_en: str | None

    def label(self, say: Language) -> str:
        """Its code and, where there is one, its name."""
        name = self.name_zh if say.locale == "zh" else self.name_en
        return f"{self.code} {name}" if name else self.code


@dataclass(frozen=True)
class _Moment:
    moment: datetime


def ask_for(opened: OpenRelease, say: Language) -> Question:
    """Draw the question and return it as it stands."""
    choices = ask(opened, "processing_choices", Choice, {})
    kind = st.segmented_control(
        say("recall.suspected"),
        KINDS,
        required=True,
        default=KINDS[0],
        format_func=lambda kind: say(f"recall.kind.{kind}"),
        key="recall_kind",
    )
    subjects = _subjects(kind or KINDS[0], opened, choices, say)
    narrowings = _narrowings(choices, say)
    known_by, since = _moments(opened, say)
    every = st.checkbox(say("recall.every"), key="recall_every", help=say("recall.every_help"))
    return Question(subjects, every, narrowings, known_by, since)


def _subjects(
    kind: str, opened: OpenRelease, choices: Sequence[Choice], say: Language
) -> tuple[Subject, ...]:
    if kind == "complaints":
        return complaint_subjects(opened, say)
    if kind == "equipment":
        return _equipment(choices, say)
    known: dict[str, SubjectKind] = {
        "lot": "lot", "supplier_lot": "supplier_lot", "udi": "udi", "serial": "serial", "order": "order",
        "sterilisation": "sterilisation",
    }  # fmt: skip
    text = st.text_area(
        say("recall.numbers", kind=say(f"recall.kind.{kind}")),
        key=f"recall_text_{kind}",
        height=96,
        placeholder=say(f"recall.example.{kind}"),
        help=say("recall.numbers_help"),
    )
    lines = dict.fromkeys(line.strip() for line in text.splitlines() if line.strip())
    return tuple(Subject(known[kind], line) for line in lines)


def _equipment(choices: Sequence[Choice], say: Language) -> tuple[Subject, ...]:
    left, right = st.columns(2)
    machines = {one.code: one for one in choices if one.kind == "equipment"}
    machine = left.selectbox(
        say("recall.kind.equipment"),
        list(machines),
        index=None,
        format_func=lambda code: machines[code].label(say),
        key="recall_machine",
    )
    span = span_of(right, say("recall.days"), "recall_machine_days")
    if machine is None or span is None:
        return ()
    return (Subject("equipment", f"{machine}={span[0]}..{span[1]}"),)


def _narrowings(choices: Sequence[Choice], say: Language) -> tuple[Narrowing, ...]:
    found: list[Narrowing] = []
    with st.expander(say("recall.narrow"), icon=":material/filter_alt:"):
        st.caption(say("recall.narrow_help"))
        columns = st.columns(4)
        span = span_of(columns[0], say("recall.narrow.date"), "narrow_date")
        if span:
            found.append(read_narrowing(f"date={span[0]}..{span[1]}"))
        kinds: tuple[NarrowingKind, ...] = ("equipment", "operator")
        for column, kind in zip(columns[1:], kinds, strict=False):
            known = {one.code: one for one in choices if one.kind == kind}
            code = column.selectbox(
                say(f"recall.narrow.{kind}"),
                list(known),
                index=None,
                format_func=partial(_label, known, say),
                key=f"narrow_{kind}",
            )
            if code:
                found.append(Narrowing(kind, code))
        run = columns[3].text_input(say("recall.narrow.sterilisation"), key="narrow_run")
        if run.strip():
            found.append(Narrowing("sterilisation", run.strip()))
    return tuple(found)


def _label(known: Mapping[str, Choice], say: Language, code: str) -> str:
    return known[code].label(say)


def _moments(opened: OpenRelease, say: Language) -> tuple[datetime | None, datetime | None]:
    """The moment whose knowledge counts, and one to compare with; None for everything and for none."""
    moments = known_moments([row.moment for row in ask(opened, "known_moments", _Moment, {})])
    if len(moments) < 2:
        st.caption(say("recall.one_moment", moment=say.time(moments[-1]) if moments else "–"))
        return None, None
    left, right = st.columns([3, 2])
    now = len(moments)
    place = left.select_slider(
        say("recall.known_by"),
        range(now + 1),
        value=now,
        format_func=lambda at: say("recall.everything") if at == now else say.time(moments[at]),
        key="recall_known_by",
        help=say("recall.known_by_help"),
    )
    earlier = right.selectbox(
        say("recall.since"),
        range(min(place, now)),
        index=None,
        format_func=lambda at: say.time(moments[at]),
        key="recall_since",
    )
    return None if place == now else moments[place], None if earlier is None else moments[earlier]


def known_moments(loads: Sequence[datetime]) -> list[datetime]:
    """Return moments to choose from: every load, or the end of every day on which something came.

    The minute's end is taken, so that everything of a load counts.
    """
    if len(loads) <= MOMENTS_AT_MOST:
        return list(loads)
    zone = ZoneInfo(HOME_ZONE)
    days = sorted({load.astimezone(zone).date() for load in loads})
    return [
        datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1, microseconds=-1)
        for day in days[-MOMENTS_AT_MOST:]
    ]
