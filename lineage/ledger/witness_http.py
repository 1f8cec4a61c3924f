"""A witness over HTTP (C2SP tlog-witness): the door of one, and the way to one.

POST /add-checkpoint: request -> 200 with a signature line, or the refusal's status with its reason.
GET /vkey, GET /checkpoint/<sha256 of the log's name>: what it is and what it signed last.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from lineage.ledger.note import BadNote, Signature, VerifierKey
from lineage.ledger.refusals import WitnessUnreachable
from lineage.ledger.witness import DirectoryWitness, Witness, WitnessRefused

TIMEOUT_S = 10.0
LARGEST_REQUEST = 100_000
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True)
class HttpWitness:
    """A witness on another host."""

    url: str

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise ValueError(f"{self.url} is not an http(s) URL")

    def key(self) -> VerifierKey:
        """The public key it says it has."""
        return VerifierKey.parse(self._get("/vkey").decode("utf-8", "replace").strip())

    def newest(self, origin: str) -> bytes | None:
        """The newest checkpoint it signed for a log, or None."""
        try:
            return self._get(f"/checkpoint/{sha256(origin.encode()).hexdigest()}")
        except WitnessRefused as refused:
            if refused.status == 404:
                return None
            raise

    def add_checkpoint(self, request: bytes) -> Signature:
        """Asks for a countersignature.

        Raises:
            WitnessRefused: It does not sign.
            WitnessUnreachable: It does not answer.
        """
        answer = self._send(urllib.request.Request(f"{self.url.rstrip('/')}/add-checkpoint", data=request))
        try:
            return Signature.parse(answer.decode("utf-8", "replace"))
        except BadNote as error:
            raise WitnessUnreachable(f"the witness {self.url} answered no signature: {error}") from error

    def _get(self, path: str) -> bytes:
        return self._send(urllib.request.Request(f"{self.url.rstrip('/')}{path}"))

    def _send(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                return bytes(answer.read(LARGEST_REQUEST))
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except OSError as error:
            raise WitnessUnreachable(
                f"见证者 {self.url} 无应答 | the witness {self.url} does not answer: {error}"
            ) from error


def witness_at(place: str) -> Witness:
    """The witness a setting names: a folder or an http(s) URL."""
    return HttpWitness(place) if "://" in place else DirectoryWitness(Path(place))


def serve(folder: Path, host: str, port: int) -> ThreadingHTTPServer:
    """The HTTP door of a witness's folder; the caller runs `serve_forever`."""
    witness = DirectoryWitness(folder)
    witness.key()

    class Door(BaseHTTPRequestHandler):
        """One request."""

        timeout = TIMEOUT_S

        def do_GET(self) -> None:
            """Public key or newest checkpoint."""
            name = self.path.removeprefix("/checkpoint/")
            if self.path == "/vkey":
                self._answer(200, f"{witness.key()}\n".encode())
            elif len(name) == 64 and name.isalnum() and (folder / f"{name}.checkpoint").is_file():
                self._answer(200, (folder / f"{name}.checkpoint").read_bytes())
            else:
                self._answer(404, b"no such checkpoint\n")

        def do_POST(self) -> None:
            """A request to countersign."""
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdigit() or int(length) > LARGEST_REQUEST:
                self._answer(400, b"POST a request to /add-checkpoint\n")
                return
            try:
                signature = witness.add_checkpoint(self.rfile.read(int(length)))
            except WitnessRefused as refused:
                if refused.known_size is not None:
                    self._answer(refused.status, f"{refused.known_size}\n".encode(), SIZE_TYPE)
                else:
                    self._answer(refused.status, f"{refused}\n".encode())
                return
            self._answer(200, str(signature).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keeps the door silent; what matters stands in the log and the memory."""

        def _answer(self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer((host, port), Door)


def _refusal(error: urllib.error.HTTPError) -> WitnessRefused:
    text = error.read(LARGEST_REQUEST).decode("utf-8", "replace").strip()
    is_size = error.headers.get("Content-Type", "").startswith(SIZE_TYPE) and text.isdigit()
    return WitnessRefused(error.code, text or str(error), int(text) if is_size else None)
