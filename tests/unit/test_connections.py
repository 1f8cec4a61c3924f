"""Connections come from the environment; passwords are never shown."""

from pathlib import Path

import pytest

from lakehouse.connections import BadConnection, connections_of
from lakehouse.settings import Settings

URI = "postgresql://reader@erp:5432/u8"


def test_passwords_are_used_and_never_shown(tmp_path: Path) -> None:
    """Prevents a password in a log, a report or a traceback, and one that breaks the URI."""
    file = tmp_path / "secret"
    file.write_text("p&ss/ö\n", encoding="utf-8")
    env = {"MEDLAKE_CONNECTION_U8": URI, "MEDLAKE_CONNECTION_U8_PASSWORD_FILE": str(file)}
    connection = connections_of(env)["u8"]
    assert connection.secret_uri() == f"{URI}?password=p%26ss%2F%C3%B6&connect_timeout=15"
    assert "p&ss" not in repr(connection)
    assert connection.without_secret("login p&ss/ö failed, p%26ss%2F%C3%B6") == "login *** failed, ***"
    file.write_text("new", encoding="utf-8")
    assert connection.secret() == "new"
    plain = connections_of({"MEDLAKE_CONNECTION_A": URI, "MEDLAKE_CONNECTION_A_PASSWORD": "hush"})
    assert list(plain) == ["a"]
    assert "hush" not in repr(plain) and "password=hush" in plain["a"].secret_uri()


@pytest.mark.parametrize("uri", ["postgresql://a:b@h/d", "postgresql://h/d?password=b", "mysql://h/d", "erp"])
def test_bad_uris_are_refused_without_their_secret(uri: str) -> None:
    """Prevents a password in a place that is shown, and a connection nobody can open."""
    with pytest.raises(BadConnection) as error:
        connections_of({"MEDLAKE_CONNECTION_X": uri})
    assert uri not in str(error.value)


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    """Prevents a connection attempt without the password that was meant."""
    env = {"MEDLAKE_CONNECTION_X": URI, "MEDLAKE_CONNECTION_X_PASSWORD_FILE": str(tmp_path / "none")}
    with pytest.raises(BadConnection, match="PASSWORD_FILE"):
        connections_of(env)["x"].secret_uri()


def test_settings_with_connections_are_a_key() -> None:
    """Prevents every refresh from failing: models are loaded once per lake, by its settings."""
    env = {"MEDLAKE_DATA": "lake", "MEDLAKE_CONNECTION_U8": URI}
    assert {Settings.from_env(env): 1}[Settings.from_env(env)] == 1
