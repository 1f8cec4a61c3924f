"""Sealing and audit: a ledger that was touched is told from one that was not, with and without a witness."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.audit import Audit, audit
from lineage.ledger.ledger import Ledger, ledger_path, open_ledger
from lineage.ledger.proof import covering
from lineage.ledger.refusals import BadKey, HistoryRefused
from lineage.ledger.sealing import CHECKPOINT_FILE, known_keys, newest_seal, renew, seal
from lineage.ledger.witness import DirectoryWitness

OTHER_NAME = "CAST(replace(CAST(body AS TEXT), '王伟', '李娜') AS BLOB)"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env(
        {"MEDLAKE_DATA": str(tmp_path / "lake"), "MEDLAKE_WITNESS": str(tmp_path / "witness")}
    )


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    """Two witnessed seals: over 6 leaves (5 acts and the witness's key) and over 9."""
    with open_ledger(settings, writable=True) as opened:
        fill(opened, 5)
        unwitnessed = seal(settings, opened, lambda _: None)
        assert not unwitnessed.cosigned
        witness = DirectoryWitness(Path(str(settings.witness)))
        witness.trust(known_keys(settings).log)
        seal(settings, opened, lambda _: None)
        fill(opened, 3)
        seal(settings, opened, lambda _: None)
        yield opened


def fill(ledger: Ledger, acts: int) -> None:
    ledger.append_many(
        [Act(Action.EXPORT, "王伟", f"report {ledger.size}", "asked for") for _ in range(acts)]
    )


def audited(settings: Settings, *, with_witness: bool = True) -> Audit:
    keys = known_keys(settings)
    witness = DirectoryWitness(Path(str(settings.witness))).newest(keys.log.name) if with_witness else None
    newest = (settings.ledger_dir / CHECKPOINT_FILE).read_bytes()
    with open_ledger(settings, writable=False) as ledger:
        return audit(ledger, keys, newest, witness)


def edit(settings: Settings, *statements: str) -> None:
    """What somebody can do who owns the file."""
    with sqlite3.connect(ledger_path(settings)) as connection:
        for table in ("leaves", "notes"):
            for verb in ("UPDATE", "DELETE"):
                connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_an_untouched_ledger_is_not_accused(settings: Settings, ledger: Ledger) -> None:
    """Prevents a false alarm, and an audit that looks at less than it says."""
    found = audited(settings)
    assert found.findings == ()
    assert (found.size, found.witnessed, found.seals) == (9, 9, 5)
    assert found.root == ledger.root().hex()
    fill(ledger, 2)
    assert (audited(settings).size, audited(settings).witnessed) == (11, 9)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (f"UPDATE leaves SET body = {OTHER_NAME} WHERE position = 2", "leaf 2"),
        ("UPDATE leaves SET hashes = zeroblob(32) WHERE position = 4", "leaf 4"),
        ("DELETE FROM leaves WHERE position = 3", "leaf 3 is missing"),
        ("DELETE FROM leaves WHERE position >= 7", "rolled back"),
        ("UPDATE notes SET note = CAST(replace(CAST(note AS TEXT), x'0a350a', x'0a340a') AS BLOB)", "seal 1"),
        ("DELETE FROM notes WHERE size = 9", "none of its seals"),
    ],
)
def test_an_edited_ledger_is_found(settings: Settings, ledger: Ledger, statement: str, says: str) -> None:
    """Prevents an edit, a gap, a cut or a removed seal from passing."""
    ledger.close()
    edit(settings, statement)
    assert any(says in finding for finding in audited(settings).findings), audited(settings).findings


def test_rewritten_with_the_log_key_needs_the_witness(settings: Settings, ledger: Ledger) -> None:
    """Prevents the operator, who has the key, from replacing history after it was witnessed."""
    ledger.close()
    ledger_path(settings).unlink()
    (settings.ledger_dir / CHECKPOINT_FILE).unlink()
    with open_ledger(settings, writable=True) as forged:
        fill(forged, 9)
        with pytest.raises(HistoryRefused, match="refuses"):
            seal(settings, forged, lambda _: None)
        unseen = Settings(**{**vars(settings), "witness": None})
        seal(unseen, forged, lambda _: None)
    # Without the witness's own memory the forgery is whole: this is what the witness is for.
    assert audited(settings, with_witness=False).findings == ()
    assert any("rewritten or forked" in finding for finding in audited(settings).findings)


def test_rolled_back_as_a_whole_is_found_by_the_witness(settings: Settings, ledger: Ledger) -> None:
    """Prevents yesterday's copy of ledger, seals and keys from passing as today's."""
    ledger.close()
    shutil.copytree(settings.data_dir, settings.data_dir.with_name("yesterday"))
    with open_ledger(settings, writable=True) as later:
        fill(later, 4)
        seal(settings, later, lambda _: None)
    shutil.rmtree(settings.data_dir)
    settings.data_dir.with_name("yesterday").rename(settings.data_dir)
    assert audited(settings, with_witness=False).findings == ()
    assert any("rolled back" in finding for finding in audited(settings).findings)
    with open_ledger(settings, writable=True) as older:
        fill(older, 1)
        with pytest.raises(HistoryRefused):
            seal(settings, older, lambda _: None)


def test_seal_without_news_signs_nothing_new(settings: Settings, ledger: Ledger) -> None:
    """Prevents a ledger that grows by being looked at."""
    before = ledger.notes()
    assert seal(settings, ledger, lambda _: None).note == before[-1]
    assert ledger.notes() == before


def test_absent_witness_fails_no_run_and_is_said(settings: Settings, ledger: Ledger) -> None:
    """Prevents an unmounted witness from stopping production, or from going unnoticed."""
    Path(str(settings.witness)).rename(Path(str(settings.witness)).with_name("unmounted"))
    said: list[str] = []
    fill(ledger, 1)
    assert seal(settings, ledger, said.append).cosigned == {}
    assert "not witnessed" in said[0]
    Path(str(settings.witness)).with_name("unmounted").rename(str(settings.witness))
    assert seal(settings, ledger, said.append).cosigned
    newest = newest_seal(settings)
    assert newest is not None and newest.checkpoint.size == 10


def test_another_witness_key_is_refused(settings: Settings, ledger: Ledger) -> None:
    """Prevents a witness from being swapped for one that the operator made."""
    shutil.rmtree(str(settings.witness))
    DirectoryWitness(Path(str(settings.witness))).trust(known_keys(settings).log)
    fill(ledger, 1)
    with pytest.raises(BadKey, match="another key"):
        seal(settings, ledger, lambda _: None)


def test_a_restored_ledger_begins_a_new_log_and_says_what_was_lost(
    settings: Settings, ledger: Ledger
) -> None:
    """Prevents a declared restore that can never be witnessed again, or hides what was lost."""
    ledger.close()
    shutil.copytree(settings.data_dir, settings.data_dir.with_name("backup"))
    with open_ledger(settings, writable=True) as later:
        fill(later, 4)
        lost = seal(settings, later, lambda _: None).checkpoint
    shutil.rmtree(settings.data_dir)
    settings.data_dir.with_name("backup").rename(settings.data_dir)
    said: list[str] = []
    with open_ledger(settings, writable=True) as restored:
        before = covering(settings, restored, 3)
        renewed = renew(settings, restored, "赵敏", "restored after a fire", said.append)
        assert (renewed.cosigned, "not witnessed" in said[0]) == ({}, True)
        assert covering(settings, restored, 3) == before
        act = restored.entry(restored.size - 1).act
    assert (act.action, act.who, act.after) == (Action.KEY_CHANGED, "赵敏", str(renewed.log))
    assert f"\n{lost.size}\n" in act.details["witnessed"]
    assert audited(settings).findings == ()
    DirectoryWitness(Path(str(settings.witness))).trust(renewed.log)
    with open_ledger(settings, writable=True) as again:
        assert seal(settings, again, lambda _: None).cosigned
    found = audited(settings)
    assert (found.findings, found.witnessed) == ((), found.size)
    edit(settings, f"UPDATE leaves SET body = {OTHER_NAME} WHERE position = 2")
    assert audited(settings).findings != ()
