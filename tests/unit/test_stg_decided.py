"""Typing with decisions: what people decided on a record is obeyed, and is a finding itself."""

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from pipelines.sqlmesh.typed.materialise import materialise
from pipelines.sqlmesh.typed.query import typing_query
from pipelines.sqlmesh.typed.rules import NOT_ACCEPTABLE
from quality_rules.contract import Contract
from quality_rules.quarantine.decision import DECISION_SCHEMA, Decision
from tests.unit.test_stg_typing import COMPACT, LOT, NUMBER, column, contract

RULES = contract(
    column("k", required=True), column("lot", **LOT, pattern="^[^,]+$"), column("qty", **NUMBER),
    column("day", **COMPACT),
)  # fmt: skip
ROWS = [
    ("f", 1, "a", "A1,A2", "1", "20250101"),  # two lots in one field
    ("f", 2, "b", "2.00E+05", "1", "20250101"),  # a lot rewritten by a spreadsheet
    ("f", 3, "c", "C1", "x", "20250101"),  # no number
    ("f", 4, "d", "D1", "1", "20250101"),  # good
    ("c", 1, "a", "A1", "2", "20250101"),  # a correction of the first
    ("g", 1, "a", "A9", "9", "20250101"),  # another extract of the same day with the first one's key
]  # fmt: skip


def decide(action: str, address: tuple[str, int], id_: str = "d1", at: int = 1, **words: Any) -> Decision:
    """A decision at second `at`."""
    moment = datetime(2026, 1, 1, 0, 0, at, tzinfo=UTC)
    return Decision(id_, moment, "li", "because", action, "s__t", *address, **words)


FIX_A = {"correction_sha256": "c", "correction_row_no": 1}


def typed(decisions: list[Decision], rules: Contract = RULES) -> tuple[dict[tuple[str, int], str], set[Any]]:
    """Status by address, and findings as (rule, action, address, column, after)."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw")
        names = ", ".join(f'"{c.physical_name}" TEXT' for c in rules.columns)
        con.execute(f"CREATE TABLE t ({names}, _file_sha256 TEXT, _row BIGINT, _extracted_on TEXT)")
        for file, row, *texts in ROWS:
            con.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, '')", [*texts, file, row])
        con.execute("CREATE VIEW raw.s__t AS SELECT * FROM t")
        events = [vars(decision) for decision in decisions]
        con.register("events", DECISION_SCHEMA.empty_table().from_pylist(events, DECISION_SCHEMA))
        con.execute("CREATE TABLE e AS SELECT * FROM events; CREATE VIEW raw.medlake__decision AS FROM e")
        materialise(con, {"s__t": rules})
        status = con.execute("SELECT _file_sha256, _row, _status FROM typed.s__t").fetchall()
        found = con.execute(
            "SELECT rule_id, action, file_sha256, row_no, column_name, after FROM typed.finding"
        ).fetchall()
    return {(file, row): state for file, row, state in status}, {
        (rule, action, (file, row), name, after) for rule, action, file, row, name, after in found
    }


def test_a_fixed_record_stays_out_and_its_correction_goes_on() -> None:
    """Prevents a record and its correction from counting both, and an old state from winning over a fix."""
    status, found = typed([decide("fix", ("f", 1), **FIX_A)])
    assert status["f", 1] == "quarantined"
    assert (status["c", 1], status["g", 1]) == ("good", "merged")
    assert ("DQ-PAT-001", "fixed", ("f", 1), "lot", None) in found
    assert ("DQ-QUA-001", "fixed", ("f", 1), None, "c:1") in found
    assert ("DQ-QUA-003", "corrected", ("c", 1), None, None) in found


def test_a_fixed_record_stays_out_when_its_rule_is_lifted() -> None:
    """Prevents a loosened contract from bringing back, beside its correction, what a person had corrected."""
    loose = contract(*(column("k", required=True), column("lot"), column("qty"), column("day")))
    status, found = typed([decide("fix", ("f", 1), **FIX_A)], loose)
    assert (status["f", 1], status["c", 1]) == ("quarantined", "good")
    assert ("DQ-QUA-001", "fixed", ("f", 1), None, "c:1") in found


def test_a_revoked_fix_takes_its_correction_back() -> None:
    """Prevents a correction from staying in the numbers after its person took it back."""
    status, _ = typed([decide("fix", ("f", 1), **FIX_A), decide("revoke", ("f", 1), "d2", 2, revokes="d1")])
    assert (status["f", 1], status["c", 1], status["g", 1]) == ("quarantined", "rejected", "good")


def test_an_accepted_rule_lets_the_record_pass_and_stays_a_finding() -> None:
    """Prevents a waiver from hiding what was waived, or from reaching another record."""
    status, found = typed([decide("accept", ("f", 1), rule_id="DQ-PAT-001")])
    assert (status["f", 1], status["f", 2]) == ("merged", "quarantined")  # g:1 has the same key
    assert ("DQ-PAT-001", "accepted", ("f", 1), "lot", None) in found


def test_accepting_one_rule_uncovers_the_next_on_the_same_cell() -> None:
    """Prevents a waiver for a pattern from waving a destroyed identifier through."""
    letters = contract(RULES.columns[0], column("lot", **LOT, pattern="^[A-Z]"), *RULES.columns[2:])
    status, found = typed([decide("accept", ("f", 2), rule_id="DQ-PAT-001")], letters)
    assert status["f", 2] == "quarantined"
    assert {(rule, action) for rule, action, address, *_ in found if address == ("f", 2)} == {
        ("DQ-PAT-001", "accepted"),
        ("DQ-IDN-001", "quarantined"),
    }


def test_a_value_that_cannot_be_typed_is_never_accepted() -> None:
    """Prevents a waiver from turning an unreadable number into NULL in the numbers."""
    status, found = typed([decide("accept", ("f", 3), rule_id="DQ-TYP-001")])
    assert status["f", 3] == "quarantined"
    assert ("DQ-TYP-001", "quarantined", ("f", 3), "qty", None) in found
    assert {"DQ-REQ-001", "DQ-TYP-001"} <= NOT_ACCEPTABLE


def test_a_rejected_record_is_out_and_said_to_be() -> None:
    """Prevents rejected records from counting as open work for ever."""
    status, found = typed([decide("reject", ("f", 3))])
    assert status["f", 3] == "rejected"
    assert ("DQ-TYP-001", "rejected", ("f", 3), "qty", None) in found
    assert ("DQ-QUA-002", "rejected", ("f", 3), None, None) in found


@pytest.mark.parametrize(
    "decisions",
    [
        [],
        [decide("fix", ("f", 1), **FIX_A)],
        [decide("reject", ("f", 2)), decide("accept", ("f", 1), "d2", rule_id="DQ-PAT-001")],
        [decide("fix", ("f", 1), **FIX_A), decide("revoke", ("f", 1), "d2", 2, revokes="d1")],
    ],
    ids=["none", "fix", "reject and accept", "revoked"],
)
def test_every_record_has_one_status_and_its_finding_says_it(decisions: list[Decision]) -> None:
    """Prevents records lost between statuses: out = kept out by a finding, one to one."""
    status, found = typed(decisions)
    assert len(status) == len(ROWS)
    out = {address for address, state in status.items() if state == "quarantined"}
    rejected = {address for address, state in status.items() if state == "rejected"}
    assert out == {address for _, action, address, *_ in found if action in ("quarantined", "fixed")}
    assert rejected == {address for _, action, address, *_ in found if action == "rejected"}


def test_a_table_without_decisions_is_typed_as_before() -> None:
    """Prevents decisions from costing the tables nobody decided on."""
    assert "verdict" not in typing_query(RULES)


def test_only_tables_whose_verdicts_changed_are_remade() -> None:
    """Prevents a decision that changes nothing on the next refresh, and a refresh that retypes everything."""
    other = contract(*RULES.columns)
    other = type(other)(**(vars(other) | {"id": "s__u"}))
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw")
        names = ", ".join(f'"{c.physical_name}" TEXT' for c in RULES.columns)
        con.execute(f"CREATE TABLE t ({names}, _file_sha256 TEXT, _row BIGINT, _extracted_on TEXT)")
        con.execute("CREATE VIEW raw.s__t AS FROM t; CREATE VIEW raw.s__u AS FROM t")
        con.register("none", DECISION_SCHEMA.empty_table())
        con.execute("CREATE TABLE e AS FROM none; CREATE VIEW raw.medlake__decision AS FROM e")
        tables = {"s__t": RULES, "s__u": other}
        assert [table.is_remade for table in materialise(con, tables)] == [True, True]
        con.register(
            "one",
            DECISION_SCHEMA.empty_table().from_pylist([vars(decide("reject", ("f", 1)))], DECISION_SCHEMA),
        )
        con.execute("INSERT INTO e FROM one")
        assert [table.is_remade for table in materialise(con, tables)] == [True, False]
        assert [table.is_remade for table in materialise(con, tables)] == [False, False]
