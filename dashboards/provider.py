"""The sign-in provider's side: which claim names somebody, and which of its groups is which role.

file of MEDLAKE_SIGN_IN ([auth] for Streamlit, [medlake] for us) + claims of a sign-in → Reader.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dashboards.reader import Reader
from lakehouse.access import Role


class BadSignIn(ValueError):
    """The file of the sign-in cannot be used; says the file and what is wrong, never a secret."""


@dataclass(frozen=True)
class Provider:
    """How claims become a reader.

    Attributes:
        name_claim: Claim that holds the account name as it goes on record.
        groups_claim: Claim that lists groups.
        roles: By group, the role it stands for; other groups stand for nothing.
        sites: By group, the plant it stands for, for a role that reads one's own plants.
        lasts: How long after it a sign-in counts.
    """

    name_claim: str
    groups_claim: str
    roles: Mapping[str, Role]
    lasts: timedelta
    sites: Mapping[str, str]

    def reader(self, claims: Mapping[str, Any]) -> Reader:
        """Who signed in; without roles when none of their groups is one of ours.

        Raises:
            BadSignIn: The provider did not send the name.
        """
        name = claims.get(self.name_claim)
        if not isinstance(name, str) or not name.strip():
            raise BadSignIn(
                f"登录信息缺少 {self.name_claim} | the provider sent no claim {self.name_claim!r}"
            )
        groups = claims.get(self.groups_claim) or ()
        held = {self.roles[group] for group in groups if group in self.roles}
        sites = {self.sites[group] for group in groups if group in self.sites}
        roles = tuple(role for role in Role if role in held)
        return Reader(name.strip(), roles, is_demo=False, sites=tuple(sorted(sites)))

    def is_over(self, claims: Mapping[str, Any], now: datetime) -> bool:
        """Whether a sign-in is too long ago; Streamlit's cookie itself would last thirty days."""
        at = claims.get("auth_time") or claims.get("iat")
        return not isinstance(at, int | float) or now.timestamp() - at > self.lasts.total_seconds()


def load_provider(file: Path) -> Provider:
    """The [medlake] part of the file.

    Raises:
        BadSignIn: It is missing, or not what docs/sign-in.md shows.
    """
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        ours = found["medlake"]
        roles = {group: Role(role) for group, role in ours["roles"].items()}
        lasts = timedelta(hours=float(ours["hours"]))
        sites = {group: str(site) for group, site in ours.get("sites", {}).items()}
        return Provider(str(ours["name_claim"]), str(ours["groups_claim"]), roles, lasts, sites)
    except (OSError, tomllib.TOMLDecodeError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise BadSignIn(
            f"登录配置 {file} 无法使用 | the sign-in file {file} cannot be used ({type(error).__name__}: "
            f"{error}); docs/sign-in.md shows what stands in it"
        ) from error
