"""A real PostgreSQL server for tests: its own folder, a unix socket, no network, an unprivileged user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adbc_driver_postgresql import dbapi

# Quick and forgetful: a test server need not survive a power cut.
OPTIONS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=20"


@dataclass(frozen=True)
class PostgresServer:
    """A running server with one superuser, `tester`, trusted on the socket."""

    socket: Path

    def uri(self, user: str = "tester") -> str:
        """Where to connect; without a password."""
        return f"postgresql://{user}@/postgres?host={self.socket}"

    def run(self, *statements: str) -> None:
        """Runs statements, each committed at once."""
        with dbapi.connect(self.uri(), autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def binaries() -> Path | None:
    """Where the server's programs lie, None when there is no PostgreSQL."""
    if found := shutil.which("postgres"):
        return Path(found).parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return debian[-1].parent if debian else None


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Starts a server in a new folder and removes both at the end."""
    programs = binaries()
    assert programs, "ask binaries() first"
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        user = _unprivileged(folder)
        data = folder / "data"
        _call(user, programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        control = (programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
        _call(user, *control, "-o", f"{OPTIONS} -k {folder}", "start")
        try:
            yield PostgresServer(folder)
        finally:
            _call(user, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _unprivileged(folder: Path) -> str | None:
    """The user to run as; PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return user


def _call(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        command,
        user=user,
        cwd="/",
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
