"""Reads JSON lines: one object a line, values as the text that came.

UTF-8 stream -> lines -> objects -> the contract's keys as text. Numbers keep their digits (1.0 stays 1.0),
true and false stay words, null and an absent key are NULL, a nested value is compact JSON text. A line that
is no object or repeats a key goes to quarantine; the rest loads. Every line has names of its own: a key the
contract does not name costs that line, or is kept, as the contract decides.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from pipelines.ingest.drift import Drift, DriftLog, drifts, in_words, strictest
from pipelines.ingest.readers.csv_bytes import MARKS
from pipelines.ingest.readers.csv_gate import MAX_RECORD
from pipelines.ingest.readers.encoding import open_text
from pipelines.ingest.readers.header import raw_name
from pipelines.ingest.readers.kind import require_no_hole
from pipelines.ingest.records import (
    BadRecord,
    Chunk,
    FileRejected,
    Parsed,
    bad_record,
    is_lossy,
    lossy_text,
    text_frame,
    unfit,
)
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

LINES = 50_000
BYTES = 32 << 20


class Number(str):
    """A JSON number, by its digits."""

    __slots__ = ()


class BadRecordText(Exception):
    """A line that is a JSON object but no record of this contract."""

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def read_jsonl(plain: IO[bytes], contract: Contract, scratch: Path) -> Parsed:
    """Opens JSON lines against a contract.

    Raises:
        FileRejected: The encoding does not fit, or there is no record.
    """
    stream, encoding = open_text(plain, contract.encodings, scratch)
    start = stream.tell()
    if len(stream.readline(MAX_RECORD + 1)) > MAX_RECORD:
        raise FileRejected(
            Rule.GIANT_LINE, f"首行超过 {MAX_RECORD} 字节 | The first line is longer than {MAX_RECORD} bytes"
        )
    stream.seek(start)
    shape = _Shape(contract, DriftLog())
    return Parsed(encoding, _chunks(stream, shape), drifts=shape.log)


def _chunks(stream: IO[bytes], shape: "_Shape") -> Iterator[Chunk]:
    seen = 0
    with stream:
        for batch in _batches(stream):
            yield _chunk(batch, seen, shape)
            seen += len(batch)
    if not seen and not shape.accepts_no_records:
        raise FileRejected(Rule.EMPTY, "没有数据行 | No records")
    shape.note_absent()


def _batches(stream: IO[bytes]) -> Iterator[list[bytes]]:
    """Lines that hold something, some at a time; of a line that is too long, a little more than the limit."""
    batch: list[bytes] = []
    size = 0
    while line := stream.readline(MAX_RECORD + 1):
        rest = line
        while len(rest) > MAX_RECORD and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_RECORD + 1)
        if line.isspace():
            continue
        batch.append(line)
        size += len(line)
        if len(batch) >= LINES or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _chunk(lines: list[bytes], seen: int, shape: "_Shape") -> Chunk:
    rows: list[int] = []
    records: list[list[str | None]] = []
    bad: list[BadRecord] = []
    extra: dict[str, dict[int, str | None]] = defaultdict(dict)
    for row_no, line in enumerate(lines, seen + 1):
        require_no_hole(line, row_no)
        if any(mark in line for mark in MARKS):
            raise lossy_text(row_no, row_no)
        try:
            values, new = shape.record(_bounded(line))
            if any(map(is_lossy, filter(None, (*values, *new.values())))):
                raise lossy_text(row_no, row_no)
            for name, text in new.items():
                extra[name][len(rows)] = text
            records.append(values)
            rows.append(row_no)
        except BadRecordText as error:
            bad.append(bad_record(row_no, error.rule, str(error), line.rstrip(b"\r\n")))
        except (ValueError, RecursionError) as error:
            message = f"不是完整的 JSON 对象：{error} | Not one whole JSON object: {error}"
            bad.append(bad_record(row_no, Rule.UNPARSABLE, message, line.rstrip(b"\r\n")))
    columns = zip(*records, strict=True) if records else ([] for _ in shape.paths)
    texts = dict(zip(shape.paths, map(list, columns), strict=True))
    texts |= {name: [found.get(at) for at in range(len(rows))] for name, found in extra.items()}
    return Chunk(text_frame(texts, rows), tuple(bad))


class _Shape:
    """Where a contract's columns stand in an object, and what came beside them."""

    def __init__(self, contract: Contract, log: DriftLog) -> None:
        self.log = log
        self.policy = contract.drift
        self.accepts_no_records = contract.framing.accepts_no_records
        self.paths = {
            c.physical_name: tuple((c.json_path or c.physical_name).split(".")) for c in contract.columns
        }
        self.leaves = set(self.paths.values())
        self.known = {path[:depth] for path in self.leaves for depth in range(1, len(path) + 1)}
        self.flat = [path[0] for path in self.paths.values()]
        self.top = set(self.flat)
        self.names = [".".join(path) for path in self.paths.values()]
        self.absent = {c.physical_name for c in contract.columns if c.required}
        self.is_flat = all(len(path) == 1 for path in self.leaves)
        self.decoder = json.JSONDecoder(
            parse_float=Number, parse_int=Number, parse_constant=_no_constant, object_pairs_hook=_object
        )

    def record(self, line: str) -> tuple[list[str | None], dict[str, str | None]]:
        """The columns' texts, in the contract's order, and the texts of new keys that it accepts.

        Raises:
            BadRecordText: A key the contract does not accept, or damaged text.
            ValueError: No JSON object.
        """
        found = self.decoder.decode(line)
        if not isinstance(found, dict):
            raise ValueError(f"a {type(found).__name__}")
        new = {} if self.is_flat and found.keys() <= self.top else self._new(found)
        if self.is_flat:
            values = [_text(found.get(key)) for key in self.flat]
        else:
            values = [_text(_at(found, path)) for path in self.paths.values()]
        if "\\" in line or not line.isascii() or not any(values):
            _require_text([*values, *new.values()])
        if self.absent:
            self.absent -= {name for name, text in zip(self.paths, values, strict=True) if text is not None}
        return values, new

    def note_absent(self) -> None:
        """Required columns no record had; typing keeps such rows out one by one."""
        for name in sorted(self.absent):
            self.log.add(Drift("missing", name, "", "accept"), 0)

    def _new(self, found: dict[str, Any]) -> dict[str, str | None]:
        """Texts of the keys the contract does not name, by their names in the raw table.

        Raises:
            BadRecordText: The contract does not accept them.
        """
        unknown = {".".join(path): value for path, value in self._unknown(found, ())}
        if not unknown:
            return {}
        present = [*unknown, *(name for name in self.names if _at(found, tuple(name.split("."))) is not None)]
        differing = [d for d in drifts(present, self.names, self.policy) if d.found in unknown]
        for drift in differing:
            self.log.add(drift)
        if (verdict := strictest(differing)) != "accept-new-column":
            zh, _, en = in_words(differing).partition(" | ")
            message = f"键与契约不符：{zh} | Keys differ from the contract: {en}"
            raise BadRecordText(Rule.DRIFT if verdict == "quarantine" else Rule.HEADER, message)
        return {raw_name(name, at): _text(value) for at, (name, value) in enumerate(unknown.items(), 1)}

    def _unknown(
        self, found: dict[str, Any], above: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], Any]]:
        for key, value in found.items():
            path = (*above, key)
            if path not in self.known:
                yield path, value
            elif path not in self.leaves and value is not None:
                # A value where the contract looks for an object would be lost without a word.
                yield from self._unknown(value, path) if isinstance(value, dict) else ((path, value),)


def _bounded(line: bytes) -> str:
    if len(line) > MAX_RECORD:
        raise ValueError(f"longer than {MAX_RECORD} bytes")
    return line.decode()


def _require_text(values: list[str | None]) -> None:
    if problem := unfit(values):
        raise BadRecordText(*problem)
    try:
        "".join(filter(None, values)).encode()
    except UnicodeEncodeError as error:
        raise BadRecordText(
            Rule.UNPARSABLE, "含不成对的代理项，不是文本 | Holds half a surrogate pair, which is not text"
        ) from error


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    return _json(value)


def _json(value: Any) -> str:
    """Compact JSON that keeps every number's own digits."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(str(key))}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")
