"""The keys people sign with: Ed25519, one file a key, useless without its owner's passphrase.

passphrase -> PKCS #12 (PBKDF2-HMAC-SHA256, 600,000 rounds, AES-256) -> <person>/<key id>.p12, mode 0600, and
<key id>.json, the public half. A wrong passphrase is counted; after five the person waits.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import KeySerializationEncryption, PrivateFormat, pkcs12
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import Key, SSlibKey

from lakehouse.durable import make_folder, write_atomic
from lakehouse.settings import Settings
from lineage.signing.people import People, Person

ROUNDS = 600_000
TRIES = 5
WAIT = timedelta(minutes=15)


class BadPassphrase(PermissionError):
    """The passphrase does not open the key, or was tried too often."""


class NoKey(LookupError):
    """The person has no key, or none that counts."""


def utc_now() -> datetime:
    """The clock that spaces tries."""
    return datetime.now(UTC)


def make_key(settings: Settings, person: Person, passphrase: str) -> Key:
    """Makes a new key for a person and returns its public half.

    Raises:
        ValueError: The passphrase is empty.
    """
    if not passphrase:
        raise ValueError("口令不能为空 | a passphrase is needed")
    private = Ed25519PrivateKey.generate()
    public = SSlibKey.from_crypto(private.public_key())
    sealed = pkcs12.serialize_key_and_certificates(
        person.name.encode(), private, None, None, _encryption(passphrase)
    )
    folder = _folder(settings, person.name)
    make_folder(folder)
    folder.chmod(0o700)
    write_private(folder / f"{public.keyid}.p12", sealed)
    write_atomic(folder / f"{public.keyid}.json", json.dumps(public.to_dict(), sort_keys=True).encode())
    return public


def unlock(settings: Settings, people: People, name: str, passphrase: str) -> CryptoSigner:
    """A person's newest key, opened for one signing.

    Raises:
        BadPassphrase: Wrong, or tried too often of late.
        NoKey: They have none that counts.
    """
    person = people.person(name)
    folder = _folder(settings, name)
    public = public_keys(settings, people, name)[-1]
    _require_patience(folder, name)
    try:
        opened = pkcs12.load_pkcs12((folder / f"{public.keyid}.p12").read_bytes(), passphrase.encode())
    except ValueError as error:
        left = _count_failure(folder)
        raise BadPassphrase(
            f"口令错误 | wrong passphrase for {person.printed}; {left} tries left before a wait of "
            f"{WAIT.total_seconds() / 60:.0f} minutes"
        ) from error
    (folder / "tries.json").unlink(missing_ok=True)
    private = opened.key
    if not isinstance(private, Ed25519PrivateKey):
        raise NoKey(f"{name} 的密钥文件不含 Ed25519 密钥 | the key file of {name} holds no Ed25519 key")
    return CryptoSigner(private, public)


def public_keys(settings: Settings, people: People, name: str) -> list[SSlibKey]:
    """Every public key of a person that counts, oldest first; a demo person gets one at first use.

    Raises:
        NoKey: There is none, or none of them stands in the file of people.
    """
    person = people.by_name[name]
    found = _on_disk(settings, name)
    if people.is_demo and not found:
        make_key(settings, person, people.demo_passphrase)
        found = _on_disk(settings, name)
    counted = [key for key in found if people.is_demo or key.keyid in person.key_ids]
    if not counted:
        raise NoKey(
            f"{name} 没有列入人员名单的密钥 | {name} has no key that the file of people names; make one with "
            f"`medlake release enrol {name}` and have its id reviewed into {settings.people_file}"
        )
    return counted


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read, never readable by others in between."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _on_disk(settings: Settings, name: str) -> list[SSlibKey]:
    files = sorted(_folder(settings, name).glob("*.json"), key=lambda file: (file.stat().st_mtime_ns, file))
    found: list[SSlibKey] = []
    for file in files:
        if file.name != "tries.json":
            key = Key.from_dict(file.stem, json.loads(file.read_bytes()))
            assert isinstance(key, SSlibKey)
            found.append(key)
    return found


def _folder(settings: Settings, name: str) -> Path:
    return settings.keys_dir / "people" / name


def _encryption(passphrase: str) -> KeySerializationEncryption:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(ROUNDS).hmac_hash(SHA256())
    return builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).build(passphrase.encode())


def _tries(folder: Path) -> list[datetime]:
    file = folder / "tries.json"
    listed: list[str] = json.loads(file.read_bytes()) if file.is_file() else []
    now = utc_now()
    return [at for at in map(datetime.fromisoformat, listed) if now - at < WAIT]


def _require_patience(folder: Path, name: str) -> None:
    recent = _tries(folder)
    if len(recent) >= TRIES:
        raise BadPassphrase(
            f"口令错误次数过多 | {len(recent)} wrong passphrases for {name}; "
            f"the next try is possible at {recent[0] + WAIT:%H:%M:%S} UTC"
        )


def _count_failure(folder: Path) -> int:
    recent = [*_tries(folder), utc_now()]
    write_atomic(folder / "tries.json", json.dumps([at.isoformat() for at in recent]).encode())
    return max(0, TRIES - len(recent))
