"""召回事件报告表 and 召回计划: what the authority is told at once, and what within five working days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.deadlines.table import DEADLINES
from reports.form import Asked, Form, Selected
from reports.frame import file_stem, manifest_of
from reports.language import HOME_ZONE
from reports.recall.facts import RecallFacts
from reports.recall.form import rules_day
from reports.recall.marks import drill_words
from reports.recall.totals import Amounts
from reports.recall_forms import answers
from reports.recall_forms.labels import FormCode, labels_of, table_of
from reports.recall_forms.paper import Answer, Paper, files_of
from reports.recall_forms.request import DECISION, decision, recall_facts
from reports.values import Parameter

VERSION = "1.0.0"
# What no record answers: a person gives it, or it stands as to be filled in.
_REPORT_WORDS = ("intended_use", "measures", "reporter")
_PLAN_WORDS = ("measures", "scope", "complete_by", "publication", "effect", "disposal", "reporter")


def _words(asked: Asked, names: tuple[str, ...]) -> dict[str, Answer]:
    return {name: answers.text(asked.values.text(name)) for name in names}


def _paper(
    asked: Asked,
    form: FormCode,
    facts: RecallFacts,
    given: Mapping[str, Answer],
    numbers: Mapping[str, Amounts],
) -> Paper:
    labels = labels_of(form, rules_day(facts.request))
    known = {**answers.head(asked.con, facts), **given}
    known |= {name: answers.quantity(value) for name, value in numbers.items()}
    return Paper(
        form,
        manifest_of(asked.release, report_code=form, report_version=VERSION),
        labels,
        {label.key: known[label.key] for label in labels},
        answers.exact(numbers),
        answers.tables_of(facts),
        facts.request.issued_at,
        drill_words(facts.request).get("drill", ""),
    )


def _select_report(asked: Asked) -> Selected[Paper]:
    request = decision(asked)
    facts = recall_facts(asked, request)
    sold = answers.sold(facts)
    numbers = {"sold_cn_qty": sold.home, "sold_abroad_qty": sold.abroad, "sold_unknown_qty": sold.unknown}
    paper = _paper(asked, "recall_event_report", facts, _words(asked, _REPORT_WORDS), numbers)
    return Selected(request.number, HOME_ZONE, rules_day(request), paper)


def _select_plan(asked: Asked) -> Selected[Paper]:
    request = decision(asked)
    facts = recall_facts(asked, request)
    numbers = {
        "sold_qty": answers.delivered(facts),
        "stock_qty": answers.of_balance(facts, "stock"),
        "to_recall_qty": answers.held(facts),
    }
    paper = _paper(asked, "recall_plan", facts, _words(asked, _PLAN_WORDS), numbers)
    return Selected(request.number, HOME_ZONE, rules_day(request), paper)


def render(asked: Asked, paper: Paper) -> dict[str, bytes]:
    """Return the files of a form."""
    subject = (
        paper.answers["recall_no"].zh if "recall_no" in paper.answers else asked.values.text("recall_no")
    )
    return files_of(paper, file_stem(paper.form, subject or "recall", asked.release), asked.locales)


def _form(code: FormCode, words: tuple[str, ...], select: Any) -> Form[Paper]:
    asked_of_people = (Parameter(name, "text", is_required=False) for name in words)
    tables = (DEADLINES, table_of(code))
    return Form(code, VERSION, (*DECISION, *asked_of_people), select, lambda paper: None, render, tables)


EVENT_REPORT = _form("recall_event_report", _REPORT_WORDS, _select_report)
PLAN = _form("recall_plan", _PLAN_WORDS, _select_plan)
