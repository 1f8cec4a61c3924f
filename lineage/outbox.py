"""The outbox: events are on the disk before anything is sent, and are sent in order until a backend has them.

Flow: RunEvents -> Outbox.append() -> <folder>/<time>-<run id>.jsonl per refresh, synced -> forward() -> HTTP.
Delivery is at least once: the cursor moves after the backend's yes; a crash in between sends an event again.
An event the backend refuses stops the line and is reported; nothing is skipped.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from openlineage.client.event_v2 import RunEvent
from openlineage.client.serde import Serde

from lakehouse.durable import fsync_path, write_atomic

CURSOR = "cursor.json"
ENDPOINT = "/api/v1/lineage"
PAUSES_S = (0.5, 2.0, 8.0)
TIMEOUT_S = 10.0
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class DeliveryFailed(RuntimeError):
    """An event could not be delivered; it stays first in line."""


@dataclass(frozen=True)
class Forwarded:
    """What one forwarding did; `torn` counts lines that a crash cut short before they were acknowledged."""

    delivered: int
    torn: int


class Outbox:
    """Durable, append-only files of events."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, *events: RunEvent) -> None:
        """Keeps events; when it returns they survive a power cut."""
        lines: dict[Path, list[str]] = {}
        for event in events:
            lines.setdefault(self._file(event), []).append(Serde.to_json(event, ensure_ascii=False))
        for file, texts in lines.items():
            _append(file, texts)

    def _file(self, event: RunEvent) -> Path:
        """The file of the event's refresh; its name begins with the first event's time, so names sort."""
        facets = event.run.facets or {}
        refresh = facets["parent"].run.runId if "parent" in facets else event.run.runId  # type: ignore[attr-defined]
        known = sorted(self._folder.glob(f"*-{refresh}.jsonl"))
        if known:
            return known[0]
        first = datetime.fromisoformat(event.eventTime).strftime("%Y%m%dT%H%M%S%f")
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{first}-{refresh}.jsonl"


def forward(
    folder: Path,
    url: str,
    *,
    pauses_s: Sequence[float] = PAUSES_S,
    sleep: Callable[[float], None] = time.sleep,
) -> Forwarded:
    """Sends what has not been sent, oldest first, to an OpenLineage backend.

    Args:
        url: Base URL of the backend; events go to its `/api/v1/lineage`.
        pauses_s: Waits before another try of the same event, seconds.

    Raises:
        DeliveryFailed: after the last try, or at once when the backend refuses the event as such.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(f"{url} is not an http(s) URL")
    cursor = _read_cursor(folder)
    delivered = torn = 0
    for file in sorted(folder.glob("*.jsonl")):
        lines = file.read_bytes().split(b"\n")[:-1]  # what follows the last line end is not whole yet
        for number in range(cursor.get(file.name, 0), len(lines)):
            if _is_event(lines[number]):
                _deliver(url + ENDPOINT, lines[number], f"{file.name}:{number + 1}", pauses_s, sleep)
                delivered += 1
            else:
                torn += bool(lines[number])
            cursor[file.name] = number + 1
            write_atomic(folder / CURSOR, json.dumps(cursor, sort_keys=True).encode())
    return Forwarded(delivered, torn)


def pending(folder: Path) -> int:
    """Events that wait to be sent."""
    cursor = _read_cursor(folder)
    counts = {file.name: file.read_bytes().count(b"\n") for file in folder.glob("*.jsonl")}
    return sum(count - cursor.get(name, 0) for name, count in counts.items())


def _append(file: Path, texts: Sequence[str]) -> None:
    content = "".join(f"{text}\n" for text in texts).encode()
    with file.open("ab+") as out:
        out.seek(0, 2)
        if out.tell():
            out.seek(-1, 2)
            if out.read(1) != b"\n":  # a crash cut the last line; it must not spoil the next one
                content = b"\n" + content
        out.write(content)
        out.flush()
    fsync_path(file)
    fsync_path(file.parent)


def _read_cursor(folder: Path) -> dict[str, int]:
    file = folder / CURSOR
    if not file.is_file():
        return {}
    return {str(name): int(line) for name, line in json.loads(file.read_bytes()).items()}


def _is_event(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _deliver(
    url: str, line: bytes, place: str, pauses_s: Sequence[float], sleep: Callable[[float], None]
) -> None:
    request = urllib.request.Request(
        url, data=line, headers={"Content-Type": "application/json"}, method="POST"
    )
    for pause in (*pauses_s, None):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):
                return
        except urllib.error.HTTPError as error:
            if error.code not in TRY_AGAIN or pause is None:
                raise DeliveryFailed(f"{place}: {url} answered {error.code} {error.reason}") from error
        except OSError as error:
            if pause is None:
                raise DeliveryFailed(f"{place}: {url} cannot be reached: {error}") from error
        sleep(pause)
