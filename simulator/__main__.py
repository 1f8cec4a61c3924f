"""Command line: `python -m simulator --out DIR --truth DIR --seed 7 --scale 1 [--clean]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulator.run import simulate


def main() -> None:
    """Parse the arguments and simulate."""
    parser = argparse.ArgumentParser(
        prog="simulator", description="Write extracts of a synthetic device maker."
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--scale", type=float, required=True)
    parser.add_argument("--clean", action="store_true", help="no defects")
    args = parser.parse_args()
    summary = simulate(
        args.out,
        args.truth,
        seed=args.seed,
        scale=args.scale,
        defects=not args.clean,
        progress=lambda text: print(text, file=sys.stderr),
    )
    print(f"{summary.rows} rows in {summary.files} files, {summary.defects} defects")


if __name__ == "__main__":
    main()
