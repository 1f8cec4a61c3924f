"""What people do with releases: sign, release alone in an emergency, withdraw, roll back, hold, retire.

person + passphrase + reason -> signature where the rule asks for it -> step in the record -> leaf.
Every call first finishes what a crash left half done, so no restart needs a hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakehouse.releases import (
    Action,
    Entry,
    IllegalStep,
    Release,
    ReleaseDamaged,
    ReleaseDraft,
    State,
    Step,
    decide,
    find_candidate,
    publish,
    read_book,
    rehearse,
    require_whole,
    retire,
    rule_for,
)
from lakehouse.releases.promoting import promote as promote_release
from lakehouse.releases.release import kept_files
from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Act
from lineage.ledger.act import Action as Leaf
from lineage.ledger.ledger import open_ledger
from lineage.released import tell_released
from lineage.signing.approvals import TOGETHER, verify_signatures
from lineage.signing.keys import BadPassphrase
from lineage.signing.people import load_people
from lineage.signing.sealing import seal
from lineage.signing.signing import put_signature, utc_now
from lineage.signing.statement import BadSignature, Intent

MEANINGS = {
    Action.BREAK_GLASS: "紧急情况下单人发布 | released alone in an emergency",
    Action.WITHDRAW: "撤回 | withdrawn",
    Action.ROLL_BACK: "回退至此发布 | rolled back to this release",
}


def make_candidate(settings: Settings, draft: ReleaseDraft, kind: str) -> Release:
    """Publishes a draft as its kind's rule says; a kind that needs signatures waits for them.

    Raises:
        ReleaseBlocked: A blocking rule fails.
    """
    settle(settings)
    mark = load_people(settings).mark if rule_for(kind).needed else ""
    try:
        return publish(settings, draft, kind=kind, who=settings.person or SYSTEM, people=mark)
    finally:
        seal(settings)


def promote(settings: Settings, number: int, kind: str, name: str, reason: str) -> Entry:
    """Makes a candidate of another kind out of a release, the same files; it waits for its signatures.

    Raises:
        IllegalStep: It is of this kind already, the kind asks for no signature, or there is no reason.
        ReleaseDamaged: A file is not the one that was released.
        UnknownPerson: The file of people does not name who proposes it.
    """
    settle(settings)
    people = load_people(settings)
    # Who proposes signs nothing, and could not: any other two may then sign.
    who = people.listed(name).name
    try:
        release = promote_release(settings, number, kind, who=who, why=reason, people=people.mark)
    finally:
        seal(settings)
    return read_book(settings).entry(release.number)


def settle(settings: Settings) -> list[str]:
    """Finishes what was broken off: seals steps without a leaf, releases what has all its signatures.

    Returns:
        What keeps an approved candidate from being released; it stays as it is.
    """
    troubles = []
    for entry in read_book(settings).entries.values():
        if entry.state is State.APPROVED:
            try:
                _release(settings, entry.number)
            except (BadSignature, ReleaseDamaged) as error:
                troubles.append(str(error))
    seal(settings)
    return troubles


def sign(settings: Settings, number: int, name: str, passphrase: str, reason: str) -> Entry:
    """Signs a candidate in the role it still needs; the last signature releases it.

    An emergency release is ratified in the same way.

    Raises:
        IllegalStep: It needs no signature of this person.
        BadPassphrase: The passphrase does not open the person's key.
    """
    settle(settings)
    entry = _whole(settings, number)
    if not reason.strip():
        raise IllegalStep("请说明理由 | give a reason")
    role = load_people(settings).role_of(name, entry.missing)
    needed = {n.role: n.meaning for n in entry.rule.needed}
    intent = Intent(Action.APPROVE, role, needed[role], reason)
    return _signed_step(settings, entry, name, passphrase, intent, {})


def break_glass(
    settings: Settings, number: int, name: str, passphrase: str, reason: str, hours: int | None
) -> Entry:
    """Releases a gated candidate with one signature, until a second person ratifies it or the hours are over.

    Raises:
        IllegalStep: The rule has no emergency door, or not for this person or so long.
    """
    settle(settings)
    entry = _whole(settings, number)
    glass = entry.rule.glass
    if glass is None:
        raise IllegalStep(f"此类发布无紧急通道 | release {number:06d} has no emergency door")
    role = load_people(settings).role_of(name, glass.roles)
    intent = Intent(Action.BREAK_GLASS, role, MEANINGS[Action.BREAK_GLASS], reason)
    return _signed_step(settings, entry, name, passphrase, intent, {"hours": hours or glass.hours})


def withdraw(settings: Settings, number: int, name: str, passphrase: str, reason: str) -> Entry:
    """Takes a release from its readers for good; they get the one before."""
    return _by_right(settings, Action.WITHDRAW, number, name, passphrase, reason)


def roll_back(settings: Settings, number: int, name: str, passphrase: str, reason: str) -> Entry:
    """Makes an earlier release current again."""
    return _by_right(settings, Action.ROLL_BACK, number, name, passphrase, reason)


def hold(settings: Settings, number: int, name: str, reason: str) -> Entry:
    """Keeps a release's files whatever its age, for a reason such as a case's number."""
    return _plain_step(settings, Step(Action.HOLD, number, _known(settings, name), reason))


def free(settings: Settings, number: int, name: str, reason: str) -> Entry:
    """Lifts every hold of a release."""
    return _plain_step(settings, Step(Action.FREE, number, _known(settings, name), reason))


def destroy(settings: Settings, number: int, name: str, reason: str) -> Entry:
    """Deletes the files of a release that nothing pins; the record and the ledger keep their digests.

    Raises:
        IllegalStep: Something pins it.
    """
    settle(settings)
    _, release = find_candidate(settings, number)
    facts = {"files": dict(kept_files(release.manifest))}
    retire(settings, Step(Action.RETIRE, number, _known(settings, name), reason, facts))
    seal(settings)
    return read_book(settings).entry(number)


def needs_passphrase(settings: Settings, action: Action, number: int) -> bool:
    """Whether an act about a release must be signed."""
    right = read_book(settings).entry(number).rule.withdraw
    return action in TOGETHER or (action in {Action.WITHDRAW, Action.ROLL_BACK} and right.is_signed)


def _by_right(
    settings: Settings, action: Action, number: int, name: str, passphrase: str, reason: str
) -> Entry:
    settle(settings)
    entry, _ = find_candidate(settings, number)
    role = load_people(settings).role_of(name, entry.rule.withdraw.roles)
    if not entry.rule.withdraw.is_signed:
        return _plain_step(settings, Step(action, number, name, reason, {"role": role}))
    intent = Intent(action, role, MEANINGS[action], reason)
    return _signed_step(settings, entry, name, passphrase, intent, {})


def _signed_step(
    settings: Settings, entry: Entry, name: str, passphrase: str, intent: Intent, facts: Mapping[str, Any]
) -> Entry:
    """Rehearses the step, so that nothing is signed in vain; then signs and does it."""
    people, action = load_people(settings), Action(intent.act)
    unsigned = {**facts, "role": intent.role, "key_id": "", "envelope_sha256": "none yet"}
    rehearse(settings, Step(action, entry.number, name, intent.reason, unsigned))
    verify_signatures(settings, people, entry.number)
    together = action in TOGETHER
    try:
        proof = put_signature(settings, people, entry, name, passphrase, intent, shared=together)
    except BadPassphrase as error:
        _tell_failed_login(settings, name, str(error))
        raise
    if action is Action.BREAK_GLASS:
        tell_released(settings, find_candidate(settings, entry.number)[1], utc_now())
    decide(settings, Step(action, entry.number, name, intent.reason, {**facts, **proof}))
    if read_book(settings).entry(entry.number).state is State.APPROVED:
        _release(settings, entry.number)
    seal(settings)
    return read_book(settings).entry(entry.number)


def _plain_step(settings: Settings, step: Step) -> Entry:
    settle(settings)
    decide(settings, step)
    seal(settings)
    return read_book(settings).entry(step.number)


def _release(settings: Settings, number: int) -> None:
    """Releases what is approved, once every signature and the ledger behind it have been verified."""
    people = load_people(settings)
    with open_ledger(settings, writable=True) as ledger:
        verify_signatures(settings, people, number, ledger)
    tell_released(settings, find_candidate(settings, number)[1], utc_now())
    decide(settings, Step(Action.RELEASE, number, SYSTEM))


def _whole(settings: Settings, number: int) -> Entry:
    """An entry whose files are what its manifest says: nobody signs for anything else."""
    require_whole(settings, number)
    return find_candidate(settings, number)[0]


def _known(settings: Settings, name: str) -> str:
    return load_people(settings).person(name).name


def _tell_failed_login(settings: Settings, name: str, why: str) -> None:
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(Act(Leaf.LOGIN, name, "signing key", why, details={"succeeded": False}))
