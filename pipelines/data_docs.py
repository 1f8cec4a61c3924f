"""Data Docs of a lake: the newest gates as pages, built beside the refresh and never in its way.

data/quality/results/<run>/ (kept by every gate) -> build_data_docs() -> data/quality/docs/index.html
"""

from pathlib import Path

from pipelines.lake import Lake
from quality_rules.gate import GATE_RESULT
from quality_rules.gate_docs import NoResults, build_docs


def build_data_docs(lake: Lake) -> Path:
    """Builds the pages of the newest run, blocked or released, and returns the index page.

    Raises:
        NoResults: no gate has run yet, or its results were removed.
    """
    run_id = _newest_run(lake)
    return build_docs(lake.settings.gate_results_dir / run_id, lake.settings.data_docs_dir, run_id)


def _newest_run(lake: Lake) -> str:
    if not lake.zone.exists(GATE_RESULT):
        raise NoResults("no gate has run in this lake yet; run `medlake refresh`, then build again")
    runs = lake.zone.read(GATE_RESULT, columns=["checked_at", "run_id"]).to_pylist()
    return str(max((row["checked_at"], row["run_id"]) for row in runs)[1])
