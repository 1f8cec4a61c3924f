"""The official schemas of documents that leave the platform, where they lie beside the repository.

SHARED/reference → validators. EPCIS checks formats too: a validator that ignores them lets any address pass.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema
import pytest
from lxml import etree

from lakehouse.settings import ROOT

REFERENCE = ROOT.parent / "shared" / "reference"
GUDID_SAMPLE = ROOT.parent / "shared" / "data" / "gudid" / "gudid_sample.xml.gz"
needs_schemas = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the official schemas are not here")


@cache
def epcis_validator() -> jsonschema.Draft7Validator:
    """EPCIS 2.0, ratified JSON schema."""
    schema = json.loads((REFERENCE / "epcis" / "EPCIS-JSON-Schema.json").read_bytes())
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


@cache
def gudid_validator() -> jsonschema.Draft202012Validator:
    """A result of openFDA's device/udi; other names than its own are faults."""
    schema = json.loads((REFERENCE / "fda" / "deviceudi_schema.json").read_bytes())
    return jsonschema.Draft202012Validator(_strict(schema))


@cache
def eudamed_schema() -> etree.XMLSchema:
    """Messages of EUDAMED's data exchange 3.0.25."""
    return etree.XMLSchema(etree.parse(REFERENCE / "eudamed" / "XSD" / "service" / "Message.xsd"))


def _strict(node: Mapping[str, Any]) -> dict[str, Any]:
    """A draft-03 schema as one of 2020-12 that allows no other names; `date` is a text with a form."""
    found: dict[str, Any] = {"type": "string" if node.get("type") == "date" else node.get("type", "object")}
    if "properties" in node:
        found |= {"properties": {name: _strict(part) for name, part in node["properties"].items()}}
        found["additionalProperties"] = False
    if "items" in node:
        found["items"] = _strict(node["items"])
    if node.get("type") == "date":
        found["pattern"] = r"^\d{4}-\d{2}-\d{2}$"
    return found
