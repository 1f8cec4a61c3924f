"""What a person takes to EUDAMED: messages of devices, further UDI-DIs and packages, with what is wrong.

release → devices of the EU listing → findings → files by name. A device with an error is in no message; a
person puts in the access token and sends. A package's quantity cannot be edited once sent (BR-UDID-632).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lxml import etree

from reports.eudamed.checks import judge
from reports.eudamed.document import Sending, device_messages
from reports.eudamed.emdn import TABLE, nomenclature_of
from reports.eudamed.record import EuDevice, read_eu_devices
from reports.findings import Finding, findings_workbook
from reports.form import Asked, Form, Selected, release_time
from reports.frame import ReportInvalid, canonical_json
from reports.language import HOME_ZONE
from reports.refusals import DataMissing, UnknownSubject
from reports.values import Parameter


@dataclass(frozen=True)
class Checked:
    """The devices of the EU listing: those that go out, those that do not, and why."""

    ready: tuple[EuDevice, ...]
    blocked: tuple[EuDevice, ...]
    findings: tuple[Finding, ...]


def check(devices: tuple[EuDevice, ...], on: date) -> Checked:
    """Check devices as of a day; one with an error is blocked."""
    findings = judge(devices, nomenclature_of(on))
    bad = {one.primary_di for one in findings if one.severity == "error"}
    return Checked(
        tuple(one for one in devices if one.primary_di not in bad),
        tuple(one for one in devices if one.primary_di in bad),
        findings,
    )


def _select(asked: Asked) -> Selected[Checked]:
    devices, wanted = read_eu_devices(asked.con), asked.values.texts("di")
    if not devices:
        raise DataMissing(
            "该发布没有欧盟上市登记 | the release holds no EU listing: the sheet 欧盟 of udi/foreign_listing"
        )
    if unknown := sorted(set(wanted) - {device.primary_di for device in devices}):
        raise UnknownSubject(f"没有标识为 {unknown[0]} 的器械 | no device has the identifier {unknown[0]}")
    checked = check(devices, asked.day)
    if wanted:
        checked = Checked(
            tuple(one for one in checked.ready if one.primary_di in wanted),
            tuple(one for one in checked.blocked if one.primary_di in wanted),
            tuple(one for one in checked.findings if one.primary_di in wanted),
        )
    return Selected(" ".join(wanted) or "all", HOME_ZONE, asked.day, checked)


def _validate(checked: Checked) -> None:
    """Every device that may go out is in one message of devices, once, and no other is.

    Raises:
        ReportInvalid: one is missing, there twice, or should not be there.
    """
    messages = device_messages(checked.ready, Sending("", datetime.min.replace(tzinfo=UTC)))
    trees = [etree.fromstring(data) for name, data in messages.items() if not name.startswith("package")]
    sent = [di for tree in trees for di in _told(tree)]
    if sorted(sent) != sorted(device.primary_di for device in checked.ready):
        raise ReportInvalid("报文与可提交的器械不一致 | the messages hold other devices than may go out")


def _told(message: etree._Element) -> Iterator[str]:
    """UDI-DIs of a message: identifiers beside the one of their model; those of packages have none."""
    for holder in message.iter():
        if holder.find("{*}basicUDIIdentifier") is not None:
            yield holder.findtext("{*}identifier/{*}DICode") or ""


def _render(asked: Asked, checked: Checked) -> dict[str, bytes]:
    at = release_time(asked.release)
    return {
        "findings.json": canonical_json(checked.findings),
        "findings.xlsx": findings_workbook(checked.findings, at),
        **device_messages(checked.ready, Sending(asked.release.name, at)),
    }


FORM = Form(
    "eudamed", "1.1.0", (Parameter("di", "texts", is_required=False),), _select, _validate, _render, (TABLE,)
)
