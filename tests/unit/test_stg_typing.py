"""Typing SQL, case by case: text in, value and findings out, on DuckDB itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from pipelines.sqlmesh.typed.query import finding_query, typing_query
from pipelines.sqlmesh.typed.rules import RULES
from pipelines.sqlmesh.typed.zone_changes import change_days
from quality_rules.contract import Column, Contract
from quality_rules.contract_dialect import Framing
from quality_rules.contract_drift import STRICT

USCC = "914403001922038216"
NBSP, IDEOGRAPHIC = "\u00a0", "\u3000"


def column(name: str = "x", **terms: Any) -> Column:
    """A column that demands nothing but what the case names."""
    plain: dict[str, Any] = dict.fromkeys(
        (
            "key_position",
            "unit",
            "xpath",
            "json_path",
            "zone",
            "semantic",
            "semantic_severity",
            "pattern",
            "since",
        )
    )
    plain |= dict.fromkeys(("title_zh", "title_en", "description_zh", "description_en"), name)
    plain |= dict.fromkeys(("formats", "sentinels", "repairs", "values", "mapping", "true_values"), ())
    plain |= {
        "logical_type": "string",
        "physical_type": "TEXT",
        "required": False,
        "classification": "internal",
        "is_tombstone": False,
    }
    return Column(**(plain | {"name": name, "physical_name": name.upper()} | terms))


def contract(*columns: Column, domain: str = "production") -> Contract:
    """A contract whose key is its first column."""
    texts = (
        "version",
        "title_zh",
        "title_en",
        "description_zh",
        "description_en",
        "grain",
        "tenant",
        "owner",
    )
    terms: dict[str, Any] = dict.fromkeys(texts, "t") | {"retention": "P1Y", "frequency": None, "path": "p"}
    terms |= dict.fromkeys(("delimiter", "sheet", "record_path", "extract_date", "archive", "arrival"))
    terms |= {"ignored": (), "mend": False, "database": None, "framing": Framing(), "drift": STRICT}
    return Contract(
        id="s__t", system="s", table="t", domain=domain, format="csv", encodings=("utf-8",), has_header=True,
        columns=columns, key=(columns[0].name,), tolerances=(), **terms,
    )  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """Rows by record number, findings as (rule, action, record number, before, after)."""

    rows: dict[int, dict[str, Any]]
    findings: set[tuple[str, str, int, str | None, str | None]]


def run(rules: Contract, *rows: tuple[str | None, ...], extracted: tuple[str, ...] = ()) -> Typed:
    """Types literal rows; record numbers count from 1."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw; CREATE SCHEMA typed")
        names = ", ".join(f'"{c.physical_name}" TEXT' for c in rules.columns)
        con.execute(f"CREATE TABLE raw.s__t ({names}, _file_sha256 TEXT, _row BIGINT, _extracted_on TEXT)")
        marks = ", ".join("?" * (len(rules.columns) + 3))
        for i, row in enumerate(rows):
            con.execute(
                f"INSERT INTO raw.s__t VALUES ({marks})",
                [*row, "f", i + 1, (extracted or [""] * len(rows))[i]],
            )
        con.execute(f"CREATE TABLE typed.s__t AS {typing_query(rules)}")
        got = con.execute("SELECT * FROM typed.s__t").fetchall()
        keys = [description[0] for description in con.description]
        found = con.execute(
            f"SELECT rule_id, action, row_no, before, after FROM ({finding_query({'s__t': rules})})"
        ).fetchall()
    return Typed({row[keys.index("_row")]: dict(zip(keys, row, strict=True)) for row in got}, set(found))


TRIM, TEXT = ("trim",), ("trim", "excel-text", "fullwidth", "float-suffix")
DATE = {"logical_type": "date", "physical_type": "DATE"}
COMPACT = DATE | {"formats": ("%Y%m%d",)}
NUMBER = {"logical_type": "number", "physical_type": "DECIMAL(18,3)"}
SAP_NUMBER = NUMBER | {"repairs": ("sap-number",)}
AT = {"logical_type": "timestamp", "physical_type": "TIMESTAMPTZ"}
BERLIN = {"formats": ("%Y-%m-%d %H:%M",), "zone": "Europe/Berlin"}
LOT = {"semantic": "lot", "semantic_severity": "quarantine"}
ID = {"semantic": "identifier", "semantic_severity": "quarantine"}
GTIN = {"semantic": "gtin", "semantic_severity": "quarantine"}
CREDIT = {"semantic": "uscc", "semantic_severity": "quarantine"}
FLAG = {"logical_type": "boolean", "physical_type": "BOOLEAN"}

# (terms of the column, raw text, value, (rule, before, after) of the repairs)
GOOD: list[tuple[dict[str, Any], str | None, Any, tuple[tuple[str, str, str | None], ...]]] = [
    ({}, "abc", "abc", ()),
    ({}, "", None, ()),
    ({}, None, None, ()),
    ({"repairs": TRIM}, f" {IDEOGRAPHIC}B1{NBSP}", "B1", (("RP-TXT-003", f" {IDEOGRAPHIC}B1{NBSP}", "B1"),)),
    ({"repairs": ("control",)}, "C\x01D\tE", "CD\tE", (("RP-TXT-004", "C\x01D\tE", "CD\tE"),)),
    ({"repairs": TEXT}, '="0695"', "0695", (("RP-TXT-001", '="0695"', "0695"),)),
    ({"repairs": TEXT}, "'0695", "0695", (("RP-TXT-001", "'0695", "0695"),)),
    ({"repairs": TEXT}, "Ｂ２６－１", "B26-1", (("RP-TXT-002", "Ｂ２６－１", "B26-1"),)),
    ({"repairs": TEXT}, "100.0", "100", (("RP-IDN-002", "100.0", "100"),)),
    ({"repairs": TEXT}, "1.10.0", "1.10.0", ()),
    ({"repairs": (*TEXT, "alpha")}, "0000012345", "12345", ()),
    ({"repairs": (*TEXT, "alpha")}, "0000000000", None, ()),
    ({"repairs": (*TEXT, "alpha")}, "00A1", "00A1", ()),
    (NUMBER, "12.5", Decimal("12.500"), ()),
    (SAP_NUMBER, "12.000-", Decimal("-12"), (("RP-NUM-001", "12.000-", "-12.000"),)),
    (SAP_NUMBER, "1,234.5", Decimal("1234.5"), (("RP-NUM-001", "1,234.5", "1234.5"),)),
    (SAP_NUMBER, "(7.5)", Decimal("-7.5"), (("RP-NUM-001", "(7.5)", "-7.5"),)),
    ({"logical_type": "integer", "physical_type": "BIGINT"}, "12.0", 12, ()),
    (COMPACT, "20250105", date(2025, 1, 5), ()),
    (COMPACT | {"sentinels": ("00000000",)}, "00000000", None, ()),
    (COMPACT | {"sentinels": ("99991231",)}, "99991231", None, (("RP-NUL-001", "99991231", None),)),
    (COMPACT | {"repairs": ("excel-serial",)}, "45662", date(2025, 1, 5),
     (("RP-DAT-001", "45662", "2025-01-05"),)),
    (DATE | {"formats": ("%Y-%m-%d", "%Y年%m月%d日")}, "2025年1月5日", date(2025, 1, 5), ()),
    (AT | {"formats": ("%Y-%m-%d %H:%M:%S",), "zone": "Asia/Shanghai"}, "2025-01-05 13:45:00",
     datetime(2025, 1, 5, 5, 45, tzinfo=UTC), ()),
    (AT | {"formats": ("%Y-%m-%dT%H:%M:%S%z",)}, "2025-01-05T13:45:00+08:00",
     datetime(2025, 1, 5, 5, 45, tzinfo=UTC), ()),
    (AT | {"formats": ("%Y-%m-%dT%H:%M:%S%z",)}, "2025-01-05T05:45:00Z",
     datetime(2025, 1, 5, 5, 45, tzinfo=UTC), ()),
    (FLAG | {"true_values": ("X",)}, "X", True, ()),
    (FLAG | {"true_values": ("X",)}, "", False, ()),
    (FLAG | {"true_values": ("是",), "values": ("是", "否")}, "否", False, ()),
    (FLAG | {"true_values": ("是",), "values": ("是", "否")}, "", None, ()),
    ({"values": ("ST", "KG"), "mapping": (("ST", "C62"),)}, "ST", "C62", ()),
    ({"values": ("ST", "KG"), "mapping": (("ST", "C62"),)}, "KG", "KG", ()),
    ({"pattern": "^[A-Z]+$"}, "AB", "AB", ()),
    (LOT, "2E05", "2E05", ()),
    (LOT, "B2601/EO0106", "B2601", (("RP-LOT-001", "B2601/EO0106", "B2601"),)),
    (LOT, "A/B", "A/B", ()),
    (GTIN, "09521234543213", "09521234543213", ()),
    (GTIN | {"repairs": ("gtin-zero",)}, "9521234543213", "09521234543213",
     (("RP-IDN-001", "9521234543213", "09521234543213"),)),
    (CREDIT, USCC, USCC, ()),
]  # fmt: skip

# (terms of the column, raw text, the rule that keeps the row out)
BAD: list[tuple[dict[str, Any], str | None, str]] = [
    ({"required": True}, " ".strip(), "DQ-REQ-001"),
    ({"required": True}, None, "DQ-REQ-001"),
    (NUMBER, "12,5", "DQ-TYP-001"),
    (NUMBER, "1_000", "DQ-TYP-001"),
    (NUMBER | {"required": True}, "zwölf", "DQ-TYP-001"),
    ({"logical_type": "integer", "physical_type": "BIGINT"}, "12.7", "DQ-TYP-001"),
    (COMPACT, "20250230", "DQ-TYP-002"),
    (COMPACT, "2025115", "DQ-TYP-002"),
    (COMPACT, "2025-01-05", "DQ-TYP-002"),
    (AT | {"formats": ("%Y-%m-%dT%H:%M:%S%z",)}, "2025-01-05T25:00:00+08:00", "DQ-TYP-003"),
    (AT | BERLIN, "2025-03-30 02:30", "DQ-TYP-007"),
    (AT | BERLIN, "2025-10-26 02:30", "DQ-TYP-008"),
    (FLAG | {"true_values": ("X",)}, "Y", "DQ-TYP-004"),
    (FLAG | {"true_values": ("是",), "values": ("是", "否")}, "也许", "DQ-TYP-004"),
    ({"values": ("S", "H")}, "Z", "DQ-ENU-001"),
    ({"pattern": "^[^,;~、]+$"}, "A1,A2", "DQ-PAT-001"),
    (ID, "6.97574E+12", "DQ-IDN-001"),
    (LOT, "2.00E+05", "DQ-IDN-001"),
    (LOT, "3月1日", "DQ-IDN-001"),
    (CREDIT, "914403001922038000", "DQ-IDN-002"),
    (CREDIT, "91110000600037351L", "DQ-SUP-001"),
    (CREDIT, "91110000600O37341L", "DQ-SUP-001"),
    (GTIN, "09521234543214", "DQ-UDI-001"),
    (GTIN, "952123454321", "DQ-UDI-001"),
]


@pytest.mark.parametrize(("terms", "text", "value", "repairs"), GOOD)
def test_good_text_becomes_its_value_and_repairs_are_logged(terms, text, value, repairs) -> None:
    """Prevents values invented or lost in typing, and repairs that leave no trace."""
    typed = run(contract(column("k"), column(**terms)), ("1", text))
    assert typed.rows[1]["x"] == value
    assert typed.rows[1]["_status"] == "good"
    assert typed.findings == {(rule, "repaired", 1, before, after) for rule, before, after in repairs}


@pytest.mark.parametrize(("terms", "text", "rule"), BAD)
def test_bad_text_keeps_its_row_out_with_the_rule_and_the_text(terms, text, rule) -> None:
    """Prevents bad cells that pass as NULL and quarantined rows nobody can explain."""
    typed = run(contract(column("k"), column(**terms)), ("1", text))
    assert typed.rows[1]["_status"] == "quarantined"
    assert typed.findings == {(rule, "quarantined", 1, text, None)}


def test_each_typing_rule_has_a_case() -> None:
    """Prevents a rule that no test has ever seen fire."""
    seen = {rule for *_, rule in BAD} | {rule for *_, repairs in GOOD for rule, _, _ in repairs}
    decided = {rule for rule in RULES if rule.startswith("DQ-QUA-")}  # test_stg_decided
    elsewhere = {"DQ-TYP-005", "DQ-TYP-006"} | decided  # test_stg_repairs
    assert set(RULES) - seen == {"DQ-TST-001", "DQ-KEY-001", "DQ-DEL-001"} | elsewhere  # the tests below


def test_semantic_severity_warn_keeps_the_row() -> None:
    """Prevents a foreign supplier without a Chinese credit code from vanishing."""
    typed = run(
        contract(column("k"), column(semantic="uscc", semantic_severity="warn")), ("1", "HRB 1"), ("2", "")
    )
    assert [row["_status"] for row in typed.rows.values()] == ["good", "good"]
    assert typed.findings == {("DQ-SUP-001", "warned", 1, "HRB 1", None)}


@pytest.mark.parametrize(
    ("code", "name", "is_test"),
    [
        ("999999", "导管", True),
        ("TEST01", "导管", True),
        ("10000123", "测试物料", True),
        ("10000123", "demo product", True),
        ("10000123", "泄漏测试仪", False),
        ("10000123", "Demographic kit", False),
    ],
)
def test_test_records_of_master_data_are_kept_out(code: str, name: str, is_test: bool) -> None:
    """Prevents demo products in KPIs, and real leak testers (测试仪) from being thrown out with them."""
    rules = contract(column("product_code", **ID), column("product_name"), domain="master")
    typed = run(rules, (code, name))
    assert {rule for rule, *_ in typed.findings} == ({"DQ-TST-001"} if is_test else set())


def test_latest_extract_survives_and_the_merged_row_names_it() -> None:
    """Prevents overlapping extracts from counting twice, or an old state from winning."""
    typed = run(
        contract(column("k"), column()), ("1", "old"), ("1", "new"), extracted=("20250101", "20250201")
    )
    assert {row["x"]: row["_status"] for row in typed.rows.values()} == {"old": "merged", "new": "good"}
    assert typed.findings == {("DQ-KEY-001", "merged", 1, "1", "f:2")}


def test_a_quarantined_row_does_not_hide_a_good_one() -> None:
    """Prevents the newest row, being broken, from taking the last good state with it."""
    typed = run(
        contract(column("k"), column(**NUMBER)), ("1", "5"), ("1", "x"), extracted=("20250101", "20250201")
    )
    assert [typed.rows[i]["_status"] for i in (1, 2)] == ["good", "quarantined"]


def test_every_row_has_exactly_one_status() -> None:
    """Prevents rows that are lost or counted twice: in = good + merged + quarantined."""
    rows = [(str(i % 7 or ""), str(i) if i % 3 else "x") for i in range(60)]
    typed = run(contract(column("k", required=True), column(**NUMBER)), *rows)
    statuses = [row["_status"] for row in typed.rows.values()]
    assert len(statuses) == 60
    assert set(statuses) == {"good", "merged", "quarantined"}
    kept_out = {row for _, action, row, *_ in typed.findings if action == "quarantined"}
    assert len(kept_out) == statuses.count("quarantined")


def test_a_deleted_record_is_retired_and_comes_back_when_the_source_says_so() -> None:
    """Prevents deleted rows from living on, also behind a bad last version, and returned ones from dying."""
    mark = {"logical_type": "boolean", "physical_type": "BOOLEAN", "values": ("true", "false")}
    rules = contract(
        column("k"), column(**NUMBER), column("gone", **mark, true_values=("true",), is_tombstone=True)
    )
    rows = [("1", "5", "false"), ("1", "bad", "false"), ("1", "bad", "true")]
    rows += [("2", "5", "false"), ("2", "5", "true"), ("2", "6", "false")]
    typed = run(rules, *rows, extracted=("a", "b", "c", "a", "b", "c"))
    assert [typed.rows[i]["_status"] for i in range(1, 7)] == [
        "merged", "quarantined", "merged", "merged", "merged", "good",
    ]  # fmt: skip
    assert typed.findings == {
        ("DQ-DEL-001", "merged", 1, "1", None),
        ("DQ-TYP-001", "quarantined", 2, "bad", None),
        ("DQ-DEL-001", "merged", 3, "1", None),
        ("DQ-KEY-001", "merged", 4, "2", "f:6"),
        ("DQ-KEY-001", "merged", 5, "2", "f:6"),
    }


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tehran"]
)
def test_the_list_of_days_knows_every_change_the_engine_knows(zone: str) -> None:
    """Prevents a change of the clock from being overlooked because two time zone databases differ."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        changed = con.execute(
            """
            SELECT CAST(epoch(noon) AS BIGINT) // 86400
            FROM (SELECT unnest(generate_series(TIMESTAMP '1970-01-02', TIMESTAMP '2037-12-30',
                INTERVAL 1 DAY)) AT TIME ZONE 'UTC' AS noon)
            WHERE (noon AT TIME ZONE ?) - INTERVAL 24 HOUR <> (noon - INTERVAL 24 HOUR) AT TIME ZONE ?
            """,
            [zone, zone],
        ).fetchall()
    days = {day for (day,) in changed}
    near = {day + n for day in days for n in (-2, -1, 0, 1)}
    assert len(days) > 10 and near <= set(change_days(zone))


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Berlin", ("2025-03-29", "2025-03-30", "2025-10-25", "2025-10-26", "2025-10-27")),
        ("America/Los_Angeles", ("2025-03-09", "2025-11-02", "2025-11-03")),
        ("Australia/Lord_Howe", ("2025-04-06", "2025-10-05")),  # set by half an hour
        ("Asia/Shanghai", ("1941-03-15", "1941-11-02", "1991-04-14", "1991-09-15", "2025-10-26")),
        ("Europe/Berlin", ("1940-04-01", "2100-03-28", "2150-03-29", "2150-10-25")),
    ],
)
def test_a_local_time_is_one_instant_or_none_is_guessed(zone: str, days: tuple[str, ...]) -> None:
    """Prevents measurements an hour off: the hour that repeats is no guess, the hour left out no time."""
    place, texts = ZoneInfo(zone), []
    for day in days:
        midnight = datetime.fromisoformat(day)
        texts += [f"{midnight + timedelta(minutes=15 * n):%Y-%m-%d %H:%M:%S}" for n in range(96)]
    form = {"formats": ("%Y-%m-%d %H:%M:%S",), "zone": zone}
    typed = run(
        contract(column("id"), column("x", **AT, **form)), *((str(n), t) for n, t in enumerate(texts))
    )
    instants: dict[int, datetime] = {}
    expected = set()
    for number, text in enumerate(texts, start=1):
        both = {
            datetime.fromisoformat(text).replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)
        }
        real = {at for at in both if f"{at.astimezone(place):%Y-%m-%d %H:%M:%S}" == text}
        if len(real) == 1:
            instants[number] = real.pop()
        else:
            expected.add(("DQ-TYP-008" if real else "DQ-TYP-007", "quarantined", number, text, None))
    assert typed.findings == expected and len(expected) > 1
    assert {n: row["x"] for n, row in typed.rows.items() if row["_status"] == "good"} == instants
