"""Files that cost most are bounded: no file takes more than 10 seconds of a processor, or 1.2 GB."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lakehouse.settings import ROOT
from tests.chaos.hostile import NAMES
from tests.conftest import Storm

MAX_SECONDS = 10
MAX_MIB = 1_200_000_000 >> 20
# One of each kind of danger for the sample: windows, quotes, lines, marks, nesting.
SAMPLE = ("csv: broken quote, line", "csv: quotes", "csv: line feeds", "jsonl: deep", "xml: elements")


@pytest.mark.storm
def test_hostile_files_are_bounded_in_time_and_memory(storm: Storm, tmp_path: Path) -> None:
    """Prevents one file of 64 MB from holding an ingest for hours, or from taking the machine's memory."""
    size = storm.size(sample=8, full=64)
    told = {}
    for name in NAMES if storm.is_full else SAMPLE:
        command = [sys.executable, "-m", "tests.chaos.hostile", name, str(size), str(tmp_path)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        assert run.returncode == 0, f"{name}: {run.stderr[-2000:]}"
        told[name] = json.loads(run.stdout)
    print(*(f"{name:<40} {json.dumps(facts)}" for name, facts in told.items()), sep="\n")
    slowest, largest = (max(facts[key] for facts in told.values()) for key in ("seconds", "mib"))
    storm.report("hostile files", cases=len(told), mebibytes=size, slowest_s=slowest, largest_mib=largest)
    assert slowest <= MAX_SECONDS
    assert largest <= MAX_MIB
