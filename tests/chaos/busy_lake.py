"""Writes to a lake until a file says stop: loads, originals, leaves and releases, as fast as it can.

Usage: busy_lake.py LAKE STOP. One JSON line at the end: how much it wrote.
"""

import hashlib
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from lakehouse.durable import write_atomic
from lakehouse.raw_zone import RawZone
from lakehouse.releases import Action, Step, decide, read_book
from lineage.signing import releasing
from pipelines.evidence.recorder import record
from pipelines.lake import Lake
from tests.chaos.release_child import draft, fill, settings_of

SCHEMA = pa.schema([("no", pa.string())])
TABLES = ("erp__item", "erp__move")


def main() -> None:
    folder, stop = sys.argv[1:]
    settings = settings_of({"lake": folder})
    lake = Lake(settings, {}, RawZone(settings.raw_dir))
    wrote = Counter({"files": 0, "releases": 0})
    for table in TABLES:
        lake.zone.ensure(table, SCHEMA)
    while not Path(stop).exists():
        content = f"file {wrote['files']}".encode()
        sha256 = hashlib.sha256(content).hexdigest()
        write_atomic(settings.originals_dir / sha256[:2] / sha256, content)
        for table in TABLES:
            lake.zone.append(table, pa.table({"no": [sha256]}, SCHEMA), [f"{table}:{sha256}"])
        wrote["files"] += 1
        at = datetime.now(UTC)
        record(lake, (), run_id=_run(wrote["files"]), at=at, say=lambda _: None, sealed=True)
        if wrote["files"] % 5 == 0:
            fill(settings, read_book(settings).newest + 1)
            releasing.make_candidate(settings, draft(), "routine")
            wrote["releases"] += 1
        elif wrote["files"] % 7 == 0 and wrote["releases"] > 2:
            decide(settings, Step(Action.HOLD, 1, "li.na", f"case {wrote['files']}"))
    print(json.dumps(wrote))


def _run(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


if __name__ == "__main__":
    main()
