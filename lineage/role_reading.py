"""Opening a release as what a reader may see: the role's file, and the leaf that says it was made.

release + roles -> lakehouse/access -> RoleRelease. Every door (pages, SQL, command) goes through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lakehouse.access import Role, load_policy
from lakehouse.access.role_release import RoleFile, RoleRelease, role_release
from lakehouse.releases import Release
from lakehouse.releases.copying import Attachment
from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Act, Action
from lineage.ledger.ledger import open_ledger
from lineage.ledger.role_audit import ROLE_FILE

FIRST_READING = "first reading by this role | 该角色首次读取"


class NoRole(PermissionError):
    """Somebody has no role, so no data is theirs to read."""


def readable(
    settings: Settings,
    release: Release,
    roles: Iterable[Role],
    attachments: Mapping[str, Attachment],
    why: str = FIRST_READING,
    sites: tuple[str, ...] = (),
) -> RoleRelease:
    """The release as somebody with these roles may read it; made, with a leaf, if it is not there yet.

    Args:
        settings: The lake.
        release: What is to be read.
        roles: Theirs; the first of them in the policy's order counts.
        attachments: What belongs beside every warehouse file, as when the release was made.
        why: What the leaf gives as the reason, if one is made.
        sites: Plants of theirs; a role for one's own plants counts only with some.

    Raises:
        NoRole: There are none, or only one for plants and no plant.
        NoRelease: The release was made before permissions.
    """
    policy = load_policy()
    held = list(roles)
    grant = policy.first_of(held, sites)
    if grant is None and held:
        names = ", ".join(held)
        raise NoRole(
            f"{names} 只读取本人工厂的数据，但登录信息未说明是哪些工厂 | {names} reads the rows of one's own "
            "plants, and neither the sign-in nor the file of people says which these are"
        )
    if grant is None:
        raise NoRole("没有角色，不能读取任何数据 | without a role there is no data to read")
    return role_release(
        settings, release, policy, grant, attachments, lambda made: _tell(settings, made, why)
    )


def _tell(settings: Settings, made: RoleFile, why: str) -> None:
    facts = made.facts
    details = {
        "folder": made.folder,
        "facts_sha256": made.facts_sha256,
        "policy_sha256": facts.policy_sha256,
        "masked": list(facts.masked),
        "withheld": list(facts.withheld),
        "left_out": list(facts.left_out),
    }
    what = f"{ROLE_FILE} {facts.reader} of release {facts.release:06d}"
    digest = f"sha256:{facts.warehouse['sha256']}"
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(Act(Action.EXPORT, SYSTEM, what, why, after=digest, details=details))
