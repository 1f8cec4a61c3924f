"""Signed notes, checkpoints and the witness: what is signed is read back, anything else is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lineage.ledger import merkle
from lineage.ledger.checkpoint import Checkpoint, open_checkpoint, sign
from lineage.ledger.keys import log_key
from lineage.ledger.note import BadNote, Kind, Note, Signature, SigningKey, VerifierKey, new_key
from lineage.ledger.refusals import BadKey, WitnessUnreachable
from lineage.ledger.witness import DirectoryWitness, Witness, WitnessRefused, request_bytes
from lineage.ledger.witness_http import HttpWitness, serve

# The example of the signed-note package of Go's module mirror (golang.org/x/mod/sumdb/note).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ"
    "nAM=\n"
)


def tree(leaves: int, start: str = "leaf") -> merkle.Node:
    hashes = [merkle.leaf_hash(f"{start}{number}".encode()) for number in range(leaves)]

    def node(level: int, position: int) -> bytes:
        if level == 0:
            return hashes[position]
        return merkle.node_hash(node(level - 1, position * 2), node(level - 1, position * 2 + 1))

    return node


@pytest.fixture
def log(tmp_path: Path) -> SigningKey:
    return log_key(tmp_path / "keys")


def checkpoint(log: SigningKey, size: int, start: str = "leaf") -> bytes:
    return sign(Checkpoint(log.verifier.name, size, merkle.root(size, tree(size, start))), log)


def test_note_of_another_implementation() -> None:
    """Prevents a format that only we can read."""
    key = VerifierKey.parse(GO_KEY)
    note = Note.parse(GO_NOTE.encode())
    assert str(key) == GO_KEY
    assert note.times([key]) == {key: 0}
    assert bytes(note) == GO_NOTE.encode()
    with pytest.raises(BadNote, match="does not fit"):
        Note.parse(GO_NOTE.replace("answer", "Answer").encode()).times([key])


def test_every_flipped_bit_of_a_checkpoint_is_noticed(log: SigningKey) -> None:
    """Prevents a checkpoint that passes although a bit of it is another one."""
    note = checkpoint(log, 7)
    assert open_checkpoint(note, log.verifier).checkpoint.size == 7
    for bit in range(len(note) * 8):
        flipped = bytearray(note)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadNote):
            open_checkpoint(bytes(flipped), log.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        "a\n01\nR\n",
        "a\n-1\nR\n",
        "a\n+1\nR\n",
        "a\n1\nR\nmore\n",
        "\n1\nR\n",
        "a\n１\nR\n",
        "a\n1\nAA==\n",
    ],
)
def test_texts_that_are_no_checkpoint(log: SigningKey, text: str) -> None:
    """Prevents a checkpoint whose size or root two readers read differently."""
    root = merkle.EMPTY_ROOT
    encoded = str(Checkpoint("a", 1, root)).split("\n")[2]
    with pytest.raises(BadNote):
        Checkpoint.parse(text.replace("R", encoded))


def test_signature_of_another_name_or_key_counts_for_nothing(log: SigningKey) -> None:
    """Prevents a foreign signature from standing for the log's own."""
    stranger = new_key(log.verifier.name, Kind.ED25519, Ed25519PrivateKey.generate)
    text = str(Checkpoint(log.verifier.name, 0, merkle.EMPTY_ROOT))
    with pytest.raises(BadNote, match="not signed"):
        open_checkpoint(bytes(Note(text, (stranger.sign(text),))), log.verifier)
    twice = bytes(Note(text, (log.sign(text), log.sign(text))))
    with pytest.raises(BadNote, match="twice"):
        open_checkpoint(twice, log.verifier)


def test_private_key_others_can_read_is_refused(tmp_path: Path) -> None:
    """Prevents a key from being used after a copy or a backup opened it to others."""
    first = log_key(tmp_path)
    assert log_key(tmp_path).verifier == first.verifier
    assert (tmp_path / "log.pem").stat().st_mode & 0o777 == 0o600
    (tmp_path / "log.pem").chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        log_key(tmp_path)


@pytest.fixture(params=["folder", "http"])
def witness(request: pytest.FixtureRequest, tmp_path: Path, log: SigningKey) -> Iterator[Witness]:
    folder = DirectoryWitness(tmp_path / "witness", clock=lambda: 1_767_225_600.9)
    folder.trust(log.verifier)
    if request.param == "folder":
        yield folder
        return
    server = serve(tmp_path / "witness", "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield HttpWitness(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


def test_witness_signs_what_continues(witness: Witness, log: SigningKey) -> None:
    """Prevents a witness that does not remember, or whose signature nobody can check."""
    assert witness.newest(log.verifier.name) is None
    for old, new in ((0, 3), (3, 3), (3, 11)):
        note = checkpoint(log, new)
        proof = merkle.consistency(old, new, tree(new))
        signature = witness.add_checkpoint(request_bytes(old, proof, note))
        alone = Note.parse(note)
        both = bytes(Note(alone.text, (*alone.signatures, signature)))
        signed = open_checkpoint(both, log.verifier, [witness.key()])
        assert signed.cosigned[witness.key()] > 1_700_000_000
        kept = witness.newest(log.verifier.name)
        assert kept is not None
        assert open_checkpoint(kept, log.verifier, [witness.key()]).checkpoint.size == new


@pytest.mark.parametrize(
    ("old", "new", "start", "status"),
    [
        (5, 3, "leaf", 400),  # smaller than what it says it continues
        (0, 3, "leaf", 409),  # pretends that nothing was witnessed
        (4, 9, "leaf", 409),  # another size than was witnessed
        (5, 5, "fork", 422),  # the same size with another history
        (5, 9, "fork", 422),  # a fork that grew
    ],
)
def test_witness_refuses(
    witness: Witness, log: SigningKey, old: int, new: int, start: str, status: int
) -> None:
    """Prevents a rolled back or forked log from getting the witness's signature."""
    witness.add_checkpoint(request_bytes(0, [], checkpoint(log, 5)))
    proof = merkle.consistency(min(old, new), new, tree(new, start))
    with pytest.raises(WitnessRefused) as refused:
        witness.add_checkpoint(request_bytes(old, proof, checkpoint(log, new, start)))
    assert refused.value.status == status
    assert refused.value.known_size == (5 if status == 409 else None)
    kept = witness.newest(log.verifier.name)
    assert kept is not None
    assert open_checkpoint(kept, log.verifier, [witness.key()]).checkpoint.size == 5


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"", 400),
        (b"old 1\n\n", 400),
        (b"old 01\n\nx", 400),
        (b"old \xff\n\nx", 400),
        (b"old 0\nnot base64\n\nx", 400),
        (b"old 0\n" + b"A\n" * 100 + b"\nx", 400),
        (GO_NOTE.encode(), 400),
        (b"old 0\n\n" + GO_NOTE.encode(), 404),
    ],
)
def test_malformed_requests(witness: Witness, request_: bytes, status: int) -> None:
    """Prevents a request from outside from breaking the witness or passing its checks."""
    with pytest.raises(WitnessRefused) as refused:
        witness.add_checkpoint(request_)
    assert refused.value.status == status


def test_witness_refuses_another_key_under_a_known_name(tmp_path: Path, log: SigningKey) -> None:
    """Prevents somebody with a key of their own from taking the log's place."""
    witness = DirectoryWitness(tmp_path / "witness")
    witness.trust(log.verifier)
    thief = new_key(log.verifier.name, Kind.ED25519, Ed25519PrivateKey.generate)
    with pytest.raises(WitnessRefused, match="another key"):
        witness.trust(thief.verifier)
    with pytest.raises(WitnessRefused, match="not signed"):
        witness.add_checkpoint(request_bytes(0, [], checkpoint(thief, 3)))


def test_absent_witness_is_unreachable(tmp_path: Path) -> None:
    """Prevents an unmounted folder or a silent host from looking like a witness that knows nothing."""
    with pytest.raises(WitnessUnreachable):
        DirectoryWitness(tmp_path / "gone").newest("log")
    with pytest.raises(WitnessUnreachable):
        HttpWitness("http://127.0.0.1:9").newest("log")


def test_signature_lines_are_strict() -> None:
    """Prevents a second form of the same signature line."""
    line = f"{GO_NOTE.splitlines()[-1]}\n"
    assert str(Signature.parse(line)) == line
    for other in (
        line[2:],
        line[:-1],
        line.replace(" ", "  "),
        line.replace("=", ""),
        line.replace("x08", "x0 8"),
    ):
        with pytest.raises(BadNote):
            Signature.parse(other)
