"""Quarantine from a release: records as it shows them, with what people have decided since, and acts.

rows of mart.quarantine -> as_decided() -> Kept;  one record + what to do + signature -> act() -> decisions
The command reads the working warehouse; a page may not, so here the release says what was kept out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.lake import Lake
from pipelines.quarantine import decide
from pipelines.quarantine.decide import Change, Signature
from pipelines.quarantine.records import Kept
from pipelines.sqlmesh.typed.rules import NOT_ACCEPTABLE
from quality_rules.quarantine.decision import Decision, read_decisions
from quality_rules.quarantine.standing import standing

# A person waits at the page: a refresh that writes for minutes is told, not waited for.
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Accept:
    """Let the record pass one rule."""

    rule_id: str


@dataclass(frozen=True)
class Reject:
    """Confirm the record as not wanted."""


@dataclass(frozen=True)
class Fix:
    """Correct the record: source column or house name -> text, None for no value."""

    values: Mapping[str, str | None]


@dataclass(frozen=True)
class Revoke:
    """Take a decision on the record back."""

    decision_id: str


Act = Accept | Reject | Fix | Revoke


@dataclass(frozen=True)
class Pending:
    """What the next release will have taken into account: records of a table by what became of them."""

    source_table: str
    outcome: str
    record_count: int


def as_decided(lake: Lake, records: Iterable[Kept]) -> tuple[Kept, ...]:
    """Records with what is decided on them at this moment."""
    found = standing(read_decisions(lake.zone))
    return tuple(replace(kept, verdict=found.of(kept.address, kept.rule_id)) for kept in records)


def pending(released: Mapping[Kept, str], now: Sequence[Kept]) -> tuple[Pending, ...]:
    """Records that stand otherwise than the release says; `open` are decisions taken back.

    Args:
        released: State by record as the release has it; keys carry no verdict.
        now: The same records as_decided.
    """
    changed = {
        (kept.address, kept.state) for kept in now if released[replace(kept, verdict=None)] != kept.state
    }
    counts = Counter((address.source_table, state) for address, state in changed)
    return tuple(Pending(*key, count) for key, count in sorted(counts.items()))


def waivable(record: Iterable[Kept]) -> tuple[str, ...]:
    """The rules of a record that somebody may let pass: those whose value can be passed on."""
    return tuple(
        sorted({k.rule_id for k in record if k.layer_code == "stg" and k.rule_id not in NOT_ACCEPTABLE})
    )


def act(
    lake: Lake,
    record: Sequence[Kept],
    what: Act,
    by: Signature,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> tuple[Decision, ...]:
    """Decides on one record, given with every rule that kept it out.

    Raises:
        DecisionRefused: Somebody has decided already, or the act does not fit the record.
        NoSuchRecord: The decision to take back does not exist.
        LakeBusy: A refresh writes; nothing was decided.
    """
    with lake.zone.writing("decide on quarantined records", wait_seconds=patience_seconds):
        chosen = as_decided(lake, record)
        if isinstance(what, Accept):
            return decide.accept(lake, [kept for kept in chosen if kept.rule_id == what.rule_id], by)
        if isinstance(what, Reject):
            return decide.reject(lake, chosen, by)
        if isinstance(what, Fix):
            return decide.fix(lake, chosen, [Change(chosen[0].address, what.values)], by)
        return (decide.revoke(lake, what.decision_id, by),)
