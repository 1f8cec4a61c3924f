"""Reads whatever release is current, again and again, until a file says stop; one JSON line of what it saw.

Usage: release_reader.py LAKE STOP AT_LEAST. A look: its begin and end, the release, the tables' versions.
"""

import json
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from lakehouse.releases import find_release
from lakehouse.settings import Settings
from lakehouse.warehouse import connect


def look(settings: Settings) -> list[object]:
    began = datetime.now(UTC).isoformat()
    release = find_release(settings, None)
    with connect(release.warehouse_path, read_only=True, settings=settings) as connection:
        versions = connection.execute("SELECT l.v, m.v FROM core.lot l, core.movement m").fetchall()
    return [began, datetime.now(UTC).isoformat(), release.number, versions]


def main() -> None:
    lake, stop, at_least = sys.argv[1:]
    settings = Settings.from_env({"MEDLAKE_DATA": lake, "MEDLAKE_MEMORY": "500MB", "MEDLAKE_THREADS": "1"})
    looks: list[list[object]] = []
    errors: list[str] = []
    while not Path(stop).exists() or len(looks) < int(at_least):
        try:
            looks.append(look(settings))
        except Exception:  # noqa: BLE001  whatever it is, the test must see it
            errors.append(traceback.format_exc())
    print(json.dumps({"looks": looks, "errors": errors}))


if __name__ == "__main__":
    main()
