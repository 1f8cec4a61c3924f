"""Quarantine worked by people, on a real lake: list, fix, accept, reject, revoke, replay, refresh."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from cli.main import app
from lakehouse.writer_lock import LakeBusy
from pipelines.quarantine.bench import Accept, Fix, Reject, Revoke, act, as_decided, pending, waivable
from pipelines.quarantine.decide import Signature
from pipelines.quarantine.records import Kept
from quality_rules.quarantine.decision import DecisionRefused
from tests.integration.quarantine_lake import HEADER, QuarantineLake

NOW = datetime(2026, 1, 3, tzinfo=UTC)
LI = Signature("li", "by the drawing", NOW)

OPEN = {
    (0, "DQ-FIL-004"): "open",
    (2, "DQ-REC-001"): "open",
    (3, "DQ-TYP-001"): "open",
    (4, "DQ-IDN-001"): "open",
    (5, "DQ-TST-001"): "open",
    (6, "DQ-REQ-001"): "open",
    (7, "DQ-REQ-001"): "open",
    (7, "DQ-TST-001"): "open",
}
FILE = ("--table", "sap_a__mara", "--file", "mara_20250101.csv")
WHOLE = ["--set", "MATNR=101", "--set", "MTART=FERT", "--set", "MEINS=ST", "--set", "XCHPF=X"]
WHOLE += ["--set", "EAN11=", "--set", "MHDHB=365", "--set", "SERNP=", "--set", "NORMT=spec"]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> QuarantineLake:
    """A lake after its first refresh, which no test changes."""
    return QuarantineLake.built(tmp_path_factory.mktemp("template"))


@pytest.fixture
def lake(template: QuarantineLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> QuarantineLake:
    """A lake of the test's own; the environment names it, and who works in it."""
    fresh = template.copied(tmp_path / "lake")
    monkeypatch.setenv("MEDLAKE_DATA", str(fresh.settings.data_dir))
    monkeypatch.setenv("MEDLAKE_PERSON", "li")
    monkeypatch.delenv("MEDLAKE_LANDING", raising=False)
    return fresh


def run(*words: str, code: int = 0) -> str:
    """The command; gives what it printed."""
    result = CliRunner().invoke(app, ["quarantine", *words])
    assert result.exit_code == code, result.output
    return result.output


def told(*words: str) -> Any:
    """The command's answer to a machine."""
    result = CliRunner().invoke(app, ["quarantine", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_records_of_every_kind_are_worked_until_none_is_open(lake: QuarantineLake) -> None:
    """Prevents a kind of record nobody can get out of quarantine, and a step at which one is lost."""
    assert lake.states() == OPEN
    assert lake.products() == {"100": 365}
    assert {row["rule"]: row["open"] for row in told("list")} == {
        "DQ-FIL-004": 1, "DQ-REC-001": 1, "DQ-TYP-001": 1, "DQ-IDN-001": 1, "DQ-TST-001": 2, "DQ-REQ-001": 2,
    }  # fmt: skip

    told("fix", *FILE, "--row", "2", *WHOLE, "--set", "ERSDA=20250101", "--reason", "separator too many")
    (made,) = told(
        "fix", *FILE, "--row", "3", "--set", "shelf_life_days=366", "--reason", "label", "--person", "wu"
    )
    told("accept", *FILE, "--row", "4", "--rule", "DQ-IDN-001", "--reason", "really so called")
    told("reject", *FILE, "--row", "5", "--reason", "training data")
    told("accept", *FILE, "--row", "7", "--rule", "DQ-TST-001", "--reason", "one of its two rules")
    told(
        "reject", "--table", "sap_a__mara", "--file", "mara_20250102.csv", "--row", "0", "--reason", "holiday"
    )
    assert {row["open"] for row in told("list", "--rule", "DQ-REC-001", "--all")} == {0}

    waiting = told("replay")
    assert [load["rows_loaded"] for load in waiting["corrections"]] == [1, 1]
    assert waiting["tables"] == [
        {"table": "sap_a__mara", "fixed": 2, "accepted": 2, "rejected": 2, "corrected": 2, "reopened": 0}
    ]
    lake.refresh()
    assert told("replay") == {"corrections": [], "tables": []}
    assert lake.products() == {"100": 365, "101": 365, "102": 366, "1.03E+05": 365}
    assert lake.states() == OPEN | {
        (0, "DQ-FIL-004"): "rejected",
        (2, "DQ-REC-001"): "fixed",
        (3, "DQ-TYP-001"): "fixed",
        (4, "DQ-IDN-001"): "accepted",
        (5, "DQ-TST-001"): "rejected",
        (7, "DQ-TST-001"): "accepted",
    }
    _demand_both_versions(lake, made)


def _demand_both_versions(lake: QuarantineLake, made: dict[str, Any]) -> None:
    """A correction has its person, its reason, and the record it replaced; core names where it stands."""
    with lake.open() as connection:
        (row,) = connection.execute(
            "SELECT before, after, person_name, reason, correction_sha256, correction_row_no, age_days "
            "FROM mart.quarantine WHERE state_code = 'fixed' AND layer_code = 'stg'"
        ).fetchall()
        assert row == ("a year", '{"MHDHB": "366"}', "wu", "label", made["correction_sha256"], 1, 10)
        (address,) = connection.execute(
            "SELECT _file_sha256, _row FROM core.product WHERE product_code = '102'"
        ).fetchall()
        assert address == (made["correction_sha256"], 1)
    path = lake.settings.corrections_dir / "sap_a__mara" / f"{made['correction_sha256']}.jsonl"
    (line,) = (json.loads(text) for text in path.read_text(encoding="utf-8").splitlines())
    assert line["decision_id"] == made["decision_id"]
    assert line["replaces"] == {"file_sha256": made["file_sha256"], "row_no": 3}
    assert line["fields"]["MHDHB"] == "366" and set(line["fields"]) == set(HEADER.split(","))
    original = lake.settings.originals_dir / made["correction_sha256"][:2] / made["correction_sha256"]
    assert original.read_bytes() == path.read_bytes()


def test_a_wrong_fix_lands_in_quarantine_again_and_can_be_fixed_again(lake: QuarantineLake) -> None:
    """Prevents a correction from being trusted more than a file, and a second mistake nobody can undo."""
    (first,) = told("fix", *FILE, "--row", "3", "--set", "MHDHB=one year", "--reason", "typed over")
    lake.refresh()
    assert lake.products() == {"100": 365}
    assert lake.states() == OPEN | {(3, "DQ-TYP-001"): "fixed", (1, "DQ-TYP-001"): "open"}
    again = ("--file", first["correction_sha256"][:12], "--row", "1")
    told("fix", *again, "--set", "MHDHB=365", "--reason", "in days")
    lake.refresh()
    assert lake.products() == {"100": 365, "102": 365}
    assert lake.states()[1, "DQ-TYP-001"] == "fixed"
    told("revoke", first["decision_id"][:10], "--reason", "wrong record")
    lake.refresh()
    assert lake.products() == {"100": 365}
    assert lake.states() == OPEN | {(1, "DQ-TYP-001"): "rejected"}


def test_many_records_are_corrected_on_a_sheet(lake: QuarantineLake, tmp_path: Path) -> None:
    """Prevents a sheet that loses a record, takes an untouched line for a correction, or eats a zero."""
    assert "holds records of one table" in run("export", str(tmp_path / "a.csv"), "-t", "sap_a__mara", code=1)
    told("reject", "--table", "sap_a__mara", "--rule", "DQ-FIL-004", "--reason", "holiday")
    sheet = tmp_path / "fix.xlsx"
    run("export", str(sheet), "--table", "sap_a__mara")
    lines = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    header = list(map(str, lines[0]))
    assert len(lines) == 7
    at = {name: header.index(name) for name in header}
    for line in lines[1:]:
        if line[at["#row_no"]] == "2":
            for name, text in zip(
                HEADER.split(","), ["0101", "FERT", "ST", "X", "", "365", "", "spec", "20250101"], strict=True
            ):
                line[at[name]] = text
            line[at["#reason"]] = "one separator too many"
        if line[at["#row_no"]] == "6":
            line[at["MTART"]] = "ROH"
    with xlsxwriter.Workbook(str(sheet)) as book:
        page = book.add_worksheet()
        for n, line in enumerate(lines):
            for m, cell in enumerate(line):
                page.write_string(n, m, str(cell))
    made = told("fix", "--from", str(sheet), "--reason", "corrected with purchasing")
    assert {(d["row_no"], d["reason"]) for d in made} == {
        (2, "one separator too many"),
        (6, "corrected with purchasing"),
    }
    assert len({d["correction_sha256"] for d in made}) == 1
    lake.refresh()
    assert set(lake.products()) == {"100", "101", "105"}


def test_a_csv_sheet_that_is_not_ours_is_refused(lake: QuarantineLake, tmp_path: Path) -> None:
    """Prevents any file from being taken for corrections."""
    sheet = tmp_path / "mara.csv"
    with sheet.open("w", newline="") as out:
        csv.writer(out).writerows([["MATNR", "MTART"], ["1", "FERT"]])
    assert "is not a sheet written by" in run("fix", "--from", str(sheet), "--reason", "x", code=1)


REFUSED = {
    "unknown record": (["reject", *FILE, "--row", "99", "--reason", "x"], 4, "nothing in quarantine fits"),
    "unknown file": (["show", "--file", "nobody.csv"], 4, "nothing in quarantine fits"),
    "no reason": (["reject", *FILE, "--row", "5", "--reason", " "], 1, "needs its reason"),
    "unknown column": (
        ["fix", *FILE, "--row", "3", "--set", "SHELF=1", "--reason", "x"], 1, "has no column SHELF",
    ),
    "nothing changed": (
        ["fix", *FILE, "--row", "3", "--set", "MTART=FERT", "--reason", "x"], 1, "the same as before",
    ),
    "unread record fixed in part": (
        ["fix", *FILE, "--row", "2", "--set", "MATNR=101", "--reason", "x"], 1, "set every column",
    ),
    "several records fixed alike": (["fix", *FILE, "--set", "MTART=FERT", "--reason", "x"], 2, "name one"),
    "a refused file fixed": (
        ["fix", "--file", "mara_20250102.csv", "--set", "MTART=HALB", "--reason", "x"], 1, "file as a whole",
    ),
    "a missing value accepted": (
        ["accept", *FILE, "--row", "6", "--rule", "DQ-REQ-001", "--reason", "x"], 1, "has no value",
    ),
    "an unread record accepted": (
        ["accept", *FILE, "--row", "2", "--rule", "DQ-REC-001", "--reason", "x"], 1, "could not be cut",
    ),
    "everything rejected": (["reject", "--reason", "x"], 2, "say which records"),
    "unknown decision": (["revoke", "0123456789", "--reason", "x"], 4, "no one decision begins with"),
}  # fmt: skip


def test_what_may_not_be_decided_is_refused_with_what_to_do(lake: QuarantineLake) -> None:
    """Prevents decisions on nothing, on everything, twice, or that could never take effect."""
    for case, (words, code, message) in REFUSED.items():
        result = CliRunner().invoke(app, ["quarantine", *words])
        assert (case, result.exit_code) == (case, code), result.output
        assert message in " ".join(result.output.split()), case
    (made,) = told("reject", *FILE, "--row", "5", "--reason", "training data")
    twice = run("reject", *FILE, "--row", "5", "--reason", "again", code=1)
    assert made["decision_id"] in "".join(twice.split())
    told("revoke", made["decision_id"], "--reason", "needed after all")
    assert "cannot be taken back" in " ".join(
        run("revoke", made["decision_id"], "--reason", "x", code=1).split()
    )
    assert {kept.state for kept in lake.kept()} == {"open"}


def test_nobody_decides_without_a_name(lake: QuarantineLake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents decisions signed by nobody."""
    monkeypatch.delenv("MEDLAKE_PERSON")
    assert "who decides?" in run("reject", *FILE, "--row", "5", "--reason", "x", code=2)


def test_a_damaged_correction_is_not_loaded(lake: QuarantineLake) -> None:
    """Prevents a correction that was changed after its decision from reaching the numbers."""
    (made,) = told("fix", *FILE, "--row", "3", "--set", "MHDHB=366", "--reason", "label")
    path = lake.settings.corrections_dir / "sap_a__mara" / f"{made['correction_sha256']}.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("366", "999"), encoding="utf-8")
    assert "has other bytes than were decided on" in " ".join(run("replay", code=1).split())


def as_released(lake: QuarantineLake, rule: str) -> tuple[Kept, ...]:
    """A record of a rule as a release has it: without what was decided since."""
    return tuple(replace(kept, verdict=None) for kept in lake.kept() if kept.rule_id == rule)


def test_the_bench_offers_what_may_be_accepted(lake: QuarantineLake) -> None:
    """Prevents a button whose act is always refused, and one missing where the command would accept."""
    offered = {(kept.rule_id, kept.row_no) for kept in lake.kept() if waivable([kept])}
    made = set()
    for kept in lake.kept():
        try:
            act(lake.lake, [replace(kept, verdict=None)], Accept(kept.rule_id), LI)
            made.add((kept.rule_id, kept.row_no))
        except DecisionRefused:
            continue
    assert made == offered > set()


def test_the_bench_decides_by_what_holds_now(lake: QuarantineLake) -> None:
    """Prevents a page that shows an older release from covering what somebody decided since, and a fix, an
    accept or a taking back that the command would not know."""
    typed, test = as_released(lake, "DQ-TYP-001"), as_released(lake, "DQ-TST-001")[:1]
    first, second = (Signature(who, "by the drawing", NOW) for who in ("li", "wang"))
    act(lake.lake, typed, Fix({"MHDHB": "365"}), first)
    for late in (Reject(), Fix({"MHDHB": "30"}), Accept("DQ-TYP-001")):
        with pytest.raises(DecisionRefused, match="by li"):
            act(lake.lake, typed, late, second)
    (accepted,) = act(lake.lake, test, Accept("DQ-TST-001"), second)
    now = as_decided(lake.lake, (*typed, *test))
    assert [kept.state for kept in now] == ["fixed", "accepted"]
    told = pending(dict.fromkeys((*typed, *test), "open"), now)
    assert [(row.source_table, row.outcome, row.record_count) for row in told] == [
        ("sap_a__mara", "accepted", 1),
        ("sap_a__mara", "fixed", 1),
    ]
    act(lake.lake, test, Revoke(accepted.decision_id), first)
    assert {kept.state for kept in lake.kept() if kept.rule_id == "DQ-TST-001"} == {"open"}
    lake.refresh()
    assert lake.products()["102"] == 365


def test_the_bench_asks_for_a_reason_and_waits_for_nobody(lake: QuarantineLake) -> None:
    """Prevents a decision without a reason, and a page that hangs for the minutes of a refresh."""
    typed = as_released(lake, "DQ-TYP-001")
    with pytest.raises(DecisionRefused, match="needs its reason"):
        act(lake.lake, typed, Reject(), Signature("li", " ", NOW))
    busy = lake.lake
    with busy.zone.writing("refresh"), pytest.raises(LakeBusy):
        act(lake.lake, typed, Reject(), Signature("li", "x", NOW), patience_seconds=0.1)
    assert {kept.state for kept in lake.kept()} == {"open"}
