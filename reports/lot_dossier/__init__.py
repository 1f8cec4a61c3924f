"""The dossier of a lot (eDHR): selected, judged against what its product requires, rendered."""

from reports.lot_dossier.dossier import (
    REPORT_CODE,
    REPORT_VERSION,
    Dossier,
    LotNotFound,
    build,
    build_many,
    known_locale,
    render_json,
    validate,
)
from reports.lot_dossier.needs import Facts, Need, judge
from reports.lot_dossier.page import render_html

__all__ = [
    "REPORT_CODE",
    "REPORT_VERSION",
    "Dossier",
    "Facts",
    "LotNotFound",
    "Need",
    "build",
    "build_many",
    "judge",
    "known_locale",
    "render_html",
    "render_json",
    "validate",
]
