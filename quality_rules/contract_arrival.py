"""When a source has promised its extracts: the server's custom property `arrival`, with two service levels.

contract file -> arrival() -> Arrival; calendars/<name>.yaml -> load_calendar() -> days without work.
`frequency` is the period (1 d, 7 d, 1 m, 1 y), `latency` the days after its end that an extract may take.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml

from quality_rules.contract_terms import ContractError, demand

CALENDARS_FOLDER = Path(__file__).parent / "calendars"
EVERY_DAY = "every-day"
# Periods by their greatest length in days.
LENGTHS = {"P1D": 1, "P7D": 7, "P1M": 31, "P1Y": 366}
KEYS = frozenset({"calendar", "start", "quiet", "with", "sites", "severity"})


@dataclass(frozen=True)
class Arrival:
    """A promise that can be checked.

    Attributes:
        period: P1D, P7D (Monday to Sunday), P1M or P1Y.
        latency_days: Days after the period's end until an extract is late.
        calendar: `every-day`, or a calendar of working days; a period without a working day expects nothing.
        start: First day an extract was promised for.
        quiet: Periods in a row that may pass without a file, as sources write none when nothing happened.
        partners: Contracts whose files never come without this one: a period with one needs this too.
        site_pattern: Where the plant stands in a file's name, when one system sends a file per plant.
        sites: The plants that send; empty when the name does not tell.
        severity: What a missing or late extract does to the release.
    """

    period: str
    latency_days: int
    calendar: str
    start: date
    quiet: int
    partners: tuple[str, ...]
    site_pattern: str | None
    sites: tuple[str, ...]
    severity: Literal["warn", "block"]


def arrival(
    file: Path, value: Any, *, frequency: str | None, latency: str | None, site_pattern: str | None
) -> Arrival | None:
    """The promise of a contract, None when it makes none.

    Raises:
        ContractError: A word is unknown, or one that the promise needs is missing.
    """
    if value is None:
        demand(
            latency is None, file, "", "latency needs the server's arrival: from which start, by which days"
        )
        return None
    demand(isinstance(value, dict) and set(value) <= KEYS, file, "", f"arrival may hold {sorted(KEYS)}")
    demand(frequency in LENGTHS, file, "", "arrival needs a frequency of 1 d, 7 d, 1 m or 1 y")
    _demand_words(file, value, site_pattern)
    return Arrival(
        period=str(frequency),
        latency_days=_days(file, latency),
        calendar=value.get("calendar", EVERY_DAY),
        start=value["start"],
        quiet=value.get("quiet", 0),
        partners=tuple(value.get("with", ())),
        site_pattern=site_pattern,
        sites=tuple(value.get("sites", ())),
        severity=value.get("severity", "warn"),
    )


def demand_partners(folder: Path, promises: Mapping[str, Arrival | None]) -> None:
    """Partners are contracts that promise extracts of the same period.

    Raises:
        ContractError: One is unknown, or promises another period.
    """
    for name, promise in promises.items():
        for partner in promise.partners if promise else ():
            other = promises.get(partner)
            fits = other is not None and promise is not None and other.period == promise.period
            demand(fits, folder, "", f"{name}: arrival with {partner}, which promises no such extract")


@dataclass(frozen=True)
class Silence:
    """How long nothing may come: beyond `usual` something may be late, beyond `longest` something is."""

    usual: timedelta
    longest: timedelta


def allowed_silence(promise: Arrival) -> Silence:
    """The time between two extracts that a promise allows at most, over every year its calendar knows.

    Usual: each comes as long after its period as the one before. Longest: one on the first day of its period,
    the next on its last allowed day; a calendar that calls nothing late allows no longer silence.
    """
    idle = load_calendar(promise.calendar) if promise.calendar != EVERY_DAY else frozenset()
    years = {day.year for day in idle} or {promise.start.year, promise.start.year + 1}
    days = [day for year in range(min(years), max(years) + 1) for day in _year(year)]
    starts = sorted({_period_of(promise.period, day) for day in days if day not in idle})
    later = starts[promise.quiet + 1 :]
    gap = max(b - a for a, b in zip(starts, later, strict=False)) if later else timedelta(len(days))
    usual = gap + timedelta(promise.latency_days)
    return Silence(usual, usual + timedelta(LENGTHS[promise.period]))


def load_calendar(name: str, folder: Path = CALENDARS_FOLDER) -> frozenset[date]:
    """Days on which nobody works, of the years the calendar covers.

    Raises:
        ContractError: There is no such calendar, or it names days that are none.
    """
    file = folder / f"{name}.yaml"
    demand(
        file.is_file(), file, "", f"no such calendar; known: {sorted(p.stem for p in folder.glob('*.yaml'))}"
    )
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    demand(
        set(tree) == {"description", "years", "holidays", "workdays"},
        file,
        "",
        "needs years, holidays, workdays",
    )
    holidays = {day for span in tree["holidays"] for day in _span(file, span)}
    worked = {day for span in tree["workdays"] for day in _span(file, span)}
    demand(not holidays & worked, file, "", "a day is both a holiday and a working day")
    weekends = {day for year in tree["years"] for day in _year(year) if day.weekday() > 4}
    return frozenset((weekends - worked) | holidays)


def _demand_words(file: Path, value: dict[str, Any], site_pattern: str | None) -> None:
    demand(type(value.get("start")) is date, file, "", "arrival start must be a day, such as 2025-01-01")
    quiet = value.get("quiet", 0)
    demand(type(quiet) is int and quiet >= 0, file, "", "arrival quiet must be a whole number of periods")
    demand(value.get("severity", "warn") in {"warn", "block"}, file, "", "arrival severity: warn or block")
    for word in ("with", "sites"):
        texts = value.get(word, [])
        listed = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
        demand(
            listed and len(set(texts)) == len(texts), file, "", f"arrival {word}: a list of texts, each once"
        )
    sites = value.get("sites", [])
    demand(
        bool(sites) == bool(site_pattern), file, "", "arrival sites and the server's extractSite go together"
    )
    if (calendar := value.get("calendar", EVERY_DAY)) != EVERY_DAY:
        load_calendar(str(calendar))


def _days(file: Path, latency: str | None) -> int:
    demand(latency is None or latency.endswith("D"), file, "", "latency must be in days (unit d)")
    return int(latency[1:-1]) if latency else 0


def _period_of(period: str, day: date) -> date:
    """First day of the period a day lies in."""
    match period:
        case "P1D":
            return day
        case "P7D":
            return day - timedelta(days=day.weekday())
        case "P1M":
            return day.replace(day=1)
        case _:
            return day.replace(month=1, day=1)


def _span(file: Path, span: Any) -> list[date]:
    """One day, or the first and the last of several."""
    days = span if isinstance(span, list) else [span, span]
    fits = len(days) == 2 and all(type(day) is date for day in days) and days[0] <= days[1]
    if not fits:
        raise ContractError(f"{file}: {span} is neither a day nor [first day, last day]")
    return [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)]


def _year(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
