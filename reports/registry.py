"""Every form, each registered by one line; the command and the Reports page know no others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from reports.form import Form
from reports.refusals import UnknownForm

# Code of the form → module that holds it as FORM, or under a name of its own. Loaded when somebody asks.
_HOMES = {
    "lot_dossier": "reports.lot_dossier.form",
    "epcis_trace": "reports.epcis.form",
    "gudid": "reports.gudid.form",
    "eudamed": "reports.eudamed.form",
    "lot_absence": "reports.absence.form",
    "recall_package": "reports.recall.form",
    "recall_event_report": "reports.recall_forms.form:EVENT_REPORT",
    "recall_plan": "reports.recall_forms.form:PLAN",
    "recall_progress": "reports.recall_forms.progress",
    "nmpa_udi": "reports.nmpa_udi.form",
    "inspector_folder": "reports.inspector.form",
    "adverse_event": "reports.adverse_event.form",
    "self_inspection": "reports.annual.form:SELF_INSPECTION_FORM",
    "supplier_summary": "reports.annual.form:SUPPLIER_FORM",
    "capa_summary": "reports.annual.form:CAPA_FORM",
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
    module, _, name = _HOMES[code].partition(":")
    form: Form[Any] = getattr(import_module(module), name or "FORM")
    return form


def forms() -> tuple[Form[Any], ...]:
    """Return every form, in the order of registration."""
    return tuple(form_of(code) for code in _HOMES)
