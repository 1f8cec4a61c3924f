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
from reports.values import Parameter
from traceability.find import find


def files_of(dossier: Dossier, locales: tuple[Locale, ...]) -> dict[str, bytes]:
    """Return the files of a dossier by name."""
    stem = dossier_stem(dossier)
    pages = {f"{stem}_{locale}.html": render_html(dossier, locale) for locale in locales}
    return {**pages, f"{stem}.json": render_json(dossier)}


def _select(asked: Asked) -> Selected[Dossier]:
    text = asked.values.text("lot")
    lots = sorted({match.lot.lot_id for match in find(asked.con, text)})
    if not lots:
        raise LotNotFound(not_found(asked.con, asked.release, text))
    lots = [text] if text in lots else lots
    if len(lots) > 1:
        raise LotNotFound(
            f"{text} 对应多个批 | {text} names {len(lots)} lots, name one: {', '.join(lots[:8])}"
        )
    dossier = build(asked.con, asked.release, lots[0], asked.day)
    return Selected(lots[0], dossier.card.header.zone_name or "UTC", asked.day, dossier)


FORM = Form(
    REPORT_CODE,
    REPORT_VERSION,
    (Parameter("lot", "lot"),),
    _select,
    validate,
    lambda asked, dossier: files_of(dossier, asked.locales),
    (requirements.TABLE,),
)
