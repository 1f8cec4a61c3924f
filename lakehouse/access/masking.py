"""Masking: what stands in a role's file instead of a value it may not see, written as SQL over the column.

column type -> Kind -> the policy's Method -> expression. Equal values keep equal digests in every column of a
lake, so that what is masked can still be joined and counted; without the lake's key nobody can try values.
"""

from __future__ import annotations

import os
import secrets
from enum import StrEnum
from pathlib import Path

from lakehouse.durable import fsync_path, make_folder
from lakehouse.settings import Settings

KEY_FILE = "masking.key"
KEY_BYTES = 32
BLOCK_BYTES = 64
DIGEST_CHARACTERS = 20
MARK = "≈"
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "DOUBLE", "FLOAT", "U")


class Kind(StrEnum):
    """Kinds of column that masks tell apart."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    OTHER = "other"


class Method(StrEnum):
    """What becomes of a masked value."""

    DIGEST = "digest"
    MONTH = "month"
    WITHHOLD = "withhold"


def kind_of(type_name: str) -> Kind:
    """The kind of a DuckDB type."""
    if type_name == "VARCHAR":
        return Kind.TEXT
    if type_name == "DATE" or type_name.startswith("TIMESTAMP"):
        return Kind.DATE
    is_number = type_name.startswith(_NUMBERS) and not type_name.endswith("]")
    return Kind.NUMBER if is_number else Kind.OTHER


def masked(column: str, type_name: str, method: Method) -> str:
    """The expression that stands for a masked column; `getvariable` gives both halves of the key.

    A method that does not fit the type withholds.
    """
    kind = kind_of(type_name)
    if method is Method.DIGEST and kind is Kind.TEXT:
        inner = f"unhex(sha256(getvariable('mask_inner')::BLOB || encode({column})))"
        digest = f"left(sha256(getvariable('mask_outer')::BLOB || {inner}), {DIGEST_CHARACTERS})"
        return f"'{MARK}' || {digest}"
    if method is Method.MONTH and kind is Kind.DATE:
        return f"date_trunc('month', {column})::{type_name}"
    return f"NULL::{type_name}"


def key_halves(key: bytes) -> tuple[bytes, bytes]:
    """What HMAC-SHA-256 (RFC 2104) puts before the inner and the outer message."""
    padded = key.ljust(BLOCK_BYTES, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def masking_key(settings: Settings) -> bytes:
    """The key of this lake's digests, made at first use; only its owner may read it."""
    path = settings.keys_dir / KEY_FILE
    if not path.is_file():
        make_folder(path.parent)
        _make_key(path)
    return path.read_bytes()


def _make_key(path: Path) -> None:
    """Whoever comes first makes the key; a second maker finds it and keeps its own to nobody."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(KEY_BYTES))
            out.flush()
            os.fsync(out.fileno())
        if not path.is_file():
            os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
    fsync_path(path.parent)
