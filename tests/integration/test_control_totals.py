"""What senders say of their files: the line of the latest file name counts, in any order of arrival."""

import json
from pathlib import Path

import pytest

from quality_rules.contract import load_contracts
from tests.integration.small_lake import empty_lake

CONTROL = load_contracts()["delivery__control"]
EARLIER = {"control_20260101.jsonl": 3, "control_20260101120000.jsonl": 4}


@pytest.mark.parametrize("latest", [2, 5, 6, 7, 8])  # contents of several digests: no order of theirs decides
def test_the_latest_word_counts(tmp_path: Path, latest: int) -> None:
    """Prevents a corrected line from losing against the wrong one, which would block every release."""
    lake = empty_lake(tmp_path)
    for name, records in {"control_20260102.jsonl": latest, **EARLIER}.items():
        lake.drop(f"delivery/{name}", json.dumps({"file": "a.csv", "records": records}) + "\n")
        lake.run(CONTROL)
    good = "SELECT record_count FROM typed.delivery__control WHERE _status = 'good'"
    assert lake.typed(CONTROL, good) == [(latest,)]
