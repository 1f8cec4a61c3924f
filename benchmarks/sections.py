"""Pages section by section, without a browser: what the server itself takes.

The lake in MEDLAKE_DATA (it needs a release) is read as its pages read it; BENCH_RUNS (20) runs of a section
after the first. Processor seconds: what a reader waits for where the machine does nothing else. Besides: the
chain of evidence of thirty lots, and everything verified.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from statistics import quantiles

from benchmarks.figure import Figure, figure
from dashboards.reader import Reader
from dashboards.release import OpenRelease, open_current
from dashboards.views import data_quality, evidence, master_data, quality, reports
from lakehouse.access import Role
from lakehouse.settings import Settings
from lineage.chain import chain
from lineage.ledger.ledger import open_ledger
from lineage.ledger.verifying import verify_everything
from reports.language import load
from reports.source_summary import lot_origins

PAGES = {
    "master data": master_data,
    "evidence": evidence,
    "reports": reports,
    "quality": quality,
    "data quality": data_quality,
}
LOTS = "SELECT lot_id FROM core.lot WHERE lot_kind_code = 'produced' ORDER BY hash(lot_id), lot_id LIMIT 30"


def run() -> Iterator[Figure]:
    """Yields the first run and p95 of each section, p95 of a chain, and one verification.

    Raises:
        RuntimeError: The lake has no release.
    """
    # Without a server Streamlit says of every widget that there is none.
    logging.disable(logging.WARNING)
    settings, runs = Settings.from_env(), int(os.environ.get("BENCH_RUNS", "20"))
    opened = open_current(settings, Reader("demo", tuple(Role), is_demo=True))
    if opened is None:
        raise RuntimeError(f"{settings.data_dir} has no release to read: medlake refresh")
    say = load("dashboards", "zh")
    for page, module in PAGES.items():
        for name, draw in module.SECTIONS.items():
            times = [_processor(lambda draw=draw: draw(opened, say)) for _ in range(runs + 1)]  # type: ignore[misc]
            yield figure(f"{page}, {name}: first", times[0], "s", "", None)
            yield figure(f"{page}, {name}: p95", quantiles(times[1:], n=20)[-1], "s", "", None)
    yield from _evidence(settings, opened)


def _evidence(settings: Settings, opened: OpenRelease) -> Iterator[Figure]:
    lots = [lot for (lot,) in opened.con.cursor().execute(LOTS).fetchall()]
    with open_ledger(settings, writable=False) as ledger:

        def proved(lot: str) -> None:
            chain(settings, ledger, opened.release, lot_origins(opened.con, lot))

        times = [_processor(lambda lot=lot: proved(lot)) for lot in lots]  # type: ignore[misc]
        yield figure("leaves", ledger.size, "", "", None)
        yield figure("chain of a lot, p95", quantiles(times, n=20)[-1], "s", "", None)
        for deep in (False, True):
            seconds = _processor(lambda deep=deep: verify_everything(settings, ledger, deep=deep))  # type: ignore[misc]
            yield figure(f"verify{' --deep' if deep else ''}", seconds, "s", "", None)


def _processor(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun
