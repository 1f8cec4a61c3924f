"""The dossier as a form: whatever finds one lot → JSON, a page and a paper in every language."""

from __future__ import annotations

from reports.form import Asked, Form, Selected
from reports.language import Locale
from reports.lot_dossier import requirements
from reports.lot_dossier.dossier import (
    REPORT_CODE,
    REPORT_VERSION,
    Dossier,
    LotNotFound,
    build,
    dossier_stem,
    not_found,
    render_json,
    validate,
)
from reports.lot_dossier.page import render_html
from reports.lot_dossier.paper import render_pdf
from reports.values import Parameter
from traceability.find import find


def files_of(dossier: Dossier, locales: tuple[Locale, ...]) -> dict[str, bytes]:
    """Return the files of a dossier by name."""
    stem = dossier_stem(dossier)
    pages = {f"{stem}_{locale}.html": render_html(dossier, locale) for locale in locales}
    papers = {f"{stem}_{locale}.pdf": render_pdf(dossier, locale) for locale in locales}
    return {**pages, **papers, f"{stem}.json": render_json(dossier)}


def lot_meant(asked: Asked) -> str:
    """Return the one lot that the parameter `lot` means.

    Raises:
        LotNotFound: it means none, or several; the message names them.
    """
    text = asked.values.text("lot")
    lots = sorted({match.lot.lot_id for match in find(asked.con, text)})
    if not lots:
        raise LotNotFound(not_found(asked.con, asked.release, text))
    if len(lots) > 1 and text not in lots:
        named = ", ".join(lots[:8])
        raise LotNotFound(f"{text} 对应多个批 | {text} names {len(lots)} lots, name one: {named}")
    return text if text in lots else lots[0]


def _select(asked: Asked) -> Selected[Dossier]:
    lot_id = lot_meant(asked)
    dossier = build(asked.con, asked.release, lot_id, asked.day)
    return Selected(lot_id, dossier.card.header.zone_name or "UTC", asked.day, dossier)


FORM = Form(
    REPORT_CODE,
    REPORT_VERSION,
    (Parameter("lot", "lot"),),
    _select,
    validate,
    lambda asked, dossier: files_of(dossier, asked.locales),
    (requirements.TABLE,),
)
