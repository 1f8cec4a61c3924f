"""Finding tables by name and meaning, in either language."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.catalogue import Catalogue, ColumnEntry, TableEntry
from reports.language import Language

LAYERS = ("mart", "core", "stg", "raw")  # what people read comes first


@dataclass(frozen=True)
class Hit:
    """A table that matches, how well (0 is best), and how many of its columns do."""

    table: TableEntry
    rank: int
    column_count: int

    def label(self, say: Language) -> str:
        """Return name and title, and how many columns match."""
        title = self.table.title_zh if say.locale == "zh" else self.table.title_en
        name = f"{self.table.name} · {title}" if title else self.table.name
        return f"{name} ({self.column_count})" if self.column_count else name


def search(catalogue: Catalogue, words: str, layers: tuple[str, ...]) -> tuple[Hit, ...]:
    """Return tables of the layers that hold every word, best first; all of them when no word is given.

    A table's own name weighs most, then its meaning, then its columns.
    """
    wanted = words.casefold().split()
    found = []
    for table in catalogue.tables:
        if table.layer not in layers:
            continue
        columns = sum(matches(column, wanted) for column in catalogue.columns_of.get(table.name, ()))
        rank = _rank(table, wanted, columns)
        if rank is not None:
            found.append(Hit(table, rank, columns if wanted else 0))
    return tuple(sorted(found, key=lambda hit: (hit.rank, LAYERS.index(hit.table.layer), hit.table.name)))


def matches(column: ColumnEntry, wanted: list[str]) -> bool:
    """Tell whether a column's name or meaning holds every word; none asked for matches none."""
    text = f"{column.name} {column.title_zh} {column.meaning_zh} {column.meaning_en}".casefold()
    return bool(wanted) and all(word in text for word in wanted)


def _rank(table: TableEntry, wanted: list[str], columns: int) -> int | None:
    texts = (
        table.name,
        f"{table.title_zh} {table.title_en}",
        f"{table.meaning_zh} {table.meaning_en} {table.owner} {table.contract}",
    )
    so_far = ""
    for rank, text in enumerate(texts):
        so_far = f"{so_far} {text.casefold()}"
        if all(word in so_far for word in wanted):
            return rank
    return len(texts) if columns else None
