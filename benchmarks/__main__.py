"""Runs benchmarks and prints one JSON line per figure.

python -m benchmarks [all|ingest|small_files|loads|refresh|udi|genealogy|parties|recall|sealing|pages|
sections]; every module named so has `run() -> Iterator[Figure]`.
"""

import json
import sys
from importlib import import_module

from benchmarks.figure import machine

BENCHMARKS = (
    "ingest",
    "small_files",
    "loads",
    "refresh",
    "udi",
    "genealogy",
    "parties",
    "recall",
    "sealing",
    "pages",
    "sections",
)


def main(wanted: str) -> int:
    """Runs the wanted benchmark, or all of them."""
    if wanted != "all" and wanted not in BENCHMARKS:
        sys.stderr.write(f"no benchmark {wanted!r}; there are: all, {', '.join(BENCHMARKS)}\n")
        return 2
    for name in BENCHMARKS if wanted == "all" else (wanted,):
        for figure in import_module(f"benchmarks.{name}").run():
            sys.stdout.write(json.dumps({"bench": name, **figure, "machine": machine()}) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
