"""Whether a release has the signatures that its record says it has, each its own person's and for this act.

record + signatures/ + people (+ ledger) -> verified signatures, or the first thing that is wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securesystemslib.signer._key import Key

from lakehouse.releases import Action, Entry, Record, Step, read_book, read_log
from lakehouse.settings import Settings
from lineage.ledger.ledger import Ledger
from lineage.signing.keys import NoKey, public_keys
from lineage.signing.people import People
from lineage.signing.statement import RELEASE, SIGNING, STATEMENT, BadSignature, open_envelope, verified

FOLDER = "signatures"
SHARED = "release.dsse.json"
TOGETHER = frozenset({Action.APPROVE, Action.BREAK_GLASS})


@dataclass(frozen=True)
class Signed:
    """A signature that holds, as it is shown on every surface (21 CFR 11.50)."""

    act: str
    person: str
    name: str
    role: str
    meaning: str
    reason: str
    signed_at: str
    signed_at_local: str
    zone: str
    key_id: str
    ledger_size: int
    ledger_root: str


def envelope_path(settings: Settings, number: int, name: str) -> Path:
    """Where an envelope of a release lies: beside the releases, whose own folders stay as they were made."""
    return settings.releases_dir / FOLDER / f"{number:06d}" / name


def personal_name(sha256: str) -> str:
    """The file name of one person's envelope."""
    return f"{sha256}.dsse.json"


def verify_signatures(
    settings: Settings, people: People, number: int, ledger: Ledger | None = None
) -> tuple[Signed, ...]:
    """Every signature about a release, verified; those made together also against their number.

    Args:
        ledger: Where given, the head that each signature names must be this ledger's own past.

    Raises:
        BadSignature: Says the first thing that does not hold.
        IllegalStep: There is no such release.
    """
    entry = read_book(settings).entry(number)
    steps = [record.step for record in _signed_steps(settings, number)]
    found = tuple(_verify_personal(settings, people, entry, step) for step in steps)
    together = [step for step in steps if step.action in TOGETHER]
    if together:
        _verify_shared(settings, people, entry, together)
    if ledger:
        for signed in found:
            _require_past(ledger, signed)
    return found


def _signed_steps(settings: Settings, number: int) -> list[Record]:
    records = [record for record in read_log(settings) if record.step.number == number]
    return [record for record in records if record.step.facts.get("envelope_sha256")]


def _verify_personal(settings: Settings, people: People, entry: Entry, step: Step) -> Signed:
    """One person's signature against the step it stands for."""
    key = _key(settings, people, step)
    said = _predicate(verified(_envelope(settings, step), [key], 1), entry, SIGNING)
    expected = {
        "act": step.action.value,
        "person": step.who,
        "reason": step.why,
        "release": f"{entry.number:06d}",
        "role": step.facts["role"],
    }
    for name, value in expected.items():
        if said.get(name) != value:
            raise BadSignature(
                f"签名中的 {name} 与登记簿不符 | a signature about release {entry.number:06d} says {name} "
                f"{said.get(name)!r}, the record says {value!r}"
            )
    fields = ("act", "person", "name", "role", "meaning", "reason", "signed_at", "signed_at_local", "zone")
    texts = {name: str(said[name]) for name in fields}
    return Signed(
        **texts, key_id=key.keyid, ledger_size=said["ledger"]["size"], ledger_root=said["ledger"]["root"]
    )


def _verify_shared(settings: Settings, people: People, entry: Entry, steps: list[Step]) -> None:
    """What was signed together: all keys, each once, under one payload that every personal one names."""
    file = envelope_path(settings, entry.number, SHARED)
    content = file.read_bytes() if file.is_file() else b""
    keys = {step.who: _key(settings, people, step) for step in steps}
    if len({key.keyid for key in keys.values()}) < len(keys):
        raise BadSignature("同一密钥签了两次 | one key signed for two people")
    said = _predicate(verified(content, list(keys.values()), len(keys)), entry, RELEASE)
    if said["rule"] != entry.rule.as_dict():
        raise BadSignature(f"共同签署的规则不符 | release {entry.number:06d} was signed under another rule")
    digest = hashlib.sha256(open_envelope(content).payload).hexdigest()
    for step in steps:
        statement = verified(_envelope(settings, step), [_key(settings, people, step)], 1)
        if statement["predicate"]["release_statement_sha256"] != digest:
            raise BadSignature(f"{step.who} 签的是另一份声明 | {step.who} signed for another statement")


def _require_past(ledger: Ledger, signed: Signed) -> None:
    if signed.ledger_size > ledger.size or ledger.root(signed.ledger_size).hex() != signed.ledger_root:
        raise BadSignature(
            f"{signed.person} 签名时的账本并非本账本的历史 | the ledger that {signed.person} signed at "
            f"(size {signed.ledger_size}) is not the past of this one"
        )


def _predicate(statement: Mapping[str, Any], entry: Entry, kind: str) -> Mapping[str, Any]:
    name = f"releases/{entry.number:06d}/manifest.json"
    if (statement.get("_type"), statement.get("predicateType")) != (STATEMENT, kind):
        raise BadSignature(f"不是 {kind} 声明 | this is no statement of kind {kind}")
    if statement.get("subject") != [{"name": name, "digest": {"sha256": entry.manifest_sha256}}]:
        raise BadSignature(f"签名不属于清单 {name} | the signature is for another manifest than {name}")
    found: Mapping[str, Any] = statement["predicate"]
    return found


def _key(settings: Settings, people: People, step: Step) -> Key:
    try:
        keys = public_keys(settings, people, step.who) if step.who in people.by_name else []
    except NoKey as error:
        raise BadSignature(str(error)) from error
    for key in keys:
        if key.keyid == step.facts["key_id"]:
            return key
    raise BadSignature(f"{step.who} 没有该密钥 | {step.who} has no key {step.facts['key_id'][:16]}")


def _envelope(settings: Settings, step: Step) -> bytes:
    sha256 = step.facts["envelope_sha256"]
    file = envelope_path(settings, step.number, personal_name(sha256))
    content = file.read_bytes() if file.is_file() else b""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise BadSignature(
            f"签名文件缺失或被改动 | the envelope {file} is missing or was changed: sha256 {found[:16]} "
            f"instead of {sha256[:16]}"
        )
    return content
