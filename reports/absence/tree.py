"""The sorted list of lot numbers of a release, its root, and the files that let anyone prove absence.

release → lines `number<tab>lot` → lots.txt, root.json, absent.py. Law of the list: sorted by number and lot.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import duckdb

from lakehouse.releases import Release
from reports.absence import absent
from reports.frame import canonical_json

LIST, ROOT, VERIFIER = "lots.txt", "root.json", "absent.py"


def lot_lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the lines of an open release in their order."""
    query = files("reports.absence").joinpath("queries", "lot_names.sql").read_text(encoding="utf-8")
    pairs = {(absent.normal(text), lot_id) for text, lot_id in con.execute(query).fetchall() if text}
    lines = [f"{number}\t{lot_id}" for number, lot_id in pairs if number]
    return sorted(lines, key=lambda line: (absent.key(line), line.encode()))


def root_file(release: Release, lines: Sequence[str]) -> bytes:
    """Return root.json: how many lines, and the root over them."""
    facts = {"size": len(lines), "root_sha256": absent.root_of(list(lines)).hex(), "release": release.name}
    return canonical_json({"v": absent.VERSION, **facts})


def list_files(release: Release, lines: Sequence[str]) -> dict[str, bytes]:
    """Return the files by name with which anybody proves that a number is absent."""
    return {
        LIST: "".join(f"{line}\n" for line in lines).encode(),
        ROOT: root_file(release, lines),
        VERIFIER: Path(absent.__file__).read_bytes(),
    }
