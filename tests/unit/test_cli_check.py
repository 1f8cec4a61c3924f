import json
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from lakehouse.delta_log import commit_path
from lakehouse.raw_zone import RawZone

SCHEMA = pa.schema([("qty", pa.string())])


@pytest.fixture
def zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RawZone:
    """A lake with one table of one load, which the command finds by its environment."""
    monkeypatch.setenv("MEDLAKE_DATA", str(tmp_path))
    zone = RawZone(tmp_path / "raw")
    zone.ensure("mseg", SCHEMA)
    zone.append("mseg", pa.table({"qty": ["1"]}, SCHEMA), ["mseg:aa"])
    return zone


def check(*options: str) -> Result:
    return CliRunner().invoke(app, ["check", *options])


def test_whole_lake_passes(zone: RawZone) -> None:
    """Prevents a check that raises the alarm over a lake in order."""
    result = check("--deep", "--json")
    assert result.exit_code == 0
    (table,) = json.loads(result.stdout)["tables"]
    assert (table["table"], table["version"], table["commits"], table["files"]) == ("mseg", 1, 2, 1)


def test_damage_is_named_with_what_to_do(zone: RawZone) -> None:
    """Prevents damage from passing with exit code 0, or without the file to restore."""
    path = commit_path(zone.table_path("mseg"), 1)
    path.write_bytes(b"")
    result = check()
    assert result.exit_code == 1
    assert "Restore these files from the backup" in result.stderr.replace("\n", " ")
    assert path.name in result.stderr.replace("\n", "")
    assert not path.read_bytes()
