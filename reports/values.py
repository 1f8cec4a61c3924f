"""The parameters of a form, and what somebody gave for them: read once, kept as text in one form.

given texts → read_values → Values. The same texts stand in the report's origin, for a replay to read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from reports.refusals import BadParameter

Kind = Literal["text", "texts", "lot", "site", "day", "month", "year", "moment", "number", "choice", "flag"]
Given = str | Sequence[str]
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Parameter:
    """One thing a form must or may be told.

    Attributes:
        name: For the command line; `form.<code>.parameter.<name>` in the catalogue names it for people.
        kind: How it is read, and which widget asks for it. `lot` takes whatever finds a lot.
        is_required: Refused without it.
        default: Taken when nothing is given; '' leaves it open.
        choices: What a `choice` may be.
    """

    name: str
    kind: Kind
    is_required: bool = True
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Values:
    """What was given, every parameter once, in its one form; '' or () where nothing was."""

    by_name: Mapping[str, str | tuple[str, ...]]

    def text(self, name: str) -> str:
        """A single text."""
        value = self.by_name[name]
        if not isinstance(value, str):
            raise TypeError(f"{name} takes several texts")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Several texts."""
        value = self.by_name[name]
        return (value,) if isinstance(value, str) else value

    def day(self, name: str) -> date | None:
        """A day, None where it was left open."""
        return date.fromisoformat(text) if (text := self.text(name)) else None

    def moment(self, name: str) -> datetime | None:
        """A time with its zone, None where it was left open."""
        return datetime.fromisoformat(text) if (text := self.text(name)) else None

    def number(self, name: str) -> int | None:
        """A whole number, None where it was left open."""
        return int(text) if (text := self.text(name)) else None

    def flag(self, name: str) -> bool:
        """Whether it was asked for."""
        return self.text(name) == YES


def read_values(parameters: Sequence[Parameter], given: Mapping[str, Given]) -> Values:
    """Return the values of a form's parameters.

    Raises:
        BadParameter: one is unknown, missing, given twice, or cannot be read; the message names it.
    """
    known = {parameter.name for parameter in parameters}
    if unknown := sorted(set(given) - known):
        there = ", ".join(sorted(known)) or "–"
        raise BadParameter(f"没有参数 {unknown[0]} | there is no parameter {unknown[0]}; there are: {there}")
    read = {one.name: _value(one, given.get(one.name, "")) for one in parameters}
    return Values(MappingProxyType(read))


def _value(parameter: Parameter, given: Given) -> str | tuple[str, ...]:
    texts = [given] if isinstance(given, str) else list(given)
    texts = [text.strip() for text in texts if text.strip()] or [parameter.default][: bool(parameter.default)]
    if not texts and parameter.is_required:
        raise BadParameter(f"缺少参数 {parameter.name} | the parameter {parameter.name} is missing")
    if parameter.kind == "texts":
        return tuple(texts)
    if len(texts) > 1:
        raise BadParameter(
            f"参数 {parameter.name} 只能给一个值 | {parameter.name} takes one value, not {texts}"
        )
    return _one(parameter, texts[0]) if texts else ""


def _one(parameter: Parameter, text: str) -> str:
    try:
        return READERS[parameter.kind](parameter, text)
    except ValueError as error:
        zh, en = EXAMPLES[parameter.kind]
        choices = ", ".join(parameter.choices)
        raise BadParameter(
            f"{parameter.name} = {text!r} 无法理解，须为{zh}{choices} | "
            f"{parameter.name} = {text!r} cannot be read, it wants {en} {choices}".rstrip()
        ) from error


def _as_given(_: Parameter, text: str) -> str:
    return text


def _day(_: Parameter, text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _month(_: Parameter, text: str) -> str:
    return date.fromisoformat(f"{text}-01").isoformat()[:7]


def _year(_: Parameter, text: str) -> str:
    if not re.fullmatch(r"[12][0-9]{3}", text):
        raise ValueError(text)
    return text


def _moment(_: Parameter, text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.isoformat()


def _number(_: Parameter, text: str) -> str:
    return str(int(text))


def _choice(parameter: Parameter, text: str) -> str:
    if text not in parameter.choices:
        raise ValueError(text)
    return text


def _flag(_: Parameter, text: str) -> str:
    if text not in {YES, NO}:
        raise ValueError(text)
    return text


READERS: Mapping[Kind, Callable[[Parameter, str], str]] = MappingProxyType(
    {
        "text": _as_given,
        "lot": _as_given,
        "site": _as_given,
        "day": _day,
        "month": _month,
        "year": _year,
        "moment": _moment,
        "number": _number,
        "choice": _choice,
        "flag": _flag,
    }
)
EXAMPLES: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        "day": ("日期，如 2025-03-02", "a day such as 2025-03-02"),
        "month": ("月份，如 2025-03", "a month such as 2025-03"),
        "year": ("年份，如 2025", "a year such as 2025"),
        "moment": (
            "带时区的时间，如 2026-03-02T09:30+08:00",
            "a time with its zone, such as 2026-03-02T09:30+08:00",
        ),
        "number": ("整数", "a whole number"),
        "choice": ("其中之一：", "one of"),
        "flag": (" yes 或 no", "yes or no"),
    }
)
