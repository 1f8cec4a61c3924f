"""Who is who worked by stewards, on a real lake: merge by two, refresh, unmerge, override, history."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.integration.identity_lake import LFA1, VENDOR, IdentityLake

CODE, OTHER_CODE = "91110000600037341L", "91110000802100433B"
APRIL, MAY = datetime(2025, 4, 1, tzinfo=UTC), datetime(2025, 5, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> IdentityLake:
    """Two plants that know one firm by its code, another firm, and one without a code."""
    fresh = IdentityLake(tmp_path_factory.mktemp("identity"))
    fresh.land(
        "sap_a/lfa1/lfa1_20250101.csv",
        LFA1,
        f"0000100001,苏州恒润高分子材料有限公司,CN,苏州,{CODE},",
        "0000100002,长沙百川生物试剂有限公司,CN,长沙,,",
    )
    fresh.land(
        "u8_b/vendor/vendor_20250101.csv",
        VENDOR,
        f"GYS0001,恒润高分子材料（苏州）有限公司,恒润,{CODE},苏州市开发区创业路6号,否",
        f"GYS0002,北京远景金属制品有限公司,远景,{OTHER_CODE},,是",
    )
    fresh.refresh(APRIL)
    return fresh


@pytest.fixture(autouse=True)
def at_work(lake: IdentityLake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names the lake, and who works in it."""
    monkeypatch.setenv("MEDLAKE_DATA", str(lake.settings.data_dir))
    monkeypatch.setenv("MEDLAKE_PERSON", "li")
    monkeypatch.delenv("MEDLAKE_LANDING", raising=False)


def run(*words: str, code: int = 0) -> str:
    """The command; gives what it printed."""
    result = CliRunner().invoke(app, ["identity", *words])
    assert result.exit_code == code, result.output
    return result.output


def told(*words: str) -> Any:
    """The command's answer to a machine."""
    result = CliRunner().invoke(app, ["identity", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_merge_takes_effect_at_the_next_refresh_and_unmerge_restores_every_byte(lake: IdentityLake) -> None:
    """Prevents decisions that never reach the tables, or leave a trace in them after they were taken back."""
    before, hashed = lake.suppliers(), lake.state_hash()
    assert before["100001"] == before["GYS0001"] == (f"uscc:{CODE}", "uscc")
    run("merge", "sap_a:100002", "sap_a:100001", "--reason", "one group", "--preview")
    assert told("decisions") == []
    (made,) = told("merge", "sap_a:100002", "sap_a:100001", "--reason", "one group")
    assert [move["record_id"] for move in made["moves"]] == ["sap_a:100002"]
    id_ = made["decision"]["decision_id"]
    assert [row["decision"] for row in told("review")["pending"]] == [id_[:12]]
    assert "another person" in run("approve", id_, "--reason", "me too", code=1)
    run("approve", id_, "--reason", "seen", "--person", "wang")
    lake.refresh(APRIL)
    assert lake.suppliers() == before | {"100002": (f"uscc:{CODE}", "steward")}
    assert told("show", "sap_a:100002")["golden_id"] == f"uscc:{CODE}"
    with lake.open() as connection:
        lead = "SELECT golden_id FROM core.party_alias WHERE alias_id = 'sap_a:100002'"
        assert connection.execute(lead).fetchall() == [(f"uscc:{CODE}",)]
        states = "SELECT action, person_name, state_code FROM mart.identity_decision ORDER BY decided_at"
        assert connection.execute(states).fetchall() == [
            ("merge", "li", "stands"),
            ("approve", "wang", "stands"),
        ]
    run("unmerge", "sap_a:100002", "--reason", "another group")
    lake.refresh(APRIL)
    assert lake.state_hash() == hashed
    assert [row["state"] for row in told("decisions")] == ["undone", "stands", "stands"]


def test_codes_are_not_bridged_and_nobody_decides_nameless(
    lake: IdentityLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a merge of two legal persons, and decisions without person, party or reason."""
    said = run("merge", f"uscc:{CODE}", "u8_b:GYS0002", "--reason", "same owner", code=1)
    assert "信用代码" in said and "override" in said
    run("merge", "nobody", "sap_a:100001", "--reason", "why", code=4)
    run("merge", "sap_a:100002", "sap_a:100001", "--reason", " ", code=1)
    run("override", "sap_a:100001", "--set", "name", "--reason", "why", code=2)
    monkeypatch.delenv("MEDLAKE_PERSON")
    run("apart", "sap_a:100002", "sap_a:100001", "--reason", "why", code=2)


def test_an_override_stands_beside_what_it_replaced(lake: IdentityLake) -> None:
    """Prevents a corrected value from hiding what the source says, and from lasting after it was undone."""
    run("override", f"uscc:{CODE}", "--set", "city_name=苏州工业园区", "--reason", "licence")
    lake.refresh(APRIL)
    golden = told("show", "sap_a:100001")["golden"]
    assert (golden["city_name"]["value"], golden["city_name"]["rule_code"]) == ("苏州工业园区", "override")
    assert golden["address_name"]["record_id"] == "u8_b:GYS0001"
    with lake.open() as connection:
        kept = """SELECT value, is_golden, _source_table, _row FROM core.party_value
            WHERE golden_id = $id AND attribute = 'city_name' ORDER BY place_no"""
        rows = connection.execute(kept, {"id": f"uscc:{CODE}"}).fetchall()
        assert rows == [("苏州工业园区", True, "sap_a__lfa1", 1), ("苏州", False, "sap_a__lfa1", 1)]
    run("undo", told("decisions")[-1]["decision"], "--reason", "mistaken")


def test_history_says_what_was_known_when(lake: IdentityLake) -> None:
    """Prevents a state that came later from rewriting what a report of that day could know."""
    lake.land("sap_a/lfa1/lfa1_20250301.csv", LFA1, f"0000100001,苏州恒润高分子材料有限公司,CN,昆山,{CODE},")
    lake.refresh(MAY)
    rows = [row for row in told("history", f"uscc:{CODE}") if row["record"] == "sap_a:100001"]
    assert [(row["city"], row["valid_from"], row["valid_to"]) for row in rows] == [
        ("苏州", "2025-01-01", None),
        ("苏州", "2025-01-01", "2025-03-01"),
        ("昆山", "2025-03-01", None),
    ]

    def city(*words: str) -> list[str]:
        return [
            row["city"] for row in told("history", "sap_a:100001", *words) if row["record"].startswith("sap")
        ]

    assert city("--on", "2025-03-15", "--known", "2025-04-15") == ["苏州"]
    assert city("--on", "2025-03-15", "--known", "2025-05-15") == ["昆山"]
    assert city("--on", "2025-02-15", "--known", "2025-05-15") == ["苏州"]
    run("history", "sap_a:100001", "--known", "2024-12-31", code=4)


def test_files_name_every_source(lake: IdentityLake, tmp_path: Path) -> None:
    """Prevents a golden record whose origin a reader has to guess."""
    shown = told("show", "u8_b:GYS0002")
    assert [(row["file"], row["row"]) for row in shown["records"]] == [("u8_b/vendor/vendor_20250101.csv", 2)]
    assert "金记录" in run("show", "u8_b:GYS0002") and "主体" in run("review")
