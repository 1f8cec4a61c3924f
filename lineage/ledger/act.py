"""An act as the ledger keeps it: who did what, when, why, and what was there before and after.

Act -> canonical JSON (one form of bytes per content) -> leaf; and strictly back.
Passwords, passphrases and names of patients never enter an act; digests stand for contents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from lineage.ledger.refusals import EvidenceRefused

VERSION = 1
# Beyond it two JSON readers may understand two numbers (RFC 8259, 6).
LARGEST_INTEGER = 2**53 - 1
FIELDS = frozenset({"action", "after", "at", "before", "clock", "details", "v", "what", "who", "why"})
# Whom the ledger names when no person acted.
SYSTEM = "medlake"


class Action(StrEnum):
    """Everything that becomes a leaf."""

    FILE_ADMITTED = "file.admitted"
    FILE_REFUSED = "file.refused"
    LOAD_COMMITTED = "load.committed"
    GATE_RESULT = "gate.result"
    REPAIR = "repair"
    DECISION = "decision"
    RECALL = "recall"
    RULES_CHANGED = "rules.changed"
    MODEL_PLAN = "model.plan"
    RELEASE_CANDIDATE = "release.candidate"
    RELEASE_GATED = "release.gated"
    RELEASE_APPROVED = "release.approved"
    RELEASE_PUBLISHED = "release.published"
    RELEASE_CURRENT = "release.current"
    RELEASE_WITHDRAWN = "release.withdrawn"
    RELEASE_HELD = "release.held"
    RELEASE_RETIRED = "release.retired"
    BREAK_GLASS = "break-glass"
    SIGNATURE = "signature"
    REPORT_BUILT = "report.built"
    REPORT_REFUSED = "report.refused"
    REPORT_ISSUED = "report.issued"
    EXPORT = "export"
    QUERY = "query"
    LOGIN = "login"
    PERMISSION_CHANGED = "permission.changed"
    KEY_CHANGED = "key.changed"
    DESTRUCTION = "destruction"
    BACKUP = "backup"
    RESTORE = "restore"
    DRILL = "drill"
    TIMESTAMP = "timestamp"
    TRAIL_REVIEWED = "trail.reviewed"
    FINDING = "finding"


class BadLeaf(EvidenceRefused, ValueError):
    """Bytes that are not an act in its one canonical form."""


@dataclass(frozen=True)
class Act:
    """One act, without its time: the ledger's own clock gives that.

    Attributes:
        action: What kind of act.
        who: The person or, for what no person started, `medlake`.
        what: The object: a file, a table, a release, a report.
        why: The reason given, or the run it belongs to.
        before: Digest or state before, None where there was none.
        after: Digest or state after, None where there is none.
        details: What else is needed to check the act; texts, integers, booleans, lists and mappings only.
    """

    action: Action
    who: str
    what: str
    why: str
    before: str | None = None
    after: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Entry:
    """A leaf as it was read: its place, its time, its act and its bytes.

    Attributes:
        clock_back: The clock stood before an earlier leaf's time; the order is that of the index.
    """

    index: int
    at: datetime
    act: Act
    clock_back: bool
    body: bytes


def encode(act: Act, at: datetime, *, clock_back: bool) -> bytes:
    """The leaf bytes of an act.

    Raises:
        ValueError: A field is empty, or a value has no exact form (a float, a huge integer).
    """
    for name in ("who", "what", "why"):
        if not getattr(act, name).strip():
            raise ValueError(f"账本条目缺少 {name} | an act in the ledger needs its `{name}`")
    return canonical_json(
        {
            "action": act.action.value,
            "after": act.after,
            "at": instant(at),
            "before": act.before,
            "clock": "back" if clock_back else "ok",
            "details": act.details,
            "v": VERSION,
            "what": act.what,
            "who": act.who,
            "why": act.why,
        }
    )


def decode(index: int, body: bytes) -> Entry:
    """The entry in leaf bytes.

    Raises:
        BadLeaf: They are not what `encode` gives.
    """
    found = strict_json(body)
    if not isinstance(found, dict) or set(found) != FIELDS or found["v"] != VERSION:
        raise BadLeaf(f"leaf {index} has other fields than an act of version {VERSION}")
    try:
        at = datetime.fromisoformat(found["at"])
        act = Act(
            Action(found["action"]),
            *(found[name] for name in ("who", "what", "why", "before", "after", "details")),
        )
        again = encode(act, at, clock_back=found["clock"] == "back")
    except (TypeError, ValueError, AttributeError) as error:
        raise BadLeaf(f"leaf {index} is no act: {error}") from error
    if again != body:
        raise BadLeaf(f"leaf {index} is not in its canonical form")
    return Entry(index, at, act, found["clock"] == "back", body)


def instant(at: datetime) -> str:
    """A time as UTC text that sorts as it runs; microseconds always stand.

    Raises:
        ValueError: It has no zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical_json(value: object) -> bytes:
    """JSON in one form only: sorted keys, no spaces, UTF-8, exact values.

    Raises:
        ValueError: A value has no exact form.
    """
    return json.dumps(
        _exact(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def digest_of(content: bytes) -> str:
    """A SHA-256 as acts write it."""
    return f"sha256:{sha256(content).hexdigest()}"


def strict_json(content: bytes) -> Any:
    """Reads what `canonical_json` wrote, and nothing else.

    Raises:
        BadLeaf: It is other JSON (a key twice, a float, another order or layout) or none.
    """
    try:
        found = json.loads(content.decode(), object_pairs_hook=_once)
        again = canonical_json(found)
    except (ValueError, RecursionError) as error:
        raise BadLeaf(f"not canonical JSON: {error}") from error
    if again != content:
        raise BadLeaf("not canonical JSON: another form of the same content")
    return found


def _exact(value: object) -> object:
    if isinstance(value, str):
        # File names may hold bytes that are no text; they are shown escaped, never dropped.
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is beyond what every JSON reader keeps exact; give it as text")
        return value
    if isinstance(value, Mapping):
        return {_key(key): _exact(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_exact(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no exact form in a ledger")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"a key must be text, not {key!r}")
    return key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadLeaf("a key stands twice")
    return found
