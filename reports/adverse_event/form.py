"""An adverse event as a form: the fields of three authorities, what is still to be filled in, and deadlines.

complaint + words of a person → answers → blocks and deadlines → TabularReport. A person reports it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby

from reports.adverse_event.facts import HARMS, PACKAGE, Event, Told, answers, read_event
from reports.deadlines.count import Deadline, deadlines
from reports.deadlines.jurisdiction import jurisdictions
from reports.deadlines.table import DEADLINES
from reports.form import Asked, Form, Selected, release_day
from reports.frame import file_stem, manifest_of
from reports.language import HOME_ZONE
from reports.refusals import BadParameter
from reports.tabular.report import Block, Entry, TabularReport, files_of, validate
from reports.tabular.section import Section, ask_section
from reports.values import Parameter

CODE, VERSION = "adverse_event", "1.0.0"
TITLES = {
    "cn_report": "中国 · 报告 | China: report",
    "cn_device": "中国 · 医疗器械情况 | China: device",
    "cn_event": "中国 · 不良事件情况 | China: event",
    "cn_use": "中国 · 使用情况 | China: use",
    "cn_analysis": "中国 · 分析与处置 | China: analysis and handling",
    "us_3500a": "美国 · FDA 3500A | United States: FDA 3500A",
    "eu_mir": "欧盟 · 制造商事件报告 MIR | EU: manufacturer incident report",
}
# Which rules a harm calls for; those of places and of group events come by their own parameters.
BY_HARM: Mapping[str, frozenset[str]] = {
    "death": frozenset({"CN-AE-DEATH", "US-MDR-30", "EU-MIR-10"}),
    "serious_injury": frozenset({"CN-AE-SERIOUS", "US-MDR-30", "EU-MIR-15"}),
    "may_lead": frozenset({"CN-AE-SERIOUS", "US-MDR-30", "EU-MIR-15"}),
    "public_threat": frozenset({"CN-AE-SERIOUS", "US-MDR-5", "EU-MIR-2"}),
}
ABROAD = frozenset({"CN-AE-OVERSEAS"})
GROUP = frozenset({"CN-AE-GROUP-CALL", "CN-AE-GROUP-REPORTS"})
REMEDIAL = frozenset({"US-MDR-5"})


@cache
def _fields() -> tuple[Mapping[str, str], ...]:
    text = files(PACKAGE).joinpath("fields.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _select(asked: Asked) -> Selected[TabularReport]:
    values, event = asked.values, read_event(asked.con, asked.values.text("complaint"))
    aware_at = values.moment("aware_at")
    if aware_at is None:
        raise BadParameter("缺少获知时间 aware_at | aware_at, when the company came to know, is missing")
    words = (values.text(name) for name in ("description", "fault", "cause", "handling"))
    told = Told(values.text("harm"), aware_at, values.day("event_date"), *words)
    rules_on = asked.under or aware_at.date()
    report = TabularReport(
        CODE,
        manifest_of(asked.release, report_code=CODE, report_version=VERSION),
        f"{event.complaint_no}",
        event.zone_name or HOME_ZONE,
        _lead(event),
        _blocks(answers(event, told, release_day(asked.release))),
        (_deadlines(asked, told), _consignees(asked, event)),
    )
    return Selected(event.complaint_no, report.zone, rules_on, report)


def _lead(event: Event) -> str:
    if event.is_reportable:
        return (
            "患者信息只写在纸上：平台不保存 | write the patient's data on paper only: the platform keeps none"
        )
    return "该投诉在 QMS 中未标为须上报 | the QMS does not mark this complaint as reportable"


def _blocks(known: Mapping[str, str]) -> tuple[Block, ...]:
    return tuple(
        Block(
            TITLES[block],
            tuple(
                Entry(
                    f"{row['zh']} | {row['en']}",
                    known[row["source"]] if row["source"] else "",
                    row["confidence"],
                )
                for row in rows
            ),
        )
        for block, rows in groupby(_fields(), key=lambda row: row["block"])
    )


def _deadlines(asked: Asked, told: Told) -> Section:
    """What must be told by when, of the rules that this event calls for."""
    places = asked.values.texts("country")
    wanted = BY_HARM[told.harm] | (GROUP if asked.values.flag("is_group") else frozenset())
    wanted |= (ABROAD if any(place != "CN" for place in places) else frozenset()) | (
        REMEDIAL if asked.values.flag("needs_remedy") else frozenset()
    )
    found = deadlines(
        {"awareness": told.aware_at}, process="adverse_event", jurisdictions=jurisdictions(places)
    )
    rows = [_row(one) for one in found if one.rule.id in wanted and one.state != "elsewhere"]
    columns = ("jurisdiction_code", "what", "due_at", "rule_id", "basis", "confidence_code")
    return Section(
        "deadlines", columns, tuple(sorted(rows, key=lambda row: (row[2] is None, row[2], row[3])))
    )


def _row(one: Deadline) -> tuple[object, ...]:
    rule = one.rule
    said = f"{rule.what_zh} | {rule.what_en}"
    return rule.jurisdiction, said, one.due_at, rule.id, rule.source, rule.confidence


def _consignees(asked: Asked, event: Event) -> Section:
    return ask_section(asked.con, PACKAGE, "consignees", {"lot": event.lot_id or ""})


def _render(asked: Asked, report: TabularReport) -> dict[str, bytes]:
    return files_of(report, file_stem(CODE, report.heading, asked.release), asked.locales)


FORM = Form(
    CODE,
    VERSION,
    (
        Parameter("complaint", "text"),
        Parameter("harm", "choice", choices=tuple(HARMS)),
        Parameter("aware_at", "moment"),
        Parameter("event_date", "day", is_required=False),
        Parameter("country", "texts", default="CN"),
        Parameter("is_group", "flag", default="no"),
        Parameter("needs_remedy", "flag", default="no"),
        *(
            Parameter(name, "text", is_required=False)
            for name in ("description", "fault", "cause", "handling")
        ),
    ),
    _select,
    validate,
    _render,
    (DEADLINES,),
)
