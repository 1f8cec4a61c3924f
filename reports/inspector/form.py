"""The inspector's folder as a form: search pages with their index, dossiers, clause matrix, proof of absence.

release + plant + year → PlantYear, Dossiers → files by name. folder.py unpacks it and adds the trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.absence.tree import list_files, lot_lines
from reports.form import Asked, Form, Selected
from reports.frame import ReportInvalid, canonical_json, manifest_of
from reports.inspector.clauses import clauses
from reports.inspector.facts import PlantYear, read_plant_year
from reports.inspector.index import index_files
from reports.inspector.pages import Shelf, page_files
from reports.language import Locale
from reports.lot_dossier import build_many, requirements
from reports.lot_dossier.dossier import Dossier, dossier_stem, render_json
from reports.lot_dossier.page import render_html
from reports.values import Parameter

CODE, VERSION = "inspector_folder", "1.0.0"
AT_ONCE = 250  # dossiers in memory


@dataclass(frozen=True)
class Facts:
    """What the folder says; dossiers are made while it is written, for they are many."""

    year: PlantYear
    lines: tuple[str, ...]


def _select(asked: Asked) -> Selected[Facts]:
    site, year = asked.values.text("site"), asked.values.number("year") or 0
    found = read_plant_year(asked.con, site, year)
    facts = Facts(found, tuple(lot_lines(asked.con)))
    return Selected(f"{site} {year}", found.site.zone_name, asked.day, facts)


def _validate(facts: Facts) -> None:
    """Every lot that an act names and the year has must be one that can be shown to be there."""
    known = {line.partition("\t")[2] for line in facts.lines}
    if missing := {lot.lot_id for lot in facts.year.lots} - known:
        raise ReportInvalid(f"批号清单缺少 {min(missing)} | the list of lot numbers lacks {min(missing)}")


def _render(asked: Asked, facts: Facts) -> dict[str, bytes]:
    wanted = [lot.lot_id for lot in facts.year.lots if lot.has_dossier]
    files: dict[str, bytes] = {}
    stems: dict[str, str] = {}
    for dossier in _dossiers(asked, wanted):
        stems[dossier.card.lot.lot_id] = dossier_stem(dossier)
        files |= _dossier_files(dossier, asked.locales)
    numbers = [line.partition("\t")[0] for line in facts.lines]
    manifest = manifest_of(asked.release, report_code=CODE, report_version=VERSION)
    shelf = Shelf(facts.year, manifest, asked.locales, len(stems))
    absence = {f"absence/{name}": data for name, data in list_files(asked.release, facts.lines).items()}
    return {
        **files,
        **index_files(facts.year, stems, numbers),
        **page_files(shelf),
        **absence,
        "clauses.json": canonical_json(clauses()),
    }


def _dossiers(asked: Asked, wanted: Sequence[str]) -> Iterator[Dossier]:
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        yield from build_many(asked.con, asked.release, part, asked.day).values()


def _dossier_files(dossier: Dossier, locales: Sequence[Locale]) -> dict[str, bytes]:
    stem = f"dossiers/{dossier_stem(dossier)}"
    pages = {f"{stem}_{locale}.html": render_html(dossier, locale) for locale in locales}
    return {**pages, f"{stem}.json": render_json(dossier)}


FORM = Form(
    CODE,
    VERSION,
    (Parameter("site", "site"), Parameter("year", "year")),
    _select,
    _validate,
    _render,
    (requirements.TABLE,),
)
