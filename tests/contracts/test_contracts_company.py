"""The contracts of plant A's ERP, the quality register and the identifier register leave nothing unsaid."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from quality_rules.contract import CONTRACTS_FOLDER, read_contract

TABLES = {
    "sap_a": "afpo aufk ekko ekpo kna1 lfa1 likp lips makt mara marm mch1 mchb mseg mslb objk "
    "qals qamr qave stpo tcurr vekp vepo",
    "qms": "capa change complaint deviation equipment ncr",
    "udi": "di package declaration declared_package declared_storage declared_size us_listing us_code "
    "eu_listing",
}
FILES = [CONTRACTS_FOLDER / system / f"{t}.odcs.yaml" for system in TABLES for t in TABLES[system].split()]
TYPE = re.compile(r"TEXT|BIGINT|DATE|TIMESTAMPTZ|BOOLEAN|DECIMAL\(\d+,\d+\)")
NUMBER = re.compile(r"BIGINT|DECIMAL\(\d+,\d+\)")
# (house name, physical type it must have); the first pattern that fits decides.
NAME_RULES = (
    (re.compile(r"(is|has)_\w+"), re.compile("BOOLEAN")),
    (re.compile(r"\w+_date"), re.compile("DATE")),
    (re.compile(r"\w+_at"), re.compile("TIMESTAMPTZ")),
    (re.compile(r"\w+_(qty|cny|pct|days)|qty"), NUMBER),
    (re.compile(r"\w+_(code|name|no|id|text)"), re.compile("TEXT")),
)
TWO_LANGUAGES = re.compile(r"[^|]*[\u4e00-\u9fff][^|]* \| [^|]*[A-Za-z][^|]*")
CLASSES = {"public", "internal", "confidential", "personal"}
PERSONS = re.compile(r"\w+_by|operator\w*|\w*(phone|email)\w*")


def problems(tree: dict[str, Any]) -> list[str]:
    """What a contract lacks or contradicts, each as '<contract>.<column>: <what>' ('' for the table)."""
    table = tree["schema"][0]
    columns = table["properties"]
    found = [("", what) for what in _table_problems(tree, table)]
    names = [column["name"] for column in columns]
    found += [(name, "house name given twice") for name in sorted(set(names)) if names.count(name) > 1]
    found += [(column["name"], what) for column in columns for what in _column_problems(column)]
    return [f"{tree['id']}.{column}: {what}" for column, what in found]


def _table_problems(tree: dict[str, Any], table: dict[str, Any]) -> list[str]:
    system = tree["id"].split("__")[0]
    sla = {item["property"]: f"{item['value']}{item['unit']}" for item in tree.get("slaProperties", [])}
    owners = [m for m in tree.get("team", {}).get("members", []) if m.get("role") == "owner"]
    checks = {
        "no owner": len(owners) == 1 and bool(owners[0].get("username")),
        "retention not 15 years": sla.get("retention") == "15y",
        "title not in two languages": TWO_LANGUAGES.fullmatch(table.get("businessName", "")),
        "description not in two languages": TWO_LANGUAGES.fullmatch(table.get("description", "")),
        "no key": any(column.get("primaryKey") for column in table["properties"]),
        "no path below its system": tree["servers"][0].get("path", "").startswith(f"{system}/"),
    }
    return [what for what, holds in checks.items() if not holds]


def _column_problems(column: dict[str, Any]) -> list[str]:
    name, kind = column["name"], column.get("physicalType", "")
    wanted = next((rule for pattern, rule in NAME_RULES if pattern.fullmatch(name)), TYPE)
    is_person = PERSONS.fullmatch(name) is not None
    checks = {
        "name is not snake case": re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name),
        "title not in two languages": TWO_LANGUAGES.fullmatch(column.get("businessName", "")),
        "description not in two languages": TWO_LANGUAGES.fullmatch(column.get("description", "")),
        "no classification": column.get("classification") in CLASSES,
        "a person not classified as personal": not is_person or column.get("classification") == "personal",
        "type is not a house type": TYPE.fullmatch(kind),
        "type does not fit the name": wanted.fullmatch(kind),
    }
    return [what for what, holds in checks.items() if not holds]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}__{file.name.split('.')[0]}")
def test_contract_says_everything(file: Path) -> None:
    """Prevents a column that nobody owns, understands, protects or types by its name."""
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert tree["id"] == read_contract(file).id
    assert problems(tree) == []


def test_no_contract_beside_the_list() -> None:
    """Prevents a contract that is added to these systems without being checked here."""
    assert sorted(FILES) == sorted(f for system in TABLES for f in (CONTRACTS_FOLDER / system).glob("*.yaml"))


BROKEN = (
    ("team", {"name": "x", "members": []}, "sap_a__qave.: no owner"),
    (
        "slaProperties",
        [{"property": "retention", "value": 5, "unit": "y"}],
        "sap_a__qave.: retention not 15 years",
    ),
    ("servers", [{"path": "elsewhere/*.csv"}], "sap_a__qave.: no path below its system"),
    ("decided_date.physicalType", "TEXT", "sap_a__qave.decided_date: type does not fit the name"),
    ("accepted_qty.physicalType", "TEXT", "sap_a__qave.accepted_qty: type does not fit the name"),
    ("accepted_qty.physicalType", "DOUBLE", "sap_a__qave.accepted_qty: type is not a house type"),
    ("accepted_qty.name", "decided_at", "sap_a__qave.decided_at: type does not fit the name"),
    ("accepted_qty.name", "is_accepted", "sap_a__qave.is_accepted: type does not fit the name"),
    ("accepted_qty.name", "AcceptedQty", "sap_a__qave.AcceptedQty: name is not snake case"),
    ("accepted_qty.name", "rejected_qty", "sap_a__qave.rejected_qty: house name given twice"),
    ("accepted_qty.businessName", "Accepted", "sap_a__qave.accepted_qty: title not in two languages"),
    ("accepted_qty.description", "数量 | ", "sap_a__qave.accepted_qty: description not in two languages"),
    ("accepted_qty.classification", None, "sap_a__qave.accepted_qty: no classification"),
    ("decided_by.classification", "internal", "sap_a__qave.decided_by: a person not classified as personal"),
    ("inspection_no.primaryKey", False, "sap_a__qave.: no key"),
)


@pytest.mark.parametrize(("place", "value", "expected"), BROKEN, ids=[row[2] for row in BROKEN])
def test_broken_contract_is_named(place: str, value: Any, expected: str) -> None:
    """Prevents a check that passes whatever the contract says, or that does not say where it is wrong."""
    tree = yaml.safe_load((CONTRACTS_FOLDER / "sap_a" / "qave.odcs.yaml").read_text(encoding="utf-8"))
    column, _, key = place.rpartition(".")
    part = next(c for c in tree["schema"][0]["properties"] if c["name"] == column) if column else tree
    part[key] = value
    assert expected in problems(tree)
