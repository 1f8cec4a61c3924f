"""When a page is settled: all it asked of its server is answered and drawn, as their own messages tell.

page's websocket: rerun_script (asked) … script_finished (answered) → settled(page)

What a page shows does not tell it: between a click and the first word of the server the page of before looks
settled, too, and on a busy machine that lasts.
"""

from __future__ import annotations

import time
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

WAIT = 30_000  # ms; generous, because a loaded machine is no failure of a page
IDLE = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
HANDLED = "() => new Promise(done => setTimeout(() => setTimeout(done)))"
DRAWN = "() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"


class _Conversation:
    """What one page and its server have said to each other."""

    def __init__(self) -> None:
        self.is_answered = False

    def listen(self, socket: Any) -> None:
        """Follows a websocket that the page opens; a page opened anew begins anew."""
        self.is_answered = False
        socket.on("framesent", self._asked)
        socket.on("framereceived", self._told)

    def _asked(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.is_answered = False

    def _told(self, frame: str | bytes) -> None:
        if not isinstance(frame, bytes):
            return
        told = ForwardMsg.FromString(frame)
        if told.WhichOneof("type") == "script_finished":
            self.is_answered = told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


_CONVERSATIONS: WeakKeyDictionary[Any, _Conversation] = WeakKeyDictionary()


def watch(page: Any) -> None:
    """Follows what a page will ask of its server; before it goes anywhere."""
    conversation = _CONVERSATIONS.setdefault(page, _Conversation())
    page.on("websocket", conversation.listen)


def settled(page: Any) -> None:
    """Waits until the server has drawn all it was asked for.

    Raises:
        TimeoutError: it did not within `WAIT`.
    """
    conversation = _CONVERSATIONS[page]
    until = time.monotonic() + WAIT / 1_000
    page.evaluate(HANDLED)  # what was clicked or typed is handled by the page, and asked
    while True:
        page.locator(IDLE).wait_for()
        page.wait_for_function(DRAWN)
        if conversation.is_answered:
            return
        if time.monotonic() > until:
            raise TimeoutError(f"the server has not answered {page.url} within {WAIT / 1_000:.0f} s")
        page.wait_for_timeout(20)
