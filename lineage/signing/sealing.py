"""Every step of the releases' record becomes one leaf of the ledger; after a crash the next catches up."""

from __future__ import annotations

from lakehouse.releases import Action, Record, State, read_book, read_log
from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Act
from lineage.ledger.act import Action as Leaf
from lineage.ledger.ledger import Ledger, open_ledger

LEAVES = {
    Action.ADOPT: Leaf.RELEASE_PUBLISHED,
    Action.PROPOSE: Leaf.RELEASE_CANDIDATE,
    Action.GATE: Leaf.RELEASE_GATED,
    Action.APPROVE: Leaf.RELEASE_APPROVED,
    Action.RELEASE: Leaf.RELEASE_PUBLISHED,
    Action.BREAK_GLASS: Leaf.BREAK_GLASS,
    Action.WITHDRAW: Leaf.RELEASE_WITHDRAWN,
    Action.ROLL_BACK: Leaf.RELEASE_CURRENT,
    Action.HOLD: Leaf.RELEASE_HELD,
    Action.FREE: Leaf.RELEASE_HELD,
    Action.RETIRE: Leaf.RELEASE_RETIRED,
    Action.RESTORE: Leaf.RESTORE,
}
LAPSED = "紧急发布未在期限内获得第二人批准 | the emergency release was not ratified in time"


def seal(settings: Settings) -> int:
    """Puts what the record holds and the ledger does not into the ledger; returns how many."""
    records = read_log(settings)
    with open_ledger(settings, writable=True) as ledger, ledger.transaction():
        new = [_act(record) for record in records[_sealed(ledger) :]]
        new += _lapses(settings, ledger)
        if new:
            ledger.append_many(new)
        return len(new)


def _sealed(ledger: Ledger) -> int:
    """How many records have their leaf; they get it in their order."""
    newest = [ledger.latest(leaf) for leaf in sorted(set(LEAVES.values()))]
    return max((int(entry.act.details["record"]) + 1 for entry in newest if entry), default=0)


def _act(record: Record) -> Act:
    step = record.step
    return Act(
        LEAVES[step.action],
        step.who,
        f"release {step.number:06d}",
        step.why or step.action.value,
        before=step.facts.get("manifest_sha256"),
        after=record.sha256,
        details={"record": record.seq, "step": step.action.value, "facts": step.facts},
    )


def _lapses(settings: Settings, ledger: Ledger) -> list[Act]:
    """Emergency releases that ran out: time made them end, so no step stands in the record."""
    entries = read_book(settings).entries.values()
    told = {act.act.what for act in ledger.of_action(Leaf.FINDING) if act.act.details.get("lapsed")}
    return [
        Act(Leaf.FINDING, SYSTEM, f"release {e.number:06d}", LAPSED, details={"lapsed": True})
        for e in entries
        if e.state is State.LAPSED and f"release {e.number:06d}" not in told
    ]
