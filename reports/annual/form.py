"""Three forms of a plant's year: annual self-inspection, supplier summary, CAPA summary.

release + plant + year → sections asked by query files → TabularReport. What no source delivers is said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from reports.form import Asked, Form, Selected
from reports.frame import file_stem, manifest_of
from reports.inspector.facts import read_site
from reports.refusals import DataMissing
from reports.tabular.report import Block, Entry, TabularReport, files_of, validate
from reports.tabular.section import Section, ask_section, unsourced
from reports.values import Parameter

VERSION = "1.0.0"
PACKAGE = "reports.annual"
PARAMETERS = (Parameter("site", "site"), Parameter("year", "year"))
# 自查报告 goes to the local authority before this day of the next year (to be confirmed: M).
SELF_INSPECTION_DUE = (3, 31)
SELF_INSPECTION = (
    "products",
    "suppliers",
    "nonconformities",
    "deviations",
    "capas",
    "complaints",
    "reportable_events",
    "equipment",
    "changes",
)
# What the guide to self-inspection asks and no source here delivers.
UNSOURCED = ("recalls", "internal_audits", "key_staff", "training")
SUPPLIERS = ("suppliers", "rejected_receipts")
CAPA = ("capa_figures", "capa_causes", "capas")


def _report(form: str, sections: tuple[str, ...]) -> Callable[[Asked], Selected[TabularReport]]:
    """The selection of a form that asks these sections."""

    def select(asked: Asked) -> Selected[TabularReport]:
        site, year = read_site(asked.con, asked.values.text("site")), asked.values.number("year") or 0
        given = {
            "site": site.site_code,
            "year": year,
            "zone": site.zone_name,
            "since": date(year, 1, 1),
            "until": date(year, 12, 31),
        }
        found = tuple(ask_section(asked.con, PACKAGE, name, given) for name in sections)
        if not any(section.rows for section in found if section.code != "equipment"):
            raise DataMissing(
                f"工厂 {site.site_code} 在 {year} 年没有记录 | "
                f"plant {site.site_code} has no records in {year}"
            )
        report = TabularReport(
            form,
            manifest_of(asked.release, report_code=form, report_version=VERSION),
            f"{site.site_name_zh} {year} | {site.site_name_en} {year}",
            site.zone_name,
            "",
            (),
            found,
        )
        return Selected(f"{site.site_code} {year}", site.zone_name, asked.day, report)

    return select


def _select_self_inspection(asked: Asked) -> Selected[TabularReport]:
    selected = _report("self_inspection", SELF_INSPECTION)(asked)
    report, year = selected.facts, asked.values.number("year") or 0
    due = date(year + 1, *SELF_INSPECTION_DUE)
    block = Block("报告 | Report", (Entry("提交期限 | Due before", due.isoformat(), "M"), *_figures(report)))
    missing: tuple[Section, ...] = tuple(unsourced(code) for code in UNSOURCED)
    whole = TabularReport(
        report.form,
        report.manifest,
        report.heading,
        report.zone,
        "末尾各章没有来源数据，须人工填写 | the last sections have no source here: write them by hand",
        (block,),
        (*report.sections, *missing),
    )
    return Selected(selected.subject, selected.zone, selected.rules_on, whole)


def _figures(report: TabularReport) -> tuple[Entry, ...]:
    """Sums of the first section, as the head of the report tells them."""
    products = next(section for section in report.sections if section.code == "products")
    labels = {
        "made_lots": "生产成品批 | Finished lots made",
        "accepted_lots": "合格放行批 | Lots released",
        "concession_lots": "让步放行批 | Lots released by concession",
        "rejected_lots": "不合格批 | Lots rejected",
        "undecided_lots": "未决定批 | Lots undecided",
    }
    return tuple(Entry(label, str(_sum(products, column))) for column, label in labels.items())


def _sum(section: Section, column: str) -> int:
    place = section.columns.index(column)
    return sum(int(row[place] or 0) for row in section.rows)


def _render(asked: Asked, report: TabularReport) -> dict[str, bytes]:
    site, year = asked.values.text("site"), asked.values.text("year")
    return files_of(report, file_stem(report.form, f"{site} {year}", asked.release), asked.locales)


def _form(code: str, select: Callable[[Asked], Selected[TabularReport]]) -> Form[Any]:
    return Form(code, VERSION, PARAMETERS, select, validate, _render)


SELF_INSPECTION_FORM = _form("self_inspection", _select_self_inspection)
SUPPLIER_FORM = _form("supplier_summary", _report("supplier_summary", SUPPLIERS))
CAPA_FORM = _form("capa_summary", _report("capa_summary", CAPA))
