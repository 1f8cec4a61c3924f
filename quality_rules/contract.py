"""Contracts: the one description of every source table; readers, typing, gates and dictionary derive from it.

Flow: quality_rules/contracts/<system>/<table>.odcs.yaml (ODCS v3.1.0) -> load_contracts() -> Contracts.
Reading is strict: what is missing, misspelt or unknown raises ContractError with file, column and remedy.
Alone: python -c "from quality_rules.contract import load_contracts; print(*load_contracts())"
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from open_data_contract_standard.model import OpenDataContractStandard, SchemaProperty

from quality_rules import contract_terms as terms
from quality_rules.contract_arrival import Arrival, demand_partners
from quality_rules.contract_database import Database
from quality_rules.contract_dialect import Framing
from quality_rules.contract_drift import DriftPolicy
from quality_rules.contract_place import place_of
from quality_rules.contract_terms import ContractError, demand, given

__all__ = ["CONTRACTS_FOLDER", "Column", "Contract", "ContractError", "load_contracts", "read_contract"]

CONTRACTS_FOLDER = Path(__file__).parent / "contracts"
SUFFIX = ".odcs.yaml"


@dataclass(frozen=True)
class Column:
    """One column: what the source calls it, what the house calls it, and how its text becomes a value."""

    name: str
    physical_name: str
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    logical_type: str
    physical_type: str
    required: bool
    key_position: int | None
    classification: str
    formats: tuple[str, ...]
    sentinels: tuple[str, ...]
    repairs: tuple[str, ...]
    unit: str | None
    xpath: str | None
    json_path: str | None
    zone: str | None
    semantic: str | None
    semantic_severity: str | None
    values: tuple[str, ...]
    mapping: tuple[tuple[str, str], ...]
    true_values: tuple[str, ...]
    pattern: str | None
    since: str | None
    is_tombstone: bool


@dataclass(frozen=True)
class Contract:
    """One source table; retention and frequency are ISO 8601 durations, path a glob below a landing root.

    `ignored` are elements of an XML record that the contract knows and does not read. A declared limit never
    blocks within `tolerance_floor` open records.
    """

    id: str
    system: str
    table: str
    version: str
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    grain: str
    domain: str
    tenant: str
    owner: str
    retention: str
    frequency: str | None
    path: str
    format: str
    delimiter: str | None
    encodings: tuple[str, ...]
    has_header: bool
    sheet: str | None
    record_path: str | None
    framing: Framing
    extract_date: str | None
    ignored: tuple[str, ...]
    drift: DriftPolicy
    arrival: Arrival | None
    archive: str | None
    mend: bool
    database: Database | None
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    tolerances: tuple[tuple[str, Decimal], ...]
    tolerance_floor: int = 0

    @property
    def tombstone(self) -> str | None:
        """Physical name of the column that says a record was deleted at the source, None without one."""
        return next((column.physical_name for column in self.columns if column.is_tombstone), None)


def load_contracts(folder: Path = CONTRACTS_FOLDER) -> dict[str, Contract]:
    """All contracts below a folder, by id in ascending order.

    Raises:
        ContractError: a contract is incomplete, contradicts itself or uses a word this reader does not know.
    """
    files = sorted(folder.glob(f"*/*{SUFFIX}"))
    demand(bool(files), folder, "", f"holds no <system>/<table>{SUFFIX}; name the contracts folder")
    contracts = [read_contract(file) for file in files]
    demand_partners(folder, {contract.id: contract.arrival for contract in contracts})
    return {contract.id: contract for contract in sorted(contracts, key=lambda contract: contract.id)}


def read_contract(file: Path) -> Contract:
    """The contract in one file; its id is <folder>__<file name without suffix>."""
    state = file.stat()
    return _read(file, state.st_mtime_ns, state.st_size)


@cache
def _read(file: Path, _modified: int, _size: int) -> Contract:
    """Parsed once per state of the file: parsing all of them takes a second, and many ask."""
    return _contract(file, terms.parse(file))


def _contract(file: Path, odcs: OpenDataContractStandard) -> Contract:
    system, table = file.parent.name, file.name.removesuffix(SUFFIX)
    schema, server = (odcs.schema_ or [])[0], (odcs.servers or [])[0]
    expected = f"{system}__{table}"
    demand(odcs.apiVersion == "v3.1.0", file, "", "apiVersion must be v3.1.0")
    demand(odcs.id == schema.name == expected, file, "", f"id and schema name must both be {expected}")
    demand(odcs.domain in terms.DOMAINS, file, "", f"domain must be one of {sorted(terms.DOMAINS)}")
    place = place_of(file, server, odcs)
    columns = tuple(_column(file, column, place["format"]) for column in schema.properties or [])
    if stored := place["database"]:
        marked = any(column.is_tombstone for column in columns)
        demand(
            marked == (stored.mode == "snapshot"), file, "", "a tombstone column belongs to snapshots, always"
        )
    _demand_consistent(file, columns, given(file, "", "version", odcs.version))
    extras = terms.extras_of(file, "", schema.customProperties or [], terms.TABLE_EXTRAS)
    title_zh, title_en = terms.two_languages(file, "", "businessName", schema.businessName)
    description_zh, description_en = terms.two_languages(file, "", "description", schema.description)
    return Contract(
        id=expected,
        system=system,
        table=table,
        version=given(file, "", "version", odcs.version),
        title_zh=title_zh,
        title_en=title_en,
        description_zh=description_zh,
        description_en=description_en,
        grain=given(file, "", "dataGranularityDescription", schema.dataGranularityDescription),
        domain=given(file, "", "domain", odcs.domain),
        tenant=given(file, "", "tenant", odcs.tenant),
        owner=terms.owner(file, odcs),
        retention=given(file, "", "slaProperties retention", terms.duration(file, odcs, "retention")),
        columns=columns,
        key=tuple(c.name for c in sorted(columns, key=lambda c: c.key_position or 0) if c.key_position),
        tolerances=terms.shares(file, extras.get("tolerances", {})),
        tolerance_floor=terms.floor(file, extras.get("toleranceFloor", 0)),
        **place,
    )


def _column(file: Path, source: SchemaProperty, file_format: str) -> Column:
    name = given(file, "", "name of every column", source.name)
    extras = terms.extras_of(file, name, source.customProperties or [], terms.COLUMN_EXTRAS)
    title_zh, title_en = terms.two_languages(file, name, "businessName", source.businessName)
    description_zh, description_en = terms.two_languages(file, name, "description", source.description)
    classes = terms.CLASSIFICATIONS
    demand(source.classification in classes, file, name, f"classification: {sorted(classes)}")
    demand(source.required is not None, file, name, "required is missing; say true or false")
    demand(bool(source.primaryKey) == bool(source.primaryKeyPosition), file, name, "a key needs its position")
    options = source.logicalTypeOptions or {}
    demand(set(options) <= {"pattern"}, file, name, "logicalTypeOptions may only hold pattern")
    column = Column(
        name=name,
        physical_name=given(file, name, "physicalName", source.physicalName),
        title_zh=title_zh,
        title_en=title_en,
        description_zh=description_zh,
        description_en=description_en,
        logical_type=given(file, name, "logicalType", source.logicalType),
        physical_type=given(file, name, "physicalType", source.physicalType),
        required=bool(source.required),
        key_position=source.primaryKeyPosition,
        classification=str(source.classification),
        formats=terms.texts(file, name, "formats", extras),
        sentinels=terms.texts(file, name, "sentinels", extras),
        repairs=terms.texts(file, name, "repairs", extras),
        unit=terms.text(file, name, "unit", extras),
        xpath=terms.text(file, name, "xpath", extras),
        json_path=terms.text(file, name, "jsonPath", extras),
        zone=terms.text(file, name, "zone", extras),
        semantic=terms.text(file, name, "semantic", extras),
        semantic_severity=terms.text(file, name, "semanticSeverity", extras),
        values=terms.texts(file, name, "values", extras),
        mapping=terms.pairs(file, name, extras.get("mapping", {})),
        true_values=terms.texts(file, name, "trueValues", extras),
        pattern=options.get("pattern"),
        since=terms.text(file, name, "since", extras),
        is_tombstone=extras.get("tombstone", False),
    )
    _demand_typable(file, column, file_format)
    return column


def _demand_typable(file: Path, column: Column, file_format: str) -> None:
    """What the typing of a column needs, and nothing it could not use."""
    kind, say = column.logical_type, column.name
    demand(kind in terms.TYPES, file, say, f"logicalType must be one of {sorted(terms.TYPES)}")
    fits = terms.TYPES[kind].fullmatch(column.physical_type) is not None
    demand(fits, file, say, f"physicalType {column.physical_type} is not {terms.TYPES[kind].pattern}")
    temporal = kind in {"date", "timestamp"}
    demand(temporal == bool(column.formats), file, say, "formats belong to dates and timestamps, always")
    naive = kind == "timestamp" and not all("%z" in form for form in column.formats)
    demand(naive == bool(column.zone), file, say, "zone is needed by timestamps without %z, and only by them")
    demand(
        (kind == "boolean") == bool(column.true_values), file, say, "trueValues belong to booleans, always"
    )
    demand((file_format == "xml") == bool(column.xpath), file, say, "xpath belongs to xml, always")
    demand(file_format == "jsonl" or not column.json_path, file, say, "jsonPath belongs to jsonl only")
    demand(set(column.repairs) <= terms.REPAIRS, file, say, f"repairs must be among {sorted(terms.REPAIRS)}")
    meant = column.semantic in terms.SEMANTICS | {None}
    demand(meant, file, say, f"semantic must be one of {sorted(terms.SEMANTICS)}")
    severity = column.semantic_severity
    demand(severity in terms.SEVERITIES | {None}, file, say, f"semanticSeverity: {sorted(terms.SEVERITIES)}")
    demand(bool(severity) == bool(column.semantic), file, say, "semantic and semanticSeverity go together")
    known = all(terms.is_strptime(form) for form in column.formats)
    demand(known, file, say, "formats must be strptime formats")
    closed = {word for word, _ in column.mapping} | set(column.true_values)
    mark = column.is_tombstone
    demand(
        not mark or (mark is True and kind == "boolean"), file, say, "tombstone: true belongs to a boolean"
    )
    demand(not column.values or closed <= set(column.values), file, say, "values must hold every mapped text")


def _demand_consistent(file: Path, columns: tuple[Column, ...], version: str) -> None:
    """Columns of one table: unique names, one key numbered from 1, units that point to a column."""
    names = [column.name for column in columns]
    for kind, words in (("name", names), ("physicalName", [column.physical_name for column in columns])):
        twice = sorted({word for word in words if words.count(word) > 1})
        demand(not twice, file, "", f"{kind} {twice[:1]} given twice; keep one")
    positions = sorted(column.key_position for column in columns if column.key_position)
    numbered = bool(positions) and positions == list(range(1, len(positions) + 1))
    demand(numbered, file, "", "primaryKeyPosition must count 1, 2, ...; give the table a key")
    marks = [column.name for column in columns if column.is_tombstone]
    demand(len(marks) < 2, file, "", f"several tombstones {marks}; keep one")
    for column in columns:
        _demand_since(file, column, version)
        target = (
            (column.unit or "").removeprefix("column:") if (column.unit or "").startswith("column:") else None
        )
        demand(target is None or target in names, file, column.name, f"unit points to no column: {target}")


def _demand_since(file: Path, column: Column, version: str) -> None:
    if column.since is None:
        return
    first, now = terms.version_parts(column.since), terms.version_parts(version)
    demand(first is not None and now is not None, file, column.name, "since needs versions such as 1.1.0")
    demand(
        (first or ()) <= (now or ()), file, column.name, f"since {column.since} is after version {version}"
    )
    demand(
        column.key_position is None, file, column.name, "a key column has no since: old rows have a key too"
    )
