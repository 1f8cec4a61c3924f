"""Reads repeated elements of an XML document as records, a bounded part of the tree at a time.

stream -> GrowingTree (no entities, no network, no recovery) -> record elements by local names -> XPath per
column. Names are matched without their namespace. A column may look above its record with `..`: the record
then waits until that ancestor ends. A missing node is NULL, several nodes of one column are a JSON array of
their texts. A document that breaks off gives the records before the break; the rest is one quarantined record
with its position.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from lxml import etree

from pipelines.ingest.drift import DriftLog
from pipelines.ingest.readers.xml_mend import MendedXml
from pipelines.ingest.readers.xml_shape import DriftedRecord, RecordShape
from pipelines.ingest.readers.xml_tags import BoundedTags
from pipelines.ingest.readers.xml_tree import GrowingTree, local_name
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

RECORDS = 20_000
REST = 60_000
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

Record = list[str | None]


def read_xml(plain: IO[bytes], contract: Contract) -> Parsed:
    """Opens an XML document against its contract; a document without such records is loaded as empty.

    Raises:
        FileRejected: Not XML, or a document type that could bring entities.
    """
    head = plain.read(1024).removeprefix(b"\xef\xbb\xbf")
    plain.seek(0)
    if not head.strip():
        raise FileRejected(Rule.EMPTY, "文件无内容 | The file holds nothing")
    declared = DECLARED.match(head)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    notes: list[str] = []
    mended = MendedXml(plain) if contract.mend and encoding == "utf-8" else None
    walk = _Walk(contract, mended)
    return Parsed(encoding, _chunks(plain, walk, notes), notes=notes, drifts=walk.drifts)


def _chunks(plain: IO[bytes], walk: "_Walk", notes: list[str]) -> Iterator[Chunk]:
    names = [column.physical_name for column in walk.contract.columns]
    with plain:
        records = walk.records(plain)
        while batch := list(islice(records, RECORDS)):
            good = [(row, values) for row, values, _ in batch if values is not None]
            columns = {name: [values[i] for _, values in good] for i, name in enumerate(names)}
            columns |= {name: [texts.get(row) for row, _ in good] for name, texts in walk.new.items()}
            walk.new.clear()
            bad = tuple(problem for _, _, problem in batch if problem)
            yield Chunk(text_frame(columns, [row for row, _ in good]), bad)
    notes += walk.mended.notes() if walk.mended else []


@dataclass
class _Walk:
    """The records of a document, and those that wait for an ancestor to end."""

    contract: Contract
    mended: MendedXml | None = None
    waiting: list[etree._Element] = field(default_factory=list)
    open_scopes: int = 0
    seen: int = 0
    drifts: DriftLog = field(default_factory=DriftLog)
    new: dict[str, dict[int, str | None]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        self.shape = RecordShape(self.contract, self.drifts)
        self.steps = (self.contract.record_path or "").strip("/").split("/")
        xpaths = [column.xpath or column.physical_name for column in self.contract.columns]
        climb = max(_climb(xpath) for xpath in xpaths)
        if climb >= len(self.steps):
            raise ValueError(
                f"contract {self.contract.id}: xpath climbs {climb} levels; name that ancestor in recordPath"
            )
        self.scope = self.steps[: len(self.steps) - climb]
        # Where control characters are mended, what to do about them is typing's to say.
        self.accepts_controls = self.contract.framing.accepts_controls or self.contract.mend
        self.getters = [etree.XPath(xpath) for xpath in xpaths]

    def records(self, plain: IO[bytes]) -> Iterator[tuple[int, Record | None, BadRecord | None]]:
        """Record number with its values or its problem, in document order."""
        tags = BoundedTags(self.mended or plain)
        tree = GrowingTree(tags, {self.scope[-1], self.steps[-1]})
        try:
            for event, element in tree:
                if event == "end":
                    tags.record_ended()
                    yield from self._end(element)
                elif _is_at(element, self.scope):
                    self.open_scopes += 1
                    tree.kept = tree.kept if self.open_scopes > 1 else element
                if not self.open_scopes:
                    tree.kept = None
        except etree.XMLSyntaxError as error:
            yield self._rest(plain, error)

    def _end(self, element: etree._Element) -> Iterator[tuple[int, Record | None, BadRecord | None]]:
        if _is_at(element, self.steps):
            self.waiting.append(element)
        if not _is_at(element, self.scope):
            return
        self.open_scopes -= 1
        if self.open_scopes:
            return
        for inner in element.iter():
            inner.tag = local_name(inner)
        for record in self.waiting:
            yield self._take(record)
        self.waiting.clear()
        element.clear()

    def _take(self, record: etree._Element) -> tuple[int, Record | None, BadRecord | None]:
        self.seen += 1
        values = [self._restored(_text(getter(record))) for getter in self.getters]
        if any(map(is_lossy, filter(None, values))):
            raise lossy_text(self.seen, self.seen)
        problem = unfit(values)
        if problem and not (self.accepts_controls and problem[0] is Rule.CONTROLS):
            raw = self._restored(etree.tostring(record, encoding="unicode", with_tail=False)) or ""
            return self.seen, None, bad_record(self.seen, *problem, raw)
        try:
            for name, text in self.shape.new(record).items():
                self.new[name][self.seen] = self._restored(text)
        except DriftedRecord as error:
            raw = self._restored(etree.tostring(record, encoding="unicode", with_tail=False)) or ""
            return self.seen, None, bad_record(self.seen, error.rule, str(error), raw)
        return self.seen, values, None

    def _restored(self, text: str | None) -> str | None:
        return self.mended.restored(text) if text and self.mended else text

    def _rest(self, plain: IO[bytes], error: etree.XMLSyntaxError) -> tuple[int, None, BadRecord]:
        if not self.seen:
            raise FileRejected(Rule.UNREADABLE, f"不是 XML：{error.msg} | Not XML: {error.msg}") from error
        line, column = error.position
        message = (
            f"文档在第 {line} 行第 {column} 列中断，其后均未读取：{error.msg} | "
            f"The document breaks at line {line}, column {column}; nothing after it was read: {error.msg}"
        )
        self.seen += 1
        raw = _text_from(plain, line, column)
        return self.seen, None, bad_record(self.seen, Rule.UNPARSABLE, message, raw)


def _climb(xpath: str) -> int:
    """How many levels above its record a column looks."""
    levels = xpath.split("/")
    climb = next((i for i, step in enumerate(levels) if step != ".."), len(levels))
    if ".." in levels[climb:] or "ancestor" in xpath:
        raise ValueError(f"xpath {xpath}: only leading .. steps may look above the record")
    return climb


def _text(found: Any) -> str | None:
    """Text of an XPath result; a string function's empty result means the node is not there."""
    if not isinstance(found, list):
        return str(found)
    texts = [node if isinstance(node, str) else "".join(node.itertext()) for node in found]
    if len(texts) > 1:
        return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    return str(texts[0]) if texts else None


def _is_at(element: etree._Element | None, steps: list[str]) -> bool:
    """Whether the names from an element upward are the last steps of its path."""
    for step in reversed(steps):
        if element is None or local_name(element) != step:
            return False
        element = element.getparent()
    return True


def _text_from(plain: IO[bytes], line: int, column: int) -> bytes:
    """The source from the line of the break on, bounded; in one long line, from shortly before the break."""
    plain.seek(0)
    for _ in range(line - 1):
        plain.readline()
    if column > REST:
        plain.seek(column - REST // 2, 1)
    return plain.read(REST)
