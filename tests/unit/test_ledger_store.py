"""The ledger's store: leaves stay as they were written, in order, with their time and their proofs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineage.ledger import merkle
from lineage.ledger.act import Act, Action, BadLeaf, canonical_json, decode, strict_json
from lineage.ledger.ledger import Ledger, NoLedger
from lineage.ledger.refusals import DamagedLedger

START = datetime(2026, 1, 1, tzinfo=UTC)


def act(number: int = 1, **changed: object) -> Act:
    facts = {
        "action": Action.FILE_ADMITTED, "who": "李娜", "what": f"mseg_{number}.csv", "why": "run 1",
        "after": "sha256:00", "details": {"rows": number, "names": ["批号", "数量"]},
    }  # fmt: skip
    return Act(**{**facts, **changed})  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


def ticking(*seconds: float) -> Callable[[], datetime]:
    times = iter(seconds)
    return lambda: START + timedelta(seconds=next(times))


def test_acts_come_back_in_order(tmp_path: Path, ledger: Ledger) -> None:
    """Prevents an act from being lost, changed or reordered, and a proof that fails after reopening."""
    acts = [act(number) for number in range(21)]
    leaves = [ledger.append(acts[0]), *ledger.append_many(acts[1:])]
    with Ledger.open(tmp_path / "ledger.sqlite", writable=False) as again:
        entries = list(again.entries())
        assert [entry.act for entry in entries] == acts
        assert [leaf.index for leaf in leaves] == [entry.index for entry in entries] == list(range(21))
        assert [leaf.leaf_hash for leaf in leaves] == [merkle.leaf_hash(entry.body) for entry in entries]
        for size in range(22):
            root = again.root(size)
            for leaf in leaves[:size]:
                path = again.inclusion(leaf.index, size)
                assert merkle.proves_inclusion(leaf.leaf_hash, leaf.index, size, path, root)
            assert merkle.proves_consistency(size, 21, root, again.root(), again.consistency(size))


def test_a_clock_that_goes_back_is_flagged(tmp_path: Path) -> None:
    """Prevents a back-dated act from passing as an old one: order is the index, and the flag stays."""
    with Ledger.open(tmp_path / "l.sqlite", clock=ticking(10, 5, 9, 11)) as ledger:
        ledger.append_many([act(1), act(2)])
        ledger.append_many([act(3), act(4)])
        assert [entry.clock_back for entry in ledger.entries()] == [False, True, True, False]


def test_all_or_nothing(ledger: Ledger) -> None:
    """Prevents half a run's acts when one of them is refused."""
    with pytest.raises(ValueError, match="why"):
        ledger.append_many([act(1), act(2, why=" ")])
    assert ledger.size == 0
    assert ledger.root() == merkle.EMPTY_ROOT


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, b"x", object(), {1: "a"}])
def test_values_without_one_form_are_refused(ledger: Ledger, value: object) -> None:
    """Prevents a leaf that two readers could read differently."""
    with pytest.raises(ValueError):
        ledger.append(act(details={"value": value}))


@pytest.mark.parametrize(
    "forged",
    [
        lambda body: body.replace(b'"rows":1', b'"rows":1.0'),
        lambda body: body.replace(b'"rows":1', b'"rows":01'),
        lambda body: body.replace(b'"rows":1', b'"rows": 1'),
        lambda body: body.replace(b'"rows":1', b'"rows":2,"rows":1'),
        lambda body: body.replace("李".encode(), b"\\u674e"),
        lambda body: body.replace(b"+00:00", b"Z"),
        lambda body: body.replace(b'"ok"', b'"OK"'),
        lambda body: body.replace(b"file.admitted", b"file.admitteD"),
        lambda body: body + b"\n",
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: b"[]",
        lambda body: b"[" * 100_000,
        lambda body: body[:-1],
    ],
)
def test_other_forms_of_an_act_are_refused(ledger: Ledger, forged: Callable[[bytes], bytes]) -> None:
    """Prevents two leaves that read the same: numbers, escapes, spaces, doubled keys."""
    ledger.append(act(1))
    body = ledger.entry(0).body
    assert decode(0, body).act == act(1)
    assert forged(body) != body
    with pytest.raises(BadLeaf):
        decode(0, forged(body))


def test_undecodable_file_name_does_not_stop_the_ledger(ledger: Ledger) -> None:
    """Prevents one strange file name from stopping a whole ingest."""
    ledger.append(act(what="a\udcff.csv"))
    assert ledger.entry(0).act.what == "a\\udcff.csv"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM leaves",
        "UPDATE leaves SET body = x'7b7d'",
        "INSERT OR REPLACE INTO leaves (position, body, hashes) VALUES (0, x'7b7d', x'00')",
        "DELETE FROM notes",
    ],
)
def test_seat_belt(ledger: Ledger, statement: str) -> None:
    """Prevents a slip of the hand from changing what stands."""
    ledger.append(act(1))
    ledger.keep_note(1, b"note")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        ledger._connection.execute(statement)


def test_writers_at_once(tmp_path: Path) -> None:
    """Prevents two processes from taking the same place or breaking the tree."""

    def write(number: int) -> None:
        with Ledger.open(tmp_path / "l.sqlite") as mine:
            for step in range(10):
                mine.append(act(number * 100 + step))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with Ledger.open(tmp_path / "l.sqlite") as ledger:
        frontier = merkle.Frontier()
        for entry in ledger.entries():
            frontier.add(merkle.leaf_hash(entry.body))
        assert (ledger.size, ledger.root()) == (40, frontier.root())
        assert len({entry.act.what for entry in ledger.entries()}) == 40


def test_newest_of_a_kind(ledger: Ledger) -> None:
    """Prevents a run from sealing a commit twice because it missed what it sealed last."""
    assert ledger.latest(Action.EXPORT) is None
    ledger.append_many([act(1), act(2, action=Action.EXPORT), act(3), act(4, action=Action.LOGIN)])
    newest = ledger.latest(Action.EXPORT, Action.FILE_ADMITTED)
    assert newest is not None and newest.index == 2
    assert [entry.index for entry in ledger.of_action(Action.FILE_ADMITTED)] == [0, 2]


def test_no_ledger_and_no_file_of_ours(tmp_path: Path) -> None:
    """Prevents a missing or foreign file from being taken for an empty ledger."""
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database, and long enough to be read as one " * 100)
    with pytest.raises(DamagedLedger, match="damaged"):
        Ledger.open(tmp_path / "ledger.sqlite")
    with pytest.raises(DamagedLedger, match="damaged"):
        Ledger.open(tmp_path / "ledger.sqlite", writable=False)
    with Ledger.open(tmp_path / "new.sqlite") as ledger, pytest.raises(NoLedger, match="no leaf 0"):
        ledger.entry(0)


def test_canonical_json_is_read_back() -> None:
    """Prevents content that the strict reader refuses although the writer made it."""
    content = {"z": [1, None, True], "a": "é́", "空": {"b": -5}}
    assert strict_json(canonical_json(content)) == content
