"""The parameters of a form as fields: a kind of value has its widget, the same texts go to the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.release import ask as ask_release
from reports.form import Form
from reports.language import Language
from reports.values import EXAMPLES, NO, YES, Given, Kind, Parameter

# Two fields stand beside each other; a long one takes the whole row.
PER_ROW = 2


@dataclass(frozen=True)
class Site:
    """A plant of the release."""

    site_code: str


@dataclass(frozen=True)
class Field:
    """A parameter, its label, and where its widget goes."""

    parameter: Parameter
    label: str
    key: str
    place: Any


def ask(form: Form[Any], opened: OpenRelease, say: Language, words: Language) -> dict[str, Given]:
    """Draw the fields of a form and return what stands in them; empty ones are left out."""
    given: dict[str, Given] = {}
    places: list[Any] = []
    for parameter in form.parameters:
        places = places or list(st.columns(PER_ROW))
        label = words(f"form.{form.code}.parameter.{parameter.name}")
        mark = label if parameter.is_required else say("reports.optional", label=label)
        field = Field(parameter, mark, f"{form.code} {parameter.name}", places.pop(0))
        value = WIDGETS[parameter.kind](field, opened, say)
        if value:
            given[parameter.name] = value
    return given


def _text(field: Field, _: OpenRelease, say: Language) -> Given:
    example = EXAMPLES.get(field.parameter.kind)
    hint = example[say.locale == "en"] if example else ""
    text: str = field.place.text_input(
        field.label, value=field.parameter.default, key=field.key, placeholder=hint
    )
    return text


def _texts(field: Field, _: OpenRelease, say: Language) -> Given:
    text: str = field.place.text_area(
        field.label, value=field.parameter.default, key=field.key, help=say("reports.one_a_line"), height=90
    )
    return [line for line in text.splitlines() if line.strip()]


def _site(field: Field, opened: OpenRelease, say: Language) -> Given:
    codes = [site.site_code for site in ask_release(opened, "site_codes", Site, {})]
    chosen: str | None = field.place.selectbox(
        field.label,
        codes,
        index=0 if field.parameter.is_required else None,
        format_func=lambda code: say("site", site=code),
        key=field.key,
    )
    return chosen or ""


def _day(field: Field, _: OpenRelease, say: Language) -> Given:
    chosen = field.place.date_input(field.label, value=field.parameter.default or None, key=field.key)
    return chosen.isoformat() if chosen else ""


def _choice(field: Field, _: OpenRelease, say: Language) -> Given:
    choices = list(field.parameter.choices)
    default = field.parameter.default
    index = choices.index(default) if default in choices else 0 if field.parameter.is_required else None
    chosen: str | None = field.place.selectbox(field.label, choices, index=index, key=field.key)
    return chosen or ""


def _flag(field: Field, _: OpenRelease, say: Language) -> Given:
    is_on = field.place.checkbox(field.label, value=field.parameter.default == YES, key=field.key)
    return YES if is_on else NO


WIDGETS: Mapping[Kind, Callable[[Field, OpenRelease, Language], Given]] = {
    "text": _text,
    "texts": _texts,
    "lot": _text,
    "site": _site,
    "day": _day,
    "month": _text,
    "year": _text,
    "moment": _text,
    "number": _text,
    "choice": _choice,
    "flag": _flag,
}
