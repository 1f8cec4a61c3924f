"""A dossier as PDF/A4, for the file and for signature: the same sections as the page, in Chinese or English.

Dossier → Sections → platypus tables → bytes without clock. Chinese is set in
STSong-Light of Adobe-GB1, for which readers of PDF have a font of their own; Latin in Vera, embedded.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus.doctemplate import SimpleDocTemplate
from reportlab.platypus.flowables import Flowable, Spacer
from reportlab.platypus.paragraph import Paragraph
from reportlab.platypus.tables import LongTable

from reports.language import Language, Locale, load
from reports.lot_dossier.dossier import Dossier, product_name
from reports.lot_dossier.section import Cell, Section
from reports.lot_dossier.sections import sections

HAN, LATIN, BOLD = "STSong-Light", "Vera", "VeraBd"
DEEP, INK, SOFT = HexColor("#12454e"), HexColor("#17262b"), HexColor("#5a6872")
LINE, TINT, WHITE = HexColor("#dfe5e8"), HexColor("#f4f8f8"), HexColor("#ffffff")
COLOURS = {"good": "#1e7f5c", "warn": "#a86a00", "bad": "#b3261e", "soft": "#5a6872"}
TONES = {tone: HexColor(colour) for tone, colour in COLOURS.items()}
SIZE, LEADING = 7.2, 10
Command = tuple[Any, ...]
PADDING = 3
# A frame keeps six points free on every side.
MARGIN, WIDTH = 14 * mm - 6, A4[0] - 28 * mm
# What the Latin font has, and what it has not.
_RUN = re.compile(r"[\x20-\xff–—…•]+|(?P<other>[^\x20-\xff–—…•]+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_LINES: list[Command] = [
    ("FONT", (0, 0), (-1, -1), LATIN, SIZE, LEADING),
    ("TEXTCOLOR", (0, 0), (-1, -1), INK),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
]
_HEADED: list[Command] = [("BACKGROUND", (0, 0), (-1, 0), TINT), *_LINES]


def render_pdf(dossier: Dossier, locale: Locale) -> bytes:
    """Return the dossier as PDF; equal content gives equal bytes."""
    say = load("reports", locale).in_zone(dossier.card.header.zone_name)
    _register()
    out = io.BytesIO()
    title = f"{say('title')} {dossier.card.lot.lot_no}"
    paper = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=10 * mm,
        bottomMargin=18 * mm,
        title=title,
        subject=f"{say('release')} {dossier.manifest.release}",
        author="medlake",
        lang="zh-CN" if locale == "zh" else "en",
        invariant=1,
    )
    story = [_band(dossier, say), Spacer(0, 3 * mm)]
    for section in sections(dossier, say):
        story += _flow(section, say)
    paper.build(story, canvasmaker=_numbered(dossier, say))
    return out.getvalue()


def _flow(section: Section, say: Language) -> list[Flowable]:
    """A section's title, lead, table and note; the title stays with what follows."""
    parts: list[Flowable] = [Paragraph(_marked(section.title, bold=True), _style("title"))]
    if section.lead.text:
        parts.append(Paragraph(_toned(section.lead), _style("lead")))
    parts.append(_facts(section) if not section.columns else _table(section, say))
    if section.note:
        parts.append(Paragraph(_marked(section.note), _style("note")))
    return parts


def _table(section: Section, say: Language) -> Flowable:
    if not section.rows:
        return Paragraph(_marked(say("none")), _style("note"))
    total = sum(column.share for column in section.columns)
    widths = [WIDTH * column.share / total for column in section.columns]
    right = [x for x, column in enumerate(section.columns) if column.is_number]
    commands = [*_HEADED, *(("ALIGN", (x, 0), (x, -1), "RIGHT") for x in right)]
    labels = [Cell(column.label, "soft") for column in section.columns]
    return LongTable(
        *_set_cells([labels, *section.rows], widths, right, commands), repeatRows=1, hAlign="LEFT"
    )


def _facts(section: Section) -> Flowable:
    rows = [[Cell(label.text, "soft"), value] for label, value in section.rows]
    return LongTable(*_set_cells(rows, [WIDTH * 0.28, WIDTH * 0.72], [], _LINES), hAlign="LEFT")


def _set_cells(
    rows: Sequence[Sequence[Cell]], widths: Sequence[float], right: Sequence[int], commands: Sequence[Command]
) -> tuple[list[list[str | Flowable]], Sequence[float], None, list[Command]]:
    """Cells, widths, heights and style of a table; only what needs more than a line is a paragraph."""
    styled, cells = list(commands), []
    for y, row in enumerate(rows):
        line: list[str | Flowable] = []
        for x, cell in enumerate(row):
            runs = _runs(_clean(cell.text), LATIN)
            if sum(run.width for run in runs) > widths[x] - 2 * PADDING:
                line.append(Paragraph(_toned(cell), _style("number" if x in right else "cell")))
            elif [run.font for run in runs] in ([], [LATIN]):
                line.append(cell.text)
            else:
                line.append(_Line(runs, TONES.get(cell.tone, INK), is_right=x in right))
            if cell.tone:
                styled.append(("TEXTCOLOR", (x, y), (x, y), TONES[cell.tone]))
        cells.append(line)
    return cells, widths, None, styled


@dataclass(frozen=True)
class _Run:
    """Characters of one font, and how wide they are in a cell."""

    text: str
    font: str
    width: float


class _Line(Flowable):
    """A line in two fonts; a paragraph could set it too, at five times the cost."""

    def __init__(self, runs: Sequence[_Run], colour: Color, *, is_right: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.runs, self.colour, self.is_right = runs, colour, is_right
        self.room = 0.0

    def wrap(self, room: float, _: float) -> tuple[float, float]:
        """Take the whole width of the cell, and one line of it."""
        self.room = room
        return room, LEADING

    def draw(self) -> None:
        """Set the runs one behind the other."""
        start = self.room - sum(run.width for run in self.runs) if self.is_right else 0
        text = self.canv.beginText(start, LEADING - SIZE)
        text.setFillColor(self.colour)
        for run in self.runs:
            text.setFont(run.font, SIZE)
            text.textOut(run.text)
        self.canv.drawText(text)


def _band(dossier: Dossier, say: Language) -> Flowable:
    card = dossier.card
    name = f"{product_name(card, say)} · {card.lot.product_code} · {say('site', site=card.lot.site_code)}"
    left = [
        Paragraph(_marked(say("title")), _style("kicker")),
        Paragraph(_marked(card.lot.lot_no, bold=True), _style("lot")),
        Paragraph(_marked(name), _style("kicker")),
    ]
    right = [
        Paragraph(_marked(say.code("decision", card.verdict_code), bold=True), _style("verdict")),
        Paragraph(_marked(f"{say('release')} {dossier.manifest.release}"), _style("kicker_right")),
        Paragraph(_marked(say.time(dossier.manifest.released_at)), _style("kicker_right")),
    ]
    style = [("BACKGROUND", (0, 0), (-1, -1), DEEP), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    padding = [(f"{side}PADDING", (0, 0), (-1, -1), 10) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return LongTable([[left, right]], [WIDTH * 0.68, WIDTH * 0.32], style=[*style, *padding], hAlign="LEFT")


def _numbered(dossier: Dossier, say: Language) -> Callable[..., Canvas]:
    """A canvas that writes `page x of y` and what the paper is of, at the foot of every page."""
    foot = f"{dossier.card.lot.lot_id} · {say('release')} {dossier.manifest.release}"

    class Numbered(Canvas):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]
            self._pages: list[dict[str, object]] = []

        def showPage(self) -> None:  # noqa: N802
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[no-untyped-call]

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self._foot(f"{foot}   {say('page', number=number, count=len(self._pages))}")
                super().showPage()  # type: ignore[no-untyped-call]
            super().save()  # type: ignore[no-untyped-call]

        def _foot(self, text: str) -> None:
            line = Paragraph(_marked(text), _style("foot"))
            line.wrap(WIDTH, 10 * mm)
            line.drawOn(self, MARGIN + 6, 9 * mm)

    return Numbered


def _marked(text: str, *, bold: bool = False) -> str:
    """Escaped text for a paragraph, every run in a font that has it."""
    runs = _runs(_clean(text), BOLD if bold else LATIN)
    return "".join(f'<font face="{run.font}">{escape(run.text, quote=False)}</font>' for run in runs)


def _clean(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)


@lru_cache(maxsize=50_000)
def _runs(text: str, latin: str) -> tuple[_Run, ...]:
    """The runs of a text: what the Latin font lacks is set in the Chinese one."""
    fonts = ((match.group(), HAN if match.lastgroup else latin) for match in _RUN.finditer(text))
    return tuple(_Run(run, font, stringWidth(run, font, SIZE)) for run, font in fonts)


def _toned(cell: Cell) -> str:
    marked = _marked(cell.text)
    return f'<font color="{COLOURS[cell.tone]}">{marked}</font>' if cell.tone else marked


@cache
def _register() -> None:
    registerFont(UnicodeCIDFont(HAN))
    for name in (LATIN, BOLD):
        registerFont(TTFont(name, f"{name}.ttf"))


# Size, leading, colour, alignment and space before, by name.
_STYLES: dict[str, tuple[float, float, Color, int, float]] = {
    "title": (11, 15, DEEP, TA_LEFT, 9),
    "lead": (8.2, 12, INK, TA_LEFT, 0),
    "note": (7, 10, SOFT, TA_LEFT, 2),
    "cell": (SIZE, LEADING, INK, TA_LEFT, 0),
    "number": (SIZE, LEADING, INK, TA_RIGHT, 0),
    "kicker": (8.5, 12, WHITE, TA_LEFT, 0),
    "kicker_right": (8.5, 12, WHITE, TA_RIGHT, 0),
    "lot": (18, 24, WHITE, TA_LEFT, 0),
    "verdict": (13, 18, WHITE, TA_RIGHT, 0),
    "foot": (7, 10, SOFT, TA_RIGHT, 0),
}


@cache
def _style(name: str) -> ParagraphStyle:
    size, leading, colour, alignment, before = _STYLES[name]
    return ParagraphStyle(
        name,
        fontName=LATIN,
        fontSize=size,
        leading=leading,
        textColor=colour,
        alignment=alignment,
        spaceBefore=before,
        spaceAfter=3 if name in {"title", "lead"} else 0,
        wordWrap="CJK",
        keepWithNext=name in {"title", "lead"},
    )
