"""Checks an evidence bundle of medlake offline, with nothing but Python's standard library (3.10 or newer).

    python verify.py BUNDLE.zip --log-key KEY --witness-key KEY        离线核验证据包

BUNDLE.zip may be the folder it was unpacked into; the keys are those its maker published. Says what holds and
ends with 0, or names the first thing that does not and ends with 1; without --log-key it ends with 3 at best.
Formats: RFC 6962 Merkle tree, C2SP signed note and cosignature/v1, DSSE envelope, Ed25519 of RFC 8032.
"""

import argparse
import base64
import hashlib
import io
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

MANIFEST, RELEASE, PEOPLE = "manifest.json", "release/manifest.json", "evidence/people.json"
CHECKPOINT, LEAVES, KEYS = "evidence/checkpoint", "evidence/leaves.json", "evidence/keys"
EVIDENCE = {MANIFEST, CHECKPOINT, LEAVES, KEYS, PEOPLE}
RELEASED = ("release.candidate", "release.published")
SIGNED = ("release.approved", "break-glass")
ED25519, COSIGNATURE = 1, 4
MALFORMED = (LookupError, TypeError, AttributeError, ValueError, RuntimeError, EOFError, OSError, BadZipFile)


class Invalid(Exception):
    """The first thing that does not hold."""


def need(holds: object, what: str) -> None:
    """Raises when something does not hold."""
    if not holds:
        raise Invalid(what)


# Ed25519: RFC 8032, sections 5.1 and 6. Nothing here is secret, so its time may tell.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def add(p: Point, q: Point) -> Point:
    """Sum of two points in extended coordinates."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: Point) -> Point:
    """Scalar times point."""
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def decompress(encoded: bytes) -> Point | None:
    """The point in 32 bytes, None when there is none."""
    y, sign = int.from_bytes(encoded, "little") & ((1 << 255) - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds (RFC 8032, 5.1.7)."""
    need(len(public) == 32 and len(signature) == 64, "a signature or a key has another length")
    key, r, s = decompress(public), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or BASE is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    one, other = multiply(s, BASE), add(r, multiply(h, key))
    return not any((one[i] * other[2] - other[i] * one[2]) % P for i in (0, 1))


def unbase64(text: str) -> bytes:
    """Base64 in its one form."""
    found = base64.b64decode(text, validate=True)
    need(base64.b64encode(found).decode() == text, f"{text} is base64 in another form")
    return found


def strict_json(content: bytes, what: str) -> Any:
    """JSON as its maker writes it: sorted, no spaces, no key twice."""
    found = json.loads(content)
    again = json.dumps(found, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    need(again.encode("utf-8", "replace") == content, f"{what} is JSON in another form")
    return found


def sha256(content: bytes) -> str:
    """Digest in hex."""
    return hashlib.sha256(content).hexdigest()


def archive_bytes(files: dict[str, bytes]) -> bytes:
    """The one archive of these files: sorted, stored as they are, without time."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def read_bundle(path: Path) -> dict[str, bytes]:
    """Every file of a bundle, from a ZIP in its one form or from a folder."""
    if path.is_dir():
        return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    content = path.read_bytes()
    with ZipFile(io.BytesIO(content)) as archive:
        need(sum(entry.file_size for entry in archive.infolist()) < len(content), "the archive is compressed")
        found = {name: archive.read(name) for name in archive.namelist()}
    need(archive_bytes(found) == content, "the archive holds more than its files, or in another form")
    return found


def check_files(files: dict[str, bytes]) -> Any:
    """Every file against the manifest, none missing, none more."""
    need(MANIFEST in files, f"{MANIFEST} is missing")
    manifest = strict_json(files[MANIFEST], MANIFEST)
    need(manifest["v"] == 1, f"{MANIFEST} is of no known version")
    listed = {name: (size, digest) for name, size, digest in manifest["files"]}
    known = {name for name in files if name.startswith("signatures/")} | EVIDENCE | listed.keys()
    need(known == files.keys(), f"missing, or in no manifest: {sorted(known ^ files.keys())}")
    for name, expected in sorted(listed.items()):
        need((len(files[name]), sha256(files[name])) == expected, f"{name} has other bytes than were issued")
    need(sha256(files[RELEASE]) == manifest["release_manifest_sha256"], f"{RELEASE} is of another release")
    return manifest


class Key:
    """A public key: name+id+base64(kind, key)."""

    def __init__(self, text: str, kind: int) -> None:
        self.text, (self.name, self.id, encoded) = text, text.split("+", 2)
        decoded = unbase64(encoded)
        need(self.name and len(decoded) == 33 and decoded[0] == kind, f"{text} is no key of its kind")
        self.kind, self.public = kind, decoded[1:]
        need(self.id == sha256(self.name.encode() + b"\n" + decoded)[:8], f"the key {text} has another id")

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether a signature of this key holds for a text; a witness also says when."""
        if self.kind == ED25519:
            return ed25519(self.public, text.encode(), signature)
        second = int.from_bytes(signature[:8], "big")
        return ed25519(self.public, f"cosignature/v1\ntime {second}\n{text}".encode(), signature[8:])


def check_checkpoint(note: bytes, keys: list[Key]) -> tuple[int, bytes]:
    """Size and root that the log, and the witness where there is one, signed."""
    text, _, lines = note.decode().rpartition("\n\n")
    text, (*signed, end) = text + "\n", lines.split("\n")
    need(len(signed) == len(keys) and not end, "the checkpoint lacks a signature, or has one too many")
    for key, line in zip(keys, signed, strict=True):
        dash, name, encoded = line.split(" ")
        signature = unbase64(encoded)
        signer = (dash, name, signature[:4].hex())
        need(signer == ("—", key.name, key.id), f"the checkpoint is signed by {name}, not {key.name}")
        need(key.holds(text, signature[4:]), f"the signature of {name} does not fit the checkpoint")
    origin, size, root, _ = text.split("\n")
    need((origin, size) == (keys[0].name, str(int(size))), "the checkpoint is of another log")
    return int(size), unbase64(root)


def root_of(found: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Where a path leads from the hash of a leaf or subtree (RFC 6962, 2.1.1)."""
    need(0 <= index < size and bool(path) == (size > 1), "a path does not fit its leaf's place")
    if size == 1:
        return found
    left, beside = 1 << (size - 1).bit_length() - 1, path[-1]
    if index < left:
        return hashlib.sha256(b"\x01" + root_of(found, index, left, path[:-1]) + beside).digest()
    return hashlib.sha256(b"\x01" + beside + root_of(found, index - left, size - left, path[:-1])).digest()


def check_leaves(content: bytes, size: int, root: bytes) -> list[Any]:
    """Every leaf under the signed root; gives the acts in order."""
    acts = []
    for entry in strict_json(content, LEAVES):
        body, index = entry["leaf"].encode(), entry["index"]
        path = [unbase64(step) for step in entry["path"]]
        found = root_of(hashlib.sha256(b"\x00" + body).digest(), index, size, path)
        need(found == root, f"leaf {index} does not stand under the signed root")
        acts.append(strict_json(body, f"leaf {index}"))
    return acts


def check_signature(content: bytes, key: Any, act: Any, release_sha256: str) -> str:
    """One person's signature against the leaf that names it; gives it in words."""
    facts, what = act["details"]["facts"], f"the signature of {act['who']}"
    need(sha256(content) == facts["envelope_sha256"], f"{what} is not the one in the ledger")
    canonical = json.dumps(key, sort_keys=True, separators=(",", ":")).encode()
    need(sha256(canonical) == facts["key_id"], f"the key of {act['who']} is not the one in the ledger")
    envelope = strict_json(content, what)
    payload, kind, (one,) = unbase64(envelope["payload"]), envelope["payloadType"], envelope["signatures"]
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    holds = ed25519(bytes.fromhex(key["keyval"]["public"]), message, unbase64(one["sig"]))
    need(holds and one["keyid"] == facts["key_id"], f"{what} does not hold")
    statement = strict_json(payload, what)
    said = statement["predicate"]
    need(statement["subject"][0]["digest"]["sha256"] == release_sha256, f"{what} is for another release")
    need((said["person"], said["role"]) == (act["who"], facts["role"]), f"{what} is of somebody else")
    return f"{said['name']} ({said['role']}): {said['meaning']}, {said['signed_at_local']} {said['zone']}"


def check_signatures(files: dict[str, bytes], acts: list[Any], release_sha256: str) -> list[str]:
    """Every signature that the ledger says was given for the release, each by another person."""
    signed = [act for act in acts if act["action"] in SIGNED]
    facts = {f"signatures/{act['details']['facts']['envelope_sha256']}": act for act in signed}
    people, keys = strict_json(files[PEOPLE], PEOPLE), {act["details"]["facts"]["key_id"] for act in signed}
    stray = {name for name in files if name.startswith("signatures/")} ^ facts.keys()
    need(not stray, f"signatures are missing or too many: {sorted(stray)}")
    need(len({act["who"] for act in signed}) == len(signed), "the same person has signed twice")
    need(len(keys) == len(signed) and people.keys() == keys, "the same key has signed twice, or another one")
    return [
        check_signature(files[name], people[act["details"]["facts"]["key_id"]], act, release_sha256)
        for name, act in facts.items()
    ]


def check_rule(acts: list[Any], issued_at: str) -> None:
    """The release has every signature its rule asks for, or an emergency door that was still open."""
    facts = [act["details"]["facts"] for act in acts if "facts" in act["details"]]
    lacking = {needed["role"] for fact in facts if "rule" in fact for needed in fact["rule"]["needed"]}
    lacking -= {act["details"]["facts"]["role"] for act in acts if act["action"] in SIGNED}
    doors = [act for act in acts if act["action"] == SIGNED[1]] if lacking else []
    need(doors or not lacking, f"the release lacks the signature of {sorted(lacking)}")
    for act in doors:
        end = datetime.fromisoformat(act["at"]) + timedelta(hours=act["details"]["facts"]["hours"])
        need(datetime.fromisoformat(issued_at) < end, f"the emergency release by {act['who']} was over")


def check_all(files: dict[str, bytes], log_key: str | None, witness_key: str | None) -> list[str]:
    """Everything that holds, in words."""
    manifest = check_files(files)
    named = files[KEYS].decode().removesuffix("\n").split("\n")
    need(log_key in (None, named[0]), "the bundle is of another log than the one whose key was given")
    need(witness_key in (None, *named[1:]), "the bundle has not the witness whose key was given")
    keys = [Key(text, COSIGNATURE if number else ED25519) for number, text in enumerate(named)]
    size, root = check_checkpoint(files[CHECKPOINT], keys)
    acts = check_leaves(files[LEAVES], size, root)
    digest, release_sha256 = f"sha256:{sha256(files[MANIFEST])}", manifest["release_manifest_sha256"]
    issued = [act for act in acts if (act["action"], act["after"]) == ("report.issued", digest)]
    need(issued, "no leaf vouches for this bundle's manifest")
    made = [act["details"]["facts"].get("manifest_sha256") for act in acts if act["action"] in RELEASED]
    need(release_sha256 in made, "no leaf vouches for the release")
    check_rule(acts, issued[0]["at"])
    return [
        f"{len(manifest['files'])} files are as issued: {manifest['kind']} {manifest['subject']}",
        f"issued {issued[0]['at']} from release {manifest['release']:06d}",
        f"{len(acts)} leaves stand under the root of {size} leaves that {keys[0].name} signed",
        *[f"countersigned by {key.name}" for key in keys[1:]],
        *[f"signed by {line}" for line in check_signatures(files, acts, release_sha256)],
        *([] if keys[1:] else ["NOT WITNESSED 未见证: whoever holds the log's key could have rewritten it"]),
    ]


def check(path: Path, log_key: str | None = None, witness_key: str | None = None) -> list[str]:
    """Everything that holds, in words; raises Invalid with the first thing that does not."""
    try:
        return check_all(read_bundle(path), log_key, witness_key)
    except MALFORMED as error:
        raise Invalid(f"the bundle is malformed: {type(error).__name__} {error}") from None


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Checks an evidence bundle offline. 离线核验证据包。")
    parser.add_argument("bundle", nargs="?", default=Path(__file__).resolve().parent, type=Path)
    parser.add_argument("--log-key", help="public key of the log, as its maker published it")
    parser.add_argument("--witness-key", help="public key of its witness")
    given = parser.parse_args(arguments)
    try:
        print("\n".join(f"ok  {line}" for line in check(given.bundle, given.log_key, given.witness_key)))
    except Invalid as invalid:
        print(f"INVALID 无效: {invalid}")
        return 1
    print("VALID 有效" if given.log_key else "CONSISTENT 自洽: are these its maker's keys?")
    return 0 if given.log_key else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
