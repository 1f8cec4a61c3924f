"""The trace of a lot as a form: one EPCIS 2.0 document, valid against the ratified schema."""

from __future__ import annotations

from dataclasses import dataclass

from lakehouse.releases import Release
from reports.epcis.lot_trace import LotTrace, lot_trace
from reports.epcis.trace import trace_document
from reports.form import Asked, Form, Selected
from reports.frame import ReportInvalid, file_stem
from reports.lot_dossier.form import lot_meant
from reports.recall.request import PLACEHOLDER_BASE
from reports.values import Parameter

CODE = "epcis_trace"


@dataclass(frozen=True)
class _Facts:
    trace: LotTrace
    release: Release
    id_base: str


def _select(asked: Asked) -> Selected[_Facts]:
    lot_id = lot_meant(asked)
    trace = lot_trace(asked.con, lot_id)
    zone = trace.card.header.zone_name or "UTC"
    return Selected(lot_id, zone, asked.day, _Facts(trace, asked.release, asked.values.text("id_base")))


def _validate(facts: _Facts) -> None:
    if not facts.id_base.startswith("https://"):
        raise ReportInvalid("id_base 须为 https 网址 | id_base must be a web address with https")


def _render(_: Asked, facts: _Facts) -> dict[str, bytes]:
    stem = file_stem(CODE, facts.trace.card.lot.lot_id, facts.release)
    return {f"{stem}.jsonld": trace_document(facts.trace, facts.release, facts.id_base)}


FORM = Form(
    CODE,
    "1.0.0",
    (Parameter("lot", "lot"), Parameter("id_base", "text", is_required=False, default=PLACEHOLDER_BASE)),
    _select,
    _validate,
    _render,
)
