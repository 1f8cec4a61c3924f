"""Corrections as files: each a new original that says which record it replaces, and by whose decision.

JSON lines, UTF-8, one object a line:
  {"decision_id": "...", "replaces": {"file_sha256": "...", "row_no": 17}, "extracted_on": "20250301",
   "fields": {"MATNR": "10000123", "MENGE": null}}
`fields` holds the whole corrected record by physical name; `extracted_on` is that of the record it replaces,
so that a correction of an old state does not win over a newer one. A file is named by its own SHA-256.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakehouse.durable import write_atomic

SUFFIX = ".jsonl"
KEYS = frozenset({"decision_id", "replaces", "extracted_on", "fields"})


class CorrectionDamaged(RuntimeError):
    """A correction file that is missing or is not what its decision names; the message says what to do."""


@dataclass(frozen=True)
class Correction:
    """One corrected record; `fields` by physical name, None for no value."""

    decision_id: str
    replaced_file_sha256: str
    replaced_row_no: int
    extracted_on: str
    fields: Mapping[str, str | None]


def correction_bytes(corrections: Sequence[Correction]) -> bytes:
    """The file of some corrections of one table."""
    return b"".join(json.dumps(_object(c), ensure_ascii=False).encode() + b"\n" for c in corrections)


def write_correction(folder: Path, source_table: str, corrections: Sequence[Correction]) -> str:
    """Writes a file durably below the folder of its table and gives its SHA-256."""
    content = correction_bytes(corrections)
    sha256 = hashlib.sha256(content).hexdigest()
    write_atomic(correction_path(folder, source_table, sha256), content)
    return sha256


def correction_path(folder: Path, source_table: str, sha256: str) -> Path:
    """Where a correction file lies."""
    return folder / source_table / f"{sha256}{SUFFIX}"


def read_correction(path: Path, sha256: str) -> tuple[Correction, ...]:
    """The corrections of a file.

    Raises:
        CorrectionDamaged: The file is not there, or its bytes are not the ones that were decided on.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CorrectionDamaged(_damage(path, "缺失", "is missing")) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CorrectionDamaged(_damage(path, "内容已变", "has other bytes than were decided on"))
    return tuple(_correction(json.loads(line)) for line in content.decode().split("\n") if line)


def _object(correction: Correction) -> dict[str, Any]:
    return {
        "decision_id": correction.decision_id,
        "replaces": {
            "file_sha256": correction.replaced_file_sha256,
            "row_no": correction.replaced_row_no,
        },
        "extracted_on": correction.extracted_on,
        "fields": dict(correction.fields),
    }


def _correction(line: Mapping[str, Any]) -> Correction:
    if set(line) != KEYS:
        raise CorrectionDamaged(f"更正记录的键不对 | a correction holds {sorted(KEYS)}, not {sorted(line)}")
    replaced = line["replaces"]
    return Correction(
        line["decision_id"], replaced["file_sha256"], replaced["row_no"], line["extracted_on"], line["fields"]
    )


def _damage(path: Path, zh: str, en: str) -> str:
    return f"更正文件 {path} {zh}，请从备份恢复 | correction file {path} {en}; restore it from a backup"
