"""What a steward looks at, as plain rows: the work list, a party beside its sources, history, decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import polars as pl

from master_data.identity.decision import IdentityDecision
from master_data.identity.model import load_model
from master_data.stewardship.desk import Desk
from master_data.stewardship.named import Named
from master_data.stewardship.scene import open_pairs

Words = Callable[[str], list[tuple[str, str, str]]]
Row = dict[str, Any]
SHOWN = ("record_id", "party_name", "uscc", "city_name", "address_name")
HISTORY = """
    SELECT record_id AS record, valid_from_date AS valid_from, valid_to_date AS valid_to,
      known_from_at AS known_from, known_to_at AS known_to, party_name AS name, uscc, city_name AS city,
      address_name AS address, is_blocked AS blocked, _source_table AS source_table, _row AS row
    FROM core.party_history
    WHERE role_code = $role AND list_contains($records, record_id)
      AND ($day IS NULL OR ((valid_from_date IS NULL OR valid_from_date <= $day)
        AND (valid_to_date IS NULL OR valid_to_date > $day)))
      AND ($moment IS NULL OR (known_from_at <= $moment AND (known_to_at IS NULL OR known_to_at > $moment)))
    ORDER BY record_id, known_from_at, version_no
"""


def evidence_words(evidence: str) -> list[tuple[str, str, str]]:
    """(field, level, bits) of a pair's evidence, in the words of the model, 中文 | English."""
    words = load_model().words
    told = []
    for part in evidence.split():
        field, _, rest = part.partition("=")
        level, _, bits = rest.partition(":")
        told.append((words[field], words[f"{field}.{level}"], f"{float(bits):+.1f}"))
    return told


def review_pairs(desk: Desk, role: str | None, words: Words) -> list[Row]:
    """Pairs that wait for a steward, strongest first, both sides beside each other."""
    return [
        {
            "role": pair["role_code"],
            "weight": pair["weight"],
            "band": pair["band_code"],
            "left": _side(desk, pair["role_code"], pair["left_id"]),
            "right": _side(desk, pair["role_code"], pair["right_id"]),
            "evidence": words(pair["evidence"]),
        }
        for pair in open_pairs(desk.now).to_dicts()
        if role in (None, pair["role_code"])
    ]


def pending(desk: Desk, role: str | None) -> list[Row]:
    """Decisions that wait for a second person."""
    return [
        {
            "decision": decision.decision_id[:12],
            "action": decision.action,
            "role": decision.role_code,
            "records": " ↔ ".join(ids[0] for ids in (decision.left_ids, decision.right_ids) if ids),
            "by": decision.person,
            "reason": decision.reason,
        }
        for decision in desk.decisions
        if desk.now.standing.states[decision.decision_id] == "pending" and role in (None, decision.role_code)
    ]


def party_view(desk: Desk, text: str, role: str | None, words: Words) -> Row:
    """A golden party: its values with the rule that chose them, records, pairs, decisions, old ids."""
    one = desk.named(text, role)
    values = desk.built.party_value.filter(
        (pl.col("role_code") == one.role) & pl.col("record_id").is_in(one.members)
    )
    pairs = desk.now.between(one.role, one.members, one.members)
    once = desk.built.party_alias.filter(
        (pl.col("role_code") == one.role) & (pl.col("golden_id") == one.golden_id)
    )
    return {
        "role": one.role,
        "golden_id": one.golden_id,
        "golden": _golden_values(desk, one, values),
        "records": [_record(desk, one.role, record, values) for record in one.members],
        "pairs": [_pair(pair, words) for pair in pairs.to_dicts()],
        "once": once["alias_id"].to_list(),
        "decisions": decision_rows(desk, one.role, about=frozenset(one.members)),
    }


def decision_rows(desk: Desk, role: str | None = None, about: frozenset[str] | None = None) -> list[Row]:
    """Decisions, oldest first; of one role, or about some records, if these are given."""
    by_id = {decision.decision_id: decision for decision in desk.decisions}
    rows = []
    for decision in desk.decisions:
        meant = by_id.get(decision.refers_to, decision)
        is_about = about is None or about & {*meant.left_ids, *meant.right_ids}
        if role in (None, decision.role_code) and is_about:
            rows.append(_decision_row(desk, decision, meant))
    return rows


def _decision_row(desk: Desk, decision: IdentityDecision, meant: IdentityDecision) -> Row:
    """An approve or undo is told with the words of the decision it means."""
    ids = " ↔ ".join(ids[0] for ids in (meant.left_ids, meant.right_ids) if ids)
    value = f" {meant.attribute}: {meant.before or '—'} → {meant.after or '—'}" if meant.attribute else ""
    return {
        "decision": decision.decision_id[:12],
        "at": decision.decided_at.strftime("%Y-%m-%d %H:%M:%S"),
        "by": decision.person,
        "action": decision.action,
        "what": f"{meant.role_code} {ids}{value}",
        "reason": decision.reason,
        "state": desk.now.standing.states[decision.decision_id],
    }


def history_view(
    connection: duckdb.DuckDBPyConnection, one: Named, on: date | None, known: datetime | None
) -> list[Row]:
    """What was held true of the records of a party; as of a valid day and a moment of knowledge, if given."""
    moment = known.replace(tzinfo=UTC) if known else None
    told = {"role": one.role, "records": list(one.members), "day": on, "moment": moment}
    found = connection.execute(HISTORY, told)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _golden_values(desk: Desk, one: Named, values: pl.DataFrame) -> dict[str, Row | None]:
    attributes = desk.built.survivorship.filter(role_code=one.role)["attribute"]
    chosen = {row["attribute"]: row for row in values.filter(pl.col("is_golden")).to_dicts()}
    names = ("value", "rule_code", "record_id", "decision_id")
    return {
        name: {key: chosen[name][key] for key in names} if name in chosen else None
        for name in attributes
        if name != "record_id"
    }


def _record(desk: Desk, role: str, record_id: str, values: pl.DataFrame) -> Row:
    party = desk.now.party(role, record_id)
    golden = desk.now.golden.row(
        by_predicate=(pl.col("role_code") == role) & (pl.col("record_id") == record_id), named=True
    )
    said = values.filter((pl.col("record_id") == record_id) & (pl.col("decision_id") == ""))
    return {
        "record_id": record_id,
        "match_rule": golden["match_rule_code"],
        "values": dict(said.select("attribute", "value").iter_rows()),
        "table": party["_source_table"],
        "file": desk.built.files.get((str(party["_source_table"]), str(party["_file_sha256"])), ""),
        "row": party["_row"],
    }


def _side(desk: Desk, role: str, record_id: str) -> Row:
    party = desk.now.party(role, record_id)
    return {name: party[name] for name in SHOWN} | {"golden_id": desk.now.golden_of[role, record_id]}


def _pair(pair: Mapping[str, Any], words: Words) -> Row:
    told = {name: pair[name] for name in ("left_id", "right_id", "weight")}
    return told | {"band": pair["band_code"], "evidence": words(pair["evidence"])}
