"""Pages of the folder in a language: search and clause matrix. They open from a disk, alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

from reports.frame import ReportManifest
from reports.inspector.clauses import Clause, clauses
from reports.inspector.facts import PlantYear
from reports.language import Language, Locale, load
from reports.lot_dossier.dossier import say_name
from reports.template import template

ACT_CODES = (
    "operation",
    "inspection",
    "release",
    "shipment",
    "complaint",
    "ncr",
    "deviation",
    "capa",
    "change",
    "calibration",
)
SCRIPTS = ("lots", "acts", "serials", "identifiers", "numbers")
COLUMNS = ("lot", "product", "made", "expires", "decision", "by", "serial", "di", "delivery", "day", "person")
TOLD = ("act", "detail", "lots", "serials", "acts", "more", "told", "absent", "absent_proof", "elsewhere")
# Codes of the records that people read as words.
CODES = (
    "accepted",
    "adjusted",
    "concession",
    "critical",
    "effective",
    "failed",
    "final",
    "in_process",
    "incoming",
    "ineffective",
    "major",
    "minor",
    "passed",
    "rejected",
    "reportable",
    "return",
    "rework",
    "scrap",
)


@dataclass(frozen=True)
class Shelf:
    """What the pages of a folder share: the year, its manifest, and the languages it is written in."""

    year: PlantYear
    manifest: ReportManifest
    locales: tuple[Locale, ...]
    dossier_count: int


def page_files(shelf: Shelf) -> dict[str, bytes]:
    """Return the pages and their script by name; the first language gets the plain names."""
    script = files("reports").joinpath("templates", "inspector.js").read_bytes()
    pages = {"search.js": script}
    for locale in shelf.locales:
        pages[_named("index", locale, shelf)] = _page(shelf, locale, "index")
        pages[_named("clauses", locale, shelf)] = _page(shelf, locale, "clauses")
    return pages


def _named(page: str, locale: Locale, shelf: Shelf) -> str:
    return f"{page}.html" if locale == shelf.locales[0] else f"{page}_{locale}.html"


def _page(shelf: Shelf, locale: Locale, page: str) -> bytes:
    say = load("reports", locale).in_zone(shelf.year.site.zone_name)
    others = [one for one in shelf.locales if one != locale]
    site = shelf.year.site
    text = template(f"inspector_{page}").render(
        say=say,
        manifest=shelf.manifest,
        site_name=say_name(say, site.site_name_zh, site.site_name_en) or site.site_code,
        year=shelf.year.year,
        pages=[
            (_named("index", locale, shelf), "inspector.search"),
            (_named("clauses", locale, shelf), "inspector.clauses"),
        ],
        other=_named(page, others[0], shelf) if others else "",
        figures=_figures(shelf),
        act_codes=ACT_CODES,
        words=_words(say),
        scripts=[*(f"index/{name}.js" for name in SCRIPTS), "search.js"],
        clauses=_by_source(),
    )
    return text.encode()


def _by_source() -> dict[str, list[Clause]]:
    """Clauses of each regulation, in the order of the matrix."""
    found: dict[str, list[Clause]] = {}
    for clause in clauses():
        found.setdefault(clause.source, []).append(clause)
    return found


def _figures(shelf: Shelf) -> list[tuple[str, int]]:
    year, counts = shelf.year, shelf.year.counts
    made = sum(lot.lot_kind_code == "produced" for lot in year.lots)
    return [
        ("lots", made),
        ("dossiers", shelf.dossier_count),
        *((code, counts[code]) for code in ("release", "shipment", "complaint", "ncr", "deviation", "capa")),
    ]


def _words(say: Language) -> str:
    """What the script says, as JSON that ends no script."""
    # The script fills in the values of a phrase.
    words = {name: say.words[f"inspector.js.{name}"] for name in (*COLUMNS, *TOLD)}
    words |= {f"act.{code}": say(f"inspector.act.{code}") for code in ACT_CODES}
    words |= {f"code.{code}": say(f"inspector.code.{code}") for code in CODES}
    words |= {"language": say.locale, "locale": "zh-CN" if say.locale == "zh" else "en"}
    text = json.dumps(words, ensure_ascii=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")
