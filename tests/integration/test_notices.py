"""Notices of failures on their way to real servers: a web hook and a mail server of this machine."""

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

from lakehouse.operation import MailTarget, Operation
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.failure_hook import report_failure
from pipelines.lake import Lake
from pipelines.notices import deliver_notice, delivery, gate_notice, step_notice
from pipelines.run_lease import DIED
from pipelines.run_sensors import broken_runs_sensor
from quality_rules.gate import GateReport, RuleResult

AT = datetime(2026, 3, 1, 5, 30, tzinfo=UTC)
RULE = RuleResult(
    *("CORE-LOT-004", "core", "core.lot", "lot_id", "uniqueness", "批次唯一", "A lot stands once"),
    *("block", False, 300, 2, ("L1", "L2")),
)
REPORT = GateReport("core", AT, (RULE, replace(RULE, rule_id="CORE-LOT-009", severity="warn")))


@dataclass
class Heard:
    """What a server of the test was told, and how it is to answer."""

    bodies: list[bytes] = field(default_factory=list)
    refusals: int = 0
    commands: list[str] = field(default_factory=list)


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """Serves on a free port of this machine."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def web_hook(heard: Heard) -> Iterator[str]:
    """A web hook that refuses its first calls as often as it is told to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            heard.refusals -= 1
            self.send_response(503 if heard.refusals >= 0 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}/hook"


@contextmanager
def mail_server(heard: Heard) -> Iterator[MailTarget]:
    """A mail server that takes everything and knows no TLS."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line.decode().strip()
                heard.commands.append(word)
                if word.upper() == "DATA":
                    self.wfile.write(b"354 go\r\n")
                    lines = iter(self.rfile.readline, b".\r\n")
                    heard.bodies.append(b"".join(lines))
                self.wfile.write(b"221 bye\r\n" if word.upper() == "QUIT" else b"250 fine\r\n")

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield MailTarget("smtp", "127.0.0.1", port, None, None, "lake@plant.example", ("qa@plant.example",))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PAUSE_SECONDS", 0)


def test_a_blocked_gate_is_told_with_rule_rows_and_remedy(tmp_path: Path) -> None:
    """Prevents a release that stays away while nobody knows, or a notice that does not say why."""
    notice = gate_notice(tmp_path, "run-1", REPORT)
    web, mail, said = Heard(), Heard(), list[str]()
    with web_hook(web) as address, mail_server(mail) as target:
        took = deliver_notice(Operation(webhook=address, mail=target), notice, said.append)
    assert took == ("webhook", "mail")
    document = json.loads(web.bodies[0])
    assert (document["kind"], document["run_id"], document["at"]) == ("gate", "run-1", AT.isoformat())
    (detail,) = document["details"]
    assert detail == "- CORE-LOT-004 core.lot: 2 of 300 rows. 批次唯一 | A lot stands once"
    message = email.message_from_bytes(mail.bodies[0], policy=email.policy.default)
    assert message["Subject"] == notice.subject
    assert "质量门 core 阻断发布" in str(message["Subject"])
    body = message.get_body()
    assert body is not None
    for word in (detail, "medlake quarantine", "run-1", str(tmp_path)):
        assert word in body.get_content()


def test_a_server_that_stumbles_is_asked_again_and_one_that_fails_is_told(tmp_path: Path) -> None:
    """Prevents a notice lost to one hiccup, and a lost one that nobody hears of."""
    notice = step_notice(tmp_path, "run-1", "sqlmesh", "disk full", AT)
    heard, said = Heard(refusals=2), list[str]()
    with web_hook(heard) as address:
        assert deliver_notice(Operation(webhook=address), notice, said.append) == ("webhook",)
        assert len(heard.bodies) == 3
        heard.refusals = 99
        assert deliver_notice(Operation(webhook=address), notice, said.append) == ()
    assert "not delivered by webhook after 3 tries" in said[-1]
    assert "503" in said[-1]


def test_a_dead_web_hook_does_not_keep_the_mail_back(tmp_path: Path) -> None:
    """Prevents one broken channel from silencing the others."""
    notice, said = step_notice(tmp_path, "run-1", "sqlmesh", "disk full", AT), list[str]()
    with web_hook(Heard()) as closed:
        pass
    with mail_server(Heard()) as target:
        assert deliver_notice(Operation(webhook=closed, mail=target), notice, said.append) == ("mail",)


def test_what_must_be_encrypted_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    """Prevents a password and a plant's defects from crossing a network that offers no TLS."""
    heard, said = Heard(), list[str]()
    password = tmp_path / "password"
    password.write_text("hidden\n")
    with mail_server(heard) as target:
        target = replace(target, scheme="smtp+starttls", user="medlake", password_file=password)
        notice = step_notice(tmp_path, "run-1", "sqlmesh", "disk full", AT)
        assert deliver_notice(Operation(mail=target), notice, said.append) == ()
    assert heard.bodies == []
    assert not [command for command in heard.commands if command.upper().startswith(("AUTH", "MAIL"))]
    assert "STARTTLS" in said[-1]


def test_a_failed_step_of_a_run_sends_one_notice(tmp_path: Path) -> None:
    """Prevents a failed step from staying in Dagster's log only, or from being told twice."""
    heard = Heard()

    @dg.op
    def breaks() -> None:
        raise RuntimeError("disk full")

    with web_hook(heard) as address:
        settings = Settings(
            *(tmp_path, tmp_path, (tmp_path,), None, None, "1GB"), operation=Operation(webhook=address)
        )
        hook = report_failure(Lake(settings, {}, RawZone(settings.raw_dir)))

        @dg.job(hooks={hook})
        def refresh() -> None:
            breaks()

        result = refresh.execute_in_process(raise_on_error=False)
    (body,) = heard.bodies
    assert not result.success
    document = json.loads(body)
    assert (document["kind"], document["run_id"]) == ("step", result.run_id)
    assert document["headline"].endswith("step breaks failed")
    assert document["details"] == ["disk full"]


def test_only_a_run_that_no_step_accounts_for_is_told_by_the_sensor(tmp_path: Path) -> None:
    """Prevents a crash that nobody hears of, and a failed step that is told twice."""
    heard = Heard()

    @dg.op
    def breaks() -> None:
        raise RuntimeError("disk full")

    @dg.job
    def refresh() -> None:
        breaks()

    with web_hook(heard) as address, dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(
            *(tmp_path, tmp_path, (tmp_path,), None, None, "1GB"), operation=Operation(webhook=address)
        )
        sensor = broken_runs_sensor(Lake(settings, {}, RawZone(settings.raw_dir)))
        failed = refresh.execute_in_process(instance=instance, raise_on_error=False)
        sensor(_failure(instance, failed.dagster_run, failed.get_run_failure_event()))
        assert heard.bodies == []
        crashed = instance.create_run_for_job(refresh)
        sensor(_failure(instance, crashed, instance.report_run_failed(crashed, DIED)))
    document = json.loads(heard.bodies[0])
    assert (document["kind"], document["run_id"]) == ("run", crashed.run_id)
    assert document["details"] == [DIED]


def _failure(
    instance: dg.DagsterInstance, run: dg.DagsterRun, event: dg.DagsterEvent
) -> dg.RunFailureSensorContext:
    context = dg.build_run_status_sensor_context("broken_runs", event, instance, run)
    return context.for_run_failure()
