"""Checks the audit trail of an inspector's folder offline, with Python's standard library only (3.10+).

    python verify_trail.py --log-key KEY      核验审计追踪

Every line of audit_trail.jsonl is a leaf of the ledger; together they must lead to the root that the log
signed, in the checkpoint of the report beside it. A line changed, left out or moved is told; those after the
checkpoint, which the taking of this folder made, only by their own hash.
"""

import argparse
import hashlib
import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent / "report"


def verifier() -> ModuleType:
    """The bundle's own verifier, which knows keys, notes and signatures."""
    spec = spec_from_file_location("verify", REPORT / "verify.py")
    if spec is None or spec.loader is None:
        raise OSError("report/verify.py is missing")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def root_of(hashes: list[bytes]) -> bytes:
    """Root over leaf hashes (RFC 6962, 2.1); a node without a neighbour moves up as it is."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        joined = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        hashes = joined + hashes[len(hashes) & ~1 :]
    return hashes[0] if hashes else hashlib.sha256(b"").digest()


def signed_root(log_key: str | None) -> tuple[int, bytes]:
    """How many leaves the log signed, and their root; raises ValueError when the signature does not hold."""
    bundle = verifier()
    named = (REPORT / bundle.KEYS).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    if log_key not in (None, named[0]):
        raise ValueError("the trail is of another log than the one whose key was given")
    try:
        kinds = (bundle.ED25519, *[bundle.COSIGNATURE] * len(named))
        keys = [bundle.Key(text, kind) for text, kind in zip(named, kinds, strict=False)]
        size, root = bundle.check_checkpoint((REPORT / bundle.CHECKPOINT).read_bytes(), keys)
    except bundle.Invalid as invalid:
        raise ValueError(str(invalid)) from None
    return size, root


def check(log_key: str | None) -> str:
    """What holds, in words; raises ValueError with the first thing that does not."""
    size, root = signed_root(log_key)
    hashes = []
    for number, line in enumerate((HERE / "audit_trail.jsonl").read_bytes().splitlines()):
        row = json.loads(line)
        found = hashlib.sha256(b"\x00" + row["leaf"].encode()).digest()
        if row["index"] != number or row["leaf_sha256"] != found.hex():
            raise ValueError(f"line {number + 1} is not leaf {number}")
        hashes.append(found)
    if len(hashes) < size or root_of(hashes[:size]) != root:
        raise ValueError(f"the first {size} leaves do not lead to the root that was signed")
    later = len(hashes) - size
    return f"{size} 条在签名的根之下，其后 {later} 条 | {size} leaves under the signed root, {later} after it"


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Checks the audit trail offline. 离线核验审计追踪。")
    parser.add_argument("--log-key", help="public key of the log, as its maker published it")
    given = parser.parse_args(arguments)
    try:
        print(f"ok  {check(given.log_key)}")
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        print(f"INVALID 无效: {error}", file=sys.stderr)
        return 1
    return 0 if given.log_key else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
