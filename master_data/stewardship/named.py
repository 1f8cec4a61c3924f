"""Which party an id means: a record, a golden party, or an id that a party bore once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from master_data.identity.decision import Role

if TYPE_CHECKING:
    from master_data.stewardship.scene import Built, Scene


class NoSuchParty(LookupError):
    """No party bears the id, or parties of two roles do; the message says what to do."""


@dataclass(frozen=True)
class Named:
    """A party as a steward named it; record_id is the record named, or the canonical one of the party."""

    role: Role
    golden_id: str
    record_id: str
    members: tuple[str, ...]


def named(built: Built, now: Scene, text: str, role: str | None) -> Named:
    """The party that an id means.

    Raises:
        NoSuchParty: There is none, or the role has to be said.
    """
    found = [one for one in (_of_role(built, now, text, each) for each in _roles(role)) if one]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSuchParty(
            f"{text} 既是供应商又是客户，请用 --role 指明 | {text} is a supplier and a customer: say --role"
        )
    raise NoSuchParty(
        f'没有主体或记录 {text} | no party and no record {text}; see `medlake sql "FROM core.party_alias"`'
    )


def _roles(role: str | None) -> tuple[Role, ...]:
    if role is None:
        return ("supplier", "customer")
    if role not in ("supplier", "customer"):
        raise NoSuchParty(f"角色只有 supplier 与 customer | a role is supplier or customer, not {role}")
    return (role,)  # type: ignore[return-value]


def _of_role(built: Built, now: Scene, text: str, role: Role) -> Named | None:
    if golden_id := now.golden_of.get((role, text)):
        return _members(now, role, golden_id, text)
    if now.members(role, text):
        return _members(now, role, text, None)
    leads = built.party_alias.filter(
        (pl.col("role_code") == role) & (pl.col("alias_id") == text) & pl.col("golden_id").is_not_null()
    )
    return _of_role(built, now, leads["golden_id"][0], role) if len(leads) else None


def _members(now: Scene, role: Role, golden_id: str, record_id: str | None) -> Named:
    """A record named by itself stands first, so that a merge ties and an override changes that one."""
    members = now.members(role, golden_id)
    first = record_id or members[0]
    return Named(role, golden_id, first, (first, *(id_ for id_ in members if id_ != first)))
