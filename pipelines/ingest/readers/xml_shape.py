"""Names an XML record may have: those its contract takes, and those it knows and ignores.

record element -> RecordShape.new() -> texts of new names that the contract accepts, or DriftedRecord.
A contract without `ignored` is open: it takes what it names; the rest is told as drift, kept in the original.
"""

import json
import re
from collections import defaultdict

from lxml import etree

from pipelines.ingest.drift import Drift, DriftLog, drifts, in_words, strictest
from pipelines.ingest.readers.header import raw_name
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

NAME = re.compile(r"@?[^\W\d][\w.-]*")
WHOLE_RECORD = re.compile(r"[.*]|\.//.*|text\(\)")


class DriftedRecord(Exception):
    """A record with names that its contract does not accept; the message is Chinese | English."""

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class RecordShape:
    """Elements and attributes (`@name`) directly at the record, held against the contract."""

    def __init__(self, contract: Contract, log: DriftLog) -> None:
        xpaths = [column.xpath or column.physical_name for column in contract.columns]
        self.named = sorted({name for xpath in xpaths for name in NAME.findall(xpath)})
        self.known = {*self.named, *contract.ignored}
        self.is_open = not contract.ignored
        self.takes_all = any(WHOLE_RECORD.fullmatch(xpath) for xpath in xpaths)
        self.policy = contract.drift
        self.log = log
        self.judged: dict[frozenset[str], tuple[Drift, ...]] = {}

    def new(self, record: etree._Element) -> dict[str, str]:
        """Texts of the names the contract does not know, by their names in the raw table.

        Raises:
            DriftedRecord: The contract does not accept them.
        """
        unknown = _names(record) - self.known
        if not unknown or self.takes_all:
            return {}
        differing = self._judge(frozenset(unknown))
        for drift in differing:
            self.log.add(drift)
        verdict = strictest(differing)
        if verdict == "accept":
            return {}
        if verdict != "accept-new-column":
            zh, _, en = in_words(differing).partition(" | ")
            message = f"元素与契约不符：{zh} | Elements differ from the contract: {en}"
            raise DriftedRecord(Rule.DRIFT if verdict == "quarantine" else Rule.HEADER, message)
        return _texts(record, unknown)

    def _judge(self, unknown: frozenset[str]) -> tuple[Drift, ...]:
        if unknown not in self.judged:
            told = (Drift("new", "", name, "accept") for name in sorted(unknown))
            decided = drifts(sorted(unknown), self.named, self.policy)
            found = told if self.is_open else (drift for drift in decided if drift.found in unknown)
            self.judged[unknown] = tuple(found)
        return self.judged[unknown]


def _names(record: etree._Element) -> set[str]:
    attributes = {f"@{etree.QName(name).localname}" for name in record.attrib}
    return {etree.QName(child).localname for child in record} | attributes


def _texts(record: etree._Element, names: set[str]) -> dict[str, str]:
    """A leaf's text, an element with children as XML, several of one name as a JSON array."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in record.attrib.items():
        found[f"@{etree.QName(name).localname}"].append(str(value))
    for child in record:
        whole = len(child) > 0
        text = etree.tostring(child, encoding="unicode", with_tail=False) if whole else child.text or ""
        found[etree.QName(child).localname].append(text)
    return {
        raw_name(name, 0): texts[0] if len(texts) == 1 else json.dumps(texts, ensure_ascii=False)
        for name, texts in found.items()
        if name in names
    }
