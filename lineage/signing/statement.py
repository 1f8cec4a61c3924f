"""What is signed: in-toto Statements (v1) about a release's manifest, in DSSE envelopes.

Two payloads are signed at once with one key. The shared one says what is released, by which rule, at
which head of the ledger; all signers sign the same bytes, so that its envelope verifies with a threshold.
The personal one names the signer, role, meaning, reason and local time (21 CFR 11.50), the act, and the
shared payload by its digest, so that it serves for nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import Key

from lakehouse.releases import Rule
from lineage.ledger.act import BadLeaf, canonical_json, strict_json
from lineage.signing.people import Person

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
RELEASE = "urn:medlake:release:1"
SIGNING = "urn:medlake:signature:1"


class BadSignature(ValueError):
    """A signature, or what it was put under, is not what it should be; says the first thing wrong."""


@dataclass(frozen=True)
class Head:
    """The ledger's head when something was signed: how many leaves, and their root in hex."""

    size: int
    root: str


@dataclass(frozen=True)
class Intent:
    """What a person signs for.

    Attributes:
        act: `approve`, `break_glass`, `withdraw` or `roll_back`.
        role: The role they act in.
        meaning: What the signature means, from the rule or the act.
        reason: Why, in their words.
    """

    act: str
    role: str
    meaning: str
    reason: str


def release_statement(number: int, manifest_sha256: str, rule: Rule, head: Head) -> bytes:
    """The shared payload: this manifest, under this rule, at this head."""
    predicate = {"release": f"{number:06d}", "rule": rule.as_dict(), "ledger": _head(head)}
    return _statement(number, manifest_sha256, RELEASE, predicate)


def personal_statement(
    number: int, manifest_sha256: str, person: Person, intent: Intent, at: datetime, head: Head, shared: bytes
) -> bytes:
    """The personal payload; `shared` is empty for an act that is not signed together."""
    predicate = {
        "act": intent.act,
        "ledger": _head(head),
        "meaning": intent.meaning,
        "name": person.printed,
        "person": person.name,
        "reason": intent.reason,
        "release": f"{number:06d}",
        "release_statement_sha256": hashlib.sha256(shared).hexdigest() if shared else None,
        "role": intent.role,
        "signed_at": at.isoformat(timespec="seconds"),
        "signed_at_local": at.astimezone(ZoneInfo(person.zone)).isoformat(timespec="seconds"),
        "zone": person.zone,
    }
    return _statement(number, manifest_sha256, SIGNING, predicate)


def sign(payload: bytes, signer: CryptoSigner) -> bytes:
    """An envelope around a payload, with one signature."""
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return canonical_json(envelope.to_dict())


def add_signature(envelope: bytes, signer: CryptoSigner) -> bytes:
    """The same envelope with one more signature."""
    opened = open_envelope(envelope)
    opened.sign(signer)
    return canonical_json(opened.to_dict())


def open_envelope(content: bytes) -> Envelope:
    """An envelope from its bytes, in the one form we write.

    Raises:
        BadSignature: It is no such envelope.
    """
    try:
        if not _has_shape(strict_json(content)):
            raise ValueError("other fields than payload, payloadType and signatures")
        envelope = Envelope.from_dict(json.loads(content))
        is_same = canonical_json(envelope.to_dict()) == content
    except ValueError as error:
        raise BadSignature(f"签名信封无法读取 | this is no signature envelope: {error}") from error
    if not is_same:
        raise BadSignature("签名信封格式不唯一 | the signature envelope is not in its one form")
    return envelope


def verified(content: bytes, keys: list[Key], threshold: int) -> Mapping[str, Any]:
    """The statement in an envelope that enough of these keys have signed.

    Raises:
        BadSignature: Too few have, or it is no statement of ours.
    """
    envelope = open_envelope(content)
    try:
        envelope.verify(keys, threshold)
    except (VerificationError, ValueError) as error:
        raise BadSignature(f"签名无效或不足 | the signatures do not hold: {error}") from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise BadSignature(f"载荷类型不符 | the payload type is {envelope.payload_type}")
    try:
        statement: dict[str, Any] = strict_json(envelope.payload)
    except BadLeaf as error:
        raise BadSignature(f"载荷格式不符 | the signed statement is not in its one form: {error}") from error
    return statement


def _has_shape(found: Any) -> bool:
    """Whether an envelope's fields are those of DSSE, each a text; the library takes their types on trust."""
    if not isinstance(found, dict) or set(found) != {"payload", "payloadType", "signatures"}:
        return False
    signatures = found["signatures"]
    texts = [found["payload"], found["payloadType"]]
    if not isinstance(signatures, list):
        return False
    for signature in signatures:
        if not isinstance(signature, dict) or set(signature) != {"keyid", "sig"}:
            return False
        texts += signature.values()
    return all(isinstance(text, str) for text in texts)


def _statement(number: int, manifest_sha256: str, kind: str, predicate: Mapping[str, Any]) -> bytes:
    return canonical_json(
        {
            "_type": STATEMENT,
            "subject": [
                {"name": f"releases/{number:06d}/manifest.json", "digest": {"sha256": manifest_sha256}}
            ],
            "predicateType": kind,
            "predicate": predicate,
        }
    )


def _head(head: Head) -> dict[str, Any]:
    return {"size": head.size, "root": head.root}
