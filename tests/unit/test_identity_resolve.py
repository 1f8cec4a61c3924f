"""Who is who as a whole: decisions against a small oracle, merge and unmerge as inverses."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from master_data.identity.decision import IdentityDecision
from master_data.identity.resolve import resolve, state_hash
from master_data.identity.standing import bond_rows, standing

START = datetime(2026, 1, 1, tzinfo=UTC)
CODE, OTHER_CODE = "91110000600037341L", "91110000802100433B"
PAIRS = {
    "role_code": pl.String,
    "left_id": pl.String,
    "right_id": pl.String,
    "weight": pl.Decimal(8, 1),
    "band_code": pl.String,
    "rule_code": pl.String,
}
# record -> (credit code, source rank): two codes, two systems, records without any code.
RECORDS = {
    "a:1": (CODE, 1),
    "a:2": (None, 1),
    "a:3": (OTHER_CODE, 1),
    "b:1": (CODE, 2),
    "b:2": (None, 2),
    "b:3": (None, 2),
    "b:4": (None, 2),
}
# Pairs that join by themselves, by an exact key.
CERTAIN = [("a:1", "b:1"), ("a:2", "b:2"), ("a:2", "b:3"), ("a:3", "b:3")]


def party_frame(records: list[str]) -> pl.DataFrame:
    """Rows of core.party as far as resolve reads them."""
    rows = [
        {
            "record_id": id_,
            "role_code": "supplier",
            "uscc": RECORDS[id_][0],
            "uscc_role_code": "own" if RECORDS[id_][0] else None,
            "source_rank": RECORDS[id_][1],
        }
        for id_ in records
    ]
    return pl.DataFrame(rows, schema_overrides={"uscc": pl.String, "uscc_role_code": pl.String})


def pair_frame(records: list[str]) -> pl.DataFrame:
    """The certain pairs among records."""
    known = [pair for pair in CERTAIN if set(pair) <= set(records)]
    rows = [("supplier", *pair, 9, "auto", "uscc" if pair[0] == "a:1" else "tax_id") for pair in known]
    return pl.DataFrame(rows, PAIRS, orient="row")


def resolved(records: list[str], decisions: list[IdentityDecision]) -> pl.DataFrame:
    """Golden ids under decisions."""
    bonds = pl.from_arrow(bond_rows(standing(decisions)))
    assert isinstance(bonds, pl.DataFrame)
    return resolve(party_frame(records), pair_frame(records), bonds)


def oracle(records: list[str], decisions: list[IdentityDecision]) -> dict[str, str]:
    """Golden ids by sets and loops: persons' bonds by their ids, then exact keys, never across a border."""
    found = standing(decisions)
    apart = {frozenset((b.left_id, b.right_id)) for b in found.bonds if b.kind_code == "apart"}
    joined = sorted({(b.left_id, b.right_id) for b in found.bonds if b.kind_code == "joined"})
    groups = [{id_} for id_ in sorted(records)]
    for left, right in [*joined, *sorted(CERTAIN)]:
        if left not in records or right not in records:
            continue
        one = next(group for group in groups if left in group)
        other = next(group for group in groups if right in group)
        codes = {RECORDS[id_][0] for id_ in one | other} - {None}
        if one is other or len(codes) > 1 or any(frozenset((x, y)) in apart for x in one for y in other):
            continue
        groups.remove(other)
        one |= other
    ids: dict[str, str] = {}
    for group in groups:
        code = next((RECORDS[id_][0] for id_ in group if RECORDS[id_][0]), None)
        bearers = [(RECORDS[id_][1], id_) for id_ in records if RECORDS[id_][0] == code and code]
        named = f"uscc:{code}" if bearers and min(bearers)[1] in group else ""
        ids |= dict.fromkeys(group, named or min(group, key=lambda id_: (RECORDS[id_][1], id_)))
    return ids


class Stewards(RuleBasedStateMachine):
    """Stewards who merge, part and undo while records arrive; the oracle knows the answer at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.records = ["a:1", "a:2"]
        self.decisions: list[IdentityDecision] = []

    def decide(self, action: str, **words: object) -> IdentityDecision:
        """A new decision, each a second after the one before."""
        n = len(self.decisions)
        when = START + timedelta(seconds=n)
        return IdentityDecision(f"d{n:03}", when, "li", "because", action, "supplier", **words)

    @rule(id_=st.sampled_from(sorted(RECORDS)))
    def arrive(self, id_: str) -> None:
        """A record is delivered."""
        if id_ not in self.records:
            self.records.append(id_)

    @rule(
        pair=st.sampled_from(list(combinations(sorted(RECORDS), 2))),
        action=st.sampled_from(["merge", "apart"]),
    )
    def bind(self, pair: tuple[str, str], action: str) -> None:
        """A merge or an apart, also of records that are gone or not yet there."""
        self.decisions.append(self.decide(action, left_ids=pair[:1], right_ids=pair[1:]))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """Some decision is taken back."""
        if self.decisions:
            about = data.draw(st.sampled_from(self.decisions)).decision_id
            self.decisions.append(self.decide("undo", refers_to=about))

    @rule(pair=st.sampled_from(list(combinations(sorted(RECORDS), 2))))
    def merge_and_unmerge(self, pair: tuple[str, str]) -> None:
        """A merge that is taken back leaves the exact state from before."""
        before = state_hash(resolved(self.records, self.decisions))
        self.decisions.append(self.decide("merge", left_ids=pair[:1], right_ids=pair[1:]))
        self.decisions.append(self.decide("undo", refers_to=self.decisions[-1].decision_id))
        assert state_hash(resolved(self.records, self.decisions)) == before

    @invariant()
    def equals_the_oracle(self) -> None:
        """Ids are those of the oracle, and no party bears two valid codes."""
        found = resolved(self.records, self.decisions)
        assert dict(found.select("record_id", "golden_id").iter_rows()) == oracle(
            self.records, self.decisions
        )
        codes = party_frame(self.records).join(found, on="record_id").drop_nulls("uscc")
        borne = codes.group_by("golden_id").agg(pl.col("uscc").n_unique())["uscc"]
        assert set(borne) <= {1}


class TestStewards(Stewards.TestCase):
    """Prevents a history of decisions that ends in other ids than they say, or that cannot be undone."""

    settings = settings(max_examples=20, stateful_step_count=15, deadline=None)


def test_decisions_that_rest_cost_nothing_else() -> None:
    """Prevents a merge that met a new credit code from stopping every refresh after it."""
    machine = Stewards()
    merge = machine.decide("merge", left_ids=("a:1",), right_ids=("a:3",))
    found = resolved(sorted(RECORDS), [merge])
    assert found.equals(resolved(sorted(RECORDS), []))
