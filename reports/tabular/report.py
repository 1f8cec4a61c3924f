"""A report of sections as files: JSON with exact values, a workbook, a page in every language.

TabularReport → {stem.json, stem.xlsx, stem_zh.html, stem_en.html}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.frame import ReportInvalid, ReportManifest, canonical_json
from reports.language import Locale, load
from reports.recall.sheets import Sheet, xlsx_bytes
from reports.tabular.section import Section, cell, heads, title
from reports.template import template

LONGEST_SHEET_NAME = 31


@dataclass(frozen=True)
class Entry:
    """A field beside its label, zh | en; '' where a person must fill it in."""

    label: str
    value: str
    confidence: str = "H"


@dataclass(frozen=True)
class Block:
    """Fields under a heading, zh | en."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class TabularReport:
    """What a report says.

    Attributes:
        form: Code of the form.
        heading: Its subject in words, zh | en.
        lead: What a reader must know first, zh | en; '' for nothing.
    """

    form: str
    manifest: ReportManifest
    heading: str
    zone: str
    lead: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]

    @property
    def open_count(self) -> int:
        """Fields that a person must still fill in."""
        return sum(not entry.value for block in self.blocks for entry in block.entries)


def validate(report: TabularReport) -> None:
    """Check that every row has a value for every column.

    Raises:
        ReportInvalid: one has not, or two sections share a name.
    """
    codes = [section.code for section in report.sections]
    if len(set(codes)) < len(codes):
        raise ReportInvalid(f"章节重复 | a section stands twice: {sorted(codes)}")
    for section in report.sections:
        if any(len(row) != len(section.columns) for row in section.rows):
            raise ReportInvalid(
                f"{section.code} 的行与列不符 | rows of {section.code} do not fit its columns"
            )


def files_of(report: TabularReport, stem: str, locales: Sequence[Locale]) -> dict[str, bytes]:
    """Return the files by name."""
    pages = {f"{stem}_{locale}.html": _page(report, locale) for locale in locales}
    return {**pages, f"{stem}.xlsx": _workbook(report), f"{stem}.json": _json(report)}


def _json(report: TabularReport) -> bytes:
    sections = {
        section.code: {
            "no_source": section.no_source,
            "rows": [dict(zip(section.columns, row, strict=True)) for row in section.rows],
        }
        for section in report.sections
    }
    facts = {"form": report.form, "manifest": report.manifest, "heading": report.heading, "lead": report.lead}
    return canonical_json({**facts, "blocks": report.blocks, "sections": sections})


def _workbook(report: TabularReport) -> bytes:
    zh, en = (load("reports", locale).in_zone(report.zone) for locale in ("zh", "en"))
    notes = {f"{zh(f'form.{report.form}.title')} | {en(f'form.{report.form}.title')}": report.heading}
    fields = [(entry.label, entry.value) for block in report.blocks for entry in block.entries]
    sheets = [Sheet("fields", ("栏目 | field", "内容 | value"), fields)] if fields else []
    for section in report.sections:
        pairs = zip(heads(zh, section.columns), heads(en, section.columns), strict=True)
        header = [" | ".join(pair) for pair in pairs] or [
            f"{zh('tabular.no_source')} | {en('tabular.no_source')}"
        ]
        rows = [[_plain(value) for value in row] for row in section.rows]
        sheets.append(Sheet(title(zh, section)[:LONGEST_SHEET_NAME], header, rows))
    return xlsx_bytes(sheets, created_at=report.manifest.released_at, notes=notes)


def _plain(value: object) -> object:
    return ("是" if value else "否") if isinstance(value, bool) else value


def _page(report: TabularReport, locale: Locale) -> bytes:
    say = load("reports", locale).in_zone(report.zone)
    page = template("tabular").render(
        say=say, locale=locale, report=report, title=title, heads=heads, cell=cell, is_number=_is_number
    )
    return page.encode("utf-8", "replace")


def _is_number(section: Section, place: int) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    values = [row[place] for row in section.rows if row[place] is not None]
    return bool(values) and all(
        not isinstance(value, str | bool) and hasattr(value, "real") for value in values
    )
