"""The requests of the enterprise interface V2.1: save (填报) and submit (提交), without any secret.

records → `dataSet` of the save request, all values as text in the interface's codes. The access token and
the value of `uploadType` are the sender's: a secret the one, only in the authority's document the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reports.nmpa_udi.codes import coded
from reports.nmpa_udi.fields import udi_fields
from reports.nmpa_udi.record import UdiRecord

TOKEN_PLACE = "<token/get>"


def save_request(
    records: Sequence[UdiRecord], *, on: date, upload_type: str, change_note: str = ""
) -> dict[str, Any]:
    """Return the body of the save request for records of one upload type, in the fields of a day."""
    entries = [
        save_entry(record, on=on, upload_type=upload_type, change_note=change_note) for record in records
    ]
    return {"accessToken": TOKEN_PLACE, "dataSet": entries}


def submit_request(records: Sequence[UdiRecord]) -> dict[str, Any]:
    """Return the body of the submit request; the database must have given each record its key."""
    keys = [
        {"deviceRecordKey": record.record_key or "", "ZXXSDYCPBS": record.primary_di} for record in records
    ]
    return {"accessToken": TOKEN_PLACE, "dataSet": keys}


def save_entry(record: UdiRecord, *, on: date, upload_type: str, change_note: str = "") -> dict[str, Any]:
    """Return one record as the interface wants it."""
    flat = {field.key: coded(field, record) for field in udi_fields(on)}
    return {
        "uploadType": upload_type,
        "deviceRecordKey": record.record_key or "",
        **flat,
        "BGSM": change_note,
        "devicePackage": [_package(package) for package in record.packages],
        "deviceStorage": [
            {
                "CCHCZTJ": storage.condition_name or "",
                "ZDZ": _plain(storage.range_min),
                "ZGZ": _plain(storage.range_max),
                "JLDW": storage.range_unit_name or "",
            }
            for storage in record.storages
        ],
        "deviceClinical": [
            {
                "LCSYCCLX": size.size_type_name or "",
                "CCZ": size.size_value or "",
                "CCDW": size.size_unit_name or "",
            }
            for size in record.sizes
        ],
    }


def _package(package: Any) -> Mapping[str, str]:
    return {
        "BZCPBS": package.package_di,
        "BZNHXYJBZCPBS": package.contains_di or "",
        "CPBZJB": package.level_name or "",
        "BZNHXYJCPBSSL": "" if package.contains_qty is None else str(package.contains_qty),
    }


def _plain(number: Any) -> str:
    """A decimal without an exponent and without zeros that say nothing."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
