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
