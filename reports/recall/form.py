"""The package of a recall as a form: subjects and decision → scope, notices, deadlines, balance, EPCIS.

The time of issue is a parameter: the same order gives the same bytes, today and at a replay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from reports.deadlines.table import DEADLINES
from reports.form import Asked, Form, Selected
from reports.frame import ReportInvalid
from reports.language import HOME_ZONE
from reports.recall.facts import REPORT_CODE, REPORT_VERSION
from reports.recall.package import Package, build
from reports.recall.request import PLACEHOLDER_BASE, RecallClass, RecallRequest, RequestInvalid
from reports.refusals import BadParameter, UnknownSubject
from reports.values import YES, Given, Parameter, Values
from traceability.recall.narrow import read_narrowing
from traceability.recall.refused import NothingFound, RecallRefused
from traceability.recall.subject import Subject, SubjectKind

CODE = REPORT_CODE
Level = Literal["1", "2", "3"]


def _select(asked: Asked) -> Selected[Package]:
    try:
        request = replace(request_of(asked.values), under=asked.under)
        package = build(asked.con, asked.release, request)
    except NothingFound as nothing:
        raise UnknownSubject(str(nothing)) from nothing
    except (RecallRefused, RequestInvalid) as refused:
        raise BadParameter(str(refused)) from refused
    return Selected(request.number, HOME_ZONE, rules_day(request), package)


def rules_day(request: RecallRequest) -> date:
    """The day whose deadline rules hold: the one asked for, else that of the decision."""
    return request.under or request.decided_at.astimezone(ZoneInfo(HOME_ZONE)).date()


def request_of(values: Values) -> RecallRequest:
    """Return the decision that the parameters state.

    Raises:
        RecallRefused: a narrowing cannot be read.
        RequestInvalid: nothing is named, or the decision lacks what makes it one.
    """
    kinds: tuple[SubjectKind, ...] = get_args(SubjectKind)
    subjects = tuple(Subject(kind, text) for kind in kinds for text in values.texts(kind) if text)
    if not subjects:
        known = ", ".join(kinds)
        raise RequestInvalid(f"未指明召回对象，请给出其一：{known} | nothing is named; give one of: {known}")
    levels: tuple[RecallClass, ...] = get_args(RecallClass)
    return RecallRequest(
        subjects=subjects,
        recall_class=levels[int(values.text("class")) - 1],
        reason=values.text("reason"),
        decided_at=_moment(values, "decided_at"),
        issued_at=_moment(values, "issued_at"),
        recall_no=values.text("recall_no"),
        contact=values.text("contact"),
        is_drill=values.flag("drill"),
        takes_every=values.flag("every"),
        narrowings=tuple(read_narrowing(text) for text in values.texts("narrow") if text),
        known_by=values.moment("as_of"),
        since=values.moment("since"),
        id_base=values.text("id_base"),
    )


def given_of(request: RecallRequest) -> dict[str, Given]:
    """Return the parameters that state a decision: what ``request_of`` reads it from again."""
    named: dict[str, list[str]] = {}
    for subject in request.subjects:
        named.setdefault(subject.kind, []).append(subject.text)
    moments = {
        "decided_at": request.decided_at,
        "issued_at": request.issued_at,
        "as_of": request.known_by,
        "since": request.since,
    }
    texts = {name: getattr(request, name) for name in ("reason", "recall_no", "contact", "id_base")}
    flags = {"every": request.takes_every, "drill": request.is_drill}
    return {
        **named,
        "narrow": [f"{one.kind}={one.value}" for one in request.narrowings],
        "class": str(request.recall_class),
        **{name: text for name, text in texts.items() if text},
        **{name: moment.isoformat() for name, moment in moments.items() if moment is not None},
        **{name: YES for name, is_set in flags.items() if is_set},
    }


def _moment(values: Values, name: str) -> datetime:
    moment = values.moment(name)
    if moment is None:
        raise RequestInvalid(f"缺少 {name} | {name} is missing")
    return moment


def _validate(package: Package) -> None:
    """Everybody who got some, and is known, has a notice."""
    told = {PurePosixPath(name).parent for name in package.contents if name.startswith("notices/")}
    known = sum(total.consignee.is_known for total in package.facts.consignees)
    if len(told) != known:
        raise ReportInvalid(f"{known} 个收货人，{len(told)} 份通知 | {known} consignees, {len(told)} notices")


FORM = Form(
    CODE,
    REPORT_VERSION,
    (
        Parameter("lot", "texts", is_required=False),
        Parameter("udi", "texts", is_required=False),
        Parameter("supplier_lot", "texts", is_required=False),
        Parameter("serial", "texts", is_required=False),
        Parameter("order", "texts", is_required=False),
        Parameter("sterilisation", "texts", is_required=False),
        Parameter("equipment", "texts", is_required=False),
        Parameter("narrow", "texts", is_required=False),
        Parameter("class", "choice", choices=get_args(Level)),
        Parameter("reason", "text"),
        Parameter("decided_at", "moment"),
        Parameter("issued_at", "moment"),
        Parameter("as_of", "moment", is_required=False),
        Parameter("since", "moment", is_required=False),
        Parameter("recall_no", "text", is_required=False),
        Parameter("contact", "text", is_required=False),
        Parameter("id_base", "text", is_required=False, default=PLACEHOLDER_BASE),
        Parameter("every", "flag", is_required=False, default="no"),
        Parameter("drill", "flag", is_required=False, default="no"),
    ),
    _select,
    _validate,
    lambda _, package: package.contents,
    (DEADLINES,),
)
