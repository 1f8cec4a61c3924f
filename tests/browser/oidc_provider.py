"""A small OpenID Connect provider on loopback: discovery, a form asking who you are, code, signed token."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "medlake", "a-secret-of-this-test"


@contextmanager
def provider(groups: Mapping[str, Sequence[str]]) -> Iterator[str]:  # noqa: C901
    """Serves accounts with their groups and gives the issuer's address."""
    key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})
    codes: dict[str, dict[str, Any]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            if url.path == "/authorize" and "account" in asked:
                self._back(asked)
            elif url.path == "/authorize":
                self._form(url.query)
            elif url.path == "/jwks":
                self._json({"keys": [key.as_dict(private=False)]})
            else:
                self._json(_discovery(issuer))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            claims = codes.pop(parse_qs(body)["code"][0])
            token = jwt.encode({"alg": "RS256", "kid": "test"}, claims, key)
            self._json({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token})

        def log_message(self, *_: object) -> None:
            """Says nothing."""

        def _form(self, query: str) -> None:
            links = "".join(
                f'<p><a href="/authorize?{query}&account={name}">{name}</a></p>' for name in groups
            )
            self._send(200, "text/html", f"<h1>Who are you?</h1>{links}".encode())

        def _back(self, asked: Mapping[str, str]) -> None:
            code, now = secrets.token_hex(8), int(time.time())
            account = asked["account"]
            codes[code] = {
                "iss": issuer, "aud": CLIENT, "sub": account, "iat": now, "exp": now + 300,
                "nonce": asked.get("nonce"), "preferred_username": account, "groups": list(groups[account]),
            }  # fmt: skip
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            )
            self.end_headers()

        def _json(self, value: object) -> None:
            self._send(200, "application/json", json.dumps(value).encode())

        def _send(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()


def _discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
