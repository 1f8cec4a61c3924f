"""medlake evidence: the command says what the ledger says, and its exit code means it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import ledger_path, open_ledger
from lineage.ledger.sealing import CHECKPOINT_FILE, seal


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A lake with four acts, sealed, in the environment."""
    monkeypatch.setenv("MEDLAKE_DATA", str(tmp_path / "lake"))
    monkeypatch.delenv("MEDLAKE_PERSON", raising=False)
    made = Settings.from_env()
    with open_ledger(made, writable=True) as ledger:
        ledger.append_many([Act(Action.EXPORT, who, "report", "asked") for who in ("李娜", "王伟") * 2])
        seal(made, ledger, lambda _: None)
    return made


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["evidence", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_verify_says_that_nobody_has_witnessed_yet(settings: Settings) -> None:
    """Prevents a green answer that hides how far it reaches."""
    said = run("verify", "--deep")
    assert "4 leaves" in said
    assert "nobody has witnessed this ledger" in said
    assert "everything is as it was sealed" in said


def test_witness_set_up_by_the_command(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a witness that cannot be set up as the page about evidence says."""
    folder = tmp_path / "witness"
    witness = run("witness", "init", str(folder), run("key").strip())
    monkeypatch.setenv("MEDLAKE_WITNESS", str(folder))
    note = run("checkpoint")
    assert witness.split("+")[0] in note
    assert "5 leaves witnessed" in run("verify")
    assert run("key").splitlines()[1] in witness
    ledger_path(settings).unlink()
    (settings.ledger_dir / CHECKPOINT_FILE).unlink()
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(Act(Action.EXPORT, "x", "y", "z"))
    assert "rolled back" in run("verify", code=1)
    assert "The witness refuses" in run("checkpoint", code=1)
    assert "no such option" in run("verify", "--no-witness", code=2).lower()


def test_a_touched_checkpoint_is_told_what_to_do(settings: Settings) -> None:
    """Prevents a traceback where a person needs an instruction."""
    path = settings.ledger_dir / CHECKPOINT_FILE
    path.write_bytes(path.read_bytes().replace(b"\n4\n", b"\n3\n"))
    assert "is not what this ledger signed" in run("checkpoint", code=1)
    assert "the checkpoint file" in run("verify", code=1)


def test_log_sample_and_proof(settings: Settings) -> None:
    """Prevents filters, samples or proofs that the command passes on wrongly."""
    rows = json.loads(run("log", "--person", "李娜", "--json"))
    assert [row["index"] for row in rows] == [0, 2]
    drawn = run("sample", "--seed", "7", "--count", "2", "--json")
    assert drawn == run("sample", "--seed", "7", "--count", "2", "--json")
    proof = json.loads(run("prove", "1", "--json"))
    assert json.loads(proof["leaf"])["who"] == "王伟"
    assert proof["proof"].startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert "no leaf 9" in run("prove", "9", code=4)


def test_review_and_export_need_a_name_and_are_acts(settings: Settings, tmp_path: Path) -> None:
    """Prevents an inspection nobody made, and a copy of the trail that leaves no trace."""
    target = tmp_path / "trail.csv"
    assert "--by" in run("review", "--reason", "monthly", "--result", "fine", code=2)
    run("review", "--reason", "monthly", "--result", "fine", "--by", "赵敏", "--action", "export")
    run("export", str(target), "--reason", "inspection", "--by", "赵敏")
    rows = list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["action"] for row in rows] == ["export"] * 4 + ["trail.reviewed"]
    newest = json.loads(run("log", "--limit", "1", "--json"))[0]
    assert (newest["action"], newest["who"], newest["why"]) == ("export", "赵敏", "inspection")


def test_no_ledger_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents an empty lake from looking like a verified one."""
    monkeypatch.setenv("MEDLAKE_DATA", str(tmp_path / "other"))
    assert "there is no ledger" in run("verify", code=4)
