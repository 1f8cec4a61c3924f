"""The connection to a warehouse: what every reader of it relies on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lakehouse.settings import ROOT

ASKED = """
import sys
from pathlib import Path
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
con = connect(Path(sys.argv[1]), read_only=False, settings=Settings.from_env())
moment = "SELECT TIMESTAMPTZ '2026-01-31 23:30:00+00'"
print(*(session.execute(moment).fetchone()[0].isoformat() for session in (con, con.cursor())))
"""


def test_a_cursor_tells_utc_as_its_connection_does(tmp_path: Path) -> None:
    """Prevents times of the machine's zone in reports: a cursor is a session with settings of its own."""
    environment = {**os.environ, "TZ": "Asia/Shanghai", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ASKED, str(tmp_path / "w.duckdb")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2026-01-31T23:30:00+00:00"] * 2
