"""Decisions on who is who as acts of the evidence ledger."""

from datetime import UTC, datetime

from lineage.ledger.act import Action
from master_data.identity.decision import IDENTITY_DECISION, IdentityDecision, decision_rows
from pipelines.evidence.account_acts import ACCOUNTS

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_decision_is_an_act_and_no_value_stands_in_it() -> None:
    """Prevents decisions on who is who that no ledger seals, and a ledger that gives personal values away."""
    words = {"left_ids": ("a:1",), "attribute": "phone_no", "before": "13800000000", "after": "13911111111"}
    put = IdentityDecision("d1", AT, "li", "called back", "override", "customer", **words)
    undo = IdentityDecision("d2", AT, "wang", "misheard", "undo", "customer", refers_to="d1")
    acts = list(ACCOUNTS[IDENTITY_DECISION](decision_rows([put, undo])))
    assert [(act.action, act.who, act.why) for act in acts] == [
        (Action.DECISION, "li", "called back"),
        (Action.DECISION, "wang", "misheard"),
    ]
    assert acts[0].details["attribute"] == "phone_no" and acts[1].details["refers_to_sha256"]
    assert acts[0].before != acts[0].after and acts[1].before is acts[1].after is None
    assert "1380" not in repr(acts) and "1391" not in repr(acts)
