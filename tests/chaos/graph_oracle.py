"""Random genealogies and what is true of them, by the plainest means: sets, one step at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

DAY, BEGINNING = date(2025, 1, 1), datetime(2025, 1, 1, tzinfo=UTC)
TYPES, PRECISIONS = ("CONSUME", "REWORK", "RELABEL", "PACK", "SHIP"), ("EXACT", "ORDER", "BACKFLUSH")
KINDS = ("lot", "serial", "handling_unit", "delivery", "customer")
SCHEMA = pa.schema(
    {
        **dict.fromkeys(
            (
                "from_node_id",
                "to_node_id",
                "from_kind_code",
                "to_kind_code",
                "edge_type_code",
                "precision_code",
            ),
            pa.string(),
        ),
        "qty": pa.decimal128(18, 3),
        "first_date": pa.date32(),
        "last_date": pa.date32(),
        "known_at": pa.timestamp("us", "UTC"),
        "known_until": pa.timestamp("us", "UTC"),
    }
)


@dataclass(frozen=True)
class OracleEdge:
    """One edge, as a person would write it down."""

    start: str
    end: str
    edge_type: str
    precision: str
    qty: Decimal
    first: date | None
    last: date | None
    known_at: datetime | None
    known_until: datetime | None

    def is_known(self, as_of: datetime | None) -> bool:
        """Whether it stood at a moment; None is today."""
        if as_of is None:
            return self.known_until is None
        is_begun = self.known_at is None or self.known_at <= as_of
        return is_begun and (self.known_until is None or as_of < self.known_until)


def kind_of(node: str) -> str:
    """The kind that a node's name says."""
    return node.partition(":")[0]


def graph(dice: random.Random, nodes: int, edges: int) -> list[OracleEdge]:
    """A random genealogy: cycles as rework makes them, parallel edges, self-loops."""
    names = [_name(dice, number) for number in range(nodes)]
    return [_edge(dice, dice.choice(names), dice.choice(names)) for _ in range(edges)]


def batches(edges: Sequence[OracleEdge], sizes: Iterable[int]) -> Iterator[pa.RecordBatch]:
    """The edges as Arrow batches of some sizes; what is left over is the last."""
    begin = 0
    for size in sizes:
        yield _batch(edges[begin : begin + size])
        begin += size
    yield _batch(edges[begin:])


def depths(
    edges: Iterable[OracleEdge],
    roots: Iterable[str],
    *,
    is_forward: bool,
    may: Callable[[OracleEdge, str], bool] = lambda *_: True,
    limit: int | None = None,
) -> dict[str, int]:
    """Fewest steps to each node: repeat 'one more step' until nothing is new."""
    directed = [(e, e.start, e.end) if is_forward else (e, e.end, e.start) for e in edges]
    found = dict.fromkeys(roots, 0)
    step = 0
    while limit is None or step < limit:
        step += 1
        fresh = {b for e, a, b in directed if a in found and found[a] == step - 1 and may(e, b)} - set(found)
        if not fresh:
            break
        found |= dict.fromkeys(fresh, step)
    return found


def _name(dice: random.Random, number: int) -> str:
    """Names of every length around the eight bytes that are read at once, in several scripts."""
    tail = "".join(dice.choices("0123456789ABC-批号é", k=dice.randint(0, 30)))
    return f"{dice.choice(KINDS)}:{number}:{tail}"


def _edge(dice: random.Random, start: str, end: str) -> OracleEdge:
    first = DAY + timedelta(days=dice.randrange(300))
    last = first + timedelta(days=dice.choice([0, 0, 1, 30]))
    is_dated, is_timed, is_ended = (dice.random() < chance for chance in (0.95, 0.95, 0.3))
    known = BEGINNING + timedelta(microseconds=dice.randrange(300 * 86_400_000_000))
    return OracleEdge(
        start,
        end,
        dice.choice(TYPES),
        dice.choice(PRECISIONS),
        Decimal(dice.randrange(1, 10**9)) / 1000,
        first if is_dated else None,
        last if is_dated else None,
        known if is_timed else None,
        known + timedelta(days=dice.randrange(60)) if is_ended else None,
    )


def _batch(edges: Sequence[OracleEdge]) -> pa.RecordBatch:
    columns = {
        "from_node_id": [e.start for e in edges],
        "to_node_id": [e.end for e in edges],
        "from_kind_code": [kind_of(e.start) for e in edges],
        "to_kind_code": [kind_of(e.end) for e in edges],
        "edge_type_code": [e.edge_type for e in edges],
        "precision_code": [e.precision for e in edges],
        "qty": [e.qty for e in edges],
        "first_date": [e.first for e in edges],
        "last_date": [e.last for e in edges],
        "known_at": [e.known_at for e in edges],
        "known_until": [e.known_until for e in edges],
    }
    return pa.record_batch(columns, schema=SCHEMA)
