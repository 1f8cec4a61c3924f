"""The NMPA UDI declaration as a form: what may be sent of a release, and what stands in the way of the rest.

The platform sends nothing: a person submits the requests, with the upload types of the authority's document.
"""

from __future__ import annotations

from dataclasses import dataclass

from lakehouse.releases import Release
from reports.form import Asked, Form, Selected
from reports.frame import ReportInvalid
from reports.language import HOME_ZONE
from reports.nmpa_udi.export import export_files
from reports.nmpa_udi.fields import TABLE
from reports.nmpa_udi.precheck import Precheck, precheck
from reports.refusals import DataMissing
from reports.values import Parameter

CODE = "nmpa_udi"


@dataclass(frozen=True)
class _Facts:
    release: Release
    checked: Precheck
    upload_types: tuple[str, str]
    change_note: str


def _select(asked: Asked) -> Selected[_Facts]:
    note = asked.values.text("change_note")
    checked = precheck(asked.con, on=asked.day, change_note=note)
    if not any((checked.new, checked.changed, checked.unchanged, checked.blocked)):
        raise DataMissing(
            f"发布 {asked.release.name} 没有申报记录；将 UDI 申报表放入 landing/udi 后刷新 | release "
            f"{asked.release.name} holds no declared record; land the UDI declaration and refresh"
        )
    types = (asked.values.text("upload_new"), asked.values.text("upload_changed"))
    facts = _Facts(asked.release, checked, types, note)
    return Selected(f"declared-{asked.day.isoformat()}", HOME_ZONE, asked.day, facts)


def _validate(facts: _Facts) -> None:
    """A record that was stopped is in no request."""
    stopped = {record.primary_di for record in facts.checked.blocked}
    sent = {record.primary_di for record in (*facts.checked.new, *facts.checked.changed)}
    if both := sorted(stopped & sent):
        raise ReportInvalid(f"{both[0]} 既被拦下又待发送 | {both[0]} is blocked and to be sent at once")


def _render(_: Asked, facts: _Facts) -> dict[str, bytes]:
    return export_files(
        facts.release, facts.checked, upload_types=facts.upload_types, change_note=facts.change_note
    )


FORM = Form(
    CODE,
    "1.1.0",
    (
        Parameter("upload_new", "text"),
        Parameter("upload_changed", "text"),
        Parameter("change_note", "text", is_required=False),
    ),
    _select,
    _validate,
    _render,
    (TABLE,),
)
