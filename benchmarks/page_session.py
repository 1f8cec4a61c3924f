"""A session at the dashboards without a browser: Streamlit's own protocol over a websocket.

connect → visit(page, query) → every message of that run until the server says it has finished.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

WAIT_SECONDS = 60
_NOT_OURS = (ForwardMsg.FINISHED_EARLY_FOR_RERUN,)


@dataclass(frozen=True)
class Visit:
    """One run of a page: how long the server took, what it wrote, and its errors (none when all is well)."""

    seconds: float
    html: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class PageSession:
    """A reader's session; the server keeps its state as long as it is open."""

    socket: ClientConnection

    def visit(self, page: str, **query: str) -> Visit:
        """Runs a page and waits until the server has finished it.

        Args:
            page: Its name in the address; "" is the first.
            query: The rest of the address, such as `lang` or `kpi`.

        Raises:
            TimeoutError: The server did not finish within a minute.
        """
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(query)
        asked.rerun_script.page_name = page
        started = time.perf_counter()
        self.socket.send(asked.SerializeToString())
        html: list[str] = []
        errors: list[str] = []
        for message in self._until_finished():
            element = message.delta.new_element
            if element.WhichOneof("type") == "html":
                html.append(element.html.body)
            elif element.WhichOneof("type") == "exception":
                errors.append(f"{element.exception.type}: {element.exception.message}")
            elif message.WhichOneof("type") == "page_not_found":
                errors.append(f"no page {page!r}")
        return Visit(time.perf_counter() - started, tuple(html), tuple(errors))

    def _until_finished(self) -> Iterator[ForwardMsg]:
        """The messages of a run; one that the page broke off to begin again goes on."""
        while True:
            message = ForwardMsg()
            message.ParseFromString(self.socket.recv(timeout=WAIT_SECONDS, decode=False))
            if message.WhichOneof("type") == "script_finished" and message.script_finished not in _NOT_OURS:
                return
            yield message


@contextmanager
def page_session(address: str) -> Iterator[PageSession]:
    """Opens a session at dashboards such as `http://127.0.0.1:8501`."""
    url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    protocol = Subprotocol("streamlit")
    # A browser sends no pings of its own; waiting is bounded by WAIT_SECONDS.
    with connect(
        url, origin=Origin(address), subprotocols=[protocol], max_size=None, ping_interval=None
    ) as socket:
        yield PageSession(socket)
