"""Decisions on quarantined records, checked before they are written: who may be decided on, and how.

chosen records + person + reason -> fix(), accept(), reject(), revoke() -> rows of medlake__decision
A fix also writes the corrected records as a file of their own; the next ingest loads it.
Call each inside `lake.zone.writing(...)`, so that nobody decides in between.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lakehouse.writer import silent
from pipelines.evidence.recorder import record
from pipelines.lake import Lake
from pipelines.quarantine.fields import Fields, fields_of
from pipelines.quarantine.records import Kept, NoSuchRecord, by_address
from pipelines.sqlmesh.typed.rules import NOT_ACCEPTABLE
from quality_rules.contract import Contract
from quality_rules.quarantine.correction import Correction, write_correction
from quality_rules.quarantine.decision import (
    Action,
    Address,
    Decision,
    DecisionRefused,
    read_decisions,
    record_decisions,
)
from quality_rules.quarantine.standing import standing

SHORTEST_ID = 8


@dataclass(frozen=True)
class Signature:
    """Who decides, why and when."""

    person: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """What a person sets on one record: source column or house name -> text, None for no value."""

    address: Address
    values: Mapping[str, str | None]
    reason: str = ""


def accept(lake: Lake, chosen: Sequence[Kept], by: Signature) -> tuple[Decision, ...]:
    """Lets records pass the named rule; only where the value can be passed on."""
    _demand_open(chosen)
    for kept in chosen:
        if kept.layer_code != "stg":
            raise _refused(
                kept,
                "没有可用的字段，不能放行；请更正或不采用",
                "could not be cut into fields, so there is nothing to accept; fix or reject it",
            )
        if kept.rule_id in NOT_ACCEPTABLE:
            raise _refused(
                kept,
                "没有可用的值，不能放行；请更正或不采用",
                f"has no value that {kept.rule_id} could let pass; fix or reject it",
            )
    rules = {(kept.address, kept.rule_id): kept for kept in chosen}
    decisions = [
        _decision("accept", address, by, rule_id=rule, before=kept.before or "")
        for (address, rule), kept in rules.items()
    ]
    return _recorded(lake, decisions)


def reject(lake: Lake, chosen: Sequence[Kept], by: Signature) -> tuple[Decision, ...]:
    """Confirms records, or files as a whole, as not wanted."""
    _demand_open(chosen)
    fields = fields_of(lake, (kept for kept in chosen if kept.layer_code == "stg"))
    records = {address: those[0] for address, those in by_address(chosen).items()}
    decisions = [
        _decision("reject", address, by, before=_before(kept, fields)) for address, kept in records.items()
    ]
    return _recorded(lake, decisions)


def revoke(lake: Lake, decision_id: str, by: Signature) -> Decision:
    """Takes a decision back, named by its id or a beginning of it that no other has.

    Raises:
        NoSuchRecord: There is no such decision.
        DecisionRefused: It does not stand any more.
    """
    decisions = read_decisions(lake.zone)
    found = [d for d in decisions if d.decision_id.startswith(decision_id)]
    if len(found) != 1 or len(decision_id) < SHORTEST_ID:
        raise NoSuchRecord(
            f"没有唯一的决定 {decision_id} | no one decision begins with {decision_id}; "
            "see them with `medlake quarantine list --all` or in mart.quarantine_decision"
        )
    state = standing(decisions).states[found[0].decision_id]
    if found[0].action == "revoke" or state != "stands":
        raise DecisionRefused(
            f"决定 {decision_id} 不可撤销（{found[0].action}，{state}），请作新的决定 | "
            f"decision {decision_id} ({found[0].action}, {state}) cannot be taken back; make a new one"
        )
    (made,) = _recorded(
        lake, [_decision("revoke", found[0].address, by, revokes=found[0].decision_id, before=found[0].after)]
    )
    return made


def fix(lake: Lake, chosen: Sequence[Kept], changes: Sequence[Change], by: Signature) -> tuple[Decision, ...]:
    """Corrects records; the corrected ones are written as files that the next ingest loads.

    Args:
        lake: The lake.
        chosen: The records, with every rule that kept them out.
        changes: One per record; its own reason goes before the signature's.
        by: Who decides.

    Raises:
        DecisionRefused: A record is decided already, a column unknown, a value missing or nothing changed.
    """
    _demand_open(chosen)
    records = {address: those[0] for address, those in by_address(chosen).items()}
    fields = fields_of(lake, records.values())
    decisions: list[Decision] = []
    for table in sorted({change.address.source_table for change in changes}):
        corrected = [
            (change, _corrected(lake.contracts[table], records[change.address], fields, change))
            for change in changes
            if change.address.source_table == table
        ]
        decisions += _corrections(lake, table, records, fields, corrected, by)
    return _recorded(lake, decisions)


def _corrections(
    lake: Lake,
    table: str,
    records: Mapping[Address, Kept],
    fields: Mapping[Address, Fields],
    corrected: Sequence[tuple[Change, dict[str, str | None]]],
    by: Signature,
) -> list[Decision]:
    """Writes one file for the corrections of a table and gives the decisions that name it."""
    ids = [uuid.uuid4().hex for _ in corrected]
    lines = [
        Correction(
            id_, change.address.file_sha256, change.address.row_no, fields[change.address].extracted_on, texts
        )
        for id_, (change, texts) in zip(ids, corrected, strict=True)
    ]
    sha256 = write_correction(lake.settings.corrections_dir, table, lines)
    return [
        _decision(
            "fix",
            change.address,
            Signature(by.person, change.reason or by.reason, by.at),
            decision_id=ids[n - 1],
            before=_before(records[change.address], fields),
            after=_as_json(_differences(fields[change.address], texts)),
            correction_sha256=sha256,
            correction_row_no=n,
        )
        for n, (change, texts) in enumerate(corrected, 1)
    ]


def _corrected(
    contract: Contract, kept: Kept, fields: Mapping[Address, Fields], change: Change
) -> dict[str, str | None]:
    """The whole corrected record."""
    if kept.layer_code == "file":
        raise _refused(
            kept,
            "是整个文件，请数据源更正后重新投放",
            "is a file as a whole; have the source deliver a corrected one",
        )
    names = {column.name: column.physical_name for column in contract.columns}
    known = {name: name for name in names.values()}
    unknown = sorted(set(change.values) - set(names) - set(known))
    if unknown:
        listed = ", ".join(known)
        raise _refused(
            kept, f"没有列 {unknown[0]}；有 {listed}", f"has no column {unknown[0]}; known: {listed}"
        )
    given = {(names | known)[name]: text for name, text in change.values.items()}
    kept_fields = fields[change.address]
    texts = dict(kept_fields.texts) if kept_fields.is_whole else {}
    if absent := [name for name in known if name not in texts and name not in given]:
        raise _refused(
            kept,
            f"无法分列，请给出每一列（可为空），还缺 {', '.join(absent)}",
            f"could not be cut into fields; set every column, if only to nothing: {', '.join(absent)}",
        )
    if not _differences(kept_fields, texts | given):
        raise _refused(kept, "没有任何改动", "would be the same as before; nothing is corrected")
    return texts | given


def _differences(fields: Fields, texts: Mapping[str, str | None]) -> dict[str, str | None]:
    if not fields.is_whole:
        return dict(texts)
    return {name: text for name, text in texts.items() if fields.texts.get(name) != text}


def _demand_open(chosen: Sequence[Kept]) -> None:
    for those in by_address(chosen).values():
        decided = next((kept for kept in those if kept.verdict), None)
        if decided and decided.verdict:
            id_ = decided.verdict.decision_id
            raise _refused(
                decided,
                f"已由 {decided.verdict.person} 决定（{decided.state}），先撤销 {id_}",
                f"is {decided.state} by {decided.verdict.person}; first `medlake quarantine revoke {id_}`",
            )


def _before(kept: Kept, fields: Mapping[Address, Fields]) -> str:
    """The record as it came: its fields, its raw text, or the name of the file."""
    if kept.layer_code == "stg":
        return _as_json(fields[kept.address].texts)
    return kept.file_name if kept.layer_code == "file" else kept.before or ""


def _as_json(texts: Mapping[str, str | None]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False)


def _decision(
    action: Action, address: Address, by: Signature, decision_id: str = "", **words: Any
) -> Decision:
    id_ = decision_id or uuid.uuid4().hex
    return Decision(id_, by.at, by.person, by.reason, action, *address, **words)


def _recorded(lake: Lake, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    record_decisions(lake.zone, decisions)
    for at in {decision.decided_at for decision in decisions}:
        record(lake, (), run_id=str(uuid.uuid4()), at=at, say=silent, sealed=True)
    return tuple(decisions)


def _refused(kept: Kept, zh: str, en: str) -> DecisionRefused:
    where = f"{kept.source_table} {kept.file_name}:{kept.row_no}"
    return DecisionRefused(f"{where} {zh} | {where} {en}")
