"""Carries a notice to a web hook and a mail server; each fails alone, and the run's log says so.

Notice + settings.operation -> deliver_notice() -> channels that took it. The log is the one channel that is
always there: Dagster and the steps write what failed into it before anything is sent.
"""

import http.client
import json
import smtplib
import ssl
import time
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage

from lakehouse.operation import MailTarget, Operation
from lakehouse.writer import Say
from pipelines.notices.notice import Notice

TIMEOUT_SECONDS = 10
TRIES = 3
PAUSE_SECONDS = 1.0


def deliver_notice(operation: Operation, notice: Notice, say: Say) -> tuple[str, ...]:
    """Tells everybody whom the environment names, and returns the channels that took the notice."""
    channels: dict[str, Callable[[], None]] = {}
    if webhook := operation.webhook:
        channels["webhook"] = lambda: _post(webhook, notice)
    if target := operation.mail:
        channels["mail"] = lambda: _mail(target, notice)
    took = tuple(name for name, send in channels.items() if _sent(name, send, say))
    if took:
        say(f"通知已送达 | notice of the failure sent by {', '.join(took)}")
    return took


def _sent(name: str, send: Callable[[], None], say: Say) -> bool:
    """Tries a channel a few times; says when it did not take the notice."""
    for attempt in range(1, TRIES + 1):
        try:
            send()
        except (OSError, smtplib.SMTPException, http.client.HTTPException) as error:
            reason = f"{type(error).__name__}: {error}"
        else:
            return True
        if attempt < TRIES:
            time.sleep(PAUSE_SECONDS)
    say(f"通知未送达 | notice not delivered by {name} after {TRIES} tries: {reason}")
    return False


def _post(address: str, notice: Notice) -> None:
    """POSTs the notice; an answer other than 2xx is an error of the urllib kind."""
    body = json.dumps(notice.document(), ensure_ascii=False).encode()
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def _mail(target: MailTarget, notice: Notice) -> None:
    with _server(target) as server:
        if target.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if target.user and target.password_file:
            server.login(target.user, target.password_file.read_text(encoding="utf-8").rstrip("\r\n"))
        server.send_message(_message(target, notice))


def _server(target: MailTarget) -> smtplib.SMTP:
    if target.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(target.host, target.port, timeout=TIMEOUT_SECONDS, context=context)
    return smtplib.SMTP(target.host, target.port, timeout=TIMEOUT_SECONDS)


def _message(target: MailTarget, notice: Notice) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = notice.subject
    message["From"] = target.sender
    message["To"] = ", ".join(target.recipients)
    message.set_content(notice.text)
    return message
