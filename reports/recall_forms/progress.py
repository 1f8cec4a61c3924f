"""召回计划实施情况报告: who was told, who answered, what is back, as known at a moment.

words of a running recall recorded until then + returns that the release shows → Effect → answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from lakehouse.raw_zone import RawZone
from reports.deadlines.table import DEADLINES
from reports.form import Asked, Form, Selected
from reports.frame import file_stem, manifest_of
from reports.language import HOME_ZONE, NOTHING, load
from reports.recall.request import DRILL
from reports.recall.sheets import Sheet
from reports.recall.totals import Amounts, amounts
from reports.recall.wording import moment_text
from reports.recall_forms import answers
from reports.recall_forms.labels import FormCode, labels_of, table_of
from reports.recall_forms.paper import Answer, Paper, files_of
from reports.refusals import BadParameter, UnknownSubject
from reports.values import Parameter
from traceability.recall.case import Case, UnknownCase, find_case
from traceability.recall.effect import ConsigneeEffect, Effect, effect_of
from traceability.recall.scope import returns_of

CODE: FormCode = "recall_progress"
VERSION = "1.0.0"
_AMOUNTS = ("recalled", "returned", "destroyed", "corrected", "open")


def _select(asked: Asked) -> Selected[Paper]:
    moment = asked.values.moment("reported_at")
    if moment is None or moment > datetime.now(UTC):
        raise BadParameter("reported_at 不能在未来 | reported_at lies in the future: more may still be told")
    case = _known(asked, moment)
    posted = returns_of(asked.con, case.opening.lot_ids)
    effect = effect_of(case, posted, until=moment, zone=HOME_ZONE)
    day = asked.under or moment.date()
    labels = labels_of(CODE, day)
    known = {**_counts(effect), **_told(asked, case, moment)}
    numbers = {f"{name}_qty": _sum(effect, name) for name in _AMOUNTS}
    known |= {name: answers.quantity(value) for name, value in numbers.items()}
    paper = Paper(
        CODE,
        manifest_of(asked.release, report_code=CODE, report_version=VERSION),
        labels,
        {label.key: known[label.key] for label in labels},
        answers.exact(numbers),
        [_consignees(effect)],
        moment,
        DRILL if effect.is_drill else "",
    )
    return Selected(case.recall_no, HOME_ZONE, day, paper)


def _known(asked: Asked, moment: datetime) -> Case:
    """The recall with the words that were recorded by a moment: later ones do not change the report."""
    number = asked.values.text("recall_no")
    try:
        case = find_case(RawZone(asked.settings.raw_dir), number)
    except UnknownCase as unknown:
        raise UnknownSubject(str(unknown)) from unknown
    events = tuple(event for event in case.events if event.recorded_at <= moment)
    if not any(event.kind == "opened" for event in events):
        raise UnknownSubject(
            f"{number} 在该时点尚未开启 | recall {number} was not open at {moment.isoformat()}"
        )
    return replace(case, events=events)


def _told(asked: Asked, case: Case, moment: datetime) -> dict[str, Answer]:
    opening = case.opening
    classes = [load("reports.recall", locale)(f"class.{opening.recall_class}") for locale in ("zh", "en")]
    closed = "closed" if case.closed_at else "running"
    states = [load("reports", locale)(f"recall_form.state.{closed}") for locale in ("zh", "en")]
    notify_by = moment_text(opening.notify_by) if opening.notify_by else NOTHING
    return {
        "recall_no": answers.text(case.recall_no),
        "recall_class": Answer(*classes),
        "reason": answers.text(opening.reason),
        "decided_at": answers.text(moment_text(opening.decided_at)),
        "notify_by": answers.text(notify_by),
        "state": Answer(*states),
        "reporter": answers.text(asked.values.text("reporter")),
        "reported_at": answers.text(moment_text(moment)),
    }


def _counts(effect: Effect) -> dict[str, Answer]:
    whom = {row.consignee_id: row for row in effect.consignees}.values()
    counts = {
        "consignee_count": len(whom),
        "notified_count": sum(row.notified_at is not None for row in whom),
        "late_count": sum(row.is_notified_in_time is False for row in whom),
        "responded_count": sum(row.responded_at is not None for row in whom),
        "unreachable_count": sum(row.is_unreachable for row in whom),
    }
    return {name: answers.text(str(count)) for name, count in counts.items()}


def _sum(effect: Effect, name: str) -> Amounts:
    return amounts((row.uom_code, getattr(row, f"{name}_qty")) for row in effect.consignees)


def _consignees(effect: Effect) -> Sheet:
    keys = ("consignee", "uom", "notified_at", "responded_at", *_AMOUNTS)
    zh, en = (load("reports", locale) for locale in ("zh", "en"))
    header = [f"{zh(f'recall_form.col.{key}')} | {en(f'recall_form.col.{key}')}" for key in keys]
    return Sheet("progress", header, [_row(row) for row in effect.consignees])


def _row(row: ConsigneeEffect) -> tuple[object, ...]:
    moments = (
        moment and moment.isoformat(timespec="minutes") for moment in (row.notified_at, row.responded_at)
    )
    qtys: list[Decimal] = [getattr(row, f"{name}_qty") for name in _AMOUNTS]
    return (row.customer_name or row.consignee_id, row.uom_code, *moments, *qtys)


def _render(asked: Asked, paper: Paper) -> dict[str, bytes]:
    stem = file_stem(CODE, asked.values.text("recall_no"), asked.release)
    return files_of(paper, stem, asked.locales)


FORM = Form(
    CODE,
    VERSION,
    (
        Parameter("recall_no", "text"),
        Parameter("reported_at", "moment"),
        Parameter("reporter", "text", is_required=False),
    ),
    _select,
    lambda paper: None,
    _render,
    (DEADLINES, table_of(CODE)),
)
