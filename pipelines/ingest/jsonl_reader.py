"""Reads JSON lines: one object a line, values as the text that came.

UTF-8 stream -> lines -> objects -> the contract's keys as text. Numbers keep their digits (1.0 stays 1.0),
true and false stay words, null and an absent key are NULL, a nested value is compact JSON text. A line that
is no object, repeats a key or brings a key the contract does not name goes to quarantine; the rest loads.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from pipelines.ingest.csv_bytes import MARKS
from pipelines.ingest.csv_gate import MAX_RECORD
from pipelines.ingest.kind import require_no_hole
from pipelines.ingest.plain import open_text
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
    return Parsed(encoding, _chunks(stream, contract))


def _chunks(stream: IO[bytes], contract: Contract) -> Iterator[Chunk]:
    seen, shape = 0, _Shape(contract)
    with stream:
        for batch in _batches(stream):
            yield _chunk(batch, seen, shape)
            seen += len(batch)
    if not seen and not contract.framing.accepts_no_records:
        raise FileRejected(Rule.EMPTY, "没有数据行 | No records")


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
    for row_no, line in enumerate(lines, seen + 1):
        require_no_hole(line, row_no)
        if any(mark in line for mark in MARKS):
            raise lossy_text(row_no, row_no)
        try:
            values = shape.record(_bounded(line))
            if any(map(is_lossy, filter(None, values))):
                raise lossy_text(row_no, row_no)
            records.append(values)
            rows.append(row_no)
        except BadRecordText as error:
            bad.append(bad_record(row_no, error.rule, str(error), line.rstrip(b"\r\n")))
        except (ValueError, RecursionError) as error:
            message = f"不是完整的 JSON 对象：{error} | Not one whole JSON object: {error}"
            bad.append(bad_record(row_no, Rule.UNPARSABLE, message, line.rstrip(b"\r\n")))
    columns = zip(*records, strict=True) if records else ([] for _ in shape.paths)
    names = (name for name in shape.paths)
    return Chunk(text_frame(dict(zip(names, map(list, columns), strict=True)), rows), tuple(bad))


class _Shape:
    """Where a contract's columns stand in an object."""

    def __init__(self, contract: Contract) -> None:
        self.paths = {
            c.physical_name: tuple((c.json_path or c.physical_name).split(".")) for c in contract.columns
        }
        self.leaves = set(self.paths.values())
        self.known = {path[:depth] for path in self.leaves for depth in range(1, len(path) + 1)}
        self.flat = [path[0] for path in self.paths.values()]
        self.top = set(self.flat)
        self.is_flat = all(len(path) == 1 for path in self.leaves)
        self.decoder = json.JSONDecoder(
            parse_float=Number, parse_int=Number, parse_constant=_no_constant, object_pairs_hook=_object
        )

    def record(self, line: str) -> list[str | None]:
        """The columns' texts, in the contract's order.

        Raises:
            BadRecordText: A key the contract does not name, or damaged text.
            ValueError: No JSON object.
        """
        found = self.decoder.decode(line)
        if not isinstance(found, dict):
            raise ValueError(f"a {type(found).__name__}")
        self._require_known(found)
        if self.is_flat:
            values = [_text(found.get(key)) for key in self.flat]
        else:
            values = [_text(_at(found, path)) for path in self.paths.values()]
        if "\\" in line or not line.isascii():
            _require_text(values)
        return values

    def _require_known(self, found: dict[str, Any]) -> None:
        if self.is_flat and found.keys() <= self.top:
            return
        unknown = sorted(self._unknown(found, ()))
        if unknown:
            names = ", ".join(repr(name) for name in unknown[:5])
            raise BadRecordText(
                Rule.HEADER, f"契约没有的键：{names} | Keys the contract does not name: {names}"
            )

    def _unknown(self, found: dict[str, Any], above: tuple[str, ...]) -> Iterator[str]:
        for key, value in found.items():
            path = (*above, key)
            if path not in self.known:
                yield ".".join(path)
            elif path not in self.leaves and value is not None:
                # A value where the contract looks for an object would be lost without a word.
                yield from self._unknown(value, path) if isinstance(value, dict) else (".".join(path),)


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
