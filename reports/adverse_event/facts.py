"""What a release and a person know of an adverse event, by the names that fields.csv asks for.

complaint + words of a person → answers by source name. Patients are never asked for: whoever reports writes
them on the paper, for neither the release nor the ledger may hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb

from master_data.udi import parse
from reports.language import HOME_ZONE
from reports.refusals import UnknownSubject
from traceability.query import fetch

PACKAGE = "reports.adverse_event"
HARMS = {
    "death": "死亡 | death",
    "serious_injury": "严重伤害 | serious injury",
    "may_lead": "可能导致死亡或严重伤害 | may lead to death or serious injury",
    "public_threat": "严重公共卫生威胁 | serious public health threat",
}


@dataclass(frozen=True)
class Event:
    """A complaint and what the release knows about its device."""

    complaint_no: str
    site_code: str
    zone_name: str | None
    received_date: date | None
    is_reportable: bool | None
    udi_text: str | None
    lot_id: str | None
    lot_no: str | None
    product_code: str | None
    product_name_zh: str | None
    product_name_en: str | None
    spec_name: str | None
    manufactured_date: date | None
    expiry_date: date | None
    di: str | None
    registration_no: str | None
    risk_class_code: str | None
    registrant_name: str | None
    catalogue_no: str | None
    brand_name: str | None
    us_company_name: str | None
    us_product_codes: str | None
    us_submissions: str | None
    basic_udi_di: str | None
    emdn_codes: str | None
    eu_risk_class_code: str | None
    manufacturer_srn: str | None
    representative_srn: str | None
    notified_body_code: str | None


@dataclass(frozen=True)
class _Near:
    complaint_no: str


@dataclass(frozen=True)
class Told:
    """What a person says of the event; texts may be empty, to be filled in on paper."""

    harm: str
    aware_at: datetime
    event_date: date | None
    description: str
    fault: str
    cause: str
    handling: str


def read_event(con: duckdb.DuckDBPyConnection, complaint_no: str) -> Event:
    """Return a complaint.

    Raises:
        UnknownSubject: the release holds none of that number; the message names others.
    """
    found = fetch(con, "event", Event, {"complaint": complaint_no}, package=PACKAGE)
    if not found:
        near = fetch(con, "near", _Near, {"complaint": complaint_no}, package=PACKAGE)
        others = ", ".join(one.complaint_no for one in near) or "–"
        raise UnknownSubject(
            f"没有投诉 {complaint_no}；有 {others} | there is no complaint {complaint_no}; there are {others}"
        )
    return found[0]


def answers(event: Event, told: Told, reported_on: date) -> Mapping[str, str]:
    """Return every answer by its source name, zh | en where they differ; '' where nobody knows."""
    udi = parse(event.udi_text or "", current_year=reported_on.year) if event.udi_text else None
    serial = (udi.serial if udi else None) or ""
    given = {
        "report_date": reported_on.isoformat(),
        "origin": "中国 | China",
        "product_name": _both(event.product_name_zh, event.product_name_en),
        "serial": serial,
        "udi": event.udi_text or event.di or "",
        "harm": HARMS[told.harm],
        "awareness": _moment(told.aware_at, event.zone_name),
        "event_date": told.event_date.isoformat() if told.event_date else "",
        "description": told.description,
        "fault": told.fault,
        "cause": told.cause,
        "handling": told.handling,
        "problem_kind": "不良事件 | adverse event",
        "us_device": _joined(event.product_name_en, event.us_product_codes),
        "us_identity": _us_identity(event, serial),
        "eu_dates": _joined("初始 initial", reported_on.isoformat(), _moment(told.aware_at, event.zone_name)),
    }
    known = {
        name: value.isoformat() if isinstance(value, date) else str(value or "")
        for name, value in vars(event).items()
    }
    return {**known, **given}


def _both(zh: str | None, en: str | None) -> str:
    return f"{zh} | {en}" if zh and en else zh or en or ""


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _us_identity(event: Event, serial: str) -> str:
    parts = {
        "model": event.spec_name,
        "catalogue": event.catalogue_no,
        "lot": event.lot_no,
        "serial": serial,
        "expiry": event.expiry_date,
        "UDI-DI": event.di,
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items() if value)


def _moment(at: datetime, zone: str | None) -> str:
    return at.astimezone(ZoneInfo(zone or HOME_ZONE)).isoformat(timespec="minutes")
