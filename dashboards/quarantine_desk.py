"""The lake as the quarantine bench needs it: records of the release with today's decisions, fields, acts.

release (mart.quarantine) + decisions → records;  a record → its fields;  act → the functions of the command
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboards.release import OpenRelease, ask, remember
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.lake import Lake
from pipelines.quarantine.bench import Act, Pending, act, as_decided, pending
from pipelines.quarantine.decide import Signature
from pipelines.quarantine.fields import Fields, fields_of
from pipelines.quarantine.records import Kept, kept_out
from quality_rules.contract import Contract, load_contracts
from quality_rules.quarantine.decision import Decision


@dataclass(frozen=True)
class Released:
    """A record and one rule that kept it out, as the release has it."""

    layer_code: str
    source_table: str
    file_name: str
    file_sha256: str
    row_no: int
    rule_id: str
    column_name: str
    before: str | None
    message: str | None
    record_count: int
    state_code: str

    @property
    def kept(self) -> Kept:
        """The same without what was decided."""
        return Kept(
            self.layer_code, self.source_table, self.file_name, self.file_sha256, self.row_no, self.rule_id,
            self.column_name, self.before, self.message or "", self.record_count, None,
        )  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Records as they stand now, and how many differ from the release."""

    lake: Lake
    records: tuple[Kept, ...]
    pending: tuple[Pending, ...]

    def contract(self, table: str) -> Contract | None:
        """The contract of a table; None for files nobody claims."""
        return self.lake.contracts.get(table)


def released(opened: OpenRelease) -> tuple[Released, ...]:
    """Every record that was kept out, by rule, as the release tells its reader."""
    return ask(opened, "bench_records", Released, {})


def open_desk(opened: OpenRelease) -> Desk:
    """The bench of a release, with decisions up to this moment; of readers who may decide.

    Raises:
        NotAllowed: The reader may not: what lies in the raw zone is not masked.
    """
    opened.reader.require("quarantine.decide")
    contracts = remember(opened, "contracts", load_contracts)
    settings = Settings.from_env()
    lake = Lake(settings, contracts, RawZone(settings.raw_dir))
    states = {row.kept: row.state_code for row in released(opened)}
    records = as_decided(lake, states)
    return Desk(lake, records, pending(states, records))


def unreleased(desk: Desk) -> tuple[Kept, ...]:
    """Records kept out since, which are in no release; the working warehouse is asked as by the command.

    Raises:
        LakeBusy: A refresh is under way.
    """
    known = {kept.address for kept in desk.records}
    return tuple(kept for kept in kept_out(desk.lake) if kept.address not in known)


def fields(opened: OpenRelease, desk: Desk, record: Sequence[Kept]) -> Fields | None:
    """The texts of a record, which never change; None of a file as a whole."""
    address = record[0].address
    return remember(opened, f"fields {address}", lambda: fields_of(desk.lake, record).get(address))


def decide(
    opened: OpenRelease, desk: Desk, record: Sequence[Kept], what: Act, reason: str
) -> tuple[Decision, ...]:
    """Decides as the reader, who must be allowed to.

    Raises:
        NotAllowed: None of the reader's roles may decide.
        DecisionRefused: Somebody has decided already, there is no reason, or the act does not fit.
        LakeBusy: A refresh writes; nothing was decided.
    """
    opened.reader.require("quarantine.decide")
    return act(desk.lake, record, what, Signature(opened.reader.name, reason, datetime.now(UTC)))
