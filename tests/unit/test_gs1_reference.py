"""UDI codec against the test vectors of GS1's own Syntax Engine and linters; read in place.

What concerns our identifiers must agree. What is left out is counted with its reason; the table is printed by
pytest tests/unit/test_gs1_reference.py -s
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from master_data.udi import digital_link, parse
from master_data.udi.gs1_ai import CHARACTERS, ai_at, ai_table
from master_data.udi.gs1_check import check_elements
from master_data.udi.gs1_lint import LINTS
from master_data.udi.gs1_message import Message, split_bracketed, split_element_string
from master_data.udi.issue import Issue

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "gs1_syntax" / "vectors"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the shared GS1 vectors are not here")
GS = "\x1d"
Row = dict[str, str]
PAIRING = re.compile(r"AI[0-9]+_(REQUIRES|EXCLUDES)_.*|PI_WITHOUT_DI|POSSIBLE_MISSING_FNC1")
LINTERS = {
    "csum": "mod10", "csumalpha": "gmn", "yymmd0": "date0", "yymmdd": "date", "hhmi": "hhmi", "hh": "hour",
    "mi": "minute", "ss": "minute", "pieceoftotal": "pieces", "iso3166": "country",
    "iso3166alpha2": "country2", "latitude": "latitude", "longitude": "longitude", "zero": "zero",
    "nozeroprefix": "nozeroprefix", "hasnondigit": "nondigit", "importeridx": "index", "pcenc": "percent",
    "yesno": "yesno", "hyphen": "hyphen",
    "cset82": "X", "cset39": "Y", "csetnumeric": "N",
}  # fmt: skip


def rows(name: str) -> list[Row]:
    """The vectors of one file."""
    with (VECTORS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def errors(message: Message) -> list[Issue]:
    """What we refuse in a message but pairings, which the engine judges in a later, optional step."""
    checked = check_elements(message.elements, current_year=2026)
    content = [issue for issue in checked if not PAIRING.fullmatch(issue.code)]
    return [issue for issue in (*message.issues, *content) if issue.severity == "error"]


def judged(name: str) -> Iterator[tuple[str, bool | None, Row]]:
    """Each vector with whether we agree; None with the reason when it is not ours to judge."""
    judge = {
        "linter_vectors": linter, "test_parseAIdata": bracketed, "test_processAIdata": element_string,
        "test_parseDLuri": link, "test_testGenerateDLuri": written_link, "test_testProcessScanData": scan,
        "test_testGenerateScanData": drawn, "test_validateAIs": pairing,
    }[name]  # fmt: skip
    for row in rows(name):
        reason, agrees = judge(row)
        yield reason, agrees, row


Judged = tuple[str, bool | None]


def linter(row: Row) -> Judged:
    name, data = row["linter"], row["data"] or ""
    if name.startswith("gcppos"):
        return "company prefixes need a data source of GS1", None
    if name not in LINTERS:
        return f"linter {name}: no identifier of ours uses it", None
    if name == "csumalpha" and len(data) > 25 and row["expect"] == "PASS":
        return "longer than any field that has this check", None
    kind = LINTERS[name]
    if kind in CHARACTERS:
        found = all(character in CHARACTERS[kind] for character in data)
    else:
        found = LINTS[kind](data, 0, current_year=2026) is None
    return "", found == (row["expect"] == "PASS")


def unknown(text: str) -> str | None:
    """The first identifier of a bracketed text that is not ours."""
    return next((ai for ai in re.findall(r"\(([0-9]{2,4})\)", text) if ai not in ai_table()), None)


def bracketed(row: Row) -> Judged:
    text = row["bracketed_ai"]
    if text in ("inbuf", ""):
        return "a variable of the engine's source", None
    if "\\" in text:
        return "an escape of the engine, no part of the standard", None
    if unknown(text):
        return f"identifier ({unknown(text)}) is not ours", None
    return "", (not errors(split_bracketed(text))) == (row["valid"] == "true")


def element_string(row: Row) -> Judged:
    text = row["data"]
    if text == "buf":
        return "a variable of the engine's source", None
    if not text.startswith("^"):
        return "no FNC1: the engine asks for it, a scanner may leave it out", None
    first = text[1:].replace("^", GS)
    if row["valid"] == "true" and first and ai_at(first, 0) is None:
        return f"identifier {text[1:5]} is not ours", None
    if text[1:5] in ("8001", "8111", "7007"):
        return f"identifier {text[1:5]} is not ours", None
    return "", (not errors(split_element_string(first))) == (row["valid"] == "true")


@cache
def contradicted() -> frozenset[str]:
    """Links that the engine takes or refuses as an option is set."""
    verdicts = defaultdict(set)
    for row in rows("test_parseDLuri"):
        verdicts[row["dl_uri"]].add(row["valid"])
    return frozenset(uri for uri, seen in verdicts.items() if len(seen) > 1)


def link(row: Row) -> Judged:
    uri = row["dl_uri"]
    keys = re.findall(r"[?&]([0-9]+)=", uri)
    strange = next((ai for ai in keys if len(ai) == 4 and ai not in ai_table()), None)
    if uri in contradicted():
        return "an option of the engine decides", None
    if re.search(r"/(gtin|sscc|ser)/", uri):
        return "names instead of numbers: withdrawn from the standard", None
    if strange:
        return f"identifier ({strange}) is not ours", None
    message = digital_link.split(uri) if digital_link.is_link(uri) else None
    refused = message is None or bool(errors(message))
    if refused or row["valid"] == "false":
        return "", refused == (row["valid"] == "false")
    assert message is not None
    wanted = split_element_string(row["ai_element_string"][1:].replace("^", GS)).elements
    ours = [(element.ai, element.value) for element in message.elements]
    return "", ours == [(element.ai, element.value) for element in wanted]


def written_link(row: Row) -> Judged:
    if unknown(row["ai"]):
        return f"identifier ({unknown(row['ai'])}) is not ours", None
    values = {element.ai: element.value for element in split_bracketed(row["ai"]).elements}
    stem = {} if row["stem"] == "NULL" else {"stem": row["stem"]}
    try:
        ours = digital_link.write(values, **stem)
    except KeyError:
        ours = ""
    return "", ours == (row["dl"] or "")


def scan(row: Row) -> Judged:
    data = row["scandata"]
    if not re.match(r"\](C1|d2|Q3|e0|J1|E0|E4).", data):
        return "not a symbol that carries GS1 data", None
    if "|" in data:
        return "two symbols in one message: a composite", None
    udi = parse(data, current_year=2026)
    wrong = [i for i in udi.issues if i.severity == "error" and not PAIRING.fullmatch(i.code)]
    return "", (not wrong) == (row["valid"] == "true")


def drawn(row: Row) -> Judged:
    return f"{row['symbology']}: symbols are not drawn here", None


def pairing(row: Row) -> Judged:
    if row["fn"] == "validateDigSigRequiresSerialisedKey":
        return "digital signatures are not ours", None
    if unknown(row["data"]):
        return f"identifier ({unknown(row['data'])}) is not ours", None
    found = check_elements(split_bracketed(row["data"]).elements, current_year=2026)
    told = [i for i in found if PAIRING.fullmatch(i.code) and not i.code.startswith("POSSIBLE")]
    kind = {"validateAImutex": "EXCLUDES", "validateAIrequisites": "REQUIRES|PI_"}.get(row["fn"])
    # A pair is judged over all symbols of an item: that one is missing in this one may only warn.
    told = [issue for issue in told if kind and re.search(kind, issue.code)]
    if row["fn"] == "validateAIrepeats":
        told = [issue for issue in found if issue.code == "DUPLICATE_AI" and issue.severity == "error"]
    return "", (not told) == (row["valid"] == "true")


FILES = (
    "linter_vectors", "test_parseAIdata", "test_processAIdata", "test_parseDLuri", "test_testGenerateDLuri",
    "test_testProcessScanData", "test_testGenerateScanData", "test_validateAIs",
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_verdicts_agree_with_gs1(name: str) -> None:
    """Prevents a verdict that differs from the reference implementation's, and vectors left out unseen."""
    found = list(judged(name))
    concerned = [(agrees, row) for _, agrees, row in found if agrees is not None]
    reasons = Counter(re.sub(r"\b[0-9]{4}\b", "n", reason) for reason, agrees, _ in found if agrees is None)
    print(
        f"\n{name}: {len(found)} vectors, {len(concerned)} concern us, {sum(a for a, _ in concerned)} agreed"
    )
    for reason, count in reasons.most_common():
        print(f"    {count:5} left out: {reason}")
    assert [row for agrees, row in concerned if not agrees] == []
    assert concerned or name == "test_testGenerateScanData"
