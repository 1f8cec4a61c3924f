"""Storms on the ledger, its proofs and notes: another tree, mutations, flips, cuts, a million leaves."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pymerkle import InmemoryTree

from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lineage.ledger import merkle
from lineage.ledger.act import Act, Action
from lineage.ledger.audit import audit
from lineage.ledger.checkpoint import Checkpoint, open_checkpoint, sign
from lineage.ledger.keys import log_key
from lineage.ledger.ledger import Ledger, ledger_path, open_ledger
from lineage.ledger.note import BadNote, Note
from lineage.ledger.proof import Proof, proof_of
from lineage.ledger.refusals import DamagedLedger, HistoryRefused
from lineage.ledger.sealing import CHECKPOINT_FILE, KnownKeys, known_keys, seal
from lineage.ledger.witness import DirectoryWitness, WitnessRefused, request_bytes
from reports.verifier import verify
from reports.verifier.verify import Invalid
from tests.conftest import Storm


def act(number: int) -> Act:
    return Act(Action.EXPORT, "李娜", f"report {number}", "asked for", details={"rows": number})


def lake(home: Path, *, acts: int, witnessed: bool = True) -> Settings:
    """A lake with a sealed ledger and nothing else."""
    environment = {"MEDLAKE_DATA": str(home / "lake")}
    if witnessed:
        environment["MEDLAKE_WITNESS"] = str(home / "witness")
    settings = Settings.from_env(environment)
    with open_ledger(settings, writable=True) as ledger:
        ledger.append_many([act(number) for number in range(acts)])
        seal(settings, ledger, lambda _: None)
        if witnessed:
            DirectoryWitness(home / "witness").trust(known_keys(settings).log)
            seal(settings, ledger, lambda _: None)
    return settings


def remembered(settings: Settings) -> bytes | None:
    if settings.witness is None:
        return None
    return DirectoryWitness(Path(settings.witness)).newest(known_keys(settings).log.name)


def findings(settings: Settings) -> list[str]:
    newest = (settings.ledger_dir / CHECKPOINT_FILE).read_bytes()
    try:
        with open_ledger(settings, writable=False) as ledger:
            return list(audit(ledger, known_keys(settings), newest, remembered(settings)).findings)
    except DamagedLedger as damaged:
        return [str(damaged)]


@pytest.mark.storm
def test_roots_and_proofs_equal_an_independent_tree(storm: Storm, tmp_path: Path) -> None:
    """Prevents a ledger whose roots or proofs only our own code can check: odd, empty, large, small."""
    dice, logs, checked = storm.random(), storm.size(sample=25, full=1000), 0
    for number in range(logs):
        size = dice.choice([0, 1, 2, 3, dice.randrange(200), dice.randrange(200)])
        with Ledger.open(tmp_path / f"{number}.sqlite") as ledger:
            ledger.append_many([act(dice.randrange(10**6)) for _ in range(size)])
            theirs = InmemoryTree(algorithm="sha256")
            for entry in ledger.entries():
                theirs.append_entry(entry.body)
            for part in {size, *(dice.randrange(size + 1) for _ in range(5))} - {0}:
                assert ledger.root(part) == theirs.get_state(part)
                index = dice.randrange(part)
                path = [
                    bytes.fromhex(step)
                    for step in theirs.prove_inclusion(index + 1, part).serialize()["path"]
                ]
                assert ledger.inclusion(index, part) == path[1:]
                checked += 1
            assert ledger.root(0) == merkle.EMPTY_ROOT
        (tmp_path / f"{number}.sqlite").unlink()
    storm.report("ledger = independent Merkle tree", logs=logs, roots_and_proofs=checked, differing=0)


def mutated(dice: random.Random, content: bytes) -> bytes:
    """One to three small changes: a flip, a cut, a doubling, a splice, another digit or letter."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(changed) or 1)
        kind = dice.randrange(6)
        if kind == 0 and changed:
            changed[place] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del changed[place : place + dice.randint(1, 9)]
        elif kind == 2:
            changed[place:place] = changed[place : place + dice.randint(1, 40)]
        elif kind == 3:
            changed[place:place] = dice.choice(
                [b"\n", b"\0", b"\r", b" ", b"=", "é".encode(), b"\xff", b"-1"]
            )
        elif kind == 4 and changed:
            changed[place] = dice.choice(b"0123456789AZaz+/=\n ")
        else:
            lines = bytes(changed).split(b"\n")
            dice.shuffle(lines)
            changed = bytearray(b"\n".join(lines))
    return bytes(changed)


def other(dice: random.Random, content: bytes) -> bytes:
    """A mutation that is not what it came from."""
    while (changed := mutated(dice, content)) == content:
        pass
    return changed


@pytest.mark.storm
def test_mutated_proofs_and_notes_are_refused(storm: Storm, tmp_path: Path) -> None:
    """Prevents a malformed proof, note or request from passing, or from breaking who reads it."""
    dice, cases = storm.random(), storm.size(sample=400, full=10_000)
    settings = lake(tmp_path, acts=37)
    keys = known_keys(settings)
    with open_ledger(settings, writable=True) as ledger:
        note, proof = ledger.notes()[-1], proof_of(settings, ledger, 11)
        ledger.append(act(99))
        new = sign(Checkpoint(keys.log.name, 39, ledger.root()), log_key(settings.keys_dir))
        request = request_bytes(38, ledger.consistency(38, 39), new)
    witness = DirectoryWitness(tmp_path / "witness")
    before, attempts = witness.newest(keys.log.name), Attempts(keys, witness, note, proof, request)
    counts = dict.fromkeys(("note", "verifier", "path", "request"), 0)
    for _ in range(cases):
        kind = dice.choice(sorted(counts))
        counts[kind] += 1
        with pytest.raises((BadNote, Invalid, WitnessRefused)):
            getattr(attempts, kind)(dice)
    assert witness.newest(keys.log.name) == before
    # The unchanged ones pass, so it was the mutation that was refused.
    assert proof.holds()
    assert open_checkpoint(note, keys.log, keys.witnesses).cosigned
    assert witness.add_checkpoint(request)
    storm.report("mutated proofs, notes and requests", cases=cases, accepted=0, crashes=0, **counts)


@dataclass(frozen=True)
class Attempts:
    """One mutation of each kind, handed to whoever checks it; each raises its own refusal."""

    keys: KnownKeys
    witness: DirectoryWitness
    good_note: bytes
    proof: Proof
    good_request: bytes

    def note(self, dice: random.Random) -> None:
        """A checkpoint as our own reader takes it: both signatures, and the very text."""
        signed = open_checkpoint(other(dice, self.good_note), self.keys.log, self.keys.witnesses)
        if not signed.cosigned or Note.parse(signed.note).text == Note.parse(self.good_note).text:
            # The witness's line was spoilt, or a line of an unknown key stands beside the good ones.
            raise BadNote("says no more than the good one")

    def verifier(self, dice: random.Random) -> None:
        """A checkpoint as the offline verifier takes it."""
        named = [verify.Key(str(self.keys.log), verify.ED25519)]
        named += [verify.Key(str(key), verify.COSIGNATURE) for key in self.keys.witnesses]
        try:
            verify.check_checkpoint(other(dice, self.good_note), named)
        except verify.MALFORMED as error:
            raise Invalid(str(error)) from error

    def path(self, dice: random.Random) -> None:
        """Another leaf, place, size, or a path with a step changed, dropped, doubled or swapped."""
        index, size = self.proof.index, self.proof.checkpoint.checkpoint.size
        body, path = self.proof.body, list(self.proof.path)
        kind = dice.randrange(6)
        if kind == 0:
            body = other(dice, body)
        elif kind == 1:
            index = dice.choice([n for n in range(-2, size + 2) if n != index])
        elif kind == 2:
            path[dice.randrange(len(path))] = dice.randbytes(dice.choice([0, 31, 32, 32, 32, 33]))
        elif kind == 3:
            del path[dice.randrange(len(path))]
        elif kind == 4:
            path.insert(dice.randrange(len(path) + 1), dice.choice(path))
        else:
            one, two = dice.sample(range(len(path)), 2)
            path[one], path[two] = path[two], path[one]
        root = self.proof.checkpoint.checkpoint.root
        ours = merkle.proves_inclusion(merkle.leaf_hash(body), index, size, path, root)
        try:
            theirs = verify.root_of(merkle.leaf_hash(body), index, size, path) == root
        except Invalid:
            theirs = False
        if not (ours or theirs):
            raise BadNote("both refuse")

    def request(self, dice: random.Random) -> None:
        """A request to the witness."""
        self.witness.add_checkpoint(other(dice, self.good_request))


@pytest.mark.storm
def test_every_byte_of_a_small_ledger(storm: Storm, tmp_path: Path) -> None:
    """Prevents a byte of leaves, seals or checkpoint that can change without being noticed."""
    settings = lake(tmp_path, acts=5)
    path, checkpoint = ledger_path(settings), settings.ledger_dir / CHECKPOINT_FILE
    with open_ledger(settings, writable=False) as ledger:
        good = (list(ledger.rows()), ledger.notes())
        keys, root, size = known_keys(settings), ledger.root(), ledger.size
    counted = {"leaf bytes": 0, "checkpoint bytes": 0, "file bytes": 0, "file bytes without meaning": 0}
    for index, body, _ in good[0]:
        for place in range(len(body)):
            hashes = [merkle.leaf_hash(flip(b, place) if i == index else b) for i, b, _ in good[0]]
            frontier = merkle.Frontier()
            for hashed in hashes:
                frontier.add(hashed)
            assert frontier.root() != root
            counted["leaf bytes"] += 1
    note = checkpoint.read_bytes()
    for place in range(len(note)):
        checkpoint.write_bytes(flip(note, place))
        assert findings(settings), place
        counted["checkpoint bytes"] += 1
    checkpoint.write_bytes(note)
    content = path.read_bytes()
    step = 1 if storm.is_full else 97
    for place in range(0, len(content), step):
        path.write_bytes(flip(content, place))
        counted["file bytes"] += 1
        if not noticed(settings):
            with open_ledger(settings, writable=False) as ledger:
                assert (list(ledger.rows()), ledger.notes(), ledger.size) == (*good, size), place
            counted["file bytes without meaning"] += 1
    assert keys.witness is not None
    storm.report("every byte of a small ledger flipped", unnoticed=0, **counted)


def noticed(settings: Settings) -> bool:
    """Whether a verification says anything, or SQLite refuses the file."""
    try:
        return bool(findings(settings))
    except StorageFailure:
        return True


def flip(content: bytes, place: int) -> bytes:
    """One bit of one byte changed."""
    if place >= len(content):
        return content + b"\0"
    return content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]


@pytest.mark.storm
def test_cuts_forks_and_rewrites_by_who_holds_the_key(storm: Storm, tmp_path: Path) -> None:
    """Prevents any state but the witnessed one, or one that continues it, from passing; and a false alarm."""
    dice, cases = storm.random(), storm.size(sample=20, full=1000)
    counts = dict.fromkeys(("rolled back", "forked", "rewritten", "continued"), 0)
    for case in range(cases):
        home, size = tmp_path / str(case), dice.randint(2, 60)
        settings = lake(home, acts=size)
        note = remembered(settings)
        kind = dice.choice(sorted(counts))
        acts = [act(number) for number in range(size)]
        if kind == "rolled back":
            acts = acts[: dice.randint(1, size - 1)]
        elif kind == "forked":
            acts[dice.randrange(size) :] = [act(10**6 + n) for n in range(dice.randint(1, 70))]
        elif kind == "rewritten":
            acts[dice.randrange(size)] = act(10**6)
        if kind == "continued":
            with open_ledger(settings, writable=True) as ledger:
                ledger.append_many([act(n) for n in range(dice.randint(1, 70))])
                assert seal(settings, ledger, lambda _: None).cosigned
            assert findings(settings) == []
        else:
            _replace(settings, acts)
            assert any(
                "rolled back" in found or "rewritten or forked" in found for found in findings(settings)
            )
        assert note is not None
        counts[kind] += 1
        shutil.rmtree(home)
    storm.report("cut, forked, rewritten with the log's key", cases=cases, missed=0, accused=0, **counts)


def _replace(settings: Settings, acts: list[Act]) -> None:
    """Another history under the same key; the witness does not sign it."""
    with open_ledger(settings, writable=False) as ledger:
        times = iter([entry.at for entry in ledger.entries()])
        last = ledger.entry(ledger.size - 1).at
    for path in settings.ledger_dir.iterdir():
        path.unlink()
    with Ledger.open(ledger_path(settings), clock=lambda: next(times, last)) as forged:
        forged.append_many(acts)
        with pytest.raises(HistoryRefused):
            seal(settings, forged, lambda _: None)
        seal(replace(settings, witness=None), forged, lambda _: None)


@pytest.mark.storm
def test_a_large_ledger_is_verified_in_seconds(storm: Storm, tmp_path: Path) -> None:
    """Prevents a verification nobody waits for, and proofs that grow with the ledger."""
    leaves = storm.size(sample=20_000, full=1_000_000)
    settings = lake(tmp_path, acts=0)
    written = time.process_time()
    with open_ledger(settings, writable=True) as ledger:
        for start in range(0, leaves, 10_000):
            ledger.append_many([act(number) for number in range(start, min(start + 10_000, leaves))])
        seal(settings, ledger, lambda _: None)
        appended = time.process_time() - written
        newest = (settings.ledger_dir / CHECKPOINT_FILE).read_bytes()
        keys = known_keys(settings)
        started, wall = time.process_time(), time.perf_counter()
        found = audit(ledger, keys, newest, remembered(settings), is_read=False)
        hashed, hashed_wall = time.process_time() - started, time.perf_counter() - wall
        started = time.process_time()
        assert audit(ledger, keys, newest, remembered(settings)).findings == ()
        read = time.process_time() - started
        started = time.process_time()
        proof = proof_of(settings, ledger, leaves // 3)
        proved = time.process_time() - started
    assert (found.findings, found.witnessed) == ((), found.size)
    assert proof.holds()
    assert len(proof.text()) <= 2000
    assert hashed <= 10e-6 * leaves + 1
    storm.report(
        "large ledger",
        leaves=found.size,
        append_cpu_s=round(appended, 2),
        verify_cpu_s=round(hashed, 2),
        verify_wall_s=round(hashed_wall, 2),
        verify_and_read_every_act_cpu_s=round(read, 2),
        proof_bytes=len(proof.text()),
        proof_cpu_ms=round(proved * 1000, 2),
        file_mb=round(ledger_path(settings).stat().st_size / 1e6),
    )
