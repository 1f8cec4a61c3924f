"""Keys of a lake's roles: one Ed25519 key per role, in a file only its owner may read.

<role>.pem is the private key (PKCS #8), <role>.vkey the public one under its name, to be given to whoever
checks. The log's key is made at its first use; a demo or a test lake has keys like any other.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from lakehouse.durable import fsync_all, fsync_path, make_folder, write_atomic
from lineage.ledger.note import Kind, SigningKey, VerifierKey, new_key
from lineage.ledger.refusals import BadKey

PRIVATE = ".pem"
PUBLIC = ".vkey"


def log_key(folder: Path) -> SigningKey:
    """The key that signs this lake's checkpoints; its name is the log's name for ever.

    Raises:
        BadKey: The file is readable by others, damaged, or does not fit its public key.
    """
    return _kept(folder, "log", f"medlake.local/{token_hex(6)}", Kind.ED25519)


def witness_key(folder: Path) -> SigningKey:
    """The key of a witness; its folder belongs to another account, another machine, or both."""
    return _kept(folder, "witness", f"witness.medlake.local/{token_hex(6)}", Kind.COSIGNATURE)


def public_key(folder: Path, role: str) -> VerifierKey:
    """A role's public key.

    Raises:
        BadKey: There is none.
    """
    path = folder / f"{role}{PUBLIC}"
    if not path.is_file():
        raise BadKey(f"尚无公钥 {path} | there is no public key {path}; it is made with the first seal")
    return VerifierKey.parse(path.read_text(encoding="utf-8").strip())


def former_log_keys(folder: Path) -> tuple[VerifierKey, ...]:
    """Public keys under which this lake's ledger was sealed before; they verify its old seals for ever."""
    files = sorted(folder.glob(f"log.*{PUBLIC}"))
    return tuple(VerifierKey.parse(file.read_text(encoding="utf-8").strip()) for file in files)


def renew_log_key(folder: Path) -> tuple[VerifierKey, SigningKey]:
    """Begins a new log under a new name and key; the old private key is destroyed, the public one stays.

    Returns:
        The old public key and the new key.
    """
    old = log_key(folder).verifier
    write_atomic(folder / f"log.{old.key_id.hex()}{PUBLIC}", f"{old}\n".encode())
    (folder / f"log{PRIVATE}").unlink()
    fsync_path(folder)
    return old, log_key(folder)


def _kept(folder: Path, role: str, name: str, kind: Kind) -> SigningKey:
    path = folder / f"{role}{PRIVATE}"
    if not path.exists():
        make_folder(folder)
        folder.chmod(0o700)
        with _alone(folder):
            if not path.exists():
                return _make(path, name, kind)
    return _read(path, public_key(folder, role))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes that need a key for the first time make one between them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(path: Path, name: str, kind: Kind) -> SigningKey:
    """Public key first: a crash in between leaves no private key that nobody can name."""
    key = new_key(name, kind, Ed25519PrivateKey.generate)
    write_atomic(path.with_suffix(PUBLIC), f"{key.verifier}\n".encode())
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    draft.rename(path)
    fsync_all([path, path.parent])
    return key


def _read(path: Path, verifier: VerifierKey) -> SigningKey:
    if path.stat().st_mode & 0o077:
        raise BadKey(
            f"私钥 {path} 他人可读；请执行 chmod 600 并考虑更换 | the private key {path} can be read by "
            f"others: run `chmod 600 {path}`, and consider it known to them"
        )
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise BadKey(f"私钥损坏 {path} | the private key {path} cannot be read: {error}") from error
    if (
        not isinstance(private, Ed25519PrivateKey)
        or private.public_key().public_bytes_raw() != verifier.public
    ):
        raise BadKey(f"私钥与公钥不符 {path} | the private key {path} does not fit its public key")
    return SigningKey(verifier, private)
