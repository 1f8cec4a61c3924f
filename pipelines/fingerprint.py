"""Which code and which inputs a release stands on, as digests that can be compared."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

# What decides a release's content besides its inputs.
RULES = (
    *("config.py", "models", "macros", "audits", "quality_rules", "master_data"),
    *("pipelines/ingest", "pipelines/sqlmesh"),
)
TEXT = frozenset({".py", ".sql", ".yaml", ".yml", ".csv"})


def code_facts(root: Path) -> dict[str, str]:
    """Version of the platform, digest of its rules and models, digest of its pinned packages."""
    return {
        "version": version("medlake"),
        "rules_sha256": _digest(root, _files(root)),
        "packages_sha256": _digest(root, [root / "requirements.lock"]),
    }


def rule_files(root: Path) -> dict[str, str]:
    """The sha256 of every file that decides a release's content besides its inputs, by path below root."""
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in _files(root)
    }


def _files(root: Path) -> list[Path]:
    found = [root / rule for rule in RULES if (root / rule).is_file()]
    for rule in RULES:
        found += [path for path in (root / rule).rglob("*") if path.suffix in TEXT]
    return sorted(found)


def _digest(root: Path, files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
