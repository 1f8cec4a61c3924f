"""Who reads: the name that stands on record, the roles, and what these may do by the policy."""

from __future__ import annotations

from dataclasses import dataclass

from lakehouse.access import Role, load_policy


class NotAllowed(PermissionError):
    """The reader's roles do not let them do this."""


@dataclass(frozen=True)
class Reader:
    """Somebody at the dashboards.

    Attributes:
        name: As it stands on record.
        roles: What they may act as.
        is_demo: A demo identity that anybody at this machine may take.
        sites: Plants of theirs, for a role that reads one's own plants.
    """

    name: str
    roles: tuple[Role, ...]
    is_demo: bool
    sites: tuple[str, ...] = ()

    def may(self, action: str) -> bool:
        """Whether one of their roles may do this; `lakehouse/access/policy.yaml` names the actions."""
        return load_policy().may(self.roles, action)

    def require(self, action: str) -> None:
        """Refuses an act that none of their roles may do; called by the act itself, not only by its button.

        Raises:
            NotAllowed: Says who, what, and which roles they have.
        """
        if not self.may(action):
            roles = ", ".join(self.roles) or "–"
            meaning = load_policy().actions[action]
            raise NotAllowed(
                f"{self.name}（{roles}）无权：{meaning.partition(' | ')[0]} | {self.name} ({roles}) may not: "
                f"{meaning.partition(' | ')[2]}"
            )
