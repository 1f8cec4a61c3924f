"""Trusted timestamps on checkpoints, from a time authority of OpenSSL on loopback."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import Ledger, open_ledger
from lineage.ledger.refusals import NoTimestamp
from lineage.ledger.sealing import newest_seal, seal
from lineage.ledger.timestamp import audit_stamps, authority_of, stamp, verified_time

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed here")
CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
[ext]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = dn
[dn]
"""


def openssl(folder: Path, words: str) -> None:
    subprocess.run([str(OPENSSL), *shlex.split(words)], cwd=folder, check=True, capture_output=True)


def authority(folder: Path) -> None:
    """A root and a time authority below it."""
    folder.mkdir()
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    openssl(
        folder, "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 3650 -subj '/CN=Root'"
    )
    openssl(folder, "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj '/CN=Test TSA'")
    openssl(
        folder,
        "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem -days 3650 "
        "-extfile tsa.cnf -extensions ext",
    )


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Its address and its root certificate."""
    folder = tmp_path_factory.mktemp("authority") / "tsa"
    authority(folder)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl(folder, "ts -reply -config tsa.cnf -section here -queryfile query -out reply")
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / "reply").read_bytes())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder / "root.pem"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(tmp_path: Path, tsa: tuple[str, Path]) -> Settings:
    url, roots = tsa
    return Settings.from_env(
        {"MEDLAKE_DATA": str(tmp_path / "lake"), "MEDLAKE_TSA": url, "MEDLAKE_TSA_ROOTS": str(roots)}
    )


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with open_ledger(settings, writable=True) as opened:
        opened.append(Act(Action.LOGIN, "李娜", "shell", "work"))
        seal(settings, opened, lambda _: None)
        yield opened


def test_a_stamp_holds_and_is_on_record(settings: Settings, ledger: Ledger) -> None:
    """Prevents a stamp that nobody can verify later, or one without a leaf."""
    at = stamp(settings, ledger)
    entry = ledger.latest(Action.TIMESTAMP)
    assert entry is not None and entry.act.details["time"] == at.isoformat()
    assert abs((entry.at - at).total_seconds()) < 60
    assert audit_stamps(settings, ledger) == []


def test_every_changed_byte_of_a_stamp_is_found(settings: Settings, ledger: Ledger) -> None:
    """Prevents the bytes that a response's own signature leaves out from changing unnoticed."""
    stamp(settings, ledger)
    (path,) = (settings.ledger_dir / "timestamps").iterdir()
    content = path.read_bytes()
    for place in range(0, len(content), 7):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert "missing or changed" in audit_stamps(settings, ledger)[0]
    path.unlink()
    assert "missing or changed" in audit_stamps(settings, ledger)[0]


def test_a_stamp_of_another_state_is_refused(settings: Settings, ledger: Ledger) -> None:
    """Prevents one state's stamp from serving for another."""
    stamp(settings, ledger)
    (path,) = (settings.ledger_dir / "timestamps").iterdir()
    with pytest.raises(NoTimestamp, match="does not hold"):
        verified_time(path.read_bytes(), b"another checkpoint", authority_of(settings))
    with pytest.raises(NoTimestamp, match="does not hold"):
        verified_time(b"no response at all", b"x", authority_of(settings))


def test_another_authority_is_not_believed(settings: Settings, ledger: Ledger, tmp_path: Path) -> None:
    """Prevents a stamp of an authority that somebody set up at home."""
    stamp(settings, ledger)
    authority(tmp_path / "other")
    strange = replace(settings, tsa_roots=tmp_path / "other" / "root.pem")
    assert "does not hold" in audit_stamps(strange, ledger)[0]
    newest = newest_seal(settings)
    assert newest is not None
    with pytest.raises(NoTimestamp):
        stamp(strange, ledger)


def test_without_authority_or_network_it_is_said(settings: Settings, ledger: Ledger) -> None:
    """Prevents a silent lack of a stamp, and a failure that does not say what to do."""
    with pytest.raises(NoTimestamp, match="does not answer"):
        stamp(replace(settings, tsa="http://127.0.0.1:9"), ledger)
    with pytest.raises(NoTimestamp, match="MEDLAKE_TSA"):
        stamp(replace(settings, tsa=None), ledger)
    assert ledger.latest(Action.TIMESTAMP) is None
