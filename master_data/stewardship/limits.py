"""What no decision may do, whoever makes it: each check gives the way out with its refusal."""

from __future__ import annotations

import polars as pl

from master_data.identity.codes import read_codes
from master_data.identity.decision import IdentityDecision
from master_data.stewardship.desk import Desk, refused
from master_data.stewardship.named import Named
from master_data.uscc import parse as parse_uscc

TRUTHS = frozenset({"true", "false"})


def demand_one_role(one: Named, other: Named) -> None:
    """Suppliers and customers are never one party."""
    if one.role != other.role:
        raise refused(
            "供应商与客户不合并", f"{one.record_id} is a {one.role}, {other.record_id} a {other.role}"
        )


def demand_no_border(desk: Desk, one: Named, other: Named) -> None:
    """A merge that a standing decision forbids would only rest."""
    sides = set(one.members), set(other.members)
    for bond in desk.now.standing.bonds:
        ends = (bond.left_id, bond.right_id)
        is_across = any(ends[i] in sides[0] and ends[1 - i] in sides[1] for i in (0, 1))
        if bond.kind_code == "apart" and bond.role_code == one.role and is_across:
            raise refused(
                f"{bond.person} 已决定分开（{bond.decision_id[:12]}），先撤销",
                f"{bond.person} keeps {ends[0]} and {ends[1]} apart: {bond.reason}; first "
                f"`medlake identity undo {bond.decision_id[:12]}`",
            )


def demand_no_merge(desk: Desk, one: Named, other: Named) -> None:
    """Records that a person joined are parted by taking that back, not by a second word against it."""
    if one.golden_id != other.golden_id:
        return
    joining = [
        d for d in merges_in(desk, one) if {one.record_id, other.record_id} <= {*d.left_ids, *d.right_ids}
    ]
    if joining:
        first = joining[0]
        raise refused(
            f"由 {first.person} 合并（{first.decision_id[:12]}），先撤销",
            f"{first.person} merged them: {first.reason}; "
            f"first `medlake identity undo {first.decision_id[:12]}`",
        )


def merges_in(desk: Desk, one: Named) -> list[IdentityDecision]:
    """Standing merges that lie within a party."""
    inside = set(one.members)
    ids = {
        bond.decision_id
        for bond in desk.now.standing.bonds
        if bond.kind_code == "joined"
        and bond.role_code == one.role
        and {bond.left_id, bond.right_id} <= inside
    }
    return [decision for decision in desk.decisions if decision.decision_id in ids]


def is_between(desk: Desk, decision: IdentityDecision, left: str, right: str, role: str | None) -> bool:
    """Whether a merge has one of two named records on each side."""
    ends = {desk.named(text, role).record_id for text in (left, right)}
    sides = (set(decision.left_ids), set(decision.right_ids))
    return any(ends & sides[i] and ends & sides[1 - i] for i in (0, 1)) and ends <= sides[0] | sides[1]


def checked(attribute: str, value: str) -> str:
    """The value in its form.

    Raises:
        DecisionRefused: It is none of that attribute.
    """
    if attribute == "uscc" and value:
        code = read_codes(pl.Series([value], dtype=pl.String))["code"][0] or value
        if problems := [issue.message for issue in parse_uscc(code).issues if issue.severity == "error"]:
            raise refused(
                f"{value} 不是有效的统一社会信用代码",
                f"{value} is no valid credit code: {'; '.join(problems)}",
            )
        return str(code)
    if attribute == "is_blocked" and value not in TRUTHS:
        raise refused("冻结标志只能是 true 或 false", f"is_blocked is true or false, not {value!r}")
    return value


def value_of(desk: Desk, one: Named, attribute: str) -> str:
    """What the record says now, with the override that stands."""
    for put in desk.now.standing.overrides:
        if (put.role_code, put.record_id, put.attribute) == (one.role, one.record_id, attribute):
            return put.value
    column = {"name": "party_name"}.get(attribute, attribute)
    value = desk.now.party(one.role, one.record_id)[column]
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
