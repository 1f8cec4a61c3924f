"""Trusted timestamps (RFC 3161) on checkpoints: a time authority's word that this state existed then.

signed checkpoint -> request with a nonce -> authority -> response verified against its root -> file + leaf.
Without network nothing fails: the state waits, and a later stamp covers it, because the tree only grows.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from lakehouse.durable import write_atomic
from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Act, Action
from lineage.ledger.ledger import Ledger
from lineage.ledger.refusals import NoTimestamp
from lineage.ledger.sealing import newest_seal

TIMEOUT_S = 20.0
LARGEST_RESPONSE = 100_000
FOLDER = "timestamps"


@dataclass(frozen=True)
class Authority:
    """A time authority: its URL, and the root certificates it is believed under."""

    url: str
    roots: tuple[Certificate, ...]


def authority_of(settings: Settings) -> Authority:
    """The authority that the settings name.

    Raises:
        NoTimestamp: None is named, or its roots cannot be read.
    """
    if settings.tsa is None or settings.tsa_roots is None:
        raise NoTimestamp(
            "未配置时间戳机构 | no time authority is set: MEDLAKE_TSA (its URL), MEDLAKE_TSA_ROOTS (PEM)"
        )
    try:
        roots = load_pem_x509_certificates(settings.tsa_roots.read_bytes())
    except (OSError, ValueError) as error:
        raise NoTimestamp(f"时间戳根证书无法读取 | {settings.tsa_roots} cannot be read: {error}") from error
    return Authority(settings.tsa, tuple(roots))


def stamp(settings: Settings, ledger: Ledger) -> datetime:
    """Has the newest sealed state stamped; keeps the response as a file and its digest as a leaf.

    Raises:
        NoTimestamp: There is no seal, the authority does not answer, or its answer does not hold.
    """
    sealed, authority = newest_seal(settings), authority_of(settings)
    if sealed is None:
        raise NoTimestamp("尚未封存 | nothing is sealed yet: medlake evidence checkpoint")
    builder = TimestampRequestBuilder().data(sealed.note).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    content = _ask(authority.url, request.as_bytes())
    at = verified_time(content, sealed.note, authority, nonce=request.nonce)
    digest = sha256(content).hexdigest()
    write_atomic(stamp_path(settings, digest), content)
    details = {"size": sealed.checkpoint.size, "note_sha256": sha256(sealed.note).hexdigest()}
    ledger.append(
        Act(Action.TIMESTAMP, SYSTEM, f"checkpoint of {sealed.checkpoint.size} leaves", authority.url,
            after=f"sha256:{digest}", details={**details, "time": at.isoformat()})
    )  # fmt: skip
    return at


def audit_stamps(settings: Settings, ledger: Ledger) -> list[str]:
    """What is wrong with the stamps the ledger names; nothing when none was ever asked for."""
    stamps = list(ledger.of_action(Action.TIMESTAMP))
    if not stamps:
        return []
    authority, notes = authority_of(settings), {sha256(note).hexdigest(): note for note in ledger.notes()}
    found = []
    for entry in stamps:
        try:
            content = _kept(settings, str(entry.act.after).removeprefix("sha256:"))
            note = notes.get(entry.act.details["note_sha256"])
            if note is None:
                raise NoTimestamp("its checkpoint is not among the seals")
            verified_time(content, note, authority)
        except NoTimestamp as error:
            found.append(f"时间戳无效（条目 {entry.index}） | the timestamp of leaf {entry.index}: {error}")
    return found


def verified_time(content: bytes, note: bytes, authority: Authority, nonce: int | None = None) -> datetime:
    """The time a response states for a note.

    Raises:
        NoTimestamp: It is none, or is not signed by the authority for these bytes.
    """
    builder = VerifierBuilder()
    for root in authority.roots:
        builder = builder.add_root_certificate(root)
    if nonce is not None:
        builder = builder.nonce(nonce)
    try:
        response: TimeStampResponse = decode_timestamp_response(content)
        builder.build().verify_message(response, note)
    except (VerificationError, ValueError) as error:
        raise NoTimestamp(f"时间戳不成立 | the timestamp does not hold: {error}") from error
    return response.tst_info.gen_time


def stamp_path(settings: Settings, digest: str) -> Path:
    """Where a response lies."""
    return settings.ledger_dir / FOLDER / f"{digest}.tsr"


def _kept(settings: Settings, digest: str) -> bytes:
    """A response whose every byte is the one in the ledger; its own signature leaves some bytes out."""
    path = stamp_path(settings, digest)
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).hexdigest() != digest:
        raise NoTimestamp(f"its response {path} is missing or changed")
    return content


def _ask(url: str, request: bytes) -> bytes:
    query = urllib.request.Request(url, data=request, headers={"Content-Type": "application/timestamp-query"})
    try:
        with urllib.request.urlopen(query, timeout=TIMEOUT_S) as answer:
            return bytes(answer.read(LARGEST_RESPONSE))
    except (urllib.error.URLError, OSError) as error:
        raise NoTimestamp(
            f"时间戳机构 {url} 无应答 | the time authority {url} does not answer: {error}"
        ) from error
