"""The dossier of one lot: what it is made of, how it was made, tested and decided, and where it went.

release + lot → LotCard, traces, needs → Dossier → JSON (complete) and HTML (to read and print).
Alone: medlake report build lot_dossier lot=<lot>. Every time in it is the data's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from lakehouse.releases import Release
from reports.bundle import Draft
from reports.dossier_needs import Facts, Need, judge
from reports.form import Asked, Form, Selected
from reports.frame import ReportInvalid, ReportManifest, canonical_json, file_stem, manifest_of, write
from reports.genealogy_svg import draw
from reports.language import LOCALES, Language, Locale, load
from reports.refusals import UnknownSubject
from reports.source_summary import summarise
from reports.values import Parameter
from traceability.find import find
from traceability.trace import LotCard, Trace, UnknownLot, backward, forward, lot_card, near

REPORT_CODE = "lot_dossier"
REPORT_VERSION = "1.0.0"


class LotNotFound(UnknownSubject):
    """The release does not hold the lot; the message names close ones."""


@dataclass(frozen=True)
class Dossier:
    """Everything a dossier says, before it is rendered."""

    manifest: ReportManifest
    locale: Locale
    card: LotCard
    backward: Trace
    forward: Trace
    needs: tuple[Need, ...]


def build(con: duckdb.DuckDBPyConnection, release: Release, lot_id: str, locale: str) -> Dossier:
    """Select a lot's dossier from an open release and validate it.

    Raises:
        LotNotFound: the release does not hold the lot.
        ReportInvalid: the selected data contradict each other.
    """
    try:
        card, back, ahead = lot_card(con, lot_id), backward(con, lot_id), forward(con, lot_id)
    except UnknownLot as unknown:
        raise LotNotFound(_not_found(con, release, lot_id)) from unknown
    manifest = manifest_of(release, report_code=REPORT_CODE, report_version=REPORT_VERSION)
    needs = judge(Facts(card, back, ahead))
    dossier = Dossier(manifest, known_locale(locale), card, back, ahead, needs)
    validate(dossier)
    return dossier


def validate(dossier: Dossier) -> None:
    """Check that the parts of a dossier speak of the same lots.

    Raises:
        ReportInvalid: they do not.
    """
    lot_id = dossier.card.lot.lot_id
    for trace in (dossier.backward, dossier.forward):
        known = {node.lot.lot_id for node in trace.nodes}
        named = {end for edge in trace.edges for end in (edge.from_lot_id, edge.to_lot_id)}
        named |= {row.lot_id for row in trace.receipts} | {row.lot_id for row in trace.shipments}
        if trace.root.lot_id != lot_id or not named <= known:
            raise ReportInvalid(f"{trace.direction} trace of {lot_id} names lots outside itself")


def known_locale(locale: str) -> Locale:
    """Return a locale that there is a catalogue for.

    Raises:
        ValueError: there is none.
    """
    for known in LOCALES:
        if known == locale:
            return known
    raise ValueError(f"no language {locale!r}; there are: {', '.join(LOCALES)}")


def render_json(dossier: Dossier) -> bytes:
    """Return the complete dossier; it does not depend on the language."""
    parts = ("manifest", "card", "backward", "forward", "needs")
    return canonical_json({part: getattr(dossier, part) for part in parts})


def render_html(dossier: Dossier) -> bytes:
    """Return one self-contained page without scripts or outside references."""
    say = load("reports", dossier.locale).in_zone(dossier.card.header.zone_name)
    page = _environment().get_template("lot_dossier.html.j2")
    return page.render(
        say=say,
        dossier=dossier,
        card=dossier.card,
        lots={node.lot.lot_id: node.lot for node in dossier.backward.nodes},
        graph=draw(dossier.backward, dossier.forward, say),
        sources=summarise(dossier.card.source_rows),
        product_name=product_name(dossier.card, say),
    ).encode()


def dossier_draft(con: duckdb.DuckDBPyConnection, release: Release, lot_id: str) -> Draft:
    """Return a lot's dossier in every language and as JSON, to be issued as an evidence bundle.

    Raises:
        LotNotFound: the release does not hold the lot.
    """
    dossiers = [build(con, release, lot_id, locale) for locale in LOCALES]
    stem = dossier_stem(dossiers[0])
    pages = {f"{stem}_{dossier.locale}.html": render_html(dossier) for dossier in dossiers}
    return Draft(REPORT_CODE, lot_id, {**pages, f"{stem}.json": render_json(dossiers[0])})


def write_json(dossier: Dossier, folder: Path) -> Path:
    """Write the JSON into a folder and return its path."""
    return write(render_json(dossier), folder / f"{dossier_stem(dossier)}.json")


def write_html(dossier: Dossier, folder: Path) -> Path:
    """Write the HTML into a folder and return its path."""
    return write(render_html(dossier), folder / f"{dossier_stem(dossier)}_{dossier.locale}.html")


def dossier_stem(dossier: Dossier) -> str:
    """Return the file name of a dossier without suffix."""
    return file_stem(REPORT_CODE, dossier.card.lot.lot_id, dossier.manifest)


def product_name(card: LotCard, say: Language) -> str:
    """Return the product's name in the reader's language, else in the other one, else its code."""
    names = [card.lot.product_name_zh, card.lot.product_name_en]
    ordered = names if say.locale == "zh" else names[::-1]
    return next((name for name in ordered if name), card.lot.product_code)


def _select(asked: Asked) -> Selected[Dossier]:
    text = asked.values.text("lot")
    lots = sorted({match.lot.lot_id for match in find(asked.con, text)})
    if not lots:
        raise LotNotFound(_not_found(asked.con, asked.release, text))
    lots = [text] if text in lots else lots
    if len(lots) > 1:
        raise LotNotFound(
            f"{text} 对应多个批 | {text} names {len(lots)} lots, name one: {', '.join(lots[:8])}"
        )
    dossier = build(asked.con, asked.release, lots[0], asked.locales[0])
    return Selected(lots[0], dossier.card.header.zone_name or "UTC", asked.day, dossier)


def _render(asked: Asked, dossier: Dossier) -> dict[str, bytes]:
    stem = dossier_stem(dossier)
    pages = {
        f"{stem}_{locale}.html": render_html(replace(dossier, locale=locale)) for locale in asked.locales
    }
    return {**pages, f"{stem}.json": render_json(dossier)}


def _not_found(con: duckdb.DuckDBPyConnection, release: Release, lot_id: str) -> str:
    close = ", ".join(lot.lot_id for lot in near(con, lot_id)) or "none"
    known = f"release {release.name} has no lot {lot_id!r}; close ones: {close}"
    return f"发布 {release.name} 没有批 {lot_id} | {known}"


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


FORM = Form(REPORT_CODE, REPORT_VERSION, (Parameter("lot", "lot"),), _select, validate, _render)
