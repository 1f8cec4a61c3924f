"""Reads JSON lines: one object a line, values as the text that came.

UTF-8 stream -> lines -> objects -> the contract's keys as text. Numbers keep their digits (1.0 stays 1.0),
true and false stay words, null and an absent key are NULL, a nested value is compact JSON text. A line that
is no object, repeats a key or brings a key the contract does not name goes to quarantine; the rest loads.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from pipelines.ingest.plain import open_text
from pipelines.ingest.records import (
    BadRecord,
    Chunk,
    FileRejected,
    Parsed,
    bad_record,
    is_damaged,
    text_frame,
)
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

LINES = 50_000


class Number(str):
    """A JSON number, by its digits."""

    __slots__ = ()


class BadObject(ValueError):
    """A line that is JSON but not a record of this contract."""


def read_jsonl(plain: IO[bytes], contract: Contract, scratch: Path) -> Parsed:
    """Opens JSON lines against a contract.

    Raises:
        FileRejected: The encoding does not fit, or there is no record.
    """
    stream, encoding = open_text(plain, contract.encodings, scratch)
    return Parsed(encoding, _chunks(stream, contract))


def _chunks(stream: IO[bytes], contract: Contract) -> Iterator[Chunk]:
    seen = 0
    paths = {c.physical_name: tuple((c.json_path or c.physical_name).split(".")) for c in contract.columns}
    with stream:
        lines = (line for line in stream if not line.isspace())
        while batch := list(islice(lines, LINES)):
            yield _chunk(batch, seen, paths)
            seen += len(batch)
    if not seen:
        raise FileRejected(Rule.EMPTY, "没有数据行 | No records")


def _chunk(lines: list[bytes], seen: int, paths: dict[str, tuple[str, ...]]) -> Chunk:
    decoder = json.JSONDecoder(
        parse_float=Number, parse_int=Number, parse_constant=_no_constant, object_pairs_hook=_object
    )
    known = {path[:depth] for path in paths.values() for depth in range(1, len(path) + 1)}
    columns: dict[str, list[str | None]] = {name: [] for name in paths}
    rows: list[int] = []
    bad: list[BadRecord] = []
    for row_no, line in enumerate(lines, seen + 1):
        try:
            values = _record(decoder, line.decode(), paths, known)
        except BadObject as error:
            bad.append(bad_record(row_no, Rule.HEADER, str(error), line.rstrip(b"\r\n")))
        except (ValueError, RecursionError) as error:
            message = f"不是完整的 JSON 对象：{error} | Not one whole JSON object: {error}"
            bad.append(bad_record(row_no, Rule.UNPARSABLE, message, line.rstrip(b"\r\n")))
        else:
            if any(map(is_damaged, filter(None, values))):
                message = "含 NUL 或替换字符 | Holds NUL or replacement characters"
                bad.append(bad_record(row_no, Rule.REPLACED_TEXT, message, line.rstrip(b"\r\n")))
                continue
            rows.append(row_no)
            for name, value in zip(paths, values, strict=True):
                columns[name].append(value)
    return Chunk(text_frame(columns, rows), tuple(bad))


def _record(
    decoder: json.JSONDecoder, line: str, paths: dict[str, tuple[str, ...]], known: set[tuple[str, ...]]
) -> list[str | None]:
    record = decoder.decode(line)
    if not isinstance(record, dict):
        raise ValueError(f"a {type(record).__name__}")
    unknown = sorted(_unknown(record, known, (), set(paths.values())))
    if unknown:
        names = ", ".join(repr(name) for name in unknown[:5])
        raise BadObject(f"契约没有的键：{names} | Keys the contract does not name: {names}")
    return [_text(_at(record, path)) for path in paths.values()]


def _unknown(
    record: dict[str, Any], known: set[tuple[str, ...]], above: tuple[str, ...], leaves: set[tuple[str, ...]]
) -> Iterator[str]:
    for key, value in record.items():
        path = (*above, key)
        if path not in known:
            yield ".".join(path)
        elif isinstance(value, dict) and path not in leaves:
            yield from _unknown(value, known, path, leaves)


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
