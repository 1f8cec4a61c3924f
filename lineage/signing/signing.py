"""A person signs: passphrase -> key opened once -> two envelopes on the disk -> the facts for the record.

The envelopes are durable before the record names them; one that it never came to name counts for nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lakehouse.durable import make_folder, write_atomic
from lakehouse.releases import Entry
from lakehouse.settings import Settings
from lakehouse.writer import silent
from lakehouse.writer_lock import WriterLock
from lineage.ledger.ledger import open_ledger
from lineage.signing.approvals import FOLDER, SHARED, envelope_path, personal_name
from lineage.signing.keys import unlock
from lineage.signing.people import People
from lineage.signing.statement import (
    Head,
    Intent,
    add_signature,
    open_envelope,
    personal_statement,
    release_statement,
    sign,
)

WAIT_SECONDS = 30.0


def utc_now() -> datetime:
    """The time that stands in a signature."""
    return datetime.now(UTC)


def put_signature(
    settings: Settings,
    people: People,
    entry: Entry,
    name: str,
    passphrase: str,
    intent: Intent,
    *,
    shared: bool,
) -> Mapping[str, Any]:
    """Signs about a release and returns the facts that the record keeps: role, key and envelope.

    Args:
        shared: Also sign the statement that all signers of the release sign together.

    Raises:
        BadPassphrase: The passphrase does not open the person's key.
        BadSignature: What the others signed cannot be read.
    """
    signer = unlock(settings, people, name, passphrase)
    person = people.person(name)
    folder = settings.releases_dir / FOLDER
    make_folder(folder)
    lock = WriterLock(folder / "_signing.lock")
    lock.acquire(f"sign release {entry.number:06d}", WAIT_SECONDS, silent)
    try:
        head, payload = ledger_head(settings), b""
        if shared:
            payload = _sign_together(settings, entry, head, signer)
        statement = personal_statement(
            entry.number, entry.manifest_sha256, person, intent, utc_now(), head, payload
        )
        content = sign(statement, signer)
        digest = hashlib.sha256(content).hexdigest()
        write_atomic(envelope_path(settings, entry.number, personal_name(digest)), content)
    finally:
        lock.release(finished=True)
    return {"role": intent.role, "key_id": signer.public_key.keyid, "envelope_sha256": digest}


def ledger_head(settings: Settings) -> Head:
    """Where the ledger stands."""
    with open_ledger(settings, writable=True) as ledger:
        size = ledger.size
        return Head(size, ledger.root(size).hex())


def _sign_together(settings: Settings, entry: Entry, head: Head, signer: Any) -> bytes:
    """Adds a signature to the shared envelope, or begins it; returns what is signed."""
    file = envelope_path(settings, entry.number, SHARED)
    if entry.approvals and file.is_file():
        content = add_signature(file.read_bytes(), signer)
    else:
        content = sign(release_statement(entry.number, entry.manifest_sha256, entry.rule, head), signer)
    write_atomic(file, content)
    return open_envelope(content).payload
