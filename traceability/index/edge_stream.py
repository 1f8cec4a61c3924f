"""Edges as Arrow batches → columns of numbers: what each edge carries, and the texts of its two ends.

Nothing is dropped or mended: an edge that cannot be read stops the build with its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from traceability.index.layout import MOST, PAYLOAD, Codes
from traceability.index.texts import Texts, from_arrow

EDGE_COLUMNS = (
    "from_node_id",
    "to_node_id",
    "from_kind_code",
    "to_kind_code",
    "edge_type_code",
    "precision_code",
    "qty",
    "first_date",
    "last_date",
    "known_at",
)
# Not needed: when an edge ceased to be known, for edges that were cancelled or changed later.
KNOWN_UNTIL = "known_until"
# An edge without dates lies in every window, one without a known time was always known: none is left out.
LONG_AGO, FAR_OFF = np.iinfo(np.int32).min, np.iinfo(np.int32).max
ALWAYS_KNOWN, STILL_KNOWN = np.iinfo(np.int64).min, np.iinfo(np.int64).max
MOST_CODES = 255

Column = npt.NDArray[Any]


class BadEdges(ValueError):
    """Edges that no index can be built from; the message names the row and the column."""


@dataclass(frozen=True)
class EdgeBatch:
    """One batch: texts of the ends (from, to, from, to, …), their kinds in that order, and the payload."""

    ends: Texts
    kinds: npt.NDArray[np.uint8]
    payload: dict[str, Column]


@dataclass
class EdgeReader:
    """Reads batches in order; words get numbers as they appear.

    Attributes:
        qty_scale: Decimal places that quantities are kept with.
        first_row: Number of the next edge; rows count on over appended edges.
        words: The words seen so far, by kind of word.
    """

    qty_scale: int
    first_row: int = 0
    words: dict[str, dict[str, int]] = field(
        default_factory=lambda: {"edge_type": {}, "precision": {}, "kind": {}}
    )

    @classmethod
    def after(cls, codes: Codes, first_row: int, qty_scale: int) -> EdgeReader:
        """A reader that goes on where an index ended."""
        lists = {"edge_type": codes.edge_type, "precision": codes.precision, "kind": codes.kind}
        words = {name: {word: number for number, word in enumerate(known)} for name, known in lists.items()}
        return cls(qty_scale, first_row, words)

    @property
    def codes(self) -> Codes:
        """Every word seen so far."""
        return Codes(**{name: tuple(words) for name, words in self.words.items()})

    def read(self, batch: pa.RecordBatch) -> EdgeBatch:
        """The numbers of a batch.

        Raises:
            BadEdges: A column is missing or of another type, an end or a code is NULL, a quantity too long.
        """
        columns = {name: self._column(batch, name) for name in EDGE_COLUMNS}
        kinds = self._coded("kind", columns["from_kind_code"], columns["to_kind_code"])
        payload: dict[str, Column] = {
            "edge_type": self._coded("edge_type", columns["edge_type_code"]),
            "precision": self._coded("precision", columns["precision_code"]),
            "first_day": _days(columns["first_date"], LONG_AGO),
            "last_day": _days(columns["last_date"], FAR_OFF),
            "known_at": _micros(columns["known_at"], ALWAYS_KNOWN),
            "known_until": self._ends(batch),
            "qty": self._quantities(columns["qty"]),
            "row": np.arange(self.first_row, self.first_row + len(batch), dtype=np.uint32),
        }
        assert list(payload) == list(PAYLOAD)
        self.first_row += len(batch)
        if self.first_row > MOST:
            raise BadEdges(f"more than {MOST} edges: split them by site, an index cannot hold more")
        return EdgeBatch(from_arrow([columns["from_node_id"], columns["to_node_id"]]), kinds, payload)

    def _ends(self, batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
        if KNOWN_UNTIL not in batch.schema.names:
            return np.full(len(batch), STILL_KNOWN)
        return _micros(batch.column(KNOWN_UNTIL), STILL_KNOWN)

    def _column(self, batch: pa.RecordBatch, name: str) -> pa.Array:
        if name not in batch.schema.names:
            raise BadEdges(f"edges have no column {name}; an index needs {', '.join(EDGE_COLUMNS)}")
        column = batch.column(name)
        may_be_null = name in {"first_date", "last_date", "known_at"}
        if column.null_count and not may_be_null:
            row = self.first_row + pc.index(column.is_null(), True).as_py()
            raise BadEdges(f"edge {row}: {name} is NULL; an edge without it leads nowhere that can be named")
        return column

    def _coded(self, name: str, *columns: pa.Array) -> npt.NDArray[np.uint8]:
        """Numbers of the words of some columns, row by row; a new word gets the next one."""
        known, width = self.words[name], len(columns)
        encoded = [column.cast(pa.string()).dictionary_encode() for column in columns]
        found = [
            (width * pc.index(part.indices, pa.scalar(number, pa.int32())).as_py() + side, word)
            for side, part in enumerate(encoded)
            for number, word in enumerate(part.dictionary.to_pylist())
        ]
        for _, word in sorted(found):
            known.setdefault(word, len(known))
        if len(known) > MOST_CODES:
            raise BadEdges(
                f"more than {MOST_CODES} different words for {name}: {', '.join(list(known)[-3:])}"
            )
        coded = np.empty(width * len(columns[0]), np.uint8)
        for side, part in enumerate(encoded):
            numbers = np.array([known[word] for word in part.dictionary.to_pylist()], np.uint8)
            coded[side::width] = numbers[part.indices.to_numpy()]
        return coded

    def _quantities(self, column: pa.Array) -> npt.NDArray[np.int64]:
        if not pa.types.is_decimal(column.type) and not pa.types.is_integer(column.type):
            raise BadEdges(f"qty is {column.type}; quantities are DECIMAL, so that sums are exact")
        try:
            exact = column.cast(pa.decimal128(18, self.qty_scale))
        except pa.ArrowInvalid as error:
            raise BadEdges(
                f"edges {self.first_row} to {self.first_row + len(column)}: a quantity needs more than "
                f"{self.qty_scale} decimal places or 18 digits ({error})"
            ) from error
        # 18 digits fit into the low half of Arrow's 128 bits.
        whole = np.frombuffer(exact.buffers()[1], np.int64)[0::2]
        return whole[exact.offset : exact.offset + len(exact)].copy()


def _days(column: pa.Array, unknown: int) -> npt.NDArray[np.int32]:
    days: npt.NDArray[np.int32] = column.cast(pa.date32()).cast(pa.int32()).fill_null(unknown).to_numpy()
    return days


def _micros(column: pa.Array, unknown: int) -> npt.NDArray[np.int64]:
    micros = column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).fill_null(unknown)
    numbers: npt.NDArray[np.int64] = micros.to_numpy()
    return numbers
