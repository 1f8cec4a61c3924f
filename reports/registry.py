"""Every form, each registered by one line; the command and the Reports page know no others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from reports.form import Form
from reports.refusals import UnknownForm

# Code of the form → module that holds it as FORM. A form is loaded when somebody asks for it.
_HOMES = {
    "lot_dossier": "reports.lot_dossier.form",
    "epcis_trace": "reports.epcis.form",
    "gudid": "reports.gudid.form",
    "eudamed": "reports.eudamed.form",
    "lot_absence": "reports.absence.form",
    "recall_package": "reports.recall.form",
    "nmpa_udi": "reports.nmpa_udi.form",
}


def form_of(code: str) -> Form[Any]:
    """Return a form.

    Raises:
        UnknownForm: there is none of that code.
    """
    if code not in _HOMES:
        raise UnknownForm(
            f"没有报告 {code} | there is no form {code}; there are: {', '.join(sorted(_HOMES))}"
        )
    form: Form[Any] = import_module(_HOMES[code]).FORM
    return form


def forms() -> tuple[Form[Any], ...]:
    """Return every form, in the order of registration."""
    return tuple(form_of(code) for code in _HOMES)
