"""A KPI by product, operation, work unit or supplier, worst contribution first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from dashboards import kpi
from dashboards.kpi import Choice, Definition
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

KINDS = ("product", "operation", "equipment", "supplier")


@dataclass(frozen=True)
class MemberPart:
    """What a product, operation, work unit or supplier adds to a KPI of a plant and month."""

    kind_code: str
    member_id: str
    member_code: str
    name_zh: str
    name_en: str
    site_code: str
    month: date
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None


@dataclass(frozen=True)
class Member:
    """A member over the chosen plants and period; the share is of what keeps the KPI from being perfect."""

    code: str
    name: str
    value: Decimal | None
    before: Decimal | None
    numerator: Decimal | None
    denominator: Decimal
    loss: Decimal


def members_of(definition: Definition, choice: Choice, opened: OpenRelease) -> tuple[MemberPart, ...]:
    """Return the parts of the chosen period and the one before."""
    parameters = {"kpi": definition.kpi_code, "first": choice.before.first, "last": choice.last}
    return ask(opened, "kpi_members", MemberPart, parameters)


def draw(definition: Definition, choice: Choice, opened: OpenRelease, say: Language) -> None:
    """Draw the breakdown, or say why there is none."""
    parts = members_of(definition, choice, opened)
    kinds = [kind for kind in KINDS if any(part.kind_code == kind for part in parts)]
    st.caption(say("parts.no_line"))
    if not kinds:
        st.info(say("parts.none", grain=definition.grain.partition(" | ")[0 if say.locale == "zh" else 2]))
        return
    kind = st.segmented_control(
        say("parts.by"),
        kinds,
        default=kinds[0],
        required=True,
        format_func=lambda code: say(f"parts.{code}"),
        key=f"by-{definition.kpi_code}",
    )
    members = shaped([part for part in parts if part.kind_code == kind], definition, choice, say)
    _table(members, definition, opened, say)


def shaped(
    parts: Sequence[MemberPart], definition: Definition, choice: Choice, say: Language
) -> list[Member]:
    """Return the members of the chosen plants and period, those that cost most first."""
    found: dict[str, list[MemberPart]] = {}
    for part in parts:
        found.setdefault(part.member_id, []).append(part)
    members = [_member(own, definition, choice, say) for own in found.values()]
    counted = [member for member in members if member.denominator or member.numerator]
    return sorted(counted, key=lambda member: (-member.loss, member.code))


def _member(own: Sequence[MemberPart], definition: Definition, choice: Choice, say: Language) -> Member:
    unit, first = definition.unit_code, own[0]
    now = [part for part in own if choice.holds(part)]
    adds_up = all(part.numerator is not None for part in now)
    numerator = sum((part.numerator or Decimal(0) for part in now), Decimal(0)) if adds_up and now else None
    denominator = sum((part.denominator or Decimal(0) for part in now), Decimal(0))
    loss = numerator if definition.better_code == "lower" else denominator - (numerator or Decimal(0))
    name = first.name_zh if say.locale == "zh" else first.name_en
    value, before = kpi.combined(now, unit), kpi.over(own, choice.before, unit)
    return Member(first.member_code, name, value, before, numerator, denominator, loss or Decimal(0))


def _table(members: Sequence[Member], definition: Definition, opened: OpenRelease, say: Language) -> None:
    def show(value: Decimal) -> str:
        return kpi.show(value, definition.unit_code, say)

    columns: list[Column[Member]] = [
        Column(say("parts.code"), lambda member: member.code),
        Column(say("parts.name"), lambda member: member.name),
        Column(definition.text("name", say), lambda member: member.value, show),
        Column(say("parts.before"), lambda member: member.before, show),
        Column(say("def.numerator"), lambda member: member.numerator),
        Column(say("def.denominator"), lambda member: member.denominator),
    ]
    table(members, columns, name=f"kpi_parts_{definition.kpi_code}", opened=opened, say=say)
