"""`medlake recall` as people type it: exit codes that mean something, and a case from opening to closing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from lakehouse.settings import Settings
from lineage.ledger.act import Action
from lineage.ledger.ledger import open_ledger
from reports.verifier.verify import check, read_bundle
from tests.browser import scratch_release

DECIDED = ("--class", "1", "--reason", "seal", "--decided-at", "2026-03-02T09:30+08:00")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The scratch release in a lake that the command finds by its environment."""
    folder: Path = tmp_path_factory.mktemp("lake") / "data"
    scratch_release.publish_scratch(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDLAKE_DATA", str(folder))
        patch.setenv("MEDLAKE_PERSON", "wang.wei")
        yield folder


def medlake(*words: str) -> Result:
    return CliRunner().invoke(app, ["recall", *words])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--lot", "B26010599"), 4, "B26010501"),
        (("--udi", "(01)09521234543214(10)B26010501"), 2, "position 18"),
        (("--udi", "(01)09521234543213"), 2, "neither lot nor serial"),
        ((), 2, "nothing is named"),
        (("--lot", "B26010501", "--narrow", "colour=red"), 2, "narrows nothing"),
        (("--lot", "B26010501", "--as-of", "yesterday"), 2, "wants a time"),
        (("--lot", "B26010501", "--file", "/nowhere.csv"), 2, "nowhere.csv"),
    ],
)
def test_what_cannot_be_recalled_leaves_with_a_code(
    lake: Path, words: tuple[str, ...], code: int, told: str, tmp_path: Path
) -> None:
    """Prevents a script from taking an empty scope, or a slip, for a recall that was made."""
    result = medlake(*words, *DECIDED, "--out", str(tmp_path))
    assert (result.exit_code, list(tmp_path.iterdir())) == (code, [])
    assert told in " ".join(result.output.split())


@pytest.mark.parametrize("left_out", ["--class", "--reason", "--decided-at"])
def test_a_decision_is_asked_for_in_full(lake: Path, left_out: str, tmp_path: Path) -> None:
    """Prevents a package whose class or time was a default."""
    place = DECIDED.index(left_out)
    words = DECIDED[:place] + DECIDED[place + 2 :]
    result = medlake("--lot", "B26010501", *words, "--out", str(tmp_path))
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert left_out in " ".join(result.output.split())


def package(out: Path, *words: str) -> Path:
    result = medlake("--supplier-lot", "S-77", *DECIDED, *words, "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    assert (facts["lots"], facts["devices"], facts["consignees"]) == (6, 3, 2)
    assert facts["bundle"] == f"{facts['folder']}.zip"
    return Path(facts["folder"])


def test_a_package_leaves_with_its_proof(lake: Path, tmp_path: Path) -> None:
    """Prevents a package whose files nobody can prove, or a bundle that holds others than the folder."""
    folder = package(tmp_path, "--recall-no", "RC-9")
    bundle = folder.with_name(f"{folder.name}.zip")
    held = {name: data for name, data in read_bundle(bundle).items() if name.startswith("content/")}
    written = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    origin = json.loads(held.pop("content/report.json"))
    assert (origin["subject"], origin["parameters"]["supplier_lot"]) == ("RC-9", ["S-77"])
    assert set(held) == {f"content/{name}" for name in written if name != "timing.json"}
    assert all(data == written[name.removeprefix("content/")].read_bytes() for name, data in held.items())
    said = "\n".join(check(bundle, None, None))
    assert "files are as issued: recall_package RC-9" in said
    result = CliRunner().invoke(app, ["report", "replay", str(bundle), "--json"])
    assert json.loads(result.stdout) == {"files": len(held) + 1, "difference": None}


def test_who_may_not_issue_gets_no_package(lake: Path, tmp_path: Path) -> None:
    """Prevents notices in the hands of somebody whose roles do not let them, or without a trace."""
    result = medlake("--lot", "B26010501", *DECIDED, "--by", "zhang.min", "--out", str(tmp_path))
    assert (result.exit_code, list(tmp_path.iterdir())) == (3, []), result.output
    with open_ledger(Settings.from_env(), writable=False) as ledger:
        (*_, last) = ledger.of_action(Action.REPORT_REFUSED)
    assert (last.act.who, last.act.why) == ("zhang.min", "seal")


def test_a_case_runs_from_opening_to_closing(lake: Path, tmp_path: Path) -> None:
    """Prevents a recall that is closed while a hospital was never told, or whose numbers nobody can read."""
    folder = package(tmp_path, "--recall-no", "RC-1")
    for told in ("recorded", "nothing changed"):
        result = medlake("open", str(folder))
        assert (result.exit_code, told in result.output) == (0, True), result.output
    assert medlake("record", "RC-2", "--kind", "notified", "--consignee", "sap_a:200001").exit_code == 4
    for who in ("sap_a:200001", "sap_a:200002"):
        for kind in ("notified", "responded"):
            words = ("--kind", kind, "--consignee", who, "--at", "2026-03-02T12:00+08:00")
            assert medlake("record", "RC-1", *words).exit_code == 0
    refused = medlake("close", "RC-1", "--reason", "done")
    assert refused.exit_code == 1 and "850" in refused.output
    back = (("200001", "B26010501", "400"), ("200001", "B26010502", "450"), ("200002", "B26010501-EN", "200"))
    for who, lot, qty in back:
        words = ("--consignee", f"sap_a:{who}", "--lot", f"A:10000123:{lot}", "--qty", qty, "--document", "R")
        at = ("--at", "2026-03-05T12:00+08:00")
        assert medlake("record", "RC-1", "--kind", "returned", *words, *at).exit_code == 0
    (state,) = json.loads(medlake("status", "RC-1", "--json").stdout)["recalls"]
    assert state["open_points"] == []
    assert [row["is_notified_in_time"] for row in state["consignees"]] == [True, True]
    assert medlake("close", "RC-1", "--reason", "all back").exit_code == 0
    assert medlake("close", "RC-1", "--reason", "again").exit_code == 1
    assert "closed" in medlake("status", "RC-1").output


def test_drills_stand_apart(lake: Path, tmp_path: Path) -> None:
    """Prevents practice from being counted among recalls, and a number from being both."""
    drill = package(tmp_path, "--recall-no", "D-1", "--drill")
    assert "演练" in drill.name
    assert medlake("open", str(drill)).exit_code == 0
    states = json.loads(medlake("status", "--json").stdout)
    assert "D-1" in {state["recall_no"] for state in states["drills"]}
    assert "D-1" not in {state["recall_no"] for state in states["recalls"]}
    real = package(tmp_path / "real", "--recall-no", "D-1")
    assert medlake("open", str(real)).exit_code == 1
