"""Builds every form of a release again and again in a process of its own, and tells the digest of each build.

ORDERS.json is a list of {name, form, given, times}; the environment says lake, threads, locale and zone.
Alone: python -m tests.chaos.replay_child ORDERS.json
"""

import hashlib
import json
import locale
import sys
import time
from pathlib import Path

from lakehouse.settings import Settings
from reports.order import Order, build
from reports.refusals import DataMissing

# The release holds nothing that the form is about.
NOTHING_TO_SAY = "no data"


def main(orders: Path) -> None:
    """One line of JSON: what the process ran under, and per order the digests of its builds."""
    time.tzset()
    named = locale.setlocale(locale.LC_ALL, "")
    found: dict[str, list[str]] = {}
    for order in json.loads(orders.read_text()):
        found[order["name"]] = [_digest(order["form"], order["given"]) for _ in range(order["times"])]
    print(json.dumps({"locale": named, "zone": time.tzname[0], "digests": found}))


def _digest(form: str, given: dict[str, str]) -> str:
    try:
        contents = build(Settings.from_env(), Order(form, given)).contents
    except DataMissing:
        return NOTHING_TO_SAY
    lines = (f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(contents.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
