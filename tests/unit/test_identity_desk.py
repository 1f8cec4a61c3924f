"""A steward's desk: what may be decided, what is refused with which way out, and what a preview promises."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from master_data.identity.decision import DecisionRefused, IdentityDecision
from master_data.identity.model import load_model
from master_data.identity.resolve import match_parties
from master_data.stewardship import decide
from master_data.stewardship.desk import Desk, Signature, Verdict
from master_data.stewardship.named import NoSuchParty
from master_data.stewardship.scene import Built, open_pairs
from master_data.stewardship.views import decision_rows, party_view, pending, review_pairs

START = datetime(2026, 1, 1, tzinfo=UTC)
CODE, OTHER_CODE = "91110000600037341L", "91110000802100433B"
WRONG_CODE = "91110000600037351L"
# record -> name, code, city: two firms with a code each, a short form without, a stranger.
RECORDS = {
    "a:1": ("苏州恒润高分子材料有限公司", CODE, "苏州"),
    "b:1": ("恒润高分子材料（苏州）有限公司", CODE, None),
    "b:2": ("北京远景金属制品有限公司", OTHER_CODE, None),
    "b:3": ("长沙百川生物试剂有限公司", None, None),
    "b:4": ("成都德馨化工有限公司", None, None),
}


def built() -> Built:
    """What a build of these records gives, as far as the desk reads it."""
    rows = [
        {
            "role_code": "supplier",
            "record_id": id_,
            "source_rank": 1 if id_.startswith("a") else 2,
            "party_name": name,
            "uscc": code,
            "uscc_role_code": "own" if code else None,
            "tax_id": None,
            "country_code": None,
            "said_uscc": code,
            "said_tax_id": None,
            "said_country_code": None,
            "city_name": city,
            "address_name": None,
            "phone_no": None,
            "is_blocked": False,
            "_source_table": "t",
            "_file_sha256": "f",
            "_row": n,
        }
        for n, (id_, (name, code, city)) in enumerate(RECORDS.items(), 1)
    ]
    texts = (
        "uscc",
        "uscc_role_code",
        "tax_id",
        "country_code",
        "said_tax_id",
        "said_country_code",
        "phone_no",
    )
    party = pl.DataFrame(
        rows, schema_overrides=dict.fromkeys((*texts, "address_name", "city_name"), pl.String)
    )
    columns = ["role_code", "alias_id", "golden_id"]
    alias = pl.DataFrame(
        [("supplier", "b:1", f"uscc:{CODE}"), ("supplier", "old:9", None)], columns, orient="row"
    )
    names = {
        "role_code": "supplier",
        "golden_id": f"uscc:{CODE}",
        "attribute": "name",
        "rule_code": "source_rank",
    }
    values = [
        names | {"record_id": id_, "is_golden": id_ == "a:1", "value": RECORDS[id_][0], "decision_id": ""}
        for id_ in ("a:1", "b:1")
    ]
    attributes = ["record_id", "name", "uscc", "city_name", "is_blocked"]
    return Built(
        party=party,
        party_match=match_parties(party, load_model()),
        party_alias=alias,
        party_value=pl.DataFrame(values),
        survivorship=pl.DataFrame({"role_code": ["supplier"] * 5, "attribute": attributes}),
        files={("t", "f"): "a/vendors.csv"},
    )


class Office:
    """Stewards who decide one after the other; every decision is recorded."""

    def __init__(self) -> None:
        self.built = built()
        self.made: list[IdentityDecision] = []

    @property
    def desk(self) -> Desk:
        """The desk as it is now."""
        return Desk(self.built, tuple(self.made))

    def by(self, person: str = "li") -> Signature:
        """A signature of the next second."""
        return Signature(person, "because", START + timedelta(seconds=len(self.made)))

    def take(self, verdict: Verdict) -> str:
        """Records a verdict and gives its id."""
        self.made.append(verdict.decision)
        return verdict.decision.decision_id

    def agree(self, verdict: Verdict) -> None:
        """Records a verdict and lets another person approve it."""
        id_ = self.take(verdict)
        self.take(decide.approve(self.desk, id_, self.by("wang")))

    def ids(self) -> dict[str, str]:
        """record -> golden id."""
        return {record: id_ for (_, record), id_ in self.desk.now.golden_of.items()}


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_merge_needs_a_second_person_and_does_what_its_preview_said(office: Office) -> None:
    """Prevents a single person from joining strangers, and a preview that promises something else."""
    before = office.ids()
    asked = decide.merge(office.desk, "b:1", "b:3", office.by())
    assert [(m.record_id, m.before, m.after) for m in asked.moves] == [("b:3", "b:3", f"uscc:{CODE}")]
    assert asked.is_pending
    id_ = office.take(asked)
    assert office.ids() == before and [row["decision"] for row in pending(office.desk, None)] == [id_[:12]]
    with pytest.raises(DecisionRefused, match="another person"):
        decide.approve(office.desk, id_, office.by(" LI"))
    office.take(decide.approve(office.desk, id_[:8], office.by("wang")))
    assert office.ids() == before | {"b:3": f"uscc:{CODE}"} and pending(office.desk, None) == []
    assert office.desk.named("b:3", None).members == ("b:3", "a:1", "b:1")


def test_unmerge_restores_what_was_there(office: Office) -> None:
    """Prevents a merge that leaves something behind when it is taken back."""
    before = office.ids()
    office.agree(decide.merge(office.desk, "b:3", "b:4", office.by()))
    assert office.ids() == before | {"b:4": "b:3"}
    office.take(decide.unmerge(office.desk, "b:4", None, office.by()))
    assert office.ids() == before
    assert [row["state"] for row in decision_rows(office.desk)] == ["undone", "stands", "stands"]


def test_two_valid_codes_are_never_bridged_and_the_way_out_works(office: Office) -> None:
    """Prevents two legal persons under one id, also by way of a third record, and a dead end."""
    with pytest.raises(DecisionRefused, match="two different valid credit codes.*override"):
        decide.merge(office.desk, f"uscc:{CODE}", f"uscc:{OTHER_CODE}", office.by())
    office.agree(decide.merge(office.desk, "b:2", "b:3", office.by()))
    with pytest.raises(DecisionRefused, match="two different valid credit codes"):
        decide.merge(office.desk, "b:3", "a:1", office.by())
    with pytest.raises(DecisionRefused, match="no valid credit code"):
        decide.override(office.desk, "b:2", "uscc", WRONG_CODE, office.by())
    put = decide.override(office.desk, "b:2", "uscc", "", office.by())
    assert put.is_pending and put.decision.before == OTHER_CODE
    office.agree(put)
    assert office.ids()["b:3"] == "b:2"
    merged = decide.merge(office.desk, "b:3", "a:1", office.by())
    assert {m.record_id for m in merged.moves} == {"b:2", "b:3"}


def test_a_corrected_code_joins_by_itself(office: Office) -> None:
    """Prevents a correction that nobody matches with until the next delivery."""
    put = decide.override(office.desk, "b:4", "uscc", f" {CODE.lower()} ", office.by())
    assert [(m.record_id, m.after) for m in put.moves] == [("b:4", f"uscc:{CODE}")]
    office.agree(put)
    now = office.desk.now
    assert len(now.pairs) > len(office.built.party_match)
    assert now.pairs.equals(match_parties(now.parties, load_model()))


def test_apart_parts_what_the_rules_joined_and_a_merge_may_not_cross_it(office: Office) -> None:
    """Prevents one person from parting records of one credit code, and a later merge that silently rests."""
    with pytest.raises(DecisionRefused, match="name the two records"):
        decide.apart(office.desk, f"uscc:{CODE}", f"uscc:{CODE}", office.by())
    parted = decide.apart(office.desk, "a:1", "b:1", office.by())
    assert parted.is_pending and [(m.record_id, m.after) for m in parted.moves] == [("b:1", "b:1")]
    office.agree(parted)
    assert office.ids()["b:1"] == "b:1" and office.ids()["a:1"] == f"uscc:{CODE}"
    with pytest.raises(DecisionRefused, match=r"keeps a:1 and b:1 apart.*undo"):
        decide.merge(office.desk, "a:1", "b:1", office.by())
    office.take(decide.undo(office.desk, parted.decision.decision_id, office.by()))
    assert office.ids()["b:1"] == f"uscc:{CODE}"


def test_a_merge_is_undone_and_not_contradicted(office: Office) -> None:
    """Prevents two standing decisions that say the opposite."""
    office.agree(decide.merge(office.desk, "b:3", "b:4", office.by()))
    with pytest.raises(DecisionRefused, match=r"merged them.*undo"):
        decide.apart(office.desk, "b:3", "b:4", office.by())
    with pytest.raises(DecisionRefused, match="one party already"):
        decide.merge(office.desk, "b:3", "b:4", office.by())
    with pytest.raises(DecisionRefused, match="joined by rule"):
        decide.unmerge(office.desk, "a:1", None, office.by())


def test_an_override_of_a_shown_value_takes_one_person_and_moves_nobody(office: Office) -> None:
    """Prevents a corrected spelling from changing who is who, and an override that changes nothing."""
    put = decide.override(office.desk, f"uscc:{CODE}", "city_name", "苏州工业园区", office.by())
    assert (put.decision.left_ids, put.decision.before, put.is_pending, put.moves) == (
        ("a:1",),
        "苏州",
        False,
        (),
    )
    office.take(put)
    with pytest.raises(DecisionRefused, match="nothing would change"):
        decide.override(office.desk, "a:1", "city_name", "苏州工业园区", office.by())
    with pytest.raises(DecisionRefused, match="no attribute colour"):
        decide.override(office.desk, "a:1", "colour", "red", office.by())
    with pytest.raises(DecisionRefused, match="true or false"):
        decide.override(office.desk, "a:1", "is_blocked", "maybe", office.by())


def test_ids_of_the_past_and_of_nobody(office: Office) -> None:
    """Prevents a steward from deciding on a party he did not mean."""
    assert office.desk.named("b:1", None).record_id == "b:1"
    assert office.desk.named(f"uscc:{CODE}", "supplier").record_id == "a:1"
    for unknown in ("nobody", "old:9"):
        with pytest.raises(NoSuchParty, match=unknown):
            office.desk.named(unknown, None)
    with pytest.raises(NoSuchParty):
        office.desk.named("a:1", "customer")


def test_the_work_list_empties_as_decisions_are_made() -> None:
    """Prevents a pair from waiting that somebody has decided on, whether as one or as two."""
    office = Office()
    pair = {
        "left_id": "b:3",
        "right_id": "b:4",
        "role_code": "supplier",
        "band_code": "review",
        "rule_code": "model",
    }
    told = office.built.party_match.head(1).with_columns(
        **{name: pl.lit(value) for name, value in pair.items()}, is_two_codes=pl.lit(value=False)
    )
    office.built = Built(**{**vars(office.built), "party_match": pl.concat([office.built.party_match, told])})
    shown = review_pairs(office.desk, "supplier", lambda evidence: [(evidence, "", "")])
    assert [(row["left"]["record_id"], row["right"]["record_id"]) for row in shown] == [("b:3", "b:4")]
    merged = decide.merge(office.desk, "b:3", "b:4", office.by())
    assert not merged.is_pending
    parted = office.take(decide.apart(office.desk, "b:3", "b:4", office.by()))
    assert len(open_pairs(office.desk.now)) == 0
    office.take(decide.undo(office.desk, parted, office.by()))
    assert len(open_pairs(office.desk.now)) == 1
    office.take(merged)
    assert len(open_pairs(office.desk.now)) == 0


def test_a_party_is_shown_beside_its_sources(office: Office) -> None:
    """Prevents a golden value without its origin, and a record without its file."""
    shown = party_view(office.desk, "b:1", None, lambda evidence: [(evidence, "", "")])
    assert shown["golden"]["name"]["record_id"] == "a:1" and shown["golden"]["city_name"] is None
    assert [(r["record_id"], r["file"], r["row"], r["match_rule"]) for r in shown["records"]] == [
        ("b:1", "a/vendors.csv", 2, "uscc"),
        ("a:1", "a/vendors.csv", 1, "uscc"),
    ]
    assert shown["once"] == ["b:1"] and len(shown["pairs"]) == 1
