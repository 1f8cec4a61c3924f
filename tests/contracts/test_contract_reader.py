import json
import re
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from quality_rules.contract import CONTRACTS_FOLDER, ContractError, load_contracts, read_contract
from quality_rules.contract_arrival import Arrival, load_calendar
from quality_rules.contract_drift import DriftPolicy
from quality_rules.quarantine.tolerance import limits

GOOD = r"""
apiVersion: v3.1.0
kind: DataContract
id: erp__lot
name: 批次 | Lots
version: 1.2.0
status: active
domain: production
tenant: plant_x
description: {purpose: "批次主数据 | Lot master"}
team: {name: erp, members: [{username: clerk, role: member}, {username: steward, role: owner}]}
slaProperties: [{property: retention, value: 15, unit: y}, {property: frequency, value: 1, unit: d}]
servers:
  - {server: landing, type: local, path: "erp/lot/lot_*.csv", format: csv, delimiter: ",", encoding: "utf-8-sig,gb18030",
     customProperties: [{property: extractDate, value: '_(\d{8})\.'}]}
schema:
  - name: erp__lot
    physicalName: LOT
    logicalType: object
    businessName: 批次 | Lots
    description: "批次主数据 | Lot master"
    dataGranularityDescription: one lot
    customProperties: [{property: tolerances, value: {DQ-REC-001: 0.01, DQ-TYP-002: 0, "*": 0.05}},
      {property: toleranceFloor, value: 7}]
    properties:
      - {name: lot_no, physicalName: CHARG, businessName: 批号 | Lot number, description: "批号 | Lot number",
         logicalType: string, physicalType: TEXT, primaryKey: true, primaryKeyPosition: 2, required: true, classification: internal,
         customProperties: [{property: repairs, value: [trim, fullwidth]}, {property: semantic, value: lot}, {property: semanticSeverity, value: quarantine}]}
      - {name: item_code, physicalName: MATNR, businessName: 物料 | Item, description: "物料 | Item",
         logicalType: string, physicalType: TEXT, logicalTypeOptions: {pattern: "^[0-9]+$"}, primaryKey: true, primaryKeyPosition: 1, required: true, classification: internal}
      - {name: qty, physicalName: MENGE, businessName: 数量 | Quantity, description: "数量 | Quantity",
         logicalType: number, physicalType: "DECIMAL(18,3)", required: false, classification: internal,
         customProperties: [{property: unit, value: "column:uom_code"}]}
      - {name: uom_code, physicalName: MEINS, businessName: 单位 | Unit, description: "单位 | Unit",
         logicalType: string, physicalType: TEXT, required: false, classification: internal,
         customProperties: [{property: values, value: [支, 公斤]}, {property: mapping, value: {支: C62, 公斤: KGM}}]}
      - {name: made_at, physicalName: HSDAT, businessName: 生产时间 | Made at, description: "生产时间 | Made at",
         logicalType: timestamp, physicalType: TIMESTAMPTZ, required: false, classification: internal,
         customProperties: [{property: formats, value: ["%Y-%m-%d %H:%M"]}, {property: sentinels, value: ["00000000"]}, {property: zone, value: Asia/Shanghai}]}
      - {name: is_blocked, physicalName: SPERR, businessName: 冻结 | Blocked, description: "冻结 | Blocked",
         logicalType: boolean, physicalType: BOOLEAN, required: false, classification: internal,
         customProperties: [{property: trueValues, value: ["是"]}]}
"""  # noqa: E501

EXTRACT = r"{property: extractDate, value: '_(\d{8})\.'}"
QTY_UNIT = '{property: unit, value: "column:uom_code"}'
LOT_TRIM = "{property: repairs, value: [trim, fullwidth]}"


def _with(word: str) -> str:
    return f"{EXTRACT}, {word}"


# what is wrong -> (text in GOOD, its replacement, what the message must say)
BROKEN = {
    "identity does not follow the path": ("id: erp__lot", "id: erp__lots", "must both be erp__lot"),
    "unknown standard version": ("apiVersion: v3.1.0", "apiVersion: v3.0.0", "apiVersion must be v3.1.0"),
    "unknown top-level key": ("status: active", "stauts: active", "stauts"),
    "unknown domain": ("domain: production", "domain: finance", "domain must be one of"),
    "no owner": ("role: owner", "role: member", "exactly one member with role owner"),
    "no retention": ("property: retention", "property: availability", "retention is missing"),
    "retention without a unit": ("unit: y}", "unit: years}", "retention needs a whole value and unit"),
    "unknown file format": ("format: csv", "format: parquet", "server format must be one of"),
    "csv without delimiter": ('delimiter: ",", ', "", "server delimiter is missing"),
    "csv without encoding": (', encoding: "utf-8-sig,gb18030"', "", "server encoding is missing"),
    "xml without record": ("format: csv", "format: xml", "server recordPath is missing"),
    "xlsx without sheet": ("format: csv", "format: xlsx", "server sheet is missing"),
    "quote of two characters": (
        "customProperties: [{property: extractDate",
        'customProperties: [{property: quote, value: "<<"}, {property: extractDate',
        "quote must be one ASCII character",
    ),
    "escape without a quote": (
        "customProperties: [{property: extractDate",
        "customProperties: [{property: escape, value: '\\'}, {property: extractDate",
        "escape must be one ASCII character beside another quote",
    ),
    "quoted text with a long line end": (
        "customProperties: [{property: extractDate",
        (
            "customProperties: [{property: quote, value: '\"'}, {property: lineEnd, value: '&|'}, "
            "{property: extractDate"
        ),
        "lineEnd of quoted text",
    ),
    "lines above as text": (
        "customProperties: [{property: extractDate",
        'customProperties: [{property: skipLines, value: "2"}, {property: extractDate',
        "skipLines must be the number of lines",
    ),
    "no records in another word": (
        "customProperties: [{property: extractDate",
        "customProperties: [{property: noRecords, value: maybe}, {property: extractDate",
        "noRecords must be one of",
    ),
    "unknown server property": ("property: extractDate", "property: extract_date", "['extract_date']"),
    "unknown server key": ("server: landing, ", "server: landing, compression: gzip, ", "['compression']"),
    "column without its title": ("businessName: 数量 | Quantity, ", "", "column qty: businessName must read"),
    "title in one language": ("数量 | Quantity, desc", "数量, desc", "column qty: businessName must read"),
    "column without its source name": ("physicalName: MENGE, ", "", "column qty: physicalName is missing"),
    "misspelt table property": ("property: tolerances", "property: tolerance", "['tolerance']"),
    "tolerance of no rule": ("DQ-REC-001: 0.01", "REC-001: 0.01", "'REC-001' is neither a rule id"),
    "tolerance beyond all records": ("DQ-REC-001: 0.01", "DQ-REC-001: 1.5", "DQ-REC-001 needs a share"),
    "tolerance in per cent": ("DQ-REC-001: 0.01", 'DQ-REC-001: "1 %"', "DQ-REC-001 needs a share"),
    "tolerance that is a word": ("DQ-REC-001: 0.01", "DQ-REC-001: yes", "DQ-REC-001 needs a share"),
    "tolerances as a list": ('{DQ-REC-001: 0.01, DQ-TYP-002: 0, "*": 0.05}', "[0.01]", "must map rule ids"),
    "tolerance floor as a share": (
        "toleranceFloor, value: 7",
        "toleranceFloor, value: 0.5",
        "a number of records",
    ),
    "tolerance floor of a word": (
        "toleranceFloor, value: 7",
        "toleranceFloor, value: yes",
        "a number of records",
    ),
    "misspelt column key": ("physicalName: MENGE", "physicalNane: MENGE", "column qty: unknown key"),
    "misspelt custom property": ("property: unit,", "property: uom,", "column qty: unknown custom property"),
    "unknown logical type": ("logicalType: number", "logicalType: float", "column qty: logicalType"),
    "types that contradict": ('"DECIMAL(18,3)"', "DOUBLE", "column qty: physicalType DOUBLE"),
    "unknown repair": ("[trim, fullwidth]", "[trim, wash]", "column lot_no: repairs must be among"),
    "unknown semantic": ("value: lot}", "value: batch}", "column lot_no: semantic must be one of"),
    "semantic without severity": (
        ", {property: semanticSeverity, value: quarantine}",
        "",
        "column lot_no: semantic and semanticSeverity go together",
    ),
    "unknown classification": (
        "required: true, classification: internal,",
        "required: true, classification: secret,",
        "column lot_no: classification",
    ),
    "silent about required": ("required: false, cl", "cl", "column qty: required is missing"),
    "date without formats": (
        '{property: formats, value: ["%Y-%m-%d %H:%M"]}, ',
        "",
        "column made_at: formats belong to dates",
    ),
    "format that is none": ("%Y-%m-%d %H:%M", "YYYY-MM-DD", "column made_at: formats must be strptime"),
    "naive time without zone": (
        ", {property: zone, value: Asia/Shanghai}",
        "",
        "column made_at: zone is needed",
    ),
    "sentinel that YAML reads as zero": (
        '"00000000"',
        "00000000",
        "column made_at: sentinels must be a list",
    ),
    "boolean without true values": (
        '{property: trueValues, value: ["是"]}',
        "",
        "column is_blocked: trueValues belong to booleans",
    ),
    "unknown drift": (EXTRACT, _with("{property: drift, value: {gone: refuse}}"), "unknown drift ['gone']"),
    "drift that would invent values": (
        EXTRACT,
        _with("{property: drift, value: {missing: accept-new-column}}"),
        "drift missing must be one of ['quarantine', 'refuse']",
    ),
    "unknown word of arrival": (
        EXTRACT,
        _with("{property: arrival, value: {from: 2025-01-01}}"),
        "arrival may hold",
    ),
    "arrival without a start": (
        EXTRACT,
        _with("{property: arrival, value: {quiet: 2}}"),
        "arrival start must be",
    ),
    "arrival by an unknown calendar": (
        EXTRACT,
        _with("{property: arrival, value: {start: 2025-01-01, calendar: mars}}"),
        "mars.yaml: no such calendar",
    ),
    "sites that no name tells": (
        EXTRACT,
        _with("{property: arrival, value: {start: 2025-01-01, sites: [A]}}"),
        "sites and the server's extractSite go together",
    ),
    "latency nobody promised": (
        "{property: frequency, value: 1, unit: d}",
        "{property: frequency, value: 1, unit: d}, {property: latency, value: 1, unit: d}",
        "latency needs the server's arrival",
    ),
    "since of a version to come": (
        QTY_UNIT,
        f"{QTY_UNIT}, {{property: since, value: 9.0.0}}",
        "is after version",
    ),
    "since of a key": (
        LOT_TRIM,
        f"{LOT_TRIM}, {{property: since, value: 1.1.0}}",
        "a key column has no since",
    ),
    "mapped text outside the closed set": ("[支, 公斤]", "[支]", "column uom_code: values must hold every"),
    "text mapped to a number": ("支: C62", "支: 62", "column uom_code: mapping must map quoted texts"),
    "unit column that is none": ("column:uom_code", "column:unit", "column qty: unit points to no column"),
    "xpath outside xml": (
        "property: unit, value",
        "property: xpath, value",
        "column qty: xpath belongs to xml",
    ),
    "unknown option of a type": ("{pattern:", "{maxLength:", "column item_code: logicalTypeOptions"),
    "gap in the key": ("primaryKeyPosition: 1", "primaryKeyPosition: 3", "primaryKeyPosition must count"),
    "house name given twice": ("name: qty,", "name: lot_no,", "name ['lot_no'] given twice"),
    "source name given twice": ("physicalName: MENGE", "physicalName: MATNR", "['MATNR'] given twice"),
    "YAML key given twice": ("status: active", "status: active\nstatus: draft", "key status given twice"),
    "not YAML at all": ("schema:", "schema: [", "not readable as YAML"),
}


def _folder(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "erp" / "lot.odcs.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return tmp_path


def test_reads_every_term_of_a_contract(tmp_path: Path) -> None:
    """Prevents a term that is written in a contract but never reaches the code that should obey it."""
    contract = load_contracts(_folder(tmp_path, GOOD))["erp__lot"]
    assert (contract.system, contract.table, contract.version) == ("erp", "lot", "1.2.0")
    assert (contract.title_zh, contract.title_en, contract.grain) == ("批次", "Lots", "one lot")
    assert (contract.owner, contract.retention, contract.frequency) == ("steward", "P15Y", "P1D")
    assert (contract.path, contract.delimiter, contract.encodings) == (
        "erp/lot/lot_*.csv",
        ",",
        ("utf-8-sig", "gb18030"),
    )
    assert contract.has_header and contract.extract_date == r"_(\d{8})\."
    assert contract.key == ("item_code", "lot_no")
    assert dict(contract.tolerances) == {
        "DQ-REC-001": Decimal("0.01"),
        "DQ-TYP-002": Decimal(0),
        "*": Decimal("0.05"),
    }
    assert {limit.floor for limit in limits([contract])} == {7}
    lot, item, qty, uom, made, blocked = contract.columns
    assert (lot.repairs, lot.semantic, lot.semantic_severity) == (("trim", "fullwidth"), "lot", "quarantine")
    assert (item.physical_name, item.pattern, item.key_position) == ("MATNR", "^[0-9]+$", 1)
    assert (qty.physical_type, qty.required, qty.unit) == ("DECIMAL(18,3)", False, "column:uom_code")
    assert (uom.values, uom.mapping) == (("支", "公斤"), (("支", "C62"), ("公斤", "KGM")))
    assert (made.formats, made.sentinels, made.zone) == (("%Y-%m-%d %H:%M",), ("00000000",), "Asia/Shanghai")
    assert blocked.true_values == ("是",)


@pytest.mark.parametrize("case", BROKEN)
def test_refuses_a_broken_contract(case: str, tmp_path: Path) -> None:
    """Prevents a misspelt or missing term from becoming "no rule", and messages nobody can act on."""
    good, bad, message = BROKEN[case]
    assert good in GOOD, "the case no longer breaks anything"
    with pytest.raises(ContractError) as error:
        load_contracts(_folder(tmp_path, GOOD.replace(good, bad, 1)))
    assert message in str(error.value)
    assert re.search(r"(lot.odcs|mars).yaml", str(error.value))


PROMISED = GOOD.replace(
    EXTRACT,
    _with(
        "{property: arrival, value: {start: 2025-02-01, calendar: cn, quiet: 3, with: [erp__move]}}, "
        "{property: drift, value: {new: accept-new-column, retyped: quarantine}}"
    ),
).replace("unit: d}]", "unit: d}, {property: latency, value: 2, unit: d}]")


def test_reads_what_a_source_promised(tmp_path: Path) -> None:
    """Prevents a promise or a decision about drift from being read as another one; silence is a refusal."""
    contract = read_contract(_folder(tmp_path, PROMISED) / "erp" / "lot.odcs.yaml")
    assert contract.drift == DriftPolicy("accept-new-column", "refuse", "refuse", "quarantine")
    assert contract.arrival == Arrival("P1D", 2, "cn", date(2025, 2, 1), 3, ("erp__move",), None, (), "warn")
    (silent,) = load_contracts(_folder(tmp_path / "silent", GOOD)).values()
    assert (silent.drift, silent.arrival) == (DriftPolicy("refuse", "refuse", "refuse", "refuse"), None)


def test_refuses_a_partner_that_promises_nothing(tmp_path: Path) -> None:
    """Prevents a misspelt partner from meaning that no file is ever expected with it."""
    with pytest.raises(
        ContractError, match="erp__lot: arrival with erp__move, which promises no such extract"
    ):
        load_contracts(_folder(tmp_path, PROMISED))


def test_refuses_a_promise_of_an_odd_period(tmp_path: Path) -> None:
    """Prevents "every third day" from being accepted and then never checked."""
    with pytest.raises(ContractError, match="arrival needs a frequency of 1 d"):
        load_contracts(_folder(tmp_path, PROMISED.replace("value: 1, unit: d", "value: 3, unit: d")))


def test_the_chinese_calendar_knows_holidays_and_worked_weekends() -> None:
    """Prevents alarms in the Spring Festival, and silence about a Sunday that was worked in exchange."""
    idle = load_calendar("cn")
    assert {date(2025, 1, 28), date(2025, 10, 8), date(2025, 6, 1), date(2026, 2, 23)} <= idle
    assert not {date(2025, 1, 26), date(2025, 9, 28), date(2025, 10, 9), date(2026, 2, 24)} & idle
    # 52 weekends, 28 public holidays of which some fall on them, five weekend days worked: 247 or 248 a year.
    assert sum(day.year == 2025 for day in idle) == 365 - 248


def test_refuses_a_folder_without_contracts(tmp_path: Path) -> None:
    """Prevents a wrong path from looking like a lake without sources."""
    with pytest.raises(ContractError, match=r"holds no <system>/<table>"):
        load_contracts(tmp_path)


def test_committed_contracts_follow_the_standard() -> None:
    """Prevents contracts only our own reader understands: each must satisfy the ODCS JSON schema."""
    standard = json.loads(resources.files("open_data_contract_standard").joinpath("schema.json").read_text())
    validator = jsonschema.validators.validator_for(standard)(standard)
    files = sorted(CONTRACTS_FOLDER.glob("*/*.odcs.yaml"))
    assert len(files) == len(load_contracts()) > 0
    for file in files:
        errors = [
            f"{file.name}: {error.json_path} {error.message}" for error in validator.iter_errors(_tree(file))
        ]
        assert not errors, errors[0]


def _tree(file: Path) -> object:
    tree = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    # The standard gives a delimiter to object stores and SFTP, but forgets it for local files.
    tree["servers"][0].pop("delimiter", None)
    return tree


def test_same_name_means_the_same_type() -> None:
    """Prevents one house name from being a number in one table and a text in another."""
    types: dict[str, dict[str, str]] = {}
    for contract in load_contracts().values():
        for column in contract.columns:
            types.setdefault(column.name, {}).setdefault(column.logical_type, contract.id)
    assert len(types) > 100
    assert not {name: found for name, found in types.items() if len(found) > 1}
