"""What each step does to a release and when it is allowed: pure, no clock, no disk.

(current number, entry, step, time) -> the entry after it, or IllegalStep with the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from lakehouse.releases.entry import Approval, Entry, Glass, why_kept
from lakehouse.releases.steps import Action, IllegalStep, State, Step

Current = int | None


def _gate(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    _require(entry, State.CANDIDATE)
    blocking = tuple(step.facts["blocking"])
    return replace(entry, state=State.BLOCKED if blocking else State.GATED, blocking=blocking)


def _approve(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    if entry.glass is None:
        _require(entry, State.GATED)
    signed = _with_approval(entry, step, at)
    if signed.missing:
        return signed
    return replace(signed, glass=None) if entry.glass else replace(signed, state=State.APPROVED)


def _release(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    _require(entry, State.APPROVED, State.GATED)
    if entry.missing:
        raise IllegalStep(
            f"发布 {entry.number:06d} 尚缺签名 | release {entry.number:06d} still needs the signature of: "
            f"{', '.join(entry.missing)}. Sign it with `medlake release sign {entry.number}`."
        )
    is_late = current is not None and entry.number < current
    return replace(entry, state=State.SUPERSEDED if is_late else State.RELEASED, released_at=at)


def _break_glass(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    _require(entry, State.GATED)
    rule = entry.rule.glass
    hours = step.facts["hours"]
    if rule is None or step.facts["role"] not in rule.roles or not 0 < hours <= rule.hours:
        raise IllegalStep(
            f"规则不允许该角色紧急发布 | the rule of release {entry.number:06d} lets no {step.facts['role']} "
            f"release it alone for {hours} hours"
        )
    if current is not None and entry.number < current:
        raise IllegalStep("已有更新的发布 | a newer release is current; an emergency release is pointless")
    known = any(approval.who == step.who for approval in entry.approvals)
    signed = entry if known else _with_approval(entry, step, at)
    glass = Glass(step.who, step.why, at + timedelta(hours=hours))
    return replace(signed, state=State.RELEASED, glass=glass, was_glass=True, released_at=at)


def _withdraw(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    _require(
        entry, State.CANDIDATE, State.BLOCKED, State.GATED, State.APPROVED, State.RELEASED, State.SUPERSEDED
    )
    _require_right(entry, step)
    return replace(entry, state=State.WITHDRAWN, glass=None, last_why=step.why)


def _roll_back(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    _require(entry, State.SUPERSEDED)
    _require_right(entry, step)
    return replace(entry, state=State.RELEASED, last_why=step.why)


def _hold(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    if entry.state is State.RETIRED:
        raise IllegalStep(f"发布 {entry.number:06d} 已销毁 | release {entry.number:06d} is gone already")
    return replace(entry, holds=(*entry.holds, step.why))


def _free(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    if not entry.holds:
        raise IllegalStep(f"发布 {entry.number:06d} 未被保全 | nothing holds release {entry.number:06d}")
    return replace(entry, holds=())


def _retire(current: Current, entry: Entry, step: Step, at: datetime) -> Entry:
    if pinned := why_kept(entry, at):
        raise IllegalStep(f"{'；'.join(zh for zh, _ in pinned)} | {'; '.join(en for _, en in pinned)}")
    return replace(entry, state=State.RETIRED, last_why=step.why)


def _with_approval(entry: Entry, step: Step, at: datetime) -> Entry:
    facts, name = step.facts, f"{entry.number:06d}"
    if facts["role"] not in entry.missing:
        need = ", ".join(entry.missing) or "none"
        raise IllegalStep(
            f"发布 {name} 不需要角色 {facts['role']} 的签名 | release {name} needs no signature "
            f"as {facts['role']}; still needed: {need}"
        )
    if step.who == entry.made_by:
        raise IllegalStep(
            f"{step.who} 提出了该候选，不能自批 | {step.who} made this candidate and cannot sign it"
        )
    if any(step.who == a.who or facts["key_id"] == a.key_id for a in entry.approvals):
        raise IllegalStep(f"{step.who} 已签过 | {step.who} signed release {name} already; another must")
    approval = Approval(step.who, facts["role"], facts["key_id"], facts["envelope_sha256"], at)
    return replace(entry, approvals=(*entry.approvals, approval))


def _require(entry: Entry, *states: State) -> None:
    if entry.state not in states:
        raise IllegalStep(
            f"发布 {entry.number:06d} 处于 {entry.state} 状态，不允许此操作 | release {entry.number:06d} is "
            f"{entry.state}; this is allowed only when it is {' or '.join(states)}"
        )


def require_reason(step: Step) -> None:
    """Refuses a decision without a reason."""
    if step.action not in {Action.GATE, Action.RELEASE, Action.APPROVE} and not step.why.strip():
        raise IllegalStep("请说明理由 | give a reason")


def _require_right(entry: Entry, step: Step) -> None:
    right = entry.rule.withdraw
    if step.facts.get("role") not in right.roles:
        raise IllegalStep(
            f"只有 {'、'.join(right.roles)} 可以这样做 | only {' or '.join(right.roles)} may do this; "
            f"{step.who} acts as {step.facts.get('role') or 'nobody in particular'}"
        )
    if right.is_signed and not step.facts.get("envelope_sha256"):
        raise IllegalStep("此操作须签名 | this must be signed")


CHANGING: Mapping[Action, Callable[[Current, Entry, Step, datetime], Entry]] = {
    Action.GATE: _gate,
    Action.APPROVE: _approve,
    Action.RELEASE: _release,
    Action.BREAK_GLASS: _break_glass,
    Action.WITHDRAW: _withdraw,
    Action.ROLL_BACK: _roll_back,
    Action.HOLD: _hold,
    Action.FREE: _free,
    Action.RETIRE: _retire,
}
