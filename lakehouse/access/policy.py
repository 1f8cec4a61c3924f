"""The policy: which role may do what. policy.yaml -> Policy; whatever it does not grant is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from lakehouse.access.words import BadPolicy, Word, read

POLICY_FILE = Path(__file__).with_name("policy.yaml")


class Role(StrEnum):
    """What somebody is when they read."""

    ENGINEER = "engineer"
    QA = "qa"
    MANAGER = "manager"
    ANALYST = "analyst"
    INSPECTOR = "inspector"
    STEWARD = "steward"


@dataclass(frozen=True)
class Grant:
    """What one role is called and may do."""

    role: Role
    name_zh: str
    name_en: str
    actions: frozenset[str]


@dataclass(frozen=True)
class Policy:
    """What every role may do.

    Attributes:
        actions: Every action there is, with what it means.
        grants: By role, the one that sees most first.
    """

    actions: Mapping[str, str]
    grants: Mapping[Role, Grant]

    def may(self, roles: Iterable[Role], action: str) -> bool:
        """Whether any of these roles may do this.

        Raises:
            KeyError: There is no such action; a misspelt one must not read as a refusal.
        """
        if action not in self.actions:
            raise KeyError(f"{action!r} is no action of {POLICY_FILE.name}")
        return any(action in self.grants[role].actions for role in roles)


@cache
def load_policy(file: Path = POLICY_FILE) -> Policy:
    """The policy in a file.

    Raises:
        BadPolicy: Something in it is unknown, doubled or missing.
    """
    found = read(file)
    try:
        actions = {str(name): str(meaning) for name, meaning in found["actions"]}
        grants = [_grant(file, name, facts, actions) for name, facts in found["roles"].items()]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, BadPolicy):
            raise
        raise BadPolicy(
            f"权限策略 {file} 结构不符 | the policy {file} has another form: {error!r}"
        ) from error
    missing = set(Role) - {grant.role for grant in grants}
    if missing:
        raise BadPolicy(f"{file}: 缺少角色 | roles are missing: {', '.join(sorted(missing))}")
    return Policy(actions, {grant.role: grant for grant in grants})


def _grant(file: Path, name: Word, facts: Mapping[str, Any], actions: Mapping[str, str]) -> Grant:
    if name not in [*map(str, Role)]:
        raise name.wrong(file, "没有这个角色", f"there is no such role; there are: {', '.join(Role)}")
    for action in facts["may"]:
        if action not in actions:
            raise action.wrong(file, "没有这个动作", "there is no such action")
    zh, _, en = facts["name"].partition(" | ")
    return Grant(Role(name), zh, en, frozenset(map(str, facts["may"])))
