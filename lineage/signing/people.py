"""Who may sign and read, and as what: one reviewed file, named by MEDLAKE_PEOPLE; by default demo people.

people.yaml -> People. A real person's signature counts only with a key that the file itself names, so that
nobody can enrol as somebody else; demo people need none, and everything they sign says DEMO.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from lakehouse.access import Role
from lakehouse.settings import Settings

DEMO_MARK = "DEMO 演示人员，签名无效力 | DEMO people, their signatures have no effect"


class UnknownPerson(LookupError):
    """Nobody of this name may sign, or not as this."""


class BadPeople(ValueError):
    """The file of people cannot be used; says what is wrong with it."""


@dataclass(frozen=True)
class Person:
    """Somebody who may sign, read or both.

    Attributes:
        name: The account name, unique.
        zone: Where they work, an IANA name.
        roles: What they may sign as; empty for somebody who only reads.
        key_ids: Keys that are theirs by the reviewed file; empty for demo people.
        is_active: False for somebody who has left; what they signed before still verifies.
        access: What they read and act as, by lakehouse/access/policy.yaml.
        sites: Plants of theirs, for a role that reads one's own plants.
    """

    name: str
    name_zh: str
    name_en: str
    zone: str
    roles: tuple[str, ...]
    key_ids: tuple[str, ...] = ()
    is_active: bool = True
    access: tuple[Role, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """The name as it stands on a signed record."""
        return f"{self.name_zh} | {self.name_en}"


@dataclass(frozen=True)
class People:
    """Everybody who may sign or read."""

    by_name: Mapping[str, Person]
    is_demo: bool
    demo_passphrase: str

    @property
    def mark(self) -> str:
        """What a manifest and every surface say about these people; empty for real ones."""
        return DEMO_MARK if self.is_demo else ""

    def person(self, name: str) -> Person:
        """Somebody by name, who may still sign.

        Raises:
            UnknownPerson: There is no such person, or no longer.
        """
        found = self.by_name.get(name)
        if found is None or not found.is_active or not found.roles:
            known = ", ".join(sorted(n for n, p in self.by_name.items() if p.is_active and p.roles))
            raise UnknownPerson(
                f"{name} 不在签名人员名单中 | {name!r} is nobody who may sign; there are: {known}"
            )
        return found

    @property
    def readers(self) -> tuple[Person, ...]:
        """Everybody who may read, in the file's order."""
        return tuple(p for p in self.by_name.values() if p.is_active and p.access)

    def listed(self, name: str) -> Person:
        """Somebody by name who is in the file and has not left, whether they may sign or not.

        Raises:
            UnknownPerson: There is no such person, or no longer.
        """
        found = self.by_name.get(name)
        if found is None or not found.is_active:
            raise UnknownPerson(f"{name} 不在人员名单中 | {name!r} is not in the file of people")
        return found

    def role_of(self, name: str, wanted: tuple[str, ...]) -> str:
        """The first of these roles that a person has.

        Raises:
            UnknownPerson: They have none of them.
        """
        person = self.person(name)
        for role in wanted:
            if role in person.roles:
                return role
        raise UnknownPerson(
            f"{name} 无权以此角色签名 | {name} acts as {', '.join(person.roles)}; "
            f"this needs {' or '.join(wanted) or 'nobody any more'}"
        )


def load_people(settings: Settings) -> People:
    """Reads the file, as it is now.

    Raises:
        BadPeople: It is missing, malformed, or names real people without keys.
    """
    file = settings.people_file
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _unusable(file, error) from error
    return _people(file, text)


@lru_cache(maxsize=4)
def _people(file: Path, text: str) -> People:
    """What a file says; pages ask on every click, so the same text is understood once."""
    try:
        found = yaml.safe_load(text)
        people = {name: _person(name, facts) for name, facts in found["people"].items()}
        is_demo = found.get("is_demo", False) is True
    except (yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise _unusable(file, error) from error
    _require_one_owner(people)
    return People(people, is_demo, str(found.get("demo_passphrase", "")) if is_demo else "")


def _unusable(file: Path, error: Exception) -> BadPeople:
    return BadPeople(
        f"人员名单 {file} 无法使用：{error} | the file of people {file} cannot be used: {error!r}. "
        "docs/releases.md shows what stands in it."
    )


def _person(name: str, facts: Mapping[str, Any]) -> Person:
    ZoneInfo(facts["zone"])
    return Person(
        name,
        facts["name_zh"],
        facts["name_en"],
        facts["zone"],
        tuple(facts.get("roles", ())),
        tuple(facts.get("keys", ())),
        facts.get("is_active", True) is True,
        tuple(Role(role) for role in facts.get("access", ())),
        _texts(facts.get("sites", ())),
    )


def _texts(given: object) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(text, str) for text in given):
        raise ValueError(f"sites: a list of texts, not {given!r}")
    return tuple(given)


def _require_one_owner(people: Mapping[str, Person]) -> None:
    """A key of two people, or two accounts of one, would make one signature two."""
    keys = [key for person in people.values() for key in person.key_ids]
    names = [(person.name_zh, person.name_en) for person in people.values()]
    if len(set(keys)) < len(keys) or len(set(names)) < len(names):
        raise BadPeople("人员名单中有重复的密钥或姓名 | a key or a person stands twice in the file of people")
