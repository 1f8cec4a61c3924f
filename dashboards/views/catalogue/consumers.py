"""Who reads a table: models of the release, KPIs, and the pages and reports of the code that runs.

Queries stand in files or after FROM and JOIN in code; they are looked through once per start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboards.kpi import Definition
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from lineage.catalogue import Catalogue, TableEntry
from reports.language import Language

ROOT = Path(__file__).parents[3]
ROOMS = ("dashboards", "reports", "traceability", "lineage", "cli")
_READ = re.compile(r"\b(?:FROM|JOIN)\s+((?:core|mart)\.[a-z_0-9]+)")


@dataclass(frozen=True)
class Consumer:
    """Something that reads a table: its kind (model, kpi or a room of the house) and its name."""

    kind: str
    name: str


def draw(catalogue: Catalogue, entry: TableEntry, opened: OpenRelease, say: Language) -> None:
    """Draw everything that reads a table."""
    definitions = ask(opened, "kpi_definitions", Definition, {})
    kpis = [
        Consumer("kpi", definition.text("name", say))
        for definition in definitions
        if entry.name in _made_of(catalogue, definition.mart_name)
    ]
    models = [Consumer("model", name) for name in catalogue.readers_of.get(entry.name, ())]
    code = sorted(readers_in_code().get(entry.name, ()), key=lambda each: (each.kind, each.name))
    columns: list[Column[Consumer]] = [
        Column(
            say("catalogue.consumer_kind"),
            lambda consumer: consumer.kind,
            lambda kind: say.code("consumer", kind),
        ),
        Column(say("catalogue.consumer"), lambda consumer: consumer.name),
    ]
    table([*kpis, *code, *models], columns, name=f"consumers_{entry.name}", opened=opened, say=say)


@cache
def readers_in_code() -> dict[str, frozenset[Consumer]]:
    """By table, the query files and modules that read it."""
    found: dict[str, set[Consumer]] = {}
    for room in ROOMS:
        for file in _files(ROOT / room):
            consumer = Consumer(room, file.relative_to(ROOT).as_posix())
            for name in set(_READ.findall(file.read_text(encoding="utf-8"))):
                found.setdefault(name, set()).add(consumer)
    return {name: frozenset(readers) for name, readers in found.items()}


def _files(room: Path) -> Iterator[Path]:
    yield from room.rglob("*.sql")
    yield from room.rglob("*.py")


def _made_of(catalogue: Catalogue, table_name: str) -> set[str]:
    """The table and everything it is made of."""
    seen, front = {table_name}, [table_name]
    while front:
        for source in catalogue.sources_of.get(front.pop(), ()):
            if source not in seen:
                seen.add(source)
                front.append(source)
    return seen
