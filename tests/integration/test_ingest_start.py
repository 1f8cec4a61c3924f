"""What a process pays before it reads its first record."""

import subprocess
import sys
from pathlib import Path

from lakehouse.settings import LIBRARIES, ROOT, Settings, child_environment
from quality_rules.contract import load_contracts

INGEST = """
import sys
from datetime import UTC, datetime
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.ingest import ingest
from quality_rules.contract import load_contracts

settings, contract = Settings.from_env(), load_contracts()["sap_a__mara"]
report = ingest(settings, {contract.id: contract}, RawZone(settings.raw_dir), datetime.now(UTC))
heavy = {"jsonschema", "pandas", "dagster", "sqlmesh", "great_expectations"}
print(report.loaded, *sorted(heavy & {*sys.modules}))
"""


def test_an_ingest_imports_nothing_it_does_not_need(tmp_path: Path) -> None:
    """Prevents one import or one call from bringing back what takes a third of a second and up."""
    contract = load_contracts()["sap_a__mara"]
    names = [column.physical_name for column in contract.columns]
    landed = tmp_path / "landing" / contract.path.replace("*", "20260101")
    landed.parent.mkdir(parents=True)
    landed.write_text(",".join(names) + "\n" + ",".join(["1"] * len(names)) + "\n", "utf-8-sig")
    settings = Settings(ROOT, tmp_path, (tmp_path / "landing",), None, None, "1GB")
    assert _said(INGEST, child_environment(settings)) == ["1"]


def test_the_command_tunes_libraries_before_it_imports_them() -> None:
    """Prevents settings that come too late to have an effect."""
    code = "import os, sys, cli; print('polars' in sys.modules, *map(os.environ.get, sys.argv[1:]))"
    assert _said(code, {}, *LIBRARIES) == ["False", *LIBRARIES.values()]
    assert _said(code, {**LIBRARIES, "POLARS_CSV_CHUNK_SIZE": "7"}, "POLARS_CSV_CHUNK_SIZE")[-1] == "7"


def _said(code: str, environment: dict[str, str], *arguments: str) -> list[str]:
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    return run.stdout.split()
