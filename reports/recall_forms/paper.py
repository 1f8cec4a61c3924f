"""A filled form: answers beside their labels, and the tables behind them, as JSON, XLSX and a page to print.

labels of the day + answers + tables → files. What nobody gave stands as to be filled in, never as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.frame import ReportManifest, canonical_json
from reports.language import Language, Locale, load
from reports.recall.sheets import Sheet, xlsx_bytes
from reports.recall_forms.labels import FormCode, Label
from reports.template import template


@dataclass(frozen=True)
class Answer:
    """What stands beside a label; '' where a person must still fill it in."""

    zh: str
    en: str

    def __getitem__(self, locale: Locale) -> str:
        return self.zh if locale == "zh" else self.en


@dataclass(frozen=True)
class Paper:
    """A filled form.

    Attributes:
        numbers: The same answers for machines, exact.
        tables: What the answers rest on; headers 中文 | English.
        drill: The mark of a drill, '' in earnest.
    """

    form: FormCode
    manifest: ReportManifest
    labels: tuple[Label, ...]
    answers: Mapping[str, Answer]
    numbers: Mapping[str, object]
    tables: Sequence[Sheet]
    issued_at: datetime
    drill: str

    @property
    def to_fill_in(self) -> tuple[Label, ...]:
        """Fields that a person must still fill in."""
        return tuple(label for label in self.labels if not self.answers[label.key].zh)


def files_of(paper: Paper, stem: str, locales: Sequence[Locale]) -> dict[str, bytes]:
    """Return the files of a form by name."""
    pages = {f"{stem}_{locale}.html": _page(paper, locale) for locale in locales}
    return {**pages, f"{stem}.xlsx": _workbook(paper), f"{stem}.json": _json(paper)}


def _json(paper: Paper) -> bytes:
    return canonical_json(
        {
            "manifest": paper.manifest,
            "form": paper.form,
            "drill": paper.drill,
            "labels": paper.labels,
            "answers": paper.answers,
            "numbers": paper.numbers,
            "to_fill_in": [label.key for label in paper.to_fill_in],
            "tables": {
                sheet.name: [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]
                for sheet in paper.tables
            },
        }
    )


def _workbook(paper: Paper) -> bytes:
    zh, en = (load("reports", locale) for locale in ("zh", "en"))
    title = " | ".join(say(f"form.{paper.form}.title") for say in (zh, en))
    rows = [
        (f"{label.zh} | {label.en}", paper.answers[label.key].zh or zh("recall_form.to_fill_in"))
        for label in paper.labels
    ]
    notes = {"": title, **({paper.drill: paper.drill} if paper.drill else {})}
    form = Sheet("form", ("栏目 | field", "内容 | answer"), rows)
    return xlsx_bytes([form, *paper.tables], created_at=paper.issued_at, notes=notes)


def _page(paper: Paper, locale: Locale) -> bytes:
    say = load("reports", locale)
    return (
        template("recall_form")
        .render(say=say, paper=paper, locale=locale, half=_half)
        .encode("utf-8", "replace")
    )


def _half(text: object, say: Language) -> str:
    return say.either(str(text)) if text is not None else ""
