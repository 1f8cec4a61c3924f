"""Drift through the whole ingest: per format and decision, what loads, what waits, what is told."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from pipelines.emit import emit_load
from pipelines.ingest.loading.loads import DRIFT, LOAD, QUARANTINE
from pipelines.lake import Lake
from quality_rules.contract import Contract
from quality_rules.contract_drift import STRICT, DriftPolicy
from tests.integration.small_lake import AT, SmallLake, column, contract, empty_lake

RUN = "11111111-1111-4111-8111-111111111111"
Rows = list[dict[str, str]]
OPEN = DriftPolicy("accept-new-column", "quarantine", "quarantine", "quarantine")
KEPT_OUT = DriftPolicy("quarantine", "quarantine", "quarantine", "quarantine")


@pytest.fixture
def lake(tmp_path: Any) -> SmallLake:
    """An empty lake."""
    return empty_lake(tmp_path)


def _csv(rows: Rows) -> bytes:
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows), ""]).encode()


def _jsonl(rows: Rows) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _xlsx(rows: Rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Sheet")
        for at, line in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(at, 0, line)
    return out.getvalue()


def _parquet(rows: Rows) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def _xml(rows: Rows) -> bytes:
    fields = ("".join(f"<{name}>{text}</{name}>" for name, text in row.items()) for row in rows)
    return f"<d>{''.join(f'<r>{record}</r>' for record in fields)}</d>".encode()


WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "xml": _xml,
}
PLACES: dict[str, dict[str, Any]] = {
    "csv": {},
    "jsonl": {},
    "xlsx": {"sheet": "Sheet"},
    "parquet": {},
    "xml": {"record_path": "r", "ignored": ("note",)},
}
WHOLE_FILE = ("csv", "xlsx", "parquet")


def _contract(kind: str, policy: DriftPolicy) -> Contract:
    return contract("item", "no", "name", format=kind, path="erp/item/item_*", drift=policy, **PLACES[kind])


def _events(lake: SmallLake) -> set[tuple[Any, ...]]:
    keys = ("kind", "column_name", "found_name", "decision", "record_count")
    return {tuple(row[key] for key in keys) for row in lake.zone.read(DRIFT).to_pylist()}


@pytest.mark.parametrize("kind", WRITERS)
def test_an_accepted_column_is_kept_and_typed_once_the_contract_names_it(lake: SmallLake, kind: str) -> None:
    """Prevents the values of a new column from being lost before somebody wrote them into the contract."""
    rules = _contract(kind, OPEN)
    lake.drop(f"erp/item/item_1.{kind}", WRITERS[kind]([{"no": "1", "name": "gauze"}]))
    lake.drop(f"erp/item/item_2.{kind}", WRITERS[kind]([{"no": "2", "colour": "red", "name": "tube"}]))
    assert lake.run(rules).loaded == 2
    assert lake.raw(rules.id, "no", "name", "colour") == [("1", "gauze", None), ("2", "tube", "red")]
    assert ("new", "", "colour", "accept-new-column", 1) in _events(lake)
    assert lake.typed(rules, "SELECT count(*) FROM typed.erp__item WHERE _status = 'good'") == [(2,)]
    named = replace(rules, version="1.1.0", columns=(*rules.columns, column("colour")))
    lake.run(named)
    typed = lake.typed(named, "SELECT no, colour FROM typed.erp__item ORDER BY no")
    assert typed == [("1", None), ("2", "red")]


@pytest.mark.parametrize("kind", WRITERS)
def test_quarantine_keeps_every_record_as_it_came(lake: SmallLake, kind: str) -> None:
    """Prevents records of a drifted file from being lost, or from loading with one column less."""
    rows = [{"no": str(i), "colour": f"c{i}", "name": "x"} for i in range(1, 6)]
    lake.drop(f"erp/item/item_1.{kind}", WRITERS[kind](rows))
    report = lake.run(_contract(kind, KEPT_OUT))
    assert (report.rows_in, report.quarantined, report.loaded, report.rejected) == (5, 5, 0, 0)
    kept = sorted(lake.zone.read(QUARANTINE).to_pylist(), key=lambda row: row["row_no"])
    assert [(row["row_no"], row["rule_id"]) for row in kept] == [(i, "DQ-FIL-020") for i in range(1, 6)]
    assert all(f"c{row['row_no']}" in row["raw_text"] for row in kept)
    assert "'colour'" in kept[0]["message"] and " | " in kept[0]["message"]
    assert ("new", "", "colour", "quarantine", 5) in _events(lake)


@pytest.mark.parametrize("kind", WRITERS)
def test_silence_of_the_contract_refuses(lake: SmallLake, kind: str) -> None:
    """Prevents a column nobody decided about from coming in; a record with names waits alone."""
    rows = [{"no": "1", "name": "x", "colour": "red"}]
    lake.drop(f"erp/item/item_1.{kind}", WRITERS[kind](rows))
    report = lake.run(_contract(kind, STRICT))
    assert report.loaded == 0 and report.rows_in == 1
    if kind in WHOLE_FILE:
        assert [f.rule_id for f in report.rejected_files] == ["DQ-FIL-003"]
    else:
        assert [row["rule_id"] for row in lake.zone.read(QUARANTINE).to_pylist()] == ["DQ-FIL-003"]
    assert ("new", "", "colour", "refuse", 1) in _events(lake)
    assert [(d.kind, d.found, d.decision) for d in report.drifts if d.kind == "new"] == [
        ("new", "colour", "refuse")
    ]


@pytest.mark.parametrize("kind", WHOLE_FILE)
def test_a_renamed_column_is_told_and_never_applied(lake: SmallLake, kind: str) -> None:
    """Prevents values from being taken for another column because its name looks alike."""
    lake.drop(f"erp/item/item_1.{kind}", WRITERS[kind]([{"no": "1", "Name": "x"}]))
    lake.drop(f"erp/item/item_2.{kind}", WRITERS[kind]([{"no": "1", "names": "x"}]))
    report = lake.run(_contract(kind, replace(OPEN, renamed="refuse")))
    assert report.loaded == 0
    assert {event[:4] for event in _events(lake)} == {
        ("case", "name", "Name", "refuse"),
        ("renamed", "name", "names", "refuse"),
    }
    assert "renamed? 'name' → 'names'" in report.rejected_files[1].reason


def test_a_code_that_comes_as_a_number_is_retyped(lake: SmallLake) -> None:
    """Prevents a Parquet export from turning 00123 into 123 for good."""
    rows: list[dict[str, Any]] = [{"no": 123, "name": "x"}]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    lake.drop("erp/item/item_1.parquet", out.getvalue())
    report = lake.run(_contract("parquet", STRICT))
    assert [f.rule_id for f in report.rejected_files] == ["DQ-FIL-021"]
    assert _events(lake) == {("retyped", "no", "int64", "refuse", 1)}


def test_another_file_is_refused_and_is_no_drift(lake: SmallLake) -> None:
    """Prevents an error page from being told as twenty renamed columns, or quarantined line by line."""
    lake.drop("erp/item/item_1.csv", "<html><body>Login</body></html>\n<p>x</p>\n")
    report = lake.run(_contract("csv", KEPT_OUT))
    assert report.quarantined == 0
    assert (len(report.rejected_files), report.drifts) == (1, ())


def test_events_are_written_once(lake: SmallLake) -> None:
    """Prevents a second run, or one that repeats a load whose account was lost, from doubling events."""
    rules = _contract("csv", OPEN)
    lake.drop("erp/item/item_1.csv", "no,colour,name\n1,red,x\n")
    lake.run(rules)
    lake.run(rules)
    assert lake.zone.read(DRIFT).num_rows == 1
    (event,) = lake.zone.read(DRIFT).to_pylist()
    (load,) = lake.zone.read(LOAD).to_pylist()
    assert (event["load_id"], event["contract_version"], event["detected_at"]) == (
        load["load_id"],
        "1.0.0",
        AT,
    )


def test_new_columns_meet_in_one_table_whatever_their_case(lake: SmallLake) -> None:
    """Prevents two files that spell a new column differently from breaking the table between them."""
    rules = _contract("csv", OPEN)
    for n, name in enumerate(["Colour", "COLOUR", "größe", ""], 1):
        lake.drop(f"erp/item/item_{n}.csv", f"no,name,{name}\n{n},x,v{n}\n")
    assert lake.run(rules).loaded == 4
    found = lake.raw(rules.id, "no", "Colour", "größe", "column_3")
    assert found == [
        ("1", "v1", None, None),
        ("2", "v2", None, None),
        ("3", None, "v3", None),
        ("4", None, None, "v4"),
    ]


def test_a_load_tells_lineage_what_drifted(lake: SmallLake) -> None:
    """Prevents drift that only the lake's own books know: a refused file has no event of its load."""
    rules = _contract("csv", STRICT)
    lake.drop("erp/item/item_1.csv", "no,colour,name\n1,red,x\n")
    lake.run(rules)
    emit_load(Lake(lake.settings, {rules.id: rules}, lake.zone), RUN, AT)
    (outbox,) = lake.settings.outbox_dir.glob("*.jsonl")
    events = [json.loads(line) for line in outbox.read_text(encoding="utf-8").splitlines()]
    ends = [event for event in events if event["eventType"] == "COMPLETE"]
    ((read,),) = [event["inputs"] for event in ends if event["job"]["name"] == "drift.erp__item"]
    (said,) = read["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert read["name"] == "erp/item/item_1.csv"
    assert (said["assertion"], said["column"], said["success"]) == ("schema.new", "colour", False)
