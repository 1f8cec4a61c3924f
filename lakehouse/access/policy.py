"""The policy: which role may do and see what. policy.yaml -> Policy; what it does not grant is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from lakehouse.access.grant import Grant, Reading, Role, Rows, Sensitivity
from lakehouse.access.masking import Kind, Method
from lakehouse.access.words import BadPolicy, Word, read

POLICY_FILE = Path(__file__).with_name("policy.yaml")
OPEN_CLASSES = frozenset({Sensitivity.CONFIDENTIAL, Sensitivity.PERSONAL})
# Rows of the reader's own plants, as their sign-in or the file of people says.
OWN = "own"
# Reports are made of what their issuer reads; they must not be made of masked values.
NEEDS_EVERYTHING = "report.issue"


@dataclass(frozen=True)
class Policy:
    """What every role may do and see.

    Attributes:
        file: Where it stands.
        sha256: Digest of the file.
        actions: Every action there is, with what it means.
        grants: By role, the one that sees most first.
        classes: Sensitivity of columns that differs from what the contracts give, by name or `table.*`.
        masks: What becomes of a masked value, by kind of column.
    """

    file: Path
    sha256: str
    actions: Mapping[str, str]
    grants: Mapping[Role, Grant]
    classes: Mapping[Word, Sensitivity]
    masks: Mapping[Kind, Method]

    def may(self, roles: Iterable[Role], action: str) -> bool:
        """Whether any of these roles may do this.

        Raises:
            KeyError: There is no such action; a misspelt one must not read as a refusal.
        """
        if action not in self.actions:
            raise KeyError(f"{action!r} is no action of {POLICY_FILE.name}")
        return any(action in self.grants[role].actions for role in roles)

    def first_of(self, roles: Iterable[Role], sites: tuple[str, ...] = ()) -> Grant | None:
        """The grant whose data somebody with these roles reads: the first in the policy's order.

        A role for one's own plants counts for those only who have some.
        """
        held = set(roles)
        grants = (grant.for_sites(sites) for role, grant in self.grants.items() if role in held)
        return next((grant for grant in grants if not grant.is_open_ended), None)

    def sensitivity(self, column: str, sources: Mapping[str, Iterable[str]]) -> Sensitivity:
        """How sensitive `layer.table.column` is; ``sources`` are what it is made of, by their sensitivity."""
        if column in self._by_name:
            return self._by_name[column]
        found = [
            self._class_of(source, Sensitivity(given)) for given, names in sources.items() for source in names
        ]
        return max(found, key=lambda each: each.weight, default=Sensitivity.INTERNAL)

    @property
    def _by_name(self) -> Mapping[str, Sensitivity]:
        return cast("Mapping[str, Sensitivity]", self.classes)

    def _class_of(self, source: str, given: Sensitivity) -> Sensitivity:
        table = source.rpartition(".")[0]
        return self._by_name.get(source, self._by_name.get(f"{table}.*", given))


@cache
def load_policy(file: Path = POLICY_FILE) -> Policy:
    """The policy in a file.

    Raises:
        BadPolicy: Something in it is unknown, doubled or missing.
    """
    found = read(file)
    try:
        policy = _policy(file, found)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, BadPolicy):
            raise
        raise BadPolicy(
            f"权限策略 {file} 结构不符 | the policy {file} has another form: {error!r}"
        ) from error
    missing = set(Role) - set(policy.grants)
    if missing:
        raise BadPolicy(f"{file}: 缺少角色 | roles are missing: {', '.join(sorted(missing))}")
    return policy


def _policy(file: Path, found: Mapping[str, Any]) -> Policy:
    actions = {str(name): str(meaning) for name, meaning in found["actions"]}
    grants = [_grant(file, name, facts, actions) for name, facts in found["roles"].items()]
    classes = {name: Sensitivity(_one_of(file, to, Sensitivity)) for name, to, _reason in found["classes"]}
    masks = {
        Kind(_one_of(file, k, Kind)): Method(_one_of(file, m, Method)) for k, m in found["masks"].items()
    }
    if set(masks) != set(Kind):
        raise BadPolicy(f"{file}: masks: 须列出 | must name each of {', '.join(Kind)}")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Policy(file, digest, actions, {grant.role: grant for grant in grants}, classes, masks)


def _grant(file: Path, name: Word, facts: Mapping[str, Any], actions: Mapping[str, str]) -> Grant:
    role = Role(_one_of(file, name, Role))
    for action in facts["may"]:
        if action not in actions:
            raise action.wrong(file, "没有这个动作", "there is no such action")
    zh, _, en = facts["name"].partition(" | ")
    reads = {
        Sensitivity(_one_of(file, k, OPEN_CLASSES)): _reading(file, v) for k, v in facts["reads"].items()
    }
    if set(reads) != OPEN_CLASSES:
        raise name.wrong(file, "reads 须列出 confidential 与 personal", "reads must name both sensitivities")
    columns = {column: _reading(file, reading) for column, reading in facts.get("columns", {}).items()}
    actions_of_role, rows = frozenset(map(str, facts["may"])), _rows(file, facts)
    grant = Grant(role, zh, en, actions_of_role, tuple(facts["tables"]), reads, columns, rows)
    if NEEDS_EVERYTHING in grant.actions and not grant.sees_everything:
        raise name.wrong(
            file, "出具报告者须能看到全部数据", "who issues reports must see everything in clear"
        )
    return grant


def _rows(file: Path, facts: Mapping[str, Any]) -> Rows | None:
    if "rows" not in facts:
        return None
    ((column, values),) = facts["rows"].items()
    if isinstance(values, str):
        _one_of(file, cast("Word", values), (OWN,))
        return Rows(column, None, tuple(facts.get("shared", ())))
    return Rows(column, tuple(values), tuple(facts.get("shared", ())))


def _reading(file: Path, word: Word) -> Reading:
    return Reading(_one_of(file, word, Reading))


def _one_of(file: Path, word: Word, known: Iterable[str]) -> str:
    names = sorted(map(str, known))
    if word not in names:
        raise word.wrong(file, "未知的词", f"unknown; there are: {', '.join(names)}")
    return str(word)
