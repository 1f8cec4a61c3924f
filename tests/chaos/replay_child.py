"""Builds every form of a release again and again in a process of its own, and tells the digest of each build.

python -m tests.chaos.replay_child ORDERS.json TIMES     the environment says lake, threads, locale and zone
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


def main(orders: Path, times: int) -> None:
    """One line of JSON: what the process ran under, and per form the digests of its builds."""
    time.tzset()
    named = locale.setlocale(locale.LC_ALL, "")
    found: dict[str, list[str]] = {}
    for form, given in json.loads(orders.read_text()).items():
        found[form] = [_digest(form, given) for _ in range(times)]
    print(json.dumps({"locale": named, "zone": time.tzname[0], "digests": found}))


def _digest(form: str, given: dict[str, str]) -> str:
    try:
        contents = build(Settings.from_env(), Order(form, given)).contents
    except DataMissing:
        return NOTHING_TO_SAY
    lines = (f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(contents.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
