"""The words a contract may use, and the strict reading of single terms in it.

Flow: one contract file -> parse() -> ODCS object, keys all known; given(), texts() ... read terms.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import CustomProperty, OpenDataContractStandard
from pydantic import ValidationError

from quality_rules.contract_dialect import DIALECT

FORMATS = frozenset({"csv", "epcis", "jsonl", "xlsx", "xml"})
NEEDED_BY_FORMAT: Mapping[str, tuple[str, ...]] = {
    "csv": ("delimiter", "encoding"),
    "epcis": ("recordPath",),
    "jsonl": ("encoding",),
    "xlsx": ("sheet",),
    "xml": ("recordPath",),
}
DOMAINS = frozenset({"master", "purchasing", "production", "quality", "sales", "regulatory"})
CLASSIFICATIONS = frozenset({"public", "internal", "confidential", "personal"})
REPAIRS = frozenset(
    {"trim", "excel-text", "fullwidth", "sap-number", "excel-serial", "gtin-zero", "float-suffix", "alpha"}
    | {"control"}
)
SEMANTICS = frozenset({"gtin", "uscc", "lot", "typed_lot", "identifier"})
SEVERITIES = frozenset({"quarantine", "warn"})
TYPES: Mapping[str, re.Pattern[str]] = {
    "string": re.compile(r"TEXT"),
    "integer": re.compile(r"BIGINT"),
    "number": re.compile(r"DECIMAL\(\d{1,2},\d{1,2}\)"),
    "date": re.compile(r"DATE"),
    "timestamp": re.compile(r"TIMESTAMPTZ"),
    "boolean": re.compile(r"BOOLEAN"),
}
# A rule id as it stands in findings; "*" stands for all rules without a limit of their own, taken together.
TOLERATED = re.compile(r"DQ-[A-Z]{3}-\d{3}|\*")
# fmt: off  (one word per line would hide the list)
COLUMN_EXTRAS = frozenset(
    {
        "formats",
        "sentinels",
        "repairs",
        "unit",
        "xpath",
        "jsonPath",
        "zone",
        "semantic",
        "semanticSeverity",
        "values",
        "mapping",
        "trueValues",
        "since",
        "tombstone",
    }
)
SERVER_EXTRAS = (
    frozenset(
        {
            "archive",
            "connection",
            "table",
            "query",
            "incremental",
            "mend",
            "extractDate",
            "extractSite",
            "header",
            "sheet",
            "recordPath",
            "noRecords",
            "controls",
            "drift",
            "arrival",
            "ignored",
        }
    )
    | DIALECT
)
TABLE_EXTRAS = frozenset({"tolerances", "toleranceFloor"})
# The standard's own reader drops unknown keys below the top level without a word, so they are listed here.
KEYS: Mapping[str, frozenset[str]] = {
    "server": frozenset({"server", "type", "path", "format", "delimiter", "encoding", "customProperties"}),
    "schema": frozenset(
        {
            "name",
            "physicalName",
            "logicalType",
            "businessName",
            "description",
            "dataGranularityDescription",
            "properties",
            "customProperties",
        }
    ),
    "property": frozenset(
        {
            "name",
            "physicalName",
            "businessName",
            "description",
            "logicalType",
            "logicalTypeOptions",
            "physicalType",
            "primaryKey",
            "primaryKeyPosition",
            "required",
            "classification",
            "customProperties",
        }
    ),
}
# fmt: on


class ContractError(ValueError):
    """A contract that must not be used; the message names file, column and what to do."""


def version_parts(version: str) -> tuple[int, ...] | None:
    """The numbers of a version such as 1.2.0, None when it is not of that form."""
    return tuple(map(int, version.split("."))) if re.fullmatch(r"\d+\.\d+\.\d+", version) else None


def is_strptime(form: str) -> bool:
    """Whether a format has directives, all of them known to both DuckDB and Python."""
    directives = [form[at + 1 : at + 2] for at, sign in enumerate(form) if sign == "%"]
    return bool(directives) and set(directives) <= set("YmdHMSfzybB")


def parse(file: Path) -> OpenDataContractStandard:
    """One contract file as an ODCS object; keys unknown at any level are errors."""
    tree = _tree(file)
    _demand_known_keys(file, tree)
    try:
        return OpenDataContractStandard.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContractError(f"{file}: {place}: {first['msg']}; follow ODCS v3.1.0") from error


def demand(condition: bool, file: Path, column: str, remedy: str) -> None:
    """Raises ContractError naming file, column ('' for the table) and remedy unless the condition holds."""
    if not condition:
        raise ContractError(f"{file}: {f'column {column}: ' if column else ''}{remedy}")


def given(file: Path, column: str, what: str, value: Any) -> str:
    """A text that must be there."""
    demand(isinstance(value, str) and bool(value.strip()), file, column, f"{what} is missing; add it as text")
    return str(value)


def two_languages(file: Path, column: str, what: str, value: str | None) -> tuple[str, str]:
    """The Chinese and the English half of "中文 | English"."""
    halves = [half.strip() for half in (value or "").split(" | ")]
    demand(len(halves) == 2 and all(halves), file, column, f'{what} must read "中文 | English"')
    return halves[0], halves[1]


def extras_of(
    file: Path, column: str, properties: list[CustomProperty], known: frozenset[str]
) -> dict[str, Any]:
    """Custom properties as a dict; unknown or repeated ones are errors."""
    names = [str(item.property) for item in properties]
    unknown = sorted(set(names) - known)
    demand(not unknown, file, column, f"unknown custom property {unknown[:1]}; known: {sorted(known)}")
    demand(len(names) == len(set(names)), file, column, "a custom property is given twice; keep one")
    return {str(item.property): item.value for item in properties}


def text(file: Path, column: str, what: str, extras: Mapping[str, Any]) -> str | None:
    """An optional text among the custom properties."""
    return given(file, column, what, extras[what]) if what in extras else None


def texts(file: Path, column: str, what: str, extras: Mapping[str, Any]) -> tuple[str, ...]:
    """An optional list of texts; YAML numbers and booleans are refused, because 00000000 would become 0."""
    value = extras.get(what, [])
    fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    demand(fits, file, column, f"{what} must be a list of quoted texts")
    return tuple(value)


def pairs(file: Path, column: str, value: Any) -> tuple[tuple[str, str], ...]:
    """A mapping of source text to canonical text, in the order written."""
    fits = isinstance(value, dict) and all(isinstance(word, str) for pair in value.items() for word in pair)
    demand(fits, file, column, "mapping must map quoted texts to quoted texts")
    return tuple(value.items())


def shares(file: Path, value: Any) -> tuple[tuple[str, Decimal], ...]:
    """Tolerances: rule id, or "*", to a share of the table's records from 0 to 1."""
    demand(isinstance(value, dict), file, "", "tolerances must map rule ids to shares")
    for rule, share in value.items():
        known = isinstance(rule, str) and TOLERATED.fullmatch(rule)
        demand(bool(known), file, "", f'tolerances: {rule!r} is neither a rule id such as DQ-REC-001 nor "*"')
        number = isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1
        demand(number, file, "", f"tolerances: {rule} needs a share from 0 to 1, such as 0.01")
    return tuple((rule, Decimal(str(share))) for rule, share in value.items())


def floor(file: Path, value: Any) -> int:
    """Records of a declared limit that never block, whatever their share."""
    demand(
        type(value) is int and value >= 0, file, "", "toleranceFloor needs a number of records, such as 15"
    )
    return int(value)


def owner(file: Path, odcs: OpenDataContractStandard) -> str:
    """The user name of the one team member whose role is owner."""
    members = getattr(odcs.team, "members", None) or []
    owners = [member.username for member in members if member.role == "owner"]
    demand(len(owners) == 1, file, "", "team must have exactly one member with role owner")
    return given(file, "", "team owner username", owners[0])


def duration(file: Path, odcs: OpenDataContractStandard, what: str) -> str | None:
    """A service-level property as an ISO 8601 duration (15 y -> P15Y); None when the contract has none."""
    found = [item for item in odcs.slaProperties or [] if item.property == what]
    if not found:
        return None
    value, unit = found[0].value, str(found[0].unit)
    whole = isinstance(value, int) and unit in {"y", "m", "d"}
    demand(whole, file, "", f"{what} needs a whole value and unit y, m or d")
    return f"P{value}{unit.upper()}"


class _UniqueKeyLoader(yaml.CSafeLoader):
    """YAML lets the last of two equal keys win; here the second one is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            problem = f"key {twice[0]} given twice"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


def _tree(file: Path) -> dict[str, Any]:
    try:
        tree = yaml.load(file.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise ContractError(f"{file}: not readable as YAML: {error}") from error
    demand(isinstance(tree, dict), file, "", "must be one YAML mapping")
    return dict(tree)


def _demand_known_keys(file: Path, tree: Mapping[str, Any]) -> None:
    for level, parts in (("server", tree.get("servers")), ("schema", tree.get("schema"))):
        demand(isinstance(parts, list) and len(parts) == 1, file, "", f"give exactly one {level}")
    levels = [("server", tree["servers"][0]), ("schema", tree["schema"][0])]
    levels += [("property", column) for column in tree["schema"][0].get("properties") or []]
    for level, part in levels:
        unknown = sorted(set(part) - KEYS[level])
        name = str(part.get("name", "")) if level == "property" else ""
        demand(not unknown, file, name, f"unknown key {unknown[:1]} in {level}; known: {sorted(KEYS[level])}")
