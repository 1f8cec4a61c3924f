"""Decisions on who is who, checked before they are written: what may be decided, and what it would change.

ids of parties or records + person + reason -> merge(), apart(), unmerge(), override(), approve(), undo()
-> Verdict. Nothing is written here: the command shows it, or records it inside `lake.zone.writing(...)`.
"""

from __future__ import annotations

from master_data.identity.policy import load_policy
from master_data.stewardship.desk import Desk, Signature, Verdict, new_event, refused, weighed
from master_data.stewardship.limits import (
    checked,
    demand_no_border,
    demand_no_merge,
    demand_one_role,
    is_between,
    merges_in,
    value_of,
)


def merge(desk: Desk, left: str, right: str, by: Signature, role: str | None = None) -> Verdict:
    """Calls two parties one.

    Raises:
        DecisionRefused: They are one already, bear two valid credit codes, or a decision keeps them apart.
    """
    one, other = desk.named(left, role), desk.named(right, role)
    demand_one_role(one, other)
    if one.golden_id == other.golden_id:
        raise refused(f"{left} 与 {right} 已是同一主体", f"{left} and {right} are one party already")
    codes = desk.now.codes(one.role, (*one.members, *other.members))
    if len(codes) > 1:
        raise refused(
            f"两个不同且有效的信用代码 {codes[0]}、{codes[1]}，不能合并；如代码有误，先用 override 更正",
            f"two different valid credit codes, {codes[0]} and {codes[1]}: never one party; "
            "if one is wrong, correct it first: `medlake identity override RECORD --set uscc=…`",
        )
    demand_no_border(desk, one, other)
    pairs = desk.now.between(one.role, one.members, other.members)
    needed = load_policy().persons_needed("merge", pairs["band_code"][0] if len(pairs) else "none")
    ids = {"left_ids": one.members, "right_ids": other.members}
    return weighed(desk, new_event("merge", one.role, by, persons_needed=needed, **ids))


def apart(desk: Desk, left: str, right: str, by: Signature, role: str | None = None) -> Verdict:
    """Calls two parties, or two records of one party, two.

    Raises:
        DecisionRefused: A decision merged them; that one has to be undone.
    """
    one, other = desk.named(left, role), desk.named(right, role)
    demand_one_role(one, other)
    is_split = one.golden_id == other.golden_id
    sides = ((one.record_id,), (other.record_id,)) if is_split else (one.members, other.members)
    if set(sides[0]) & set(sides[1]):
        raise refused("请分别指明两条记录", "they are one party: name the two records that are to be parted")
    pairs = desk.now.between(one.role, *sides)
    exact = [rule for rule in pairs["rule_code"] if rule != "model"] if len(pairs) else []
    needed = load_policy().persons_needed("apart", exact[0] if exact else "model")
    verdict = weighed(
        desk, new_event("apart", one.role, by, persons_needed=needed, left_ids=sides[0], right_ids=sides[1])
    )
    demand_no_merge(desk, one, other)
    return verdict


def unmerge(desk: Desk, left: str, right: str | None, by: Signature, role: str | None = None) -> Verdict:
    """Takes the merge of two records, or the only one of a party, back.

    Raises:
        DecisionRefused: Nobody merged them, or several merges are meant.
    """
    one = desk.named(left, role)
    merges = [d for d in merges_in(desk, one) if right is None or is_between(desk, d, left, right, role)]
    if not merges:
        raise refused(
            f"{left} 不是由人合并的；要分开请用 apart",
            f"no steward merged {left}: its records were joined by rule; to part them use `apart`",
        )
    if len(merges) > 1:
        listed = ", ".join(d.decision_id[:12] for d in merges)
        raise refused(
            f"有多个合并决定 {listed}，请用 undo 指明",
            f"several merges made it: {listed}; name one with `undo`",
        )
    return undo(desk, merges[0].decision_id, by)


def override(
    desk: Desk, text: str, attribute: str, value: str, by: Signature, role: str | None = None
) -> Verdict:
    """Puts a value in the place of what a record says; of a party, of its canonical record. '' is no value.

    Raises:
        DecisionRefused: There is no such attribute, the value is impossible, or nothing would change.
    """
    one = desk.named(text, role)
    rules = desk.built.survivorship.filter(role_code=one.role)
    known = sorted(set(rules["attribute"]) - {"record_id"})
    if attribute not in known:
        raise refused(
            f"没有属性 {attribute}；有 {', '.join(known)}",
            f"no attribute {attribute}; known: {', '.join(known)}",
        )
    put = checked(attribute, value.strip())
    before = value_of(desk, one, attribute)
    if put == before:
        raise refused("没有任何改动", f"{one.record_id} says {put!r} already; nothing would change")
    needed = load_policy().persons_needed("override", attribute)
    words = {"left_ids": (one.record_id,), "attribute": attribute, "before": before, "after": put}
    return weighed(desk, new_event("override", one.role, by, persons_needed=needed, **words))


def approve(desk: Desk, decision_id: str, by: Signature) -> Verdict:
    """Is the second person of a decision that needs two.

    Raises:
        DecisionRefused: It does not wait for one, or the same person made it.
    """
    asked = desk.find(decision_id)
    state = desk.now.standing.states[asked.decision_id]
    if state != "pending":
        raise refused(
            f"决定 {decision_id} 不待批准（{state}）",
            f"decision {decision_id} does not wait for approval: {state}",
        )
    event = new_event("approve", asked.role_code, by, refers_to=asked.decision_id)
    if event.signer == asked.signer:
        raise refused("须由另一人批准", f"{asked.person} made the decision; another person has to approve it")
    return weighed(desk, event)


def undo(desk: Desk, decision_id: str, by: Signature) -> Verdict:
    """Takes a decision back as if it had never been made; it stays on record.

    Raises:
        DecisionRefused: It is none that can be taken back.
    """
    asked = desk.find(decision_id)
    state = desk.now.standing.states[asked.decision_id]
    if asked.action in ("undo", "approve") or state not in ("stands", "pending"):
        raise refused(
            f"决定 {decision_id} 不可撤销（{asked.action}，{state}），请作新的决定",
            f"decision {decision_id} ({asked.action}, {state}) cannot be taken back; make a new one",
        )
    return weighed(desk, new_event("undo", asked.role_code, by, refers_to=asked.decision_id))
