from pathlib import Path

import pyarrow as pa
import pytest

from lakehouse.delta_log import commit_path
from lakehouse.raw_zone import DamagedTable, RawZone
from lakehouse.releases import Release
from lakehouse.settings import Settings
from pipelines.lake import Lake
from pipelines.refresh import inputs


def test_torn_commit_does_not_stop_a_refresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a refresh after a power cut from failing on the torn commit before it is settled."""
    settings = Settings(tmp_path, tmp_path, (tmp_path / "landing",), None, None, "1GB")
    lake = Lake(settings, {}, RawZone(settings.raw_dir))
    lake.zone.ensure("mseg", pa.schema([("qty", pa.string())]))
    inputs.pending_digest(lake)
    facts = {"code": {}, "inputs": {"raw_versions": inputs.raw_versions(lake)}}
    release = Release(tmp_path, "000001", facts)
    monkeypatch.setattr(inputs, "current", lambda _: release)
    monkeypatch.setattr(inputs, "code_facts", lambda _: {})
    commit_path(lake.zone.table_path("mseg"), 1).write_bytes(b'{"commitInfo":')
    with pytest.raises(DamagedTable, match="medlake check"):
        inputs.raw_versions(lake)
    said: list[str] = []
    assert inputs.unchanged_release(lake, said.append) is release
    assert "commit 1, never acknowledged, is not whole" in said[0]


def test_all_steps_of_a_run_read_what_its_first_step_read(tmp_path: Path) -> None:
    """Prevents a release that names rows it was not built from: the next refresh would find nothing new."""
    settings = Settings(tmp_path, tmp_path, (tmp_path / "landing",), None, None, "1GB")
    lake, schema = Lake(settings, {}, RawZone(settings.raw_dir)), pa.schema([("qty", pa.string())])
    lake.zone.ensure("mseg", schema)
    first = inputs.pinned_versions(lake, "run 1")
    lake.zone.append("mseg", pa.table({"qty": ["7"]}, schema), ["file 1"])
    assert inputs.pinned_versions(lake, "run 1") == first
    later = inputs.pinned_versions(lake, "run 2")
    assert later["mseg"] == first["mseg"] + 1
    assert [lake.zone.read("mseg", version=each["mseg"]).num_rows for each in (first, later)] == [0, 1]
