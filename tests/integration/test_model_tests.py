"""The models' own tests (tests/models/*.yaml): SQLMesh runs them, pytest does not find them."""

from pathlib import Path

from lakehouse.settings import ROOT, Settings
from pipelines.sqlmesh.project import open_context


def test_the_tests_of_the_models_pass(tmp_path: Path) -> None:
    """Prevents YAML tests that nothing runs: a refresh skips them, and pytest collects only Python."""
    context = open_context(Settings.from_env({"MEDLAKE_DATA": str(tmp_path), "MEDLAKE_MEMORY": "1GB"}))
    result = context.test()
    failed = [f"{test}: {reason}" for test, reason in (*result.failures, *result.errors)]
    assert not failed, "\n".join(failed)
    written = sum(
        line.startswith("test_")
        for file in (ROOT / "tests" / "models").glob("*.yaml")
        for line in file.read_text(encoding="utf-8").splitlines()
    )
    assert result.testsRun == written > 20
