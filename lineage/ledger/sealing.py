"""Sealing: the ledger's present state signed by its own key and, where there is a witness, countersigned.

ledger -> checkpoint -> log signature -> witness -> note kept in the ledger and beside it as `checkpoint`.
A witness that cannot be reached fails no run: the state stays unwitnessed until the next seal, and says so.
One that refuses does: the history it knows is not ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lakehouse.durable import write_atomic
from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Act, Action
from lineage.ledger.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint, open_under, sign
from lineage.ledger.keys import PUBLIC, former_log_keys, log_key, public_key, renew_log_key
from lineage.ledger.ledger import Ledger
from lineage.ledger.note import BadNote, Note, Signature, VerifierKey
from lineage.ledger.refusals import BadKey, DamagedLedger, HistoryRefused, WitnessUnreachable
from lineage.ledger.witness import Witness, WitnessRefused, request_bytes
from lineage.ledger.witness_http import witness_at

CHECKPOINT_FILE = "checkpoint"
UNKNOWN_LOG = 404
WITNESS = "witness"
Say = Callable[[str], None]


@dataclass(frozen=True)
class KnownKeys:
    """The public keys of a lake's evidence.

    Attributes:
        witness: None while none is pinned.
        former: Keys of logs that the present one follows, after a declared restore.
    """

    log: VerifierKey
    witness: VerifierKey | None
    former: tuple[VerifierKey, ...] = ()

    @property
    def logs(self) -> tuple[VerifierKey, ...]:
        """Every key under which this ledger may have been sealed."""
        return (self.log, *self.former)

    @property
    def witnesses(self) -> tuple[VerifierKey, ...]:
        """The witness as a collection."""
        return (self.witness,) if self.witness else ()


def known_keys(settings: Settings) -> KnownKeys:
    """The keys this lake knows.

    Raises:
        BadKey: Nothing was sealed here yet.
    """
    pinned = (settings.keys_dir / f"{WITNESS}{PUBLIC}").is_file()
    folder = settings.keys_dir
    witness = public_key(folder, WITNESS) if pinned else None
    return KnownKeys(public_key(folder, "log"), witness, former_log_keys(folder))


def seal(settings: Settings, ledger: Ledger, say: Say) -> SignedCheckpoint:
    """Signs the present state, has it countersigned, and keeps the note.

    Raises:
        HistoryRefused: The witness knows a history that this ledger does not continue.
        BadKey: A key cannot be used, or the witness has another key than the pinned one.
    """
    key = log_key(settings.keys_dir)
    place = settings.witness
    if place is not None:
        pin_witness(settings, ledger, place, say)
    size = ledger.size
    kept = newest_seal(settings)
    is_same = kept is not None and (kept.log, kept.checkpoint.size) == (key.verifier, size)
    if kept is not None and is_same and (kept.cosigned or place is None):
        return kept
    note = sign(Checkpoint(key.verifier.name, size, ledger.root(size)), key)
    keys = known_keys(settings)
    if place is not None and keys.witness is not None:
        note = _countersigned(ledger, note, witness_at(place), keys, say)
    ledger.keep_note(size, note)
    write_atomic(settings.ledger_dir / CHECKPOINT_FILE, note)
    return open_checkpoint(note, keys.log, keys.witnesses)


def newest_seal(settings: Settings) -> SignedCheckpoint | None:
    """The newest signed checkpoint, or None.

    Raises:
        DamagedLedger: The file is not what this lake's log signed.
    """
    path, keys = settings.ledger_dir / CHECKPOINT_FILE, known_keys(settings)
    if not path.is_file():
        return None
    try:
        return open_under(path.read_bytes(), keys.logs, keys.witnesses)
    except BadNote as error:
        raise DamagedLedger(
            f"封存文件 {path} 被改动，请从备份恢复 | the checkpoint {path} is not what this ledger "
            f"signed: {error}. Keep it, look into it with `medlake evidence verify`, and restore it."
        ) from error


def renew(settings: Settings, ledger: Ledger, who: str, why: str, say: Say) -> SignedCheckpoint:
    """Begins a new log over the same leaves, when a restored ledger cannot continue what was witnessed.

    What the witness knew of the old log stands in the leaf, so that what was lost is on record; the witness
    signs again once whoever keeps it has let it know the new log.
    """
    kept = newest_seal(settings)
    old, new = renew_log_key(settings.keys_dir)
    details = {"newest_seal": kept.note.decode() if kept else None, "witnessed": _remembered(settings, old)}
    ledger.append(Act(Action.KEY_CHANGED, who, "log", why, str(old), str(new.verifier), details))
    return seal(settings, ledger, say)


def _remembered(settings: Settings, log: VerifierKey) -> str | None:
    """The last checkpoint that the witness signed for a log, as far as it can be asked."""
    try:
        note = witness_at(settings.witness).newest(log.name) if settings.witness else None
    except WitnessUnreachable:
        return None
    return note.decode("utf-8", "replace") if note else None


def pin_witness(settings: Settings, ledger: Ledger, place: str, say: Say) -> None:
    """Keeps the witness's key at the first meeting, as an act; afterwards only that key counts."""
    path = settings.keys_dir / f"{WITNESS}{PUBLIC}"
    if path.is_file():
        return
    try:
        key = witness_at(place).key()
    except WitnessUnreachable as away:
        say(str(away))
        return
    ledger.append(Act(Action.KEY_CHANGED, SYSTEM, WITNESS, f"first meeting at {place}", None, str(key)))
    write_atomic(path, f"{key}\n".encode())


def _countersigned(ledger: Ledger, note: bytes, witness: Witness, keys: KnownKeys, say: Say) -> bytes:
    """The note with the witness's line, or as it was when nobody answers."""
    checkpoint = open_checkpoint(note, keys.log).checkpoint
    try:
        signature = _ask(ledger, note, checkpoint, witness, keys)
    except WitnessUnreachable as away:
        say(f"{away}；本次封存尚未见证 | this seal is not witnessed yet")
        return note
    parsed = Note.parse(note)
    whole = bytes(Note(parsed.text, (*parsed.signatures, signature)))
    if not open_checkpoint(whole, keys.log, keys.witnesses).cosigned:
        raise BadKey(
            f"见证者密钥已变 | the witness signs with another key ({signature.name}) than the pinned one "
            f"({keys.witness}). See docs/evidence.md for a witness that was replaced on purpose."
        )
    return whole


def _ask(ledger: Ledger, note: bytes, new: Checkpoint, witness: Witness, keys: KnownKeys) -> Signature:
    """Asks again when another process of ours was witnessed in between."""
    kept = witness.newest(new.origin)
    old = open_checkpoint(kept, keys.log, keys.witnesses).checkpoint.size if kept else 0
    while True:
        if old > new.size:
            raise HistoryRefused(_refused(f"{old} leaves were witnessed, the ledger holds {new.size}"))
        try:
            return witness.add_checkpoint(request_bytes(old, ledger.consistency(old, new.size), note))
        except WitnessRefused as refused:
            if refused.status == UNKNOWN_LOG:
                raise WitnessUnreachable(
                    f"{refused}: whoever keeps it lets it know this log with `medlake evidence witness init`"
                ) from refused
            if refused.known_size is None or refused.known_size <= old:
                raise HistoryRefused(_refused(str(refused))) from refused
            old = refused.known_size


def _refused(reason: str) -> str:
    return (
        f"见证者拒签：{reason}。账本曾被回退、分叉或改写；请停止使用并从备份恢复 | "
        f"The witness refuses: {reason}. The ledger was rolled back, forked or rewritten. Stop, keep both "
        "states, and restore from the backup as a declared act (docs/evidence.md)."
    )
