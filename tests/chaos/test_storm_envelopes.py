"""Signature envelopes changed in every way that comes to mind: none may pass, none may crash the verifier."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from securesystemslib.signer._crypto_signer import CryptoSigner

from lineage.ledger.act import canonical_json
from lineage.signing.statement import BadSignature, add_signature, sign, verified
from tests.conftest import Storm

pytestmark = pytest.mark.storm
WEIRD = [None, 0, -1, 1.5, True, "", "x", [], {}, [[]], {"sig": 1}, "=" * 9, "\ud800", 2**70, "é", "é"]


def flip(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


def insert(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content) + 1)
    return content[:place] + random.randbytes(random.randint(1, 4)) + content[place:]


def weird_value(content: bytes, random: Random) -> bytes:
    """Another value in some place of the envelope."""
    envelope = json.loads(content)
    target: Any = random.choice([envelope, envelope["signatures"][0], envelope["signatures"]])
    place = random.randrange(len(target)) if isinstance(target, list) else random.choice(sorted(target))
    target[place] = random.choice(WEIRD)
    return json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode()


def other_layout(content: bytes, random: Random) -> bytes:
    """The same content in another form: what was kept is not what is shown."""
    return json.dumps(json.loads(content), indent=random.randint(1, 4)).encode()


def other_payload(content: bytes, random: Random) -> bytes:
    """Another release under the same signatures."""
    envelope = json.loads(content)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    statement["predicate"]["release"] = f"{random.randrange(43, 999):06d}"
    envelope["payload"] = base64.b64encode(canonical_json(statement)).decode()
    return canonical_json(envelope)


def one_signer_twice(content: bytes, random: Random) -> bytes:
    """The second person's signature under the first one's, or the first one's twice."""
    envelope = json.loads(content)
    first, second = envelope["signatures"]
    envelope["signatures"] = random.choice(
        [
            [first, first],
            [first],
            [first, {**first, "keyid": second["keyid"]}],
            [{**second, "sig": first["sig"]}],
        ]
    )
    return canonical_json(envelope)


CHANGES: list[Callable[[bytes, Random], bytes]] = [
    flip,
    flip,
    cut,
    insert,
    weird_value,
    other_layout,
    other_payload,
    one_signer_twice,
]


def test_no_changed_envelope_passes(storm: Storm) -> None:
    """Prevents a changed envelope from counting as two signatures, and from crashing who looks at it."""
    random, counts = storm.random(), Counter[str]()
    signers = [CryptoSigner.generate_ed25519() for _ in range(2)]
    keys = [signer.public_key for signer in signers]
    payload = canonical_json({"_type": "statement", "predicate": {"release": "000042"}})
    content = add_signature(sign(payload, signers[0]), signers[1])
    assert verified(content, keys, 2)["predicate"]["release"] == "000042"
    for _ in range(storm.size(sample=1_000, full=10_000)):
        change = random.choice(CHANGES)
        changed = change(content, random)
        if changed == content:
            continue
        with pytest.raises(BadSignature):
            verified(changed, keys, 2)
        counts[change.__name__] += 1
    assert len(counts) == len(set(CHANGES))
    storm.report("changed envelopes", **counts, accepted=0, crashes=0)
