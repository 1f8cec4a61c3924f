"""Releases follow one another while ten people read: nobody sees an error, nobody is thrown back in time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from benchmarks.page_session import page_session
from dashboards.app import SECTIONS
from lakehouse.releases import publish
from lakehouse.settings import Settings
from tests.browser.scratch_release import draft, publish_scratch, settings_for
from tests.browser.serving import serving
from tests.conftest import Storm

READERS = 10
SHOWN = re.compile(r'class="ml-release"><b>[^<]*?(\d{6})</b>')


@dataclass
class Read:
    """What one reader saw: the releases in order, and the errors."""

    releases: list[int]
    errors: list[str]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[tuple[Settings, str]]:
    """A lake with a first release, and the address of its dashboards."""
    publish_scratch(tmp_path / "data")
    with serving(tmp_path / "data", tmp_path / "log") as address:
        yield settings_for(tmp_path / "data"), address


@pytest.mark.storm
def test_publishing_while_ten_readers_click(lake: tuple[Settings, str], storm: Storm) -> None:
    """Prevents an error page, two releases on one page, or an older one, for who reads while one is made."""
    settings, address = lake
    count, over = storm.size(sample=6, full=100), Event()
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(_read, address, storm.seed + i, over) for i in range(READERS)]
        try:
            newest = [publish(settings, draft()).number for _ in range(count)][-1]
        finally:
            over.set()
        found = [_result(reader) for reader in readers]
    assert [error for read in found for error in read.errors] == []
    assert all(read.releases == sorted(read.releases) and read.releases for read in found)
    with page_session(address) as session:
        assert _release_of(session.visit("").html) == newest == count + 1
    seen = {number for read in found for number in read.releases}
    visits = sum(len(read.releases) for read in found)
    assert len(seen) > 1, "nobody read while a release was made"
    storm.report("publish while reading", published=count, visits=visits, releases_seen=len(seen), errors=0)


def _read(address: str, seed: int, over: Event) -> Read:
    """Visits one page after another until the last release is out, in an order of their own."""
    order, read = random.Random(seed), Read([], [])
    pages = [page.name for section in SECTIONS.values() for page in section if page.name != "overview"]
    with page_session(address) as session:
        while not over.is_set():
            visit = session.visit(order.choice(["", "", *pages]), lang=order.choice(["zh", "en"]))
            read.errors.extend(visit.errors)
            if shown := _release_of(visit.html):
                read.releases.append(shown)
    return read


def _release_of(html: tuple[str, ...]) -> int:
    """The number in the page's head; 0 on a page that says why it shows nothing."""
    numbers = {int(number) for text in html for number in SHOWN.findall(text)}
    assert len(numbers) < 2, "two releases on one page"
    return numbers.pop() if numbers else 0


def _result(reader: Future[Read]) -> Read:
    return reader.result(timeout=120)
