"""How an environment is run: when it refreshes by itself, who is told of a failure, where its pages are.

MEDLAKE_REFRESH_CRON, MEDLAKE_REFRESH_ZONE   `30 5 * * 1-5` in `Asia/Shanghai`; both or none: no schedule
MEDLAKE_NOTICE_WEBHOOK                       http(s) URL that takes a JSON document by POST
MEDLAKE_NOTICE_MAIL                          smtps://, smtp+starttls:// or smtp://[user@]host[:port]
MEDLAKE_NOTICE_MAIL_FROM, _TO                addresses
MEDLAKE_NOTICE_MAIL_PASSWORD_FILE            file with the password of that user
MEDLAKE_DASHBOARDS_URL                       where people open the dashboards, for links to them
Nothing here has a default: what is not set does not happen, and the Dagster UI says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class BadOperation(ValueError):
    """A setting that cannot be used; the message names the variable and what to do."""


@dataclass(frozen=True)
class RefreshTimes:
    """When the main job starts by itself: a cron expression in a time zone."""

    cron: str
    zone: str


@dataclass(frozen=True)
class MailTarget:
    """A mail server and between whom it carries notices.

    Attributes:
        scheme: smtps: TLS from the start; smtp+starttls: TLS or nothing; smtp: no TLS, and no password.
        password_file: Read at each notice, so that a changed password needs no restart.
    """

    scheme: str
    host: str
    port: int
    user: str | None
    password_file: Path | None
    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """What one environment has set; None is what it has not."""

    refresh: RefreshTimes | None = None
    webhook: str | None = None
    mail: MailTarget | None = None
    dashboards_url: str | None = None


def operation_of(env: Mapping[str, str]) -> Operation:
    """The environment's operation.

    Raises:
        BadOperation: A variable contradicts another or cannot be read.
    """
    return Operation(
        refresh=_refresh(env),
        webhook=_web_address(env, "MEDLAKE_NOTICE_WEBHOOK"),
        mail=_mail(env),
        dashboards_url=(_web_address(env, "MEDLAKE_DASHBOARDS_URL") or "").rstrip("/") or None,
    )


def _refresh(env: Mapping[str, str]) -> RefreshTimes | None:
    cron, zone = env.get("MEDLAKE_REFRESH_CRON", ""), env.get("MEDLAKE_REFRESH_ZONE", "")
    if not cron and not zone:
        return None
    _demand(bool(cron and zone), "MEDLAKE_REFRESH_CRON and MEDLAKE_REFRESH_ZONE", "set both or none")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadOperation(
            f"MEDLAKE_REFRESH_ZONE: {zone!r} is no time zone, such as Asia/Shanghai"
        ) from error
    return RefreshTimes(cron, zone)


def _web_address(env: Mapping[str, str], variable: str) -> str | None:
    address = env.get(variable) or None
    if address:
        parts = urlsplit(address)
        _demand(parts.scheme in {"http", "https"} and bool(parts.hostname), variable, "give an http(s) URL")
    return address


def _mail(env: Mapping[str, str]) -> MailTarget | None:
    variable = "MEDLAKE_NOTICE_MAIL"
    if not env.get(variable):
        return None
    parts = urlsplit(env[variable])
    _demand(
        parts.scheme in MAIL_PORTS and bool(parts.hostname),
        variable,
        f"give one of {sorted(MAIL_PORTS)}://host",
    )
    _demand(parts.password is None, variable, f"no password here; set {variable}_PASSWORD_FILE")
    _demand(
        not parts.username or parts.scheme != "smtp", variable, "a user needs TLS: smtps or smtp+starttls"
    )
    file = env.get(f"{variable}_PASSWORD_FILE")
    _demand(
        bool(parts.username) == bool(file), f"{variable}_PASSWORD_FILE", "a user and a password, or neither"
    )
    recipients = tuple(filter(None, (part.strip() for part in env.get(f"{variable}_TO", "").split(","))))
    sender = env.get(f"{variable}_FROM", "")
    _demand(
        bool(sender and recipients), f"{variable}_FROM and {variable}_TO", "set both; addresses by commas"
    )
    return MailTarget(
        scheme=parts.scheme,
        host=str(parts.hostname),
        port=parts.port or MAIL_PORTS[parts.scheme],
        user=parts.username,
        password_file=Path(file) if file else None,
        sender=sender,
        recipients=recipients,
    )


def _demand(holds: bool, variable: str, remedy: str) -> None:
    if not holds:
        raise BadOperation(f"环境变量设置有误 | {variable}: {remedy}")
