"""JSON Schema of the save request, made from the field map: keys, code lists, forms of dates and numbers.

fields.csv → schema (2020-12). The authority publishes none; this one is what a sender can hold a request to.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from reports.nmpa_udi.fields import UdiField, udi_fields

_TEXT = {"type": "string"}
_PACKAGE = ("BZCPBS", "BZNHXYJBZCPBS", "CPBZJB", "BZNHXYJCPBSSL")
_STORAGE = ("CCHCZTJ", "ZDZ", "ZGZ", "JLDW")
_SIZE = ("LCSYCCLX", "CCZ", "CCDW")


def save_request_schema(on: date) -> dict[str, Any]:
    """Return the schema of the body of a save request in the fields of a day."""
    entry = {
        **dict.fromkeys(("uploadType", "deviceRecordKey", "BGSM"), _TEXT),
        **{field.key: {"type": "string", "pattern": _pattern(field)} for field in udi_fields(on)},
        "devicePackage": _rows(_PACKAGE),
        "deviceStorage": _rows(_STORAGE),
        "deviceClinical": _rows(_SIZE),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object({"accessToken": _TEXT, "dataSet": {"type": "array", "items": _object(entry)}}),
    }


def _pattern(field: UdiField) -> str:
    """What a value may look like; one that is not mandatory may be empty."""
    codes = "|".join(re.escape(code) for code in field.codes.values())
    forms = {
        "di": r"\S+",
        "string": r"[\s\S]+",
        "integer": "[0-9]+",
        "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "boolean": "[01]",
        "code": f"({codes})",
        "codes": f"({codes})(,({codes}))*",
    }
    optional = "" if field.needed == "always" else "?"
    return f"^({forms[field.kind]}){optional}$"


def _rows(keys: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "array", "items": _object(dict.fromkeys(keys, _TEXT))}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
