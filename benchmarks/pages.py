"""Every page of the dashboards with ten readers at once: how long the server takes.

The lake in MEDLAKE_DATA is served (it needs a release); BENCH_READERS (10) sessions over websockets visit all
pages, each in an order of its own, BENCH_ROUNDS (5) times. The first visit of a page by anybody, which fills
what is kept per release, is a figure of its own.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median, quantiles
from urllib.error import URLError

from benchmarks.figure import Figure, figure
from benchmarks.page_session import Visit, page_session
from dashboards.app import SECTIONS
from lakehouse.releases import current, open_release
from lakehouse.settings import ROOT, Settings, child_environment

GOAL_SECONDS = 1.0
THINK_SECONDS = 4.0  # on average; a reader looks at what they have opened
Address = tuple[str, Mapping[str, str]]


def run() -> Iterator[Figure]:
    """Yields p50 and p95 of each page, and of all.

    Raises:
        RuntimeError: The lake has no release, or a page ended in an error.
    """
    readers, rounds = int(os.environ.get("BENCH_READERS", "10")), int(os.environ.get("BENCH_ROUNDS", "5"))
    settings = Settings.from_env()
    visits = _addresses(settings)
    with _serving(settings) as address:
        with page_session(address) as session:
            cold = {name: _seconds(session.visit(page, **query)) for name, (page, query) in visits.items()}
        with ThreadPoolExecutor(readers) as pool:
            found = [pool.submit(_read, address, visits, rounds, seed) for seed in range(readers)]
            warm = [timed for each in found for timed in each.result()]
    for name in visits:
        yield from _figures(name, [seconds for each, seconds in warm if each == name], readers)
        yield figure(f"page {name}, first visit on a release", cold[name], "s", "", None)
    yield from _figures("all", [seconds for _, seconds in warm], readers)


def _figures(name: str, seconds: list[float], readers: int) -> Iterator[Figure]:
    p95 = quantiles(seconds, n=20)[-1]
    title = f"page {name}, {readers} readers at once"
    yield figure(f"{title}, p50", median(seconds), "s", "", None)
    yield figure(f"{title}, p95", p95, "s", f"goal {GOAL_SECONDS:g} s", p95 / GOAL_SECONDS)


def _addresses(settings: Settings) -> dict[str, Address]:
    """Every page by name; those with several faces also where they have most to do."""
    release = current(settings)
    if release is None:
        raise RuntimeError(f"{settings.data_dir} has no release to read: medlake refresh")
    with open_release(settings, release.number) as con:
        lot = con.execute(
            "SELECT lot_no FROM core.lot WHERE lot_kind_code = 'produced' ORDER BY ALL"
        ).fetchone()
    names = [page.name for pages in SECTIONS.values() for page in pages]
    plain: dict[str, Address] = {name: ("" if name == "overview" else name, {}) for name in names}
    return {
        **plain,
        "overview, one KPI": ("", {"kpi": "first_pass_yield"}),
        "catalogue, one table": ("catalogue", {"table": "core.movement"}),
        "trace, one lot": ("trace", {"q": str(lot[0]) if lot else ""}),
        "evidence, chain of a lot": ("evidence", {"section": "chain", "q": str(lot[0]) if lot else ""}),
        "evidence, releases": ("evidence", {"section": "releases"}),
        "evidence, audit trail": ("evidence", {"section": "trail"}),
        "master data, review queue": ("master_data", {"section": "review"}),
        "master data, lot spellings": ("master_data", {"section": "lots"}),
    }


def _read(address: str, visits: Mapping[str, Address], rounds: int, seed: int) -> list[tuple[str, float]]:
    """One reader: every page so many times, in an order of their own, with some seconds to look at each."""
    order = random.Random(seed)
    times = []
    with page_session(address) as session:
        for _ in range(rounds):
            for name in order.sample(sorted(visits), len(visits)):
                page, query = visits[name]
                times.append((name, _seconds(session.visit(page, **query))))
                time.sleep(THINK_SECONDS * 2 * order.random())
    return times


def _seconds(visit: Visit) -> float:
    if visit.errors:
        raise RuntimeError("; ".join(visit.errors))
    return visit.seconds


@contextmanager
def _serving(settings: Settings) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", "--server.port", str(port)]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=child_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise RuntimeError(f"streamlit ended at once with {server.returncode}")
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"{address} did not come up")
