"""From a scope to a recall: the decision, its deadlines, the package to take away, and opening the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.chrome import plain
from dashboards.exports import ordered
from dashboards.reader import NotAllowed
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.recall.answer import Answer
from dashboards.views.recall.question import Question
from dashboards.wording import own
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lakehouse.writer import silent
from lakehouse.writer_lock import LakeBusy
from reports.deadlines import Deadline, deadlines, jurisdictions
from reports.frame import file_stem
from reports.language import HOME_ZONE, Language
from reports.recall import Package, RecallClass, RecallRequest, RequestInvalid, build, write_package
from reports.recall.acts import Desk, open_recall
from reports.recall.form import CODE, given_of
from reports.recall.package import PackageExists
from reports.recall.reopen import PackageDamaged
from reports.recall.wording import due_text
from traceability.recall.case import CaseRefused

CLASSES: tuple[RecallClass, ...] = (1, 2, 3)
REFUSALS = (
    RequestInvalid, CaseRefused, PackageExists, PackageDamaged, NotAllowed, LakeBusy, StorageFailure,
)  # fmt: skip
_DONE = "recall_opened"
# A refresh holds the lake for minutes; a page says so at once instead of waiting for it.
WAIT_SECONDS = 3.0


@dataclass(frozen=True)
class Decision:
    """What a person decided besides the scope; without a reason it is not one yet."""

    recall_class: RecallClass
    decided_at: datetime
    reason: str
    recall_no: str
    contact: str
    is_drill: bool


def ask_for(say: Language) -> Decision:
    """Draw the decision and return it as it stands."""
    is_drill = st.toggle(say("recall.drill"), key="recall_drill", help=say("recall.drill_help"))
    with st.expander(say("recall.decision"), icon=":material/gavel:"):
        columns = st.columns([1, 1, 1, 2])
        level = columns[0].selectbox(
            say("recall.class"), CLASSES, format_func=lambda n: say("recall.class_n", n=n), key="recall_class"
        )
        zone = ZoneInfo(HOME_ZONE)
        if "recall_day" not in st.session_state:
            now = datetime.now(zone).replace(second=0, microsecond=0)
            st.session_state["recall_day"], st.session_state["recall_time"] = now.date(), now.time()
        day = columns[1].date_input(say("recall.day"), key="recall_day", format="YYYY-MM-DD")
        clock = columns[2].time_input(say("recall.time"), key="recall_time", step=60)
        number = columns[3].text_input(say("recall.number"), key="recall_no", help=say("recall.number_help"))
        reason = st.text_input(say("recall.reason"), key="recall_reason")
        contact = st.text_input(say("recall.contact"), key="recall_contact")
    decided = datetime.combine(day, clock, zone)
    return Decision(level, decided, reason, number.strip(), contact, is_drill)


def draw(
    opened: OpenRelease, question: Question, decision: Decision, found: Answer, say: Language, words: Language
) -> None:
    """Draw deadlines, the package and the act that opens the recall."""
    if told := st.session_state.pop(_DONE, None):
        st.success(say("recall.opened", number=plain(told)), icon=":material/task_alt:")
    with st.container(border=True):
        _deadlines(opened, decision, found, say, words)
        if not decision.reason.strip():
            st.caption(say("recall.reason_first"))
            return
        left, right = st.columns(2)
        with left:
            _download(opened, question, decision, say)
        with right:
            _open(opened, question, decision, say)


def _deadlines(
    opened: OpenRelease, decision: Decision, found: Answer, say: Language, words: Language
) -> None:
    due = deadlines(
        {"decision": decision.decided_at},
        process="recall",
        recall_class=decision.recall_class,
        jurisdictions=jurisdictions(row.country_code for row in found.scope.consignees),
    )
    columns: list[Column[Deadline]] = [
        Column(words("col.jurisdiction"), lambda r: r.rule.jurisdiction),
        Column(words("col.what"), lambda r: r.rule.what_zh if say.locale == "zh" else r.rule.what_en),
        Column(words("col.due"), lambda r: due_text(r, words)),
        Column(words("col.source"), lambda r: own(r.rule.source, say)),
        Column(words("col.confidence"), lambda r: words(f"confidence.{r.rule.confidence}")),
    ]
    st.markdown(f"**{say('recall.deadlines', time=say.time(decision.decided_at))}**")
    named = [one for one in due if one.state != "elsewhere"]
    table(named, columns, name="recall_deadlines", opened=opened, say=say)


def _request(question: Question, decision: Decision) -> RecallRequest:
    return RecallRequest(
        subjects=question.subjects,
        recall_class=decision.recall_class,
        reason=decision.reason,
        decided_at=decision.decided_at,
        issued_at=datetime.now(UTC).replace(microsecond=0),
        recall_no=decision.recall_no,
        contact=decision.contact,
        is_drill=decision.is_drill,
        takes_every=question.every,
        narrowings=question.narrowings,
        known_by=question.known_by,
        since=question.since,
    )


def _made(opened: OpenRelease, question: Question, decision: Decision) -> Package:
    # Another thread than the page's runs this when the button is pressed.
    return build(opened.con.cursor(), opened.release, _request(question, decision))


def _download(opened: OpenRelease, question: Question, decision: Decision, say: Language) -> None:
    if not opened.reader.may("report.issue"):
        return
    request = _request(question, decision)
    stamp = "DRILL_" if decision.is_drill else ""
    st.download_button(
        say("recall.download"),
        ordered(opened, CODE, given_of(request)),
        file_name=f"{stamp}{file_stem(CODE, request.number, opened.release)}.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        type="primary",
        on_click="ignore",
        help=say("recall.download_help"),
        key="recall_package",
        width="stretch",
    )


def _open(opened: OpenRelease, question: Question, decision: Decision, say: Language) -> None:
    if not opened.reader.may("recall.open"):
        return
    label = say("recall.open_drill" if decision.is_drill else "recall.open")
    if st.button(
        label, icon=":material/campaign:", key="recall_open", width="stretch", help=say("recall.open_help")
    ):
        try:
            number = open_case(opened, question, decision)
        except REFUSALS as refused:
            st.error(plain(own(refused, say)), icon=":material/block:")
            return
        st.session_state[_DONE] = number
        st.rerun()


def open_case(opened: OpenRelease, question: Question, decision: Decision) -> str:
    """Write the package, open the recall on it as the reader, and return its number.

    Raises:
        NotAllowed: The reader may not open a recall.
        CaseRefused: The number belongs to another kind of case.
        LakeBusy: A refresh is under way.
    """
    opened.reader.require("recall.open")
    settings = Settings.from_env()
    folder = write_package(_made(opened, question, decision), settings.reports_dir)
    event, _ = open_recall(
        Desk(settings, opened.reader.name, datetime.now(UTC), silent, WAIT_SECONDS), folder, ""
    )
    return event.recall_no
