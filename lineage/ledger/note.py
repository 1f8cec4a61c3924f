"""Signed notes (C2SP signed-note): a text, and one line per signature; read strictly.

text + "\\n" + "— <key name> <base64(key id || signature)>\\n" per signature. Ed25519 (0x01) signs the text,
a cosignature/v1 (0x04) signs a time and the text. A signature of an unknown key says nothing and is passed
over; one of a known key that fails spoils the note.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lineage.ledger.refusals import EvidenceRefused

DASH = "— "
LARGEST_NOTE = 1_000_000
MOST_SIGNATURES = 100
KEY_ID_BYTES = 4
PUBLIC_BYTES = 32
ED25519_BYTES = 64
TIME = struct.Struct(">Q")
# Seconds that fit every calendar a reader may use, the year 9999.
LATEST_SECOND = 253_402_300_799


class BadNote(EvidenceRefused, ValueError):
    """Bytes that are no signed note, or not one signed as they must be."""


class Kind(IntEnum):
    """How a key signs."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True)
class VerifierKey:
    """A public key under its name."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.public) != PUBLIC_BYTES:
            raise BadNote(f"{self.name!r} is no key: a name has no space and no plus, a public key 32 bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `name+key id+base64(kind || public key)`.

        Raises:
            BadNote: It is no such key.
        """
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        decoded = _decode(encoded)
        if not decoded or decoded[0] not in list(Kind):
            raise BadNote(f"{text!r} is not a key of a kind known here")
        found = cls(name, Kind(decoded[0]), decoded[1:])
        if found.key_id.hex() != key_id:
            raise BadNote(f"{text!r} names another key id than its key has")
        return found

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encode(bytes([self.kind]) + self.public)}"

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:KEY_ID_BYTES]

    def time_of(self, text: str, signature: bytes) -> int:
        """The second of a cosignature that holds; 0 for a plain signature, which has none.

        Raises:
            BadNote: The signature does not hold.
        """
        at, message = 0, text.encode()
        if self.kind is Kind.COSIGNATURE:
            at = TIME.unpack(signature[: TIME.size])[0] if len(signature) >= TIME.size else LATEST_SECOND + 1
            signature, message = signature[TIME.size :], cosigned_message(text, at)
        if len(signature) != ED25519_BYTES or at > LATEST_SECOND:
            raise BadNote(f"the signature of {self.name} has no valid form")
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as invalid:
            raise BadNote(f"the signature of {self.name} does not fit the text") from invalid
        return at


@dataclass(frozen=True)
class SigningKey:
    """A private key under its name."""

    verifier: VerifierKey
    private: Ed25519PrivateKey

    def sign(self, text: str, *, second: int = 0) -> Signature:
        """Signs a text; a cosignature says when, in seconds since 1970."""
        if self.verifier.kind is Kind.COSIGNATURE:
            made = TIME.pack(second) + self.private.sign(cosigned_message(text, second))
        else:
            made = self.private.sign(text.encode())
        return Signature(self.verifier.name, self.verifier.key_id, made)


@dataclass(frozen=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {_encode(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Reads one line, with its end.

        Raises:
            BadNote: It is no signature line.
        """
        name, _, encoded = line.removeprefix(DASH).removesuffix("\n").partition(" ")
        decoded = _decode(encoded)
        if len(decoded) <= KEY_ID_BYTES or not _is_name(name):
            raise BadNote("a signature line is malformed")
        found = cls(name, decoded[:KEY_ID_BYTES], decoded[KEY_ID_BYTES:])
        if str(found) != line:
            raise BadNote("a signature line is malformed")
        return found


@dataclass(frozen=True)
class Note:
    """A text and its signatures, as they were read; nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Reads a note.

        Raises:
            BadNote: It is not exactly one.
        """
        if len(content) > LARGEST_NOTE:
            raise BadNote("the note is too large")
        try:
            whole = content.decode()
        except UnicodeDecodeError as error:
            raise BadNote("the note is not UTF-8") from error
        if any(ord(letter) < 0x20 and letter != "\n" for letter in whole):
            raise BadNote("the note holds control characters")
        # A signature line holds no empty line, so the last one ends the text.
        text, found, lines = whole.rpartition("\n\n")
        if not found or not lines.endswith("\n"):
            raise BadNote("the note has no signatures, or its last line has no end")
        signed = lines.removesuffix("\n").split("\n")
        if len(signed) > MOST_SIGNATURES:
            raise BadNote("the note has too many signatures")
        return cls(f"{text}\n", tuple(Signature.parse(f"{line}\n") for line in signed))

    def times(self, keys: Collection[VerifierKey]) -> dict[VerifierKey, int]:
        """The known keys that signed, each with the second it says.

        Raises:
            BadNote: A signature of a known key does not hold, or stands twice.
        """
        found: dict[VerifierKey, int] = {}
        for signature in self.signatures:
            for key in keys:
                if (signature.name, signature.key_id) == (key.name, key.key_id):
                    if key in found:
                        raise BadNote(f"{key.name} has signed twice")
                    found[key] = key.time_of(self.text, signature.signature)
        return found


def new_key(name: str, kind: Kind, make: Callable[[], Ed25519PrivateKey]) -> SigningKey:
    """A fresh key pair under a name."""
    private = make()
    return SigningKey(VerifierKey(name, kind, private.public_key().public_bytes_raw()), private)


def cosigned_message(text: str, second: int) -> bytes:
    """What a cosignature/v1 signs."""
    return f"cosignature/v1\ntime {second}\n{text}".encode()


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decode(text: str) -> bytes:
    """Base64 in its one form: no line breaks, padded, unused bits zero."""
    try:
        found = base64.b64decode(text.encode("utf-8", "replace"), validate=True)
    except binascii.Error as error:
        raise BadNote("malformed base64") from error
    if _encode(found) != text:
        raise BadNote("malformed base64")
    return found


def decode_hash(text: str) -> bytes:
    """A SHA-256 in base64.

    Raises:
        BadNote: It is none.
    """
    found = _decode(text)
    if len(found) != sha256().digest_size:
        raise BadNote(f"{text!r} is no SHA-256 in base64")
    return found


def encode_hash(digest: bytes) -> str:
    """A SHA-256 as checkpoints and proofs write it."""
    return _encode(digest)
