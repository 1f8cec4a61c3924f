"""Named connections to databases: where they lead, and where their password is.

MEDLAKE_CONNECTION_<NAME>                a URI without a password, postgresql://reader@host:5432/u8
MEDLAKE_CONNECTION_<NAME>_PASSWORD       the password, or
MEDLAKE_CONNECTION_<NAME>_PASSWORD_FILE  a file that holds it
Contracts name a connection and nothing else, so that no host or person stands in the repository.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

WAIT_SECONDS = 15
PREFIX, PASSWORD, PASSWORD_FILE = "MEDLAKE_CONNECTION_", "_PASSWORD", "_PASSWORD_FILE"


class BadConnection(ValueError):
    """A setting that cannot be used; the message names the variable and what to do, never a secret."""


@dataclass(frozen=True)
class Connection:
    """A database that contracts may name.

    Attributes:
        name: Lower case, as contracts write it.
        uri: Where it leads, without a password.
        password: Not shown, None when there is none or a file holds it.
        password_file: Read at each connection, so that a changed password needs no restart.
    """

    name: str
    uri: str
    password: str | None = field(default=None, repr=False)
    password_file: Path | None = None

    def secret(self) -> str | None:
        """The password of this moment.

        Raises:
            BadConnection: The file that should hold it cannot be read.
        """
        if self.password_file is None:
            return self.password
        try:
            return self.password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise BadConnection(
                f"{PREFIX}{self.name.upper()}{PASSWORD_FILE}: cannot be read: {error.strerror}; "
                "make the file readable for the user who runs medlake"
            ) from error

    def secret_uri(self) -> str:
        """The URI with its password and a bounded wait, for the driver and for nobody else."""
        secret = self.secret()
        terms = [] if secret is None else [f"password={quote(secret, safe='')}"]
        if "connect_timeout=" not in self.uri:
            terms.append(f"connect_timeout={WAIT_SECONDS}")
        return self.uri + ("&" if "?" in self.uri else "?") * bool(terms) + "&".join(terms)

    def without_secret(self, text: str) -> str:
        """A message of the driver in which the password, should it stand there, is blotted out."""
        secret = self.secret()
        return text.replace(secret, "***").replace(quote(secret, safe=""), "***") if secret else text


def connections_of(env: Mapping[str, str]) -> dict[str, Connection]:
    """All connections the environment names, by name.

    Raises:
        BadConnection: A URI that is none, or that holds a password.
    """
    found = {}
    for variable, uri in sorted(env.items()):
        if not variable.startswith(PREFIX) or variable.endswith((PASSWORD, PASSWORD_FILE)) or not uri:
            continue
        _require_bare(variable, uri)
        file = env.get(variable + PASSWORD_FILE)
        name = variable.removeprefix(PREFIX).lower()
        found[name] = Connection(
            name, uri, env.get(variable + PASSWORD) or None, Path(file).resolve() if file else None
        )
    return found


def _require_bare(variable: str, uri: str) -> None:
    parts = urlsplit(uri)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadConnection(f"{variable}: write it as postgresql://user@host:port/database")
    if parts.password is not None or "password=" in parts.query:
        raise BadConnection(f"{variable}: holds a password; put it into {variable}{PASSWORD_FILE} instead")
