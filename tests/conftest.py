"""Options and reports that all tests share.

Storms are tests that try one thing many times: `make test` runs a seeded sample of each, `make storm` the
full counts. Each says its seed and what came out; the figures of record stand in docs/figures.md.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

import hypothesis
import pytest

# How long an example takes depends on what else runs here; tests of speed measure processor time.
hypothesis.settings.register_profile("medlake", deadline=None)
hypothesis.settings.load_profile("medlake")

pytest_plugins = ["tests.built_lakes"]
SEED = 20260101
FIGURES = pytest.StashKey[list[str]]()


@dataclass(frozen=True)
class Storm:
    """How hard a storm blows: its seed, and whether the full counts are wanted."""

    seed: int
    is_full: bool
    _say: Callable[[str], None]

    def size(self, *, sample: int, full: int) -> int:
        """How many cases to try."""
        return full if self.is_full else sample

    def random(self) -> random.Random:
        """A generator that gives the same cases for the same seed."""
        return random.Random(self.seed)

    def report(self, name: str, **figures: int | float | str) -> None:
        """Shows a result at the end of the run, with the seed it came from."""
        facts = {"storm": name, "seed": self.seed, "full": self.is_full, **figures}
        self._say(json.dumps(facts, ensure_ascii=False))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--storm", action="store_true", help="full counts of every storm instead of a sample")
    parser.addoption(
        "--lake", help="serve a copy of this released lake in the browser tests, not one built for them"
    )
    parser.addoption("--storm-seed", type=int, default=SEED, help=f"seed of every storm; {SEED} by default")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "storm: tries one thing many times; `make storm` runs the full counts")
    config.stash[FIGURES] = []


@pytest.fixture
def storm(request: pytest.FixtureRequest) -> Storm:
    """The storm of this run; a test that uses it is marked `storm`."""
    config = request.config
    assert request.node.get_closest_marker("storm"), "mark a test that uses `storm` with pytest.mark.storm"
    return Storm(config.getoption("--storm-seed"), config.getoption("--storm"), config.stash[FIGURES].append)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if figures := config.stash[FIGURES]:
        terminalreporter.section("storms")
        for line in figures:
            terminalreporter.write_line(line)
