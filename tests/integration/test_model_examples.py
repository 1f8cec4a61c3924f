"""The hand-made examples of tests/models, run by SQLMesh on every model they name."""

from pathlib import Path

import yaml

from lakehouse.settings import Settings
from pipelines.sqlmesh.project import open_context

EXAMPLES = Path(__file__).parents[1] / "models"


def test_every_example_of_a_model_holds(tmp_path: Path) -> None:
    """Prevents examples that are written down and never run: a build skips them."""
    result = open_context(Settings.from_env({"MEDLAKE_DATA": str(tmp_path)})).test()
    written = sum(len(yaml.safe_load(path.read_text("utf-8"))) for path in EXAMPLES.glob("test_*.yaml"))
    assert [str(test) for test, _ in (*result.failures, *result.errors)] == []
    assert result.testsRun == written > 20
