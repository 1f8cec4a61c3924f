from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.crash_lake import Server, build_shim


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Children that write to a lake under faults."""
    shim: Path = build_shim(tmp_path_factory.mktemp("shim"))
    server = Server.start(shim)
    yield server
    server.stop()
