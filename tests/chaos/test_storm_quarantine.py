"""Storm: people decide at random, then take everything back; the numbers are as if nobody had decided."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from pipelines.ingest.loading.corrections import load_corrections
from pipelines.quarantine import decide
from pipelines.quarantine.decide import Change, Signature
from pipelines.quarantine.records import by_address
from pipelines.sqlmesh.typed.rules import NOT_ACCEPTABLE
from quality_rules.quarantine.decision import read_decisions
from quality_rules.quarantine.standing import standing
from tests.conftest import Storm
from tests.integration.quarantine_lake import AT, HEADER, QuarantineLake

TEXTS = ("1", "0104", "FERT", "ST", "365", "20250101", "")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> QuarantineLake:
    """A lake after its first refresh, which no case changes."""
    return QuarantineLake.built(tmp_path_factory.mktemp("storm"))


@pytest.mark.storm
def test_decisions_taken_back_leave_no_mark(storm: Storm, template: QuarantineLake, tmp_path: Path) -> None:
    """Prevents a decision whose effect stays after it was revoked, and a record lost at any step between."""
    rng, before = storm.random(), template.business_hash()
    cases, decisions, changed = storm.size(sample=1, full=8), 0, 0
    for case in range(cases):
        lake = template.copied(tmp_path / str(case))
        for round_ in range(3):
            _decide(lake, rng, round_)
            # A correction can be decided on once it was typed; most rounds do not wait for it.
            if rng.random() < 0.4:
                lake.refresh()
        lake.refresh()
        changed += lake.business_hash() != before
        decisions += _revoke_all(lake)
        lake.refresh()
        assert lake.business_hash() == before, f"case {case} of seed {storm.seed}"
        assert {state for (_, rule), state in lake.states().items() if rule == "DQ-REC-001"} == {"open"}
    storm.report("decisions taken back", cases=cases, decisions=decisions, changed=changed, marks_left=0)


def _decide(lake: QuarantineLake, rng: Random, round_: int) -> None:
    """Up to four decisions on open records, of every kind that may be made."""
    for n in range(rng.randint(1, 4)):
        by = Signature("li", f"round {round_}", AT + timedelta(seconds=100 * round_ + n))
        records = by_address(lake.kept())
        undecided = [those for those in records.values() if all(kept.state == "open" for kept in those)]
        if not undecided:
            return
        chosen = rng.choice(undecided)
        kept = rng.choice(chosen)
        match rng.choice(["fix", "fix", "accept", "reject", "load"]):
            case "fix" if kept.layer_code != "file":
                texts = {name: rng.choice(TEXTS) or None for name in HEADER.split(",")}
                # A text no record had before, so that every fix changes something.
                change = Change(kept.address, texts | {"NORMT": f"{round_}.{n}"})
                decide.fix(lake.lake, chosen, [change], by)
            case "accept" if kept.layer_code == "stg" and kept.rule_id not in NOT_ACCEPTABLE:
                decide.accept(lake.lake, [kept], by)
            case "load":
                load_corrections(lake.settings, lake.lake.contracts, lake.lake.zone, AT)
            case _:
                decide.reject(lake.lake, chosen, by)


def _revoke_all(lake: QuarantineLake) -> int:
    """Takes back what stands until nothing does; gives how many decisions there are in the end."""
    second = 1000
    while True:
        decisions = read_decisions(lake.lake.zone)
        states = standing(decisions).states
        stands = [d for d in decisions if d.action != "revoke" and states[d.decision_id] == "stands"]
        if not stands:
            return len(decisions)
        second += 1
        by = Signature("wu", "taken back", AT + timedelta(seconds=second))
        decide.revoke(lake.lake, stands[0].decision_id, by)
