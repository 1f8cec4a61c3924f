"""Role files of a release made before anybody waits for them, and what lies beside each.

release -> roles that somebody reads as -> a file per role, on record (lineage.role_reading)
release -> {name: builder}: made of what the role may see, or freed of values; what is not named is not there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.access import Grant, load_policy
from lakehouse.access.role_copy import SENSITIVITY
from lakehouse.access.role_release import FACTS, FOLDER, RoleRelease, read_facts, role_folder
from lakehouse.releases import Attachment, Release, list_releases
from lakehouse.settings import Settings
from lineage.catalogue import ATTACHMENT as CATALOGUE
from lineage.role_reading import readable
from lineage.signing.people import load_people
from quality_rules.index.checks import ATTACHMENT as QUALITY_CHECKS
from reports.spc.streams import ATTACHMENT as SPC_VERDICTS
from reports.spc.streams import attach_verdicts
from traceability.index.release_index import ATTACHMENT as GENEALOGY
from traceability.index.release_index import attach_index

# Up to five bad rows, with their values.
_SAMPLES = "sample_keys"
AHEAD = "made ahead, after the release | 发布后预先生成"


def missing_files(settings: Settings, release: Release) -> tuple[Grant, ...]:
    """Grants whose file of a release is not there and that somebody will read by.

    These are the roles in the file of people, and those that read a release before: who signs in at a
    provider stands in no file of ours. None for a release from before permissions.
    """
    policy = load_policy()
    if SENSITIVITY not in release.manifest:
        return ()
    wanted = {grant.file_name: grant for grant in (*_of_people(settings), *_that_read(settings, release))}
    missing = (grant for grant in wanted.values() if not role_folder(release, policy, grant).is_dir())
    order = list(policy.grants)
    return tuple(sorted(missing, key=lambda grant: (order.index(grant.role), grant.sites)))


def make_role_files(settings: Settings, release: Release) -> Iterator[RoleRelease]:
    """Makes the files that are missing, one after the other."""
    attachments = attachments_for_role(release)
    for grant in missing_files(settings, release):
        yield readable(settings, release, [grant.role], attachments, AHEAD, grant.sites)


def _of_people(settings: Settings) -> Iterator[Grant]:
    """What each person in the file reads by: the first of their roles in the policy's order."""
    for person in load_people(settings).readers:
        grant = load_policy().first_of(person.access, person.sites)
        if grant is not None and not grant.sees_everything:
            yield grant


def _that_read(settings: Settings, release: Release) -> Iterator[Grant]:
    policy = load_policy()
    for before in list_releases(settings):
        if before.number < release.number:
            for file in (before.path / FOLDER).glob(f"*/{FACTS}"):
                facts = read_facts(file.parent)
                known = [role for role in policy.grants if role == facts.role]
                grant = policy.first_of(known, facts.sites)
                if grant is not None and not grant.sees_everything:
                    yield grant


def attachments_for_role(release: Release) -> Mapping[str, Attachment]:
    """Builders of everything a role's folder has beside its warehouse, as far as the release has it."""
    known: dict[str, Attachment] = {
        GENEALOGY: attach_index,
        CATALOGUE: _copied(release.path / CATALOGUE),
        SPC_VERDICTS: attach_verdicts,
        QUALITY_CHECKS: _without_samples(release.path / QUALITY_CHECKS),
    }
    return {name: build for name, build in known.items() if name in release.manifest.get("attachments", {})}


def _copied(source: Path) -> Attachment:
    """Names, types and meanings are for everybody."""

    def build(_: duckdb.DuckDBPyConnection, target: Path) -> None:
        shutil.copytree(source, target)

    return build


def _without_samples(source: Path) -> Attachment:
    def build(_: duckdb.DuckDBPyConnection, target: Path) -> None:
        checks = pq.read_table(source)
        index = checks.schema.get_field_index(_SAMPLES)
        nothing = pa.array([""] * len(checks), checks.schema.field(index).type)
        pq.write_table(checks.set_column(index, checks.schema.field(index), nothing), target)

    return build
