"""The outbox: durable, in order, at least once, and loud when it cannot deliver."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lineage import events, outbox
from lineage.outbox import DeliveryFailed, Outbox, forward, pending

AT = datetime(2025, 3, 1, tzinfo=UTC)
FIRST = "11111111-1111-4111-8111-111111111111"
SECOND = "22222222-2222-4222-8222-222222222222"


class Backend(HTTPServer):
    """An OpenLineage backend that gives the answers it was told to give, then 201."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.calls: list[str] = []
        self.jobs: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Backend

    def do_POST(self) -> None:  # noqa: N802
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.answers.pop(0) if self.server.answers else 201
        self.server.calls.append(self.path)
        if answer == 201:
            self.server.jobs.append(event["job"]["name"])
        self.send_response(answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def backend() -> Iterator[Backend]:
    with Backend() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def kept(folder: Path) -> list[str]:
    files = sorted(folder.glob("*.jsonl"))
    return [
        json.loads(line)["job"]["name"] for file in files for line in file.read_text("utf-8").splitlines()
    ]


def test_one_file_per_refresh_in_the_order_of_time(tmp_path: Path) -> None:
    """Prevents events of two refreshes from being sent in the order of their random ids."""
    box = Outbox(tmp_path / "outbox")
    box.append(events.start(SECOND, "refresh", AT), events.start(SECOND, "load.a__b", AT))
    box.append(events.start(FIRST, "refresh", AT + timedelta(days=1)))
    box.append(events.complete(SECOND, "refresh", AT + timedelta(days=2)))
    names = [file.name for file in sorted((tmp_path / "outbox").glob("*.jsonl"))]
    assert names == [f"20250301T000000000000-{SECOND}.jsonl", f"20250302T000000000000-{FIRST}.jsonl"]
    assert kept(tmp_path / "outbox") == ["refresh", "load.a__b", "refresh", "refresh"]


def test_an_event_is_on_the_disk_when_append_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents events that a power cut takes although the step was told they are kept."""
    synced: list[tuple[str, int]] = []
    monkeypatch.setattr(outbox, "fsync_path", lambda path: synced.append((path.name, path.stat().st_size)))
    Outbox(tmp_path).append(events.start(FIRST, "refresh", AT))
    file = next(tmp_path.glob("*.jsonl"))
    assert synced[0] == (file.name, file.stat().st_size)
    assert synced[1][0] == tmp_path.name


def test_two_failures_are_retried_and_nothing_is_sent_twice(tmp_path: Path, backend: Backend) -> None:
    """Prevents a backend's hiccup from losing an event, and a second forwarding from repeating the first."""
    Outbox(tmp_path).append(*(events.start(FIRST, f"model.core.{name}", AT) for name in "abc"))
    backend.answers = [201, 503, 500]
    waits: list[float] = []
    result = forward(tmp_path, backend.url, pauses_s=(0.5, 2.0), sleep=waits.append)
    assert (result.delivered, result.torn, waits) == (3, 0, [0.5, 2.0])
    assert backend.jobs == ["model.core.a", "model.core.b", "model.core.c"]
    assert set(backend.calls) == {"/api/v1/lineage"}
    assert forward(tmp_path, backend.url).delivered == 0
    Outbox(tmp_path).append(events.complete(FIRST, "refresh", AT))
    assert pending(tmp_path) == 1
    assert forward(tmp_path, backend.url).delivered == 1
    assert backend.jobs[-1] == "refresh"


def test_a_backend_that_stays_down_is_reported_and_resumed_where_it_stopped(
    tmp_path: Path, backend: Backend
) -> None:
    """Prevents failed emissions from being swallowed, and delivered ones from being forgotten."""
    Outbox(tmp_path).append(*(events.start(FIRST, f"model.core.{name}", AT) for name in "ab"))
    backend.answers = [201, 503, 503]
    with pytest.raises(DeliveryFailed, match=r"jsonl:2: .* answered 503"):
        forward(tmp_path, backend.url, pauses_s=(0,), sleep=lambda _: None)
    assert pending(tmp_path) == 1
    assert forward(tmp_path, backend.url).delivered == 1
    assert backend.jobs == ["model.core.a", "model.core.b"]


def test_an_event_the_backend_refuses_is_not_skipped(tmp_path: Path, backend: Backend) -> None:
    """Prevents a hole in the lineage, and minutes of retries that cannot help."""
    Outbox(tmp_path).append(*(events.start(FIRST, f"model.core.{name}", AT) for name in "ab"))
    backend.answers = [422]
    with pytest.raises(DeliveryFailed, match="answered 422"):
        forward(tmp_path, backend.url, sleep=lambda _: pytest.fail("a refusal is no reason to wait"))
    assert (backend.jobs, pending(tmp_path)) == ([], 2)


def test_nobody_listening_is_an_error(tmp_path: Path) -> None:
    """Prevents a wrong address from looking like a delivery."""
    Outbox(tmp_path).append(events.start(FIRST, "refresh", AT))
    with pytest.raises(DeliveryFailed, match="cannot be reached"):
        forward(tmp_path, "http://127.0.0.1:9", pauses_s=(), sleep=lambda _: None)
    with pytest.raises(ValueError, match="not an http"):
        forward(tmp_path, "file:///etc", pauses_s=(), sleep=lambda _: None)


def test_a_line_cut_by_a_crash_spoils_no_other(tmp_path: Path, backend: Backend) -> None:
    """Prevents one torn write from blocking every later event or from merging with the next."""
    Outbox(tmp_path).append(events.start(FIRST, "refresh", AT))
    file = next(tmp_path.glob("*.jsonl"))
    with file.open("ab") as out:
        out.write(b'{"eventType": "STA')
    assert forward(tmp_path, backend.url).delivered == 1
    Outbox(tmp_path).append(events.complete(FIRST, "refresh", AT))
    result = forward(tmp_path, backend.url)
    assert (result.delivered, result.torn) == (1, 1)
    assert backend.jobs == ["refresh", "refresh"]
