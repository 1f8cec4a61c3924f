"""Where one release stands: what was decided about it, by whom, and what keeps its files."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lakehouse.releases.rules import Rule
from lakehouse.releases.steps import State


@dataclass(frozen=True)
class Approval:
    """A person's signature that counts; the envelope that proves it is named by its digest."""

    who: str
    role: str
    key_id: str
    envelope_sha256: str
    at: datetime


@dataclass(frozen=True)
class Glass:
    """An emergency release by one person, and until when it stands unless a second one ratifies it."""

    who: str
    why: str
    until: datetime


@dataclass(frozen=True)
class Entry:
    """Where one release stands.

    Attributes:
        glass: Set while an emergency release waits for its second person.
        was_glass: The release was made in an emergency at all.
        holds: Reasons for which its files must stay.
        released_at: When readers first got it, or None.
        is_adopted: It was released before there was a record.
        ended_at: When it last stopped being what readers get, or None.
    """

    number: int
    state: State
    rule: Rule
    manifest_sha256: str
    made_by: str
    made_at: datetime
    blocking: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    glass: Glass | None = None
    was_glass: bool = False
    holds: tuple[str, ...] = ()
    released_at: datetime | None = None
    ended_at: datetime | None = None
    last_why: str = ""
    is_adopted: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Roles whose signature is still needed, in the rule's order."""
        given = {approval.role for approval in self.approvals}
        return tuple(n.role for n in self.rule.needed if n.role not in given)

    @property
    def has_files(self) -> bool:
        """Whether its folder is still there."""
        return self.state is not State.RETIRED

    @property
    def is_open(self) -> bool:
        """Whether readers may open it: they got it once, and its files are there."""
        return self.released_at is not None and self.has_files


def why_kept(entry: Entry, at: datetime) -> list[tuple[str, str]]:
    """Every reason, in Chinese and English, for which a release's files must stay; none when they may go."""
    name = f"{entry.number:06d}"
    if entry.state is State.RETIRED:
        return [(f"发布 {name} 已销毁", f"release {name} is gone already")]
    found = [(f"发布 {name} 被保全：{why}", f"release {name} is held: {why}") for why in entry.holds]
    if entry.state in {State.RELEASED, State.CANDIDATE, State.GATED, State.APPROVED}:
        found.append((f"发布 {name} 处于 {entry.state} 状态", f"release {name} is {entry.state}"))
    days = entry.rule.keep_days if entry.released_at else 0
    since = entry.ended_at or entry.released_at or entry.made_at
    if at < since + timedelta(days=days):
        until = f"{since + timedelta(days=days):%Y-%m-%d}"
        found.append((f"发布 {name} 保存至 {until}", f"release {name} is kept until {until}"))
    return found
