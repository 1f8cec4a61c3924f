"""The header check every reader with named columns shares: the contract's names, each once, in any order.

names in a file + contract -> check_header() -> Header, whose names are the raw table's, or FileRejected.
What differs is decided by the contract (quality_rules/contract_drift.py): refuse, quarantine, accept.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipelines.ingest.drift import Drift, DriftLog, drifts, in_words, strictest
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

# Quarantine is worked by people, and held in memory on its way there.
KEPT_OUT_LIMIT = 100_000
PROVENANCE = re.compile(r"_(file_sha256|row|load_id|contract_version|extracted_on|loaded_at)", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """A header that the contract takes.

    Attributes:
        names: The file's columns in its order, called as in the raw table.
        taken: The contract's columns, then the new ones it accepts: what the reader gives.
        kept_out: Why every record goes to quarantine (Chinese | English), "" when they are loaded.
        rule: The rule it goes there by.
        drifts: What differs from the contract.
    """

    names: list[str]
    taken: list[str]
    kept_out: str = ""
    rule: Rule = Rule.DRIFT
    drifts: DriftLog = field(default_factory=DriftLog)


def check_header(found: Sequence[str], contract: Contract, count: Callable[[], int]) -> Header:
    """Takes the contract's names in any order, and others as the contract decides.

    Args:
        found: Names in the file.
        contract: What it must hold, and what drift decides.
        count: Counts the file's records; asked only when they cannot be loaded.

    Raises:
        FileRejected: DQ-FIL-003, naming what is missing, unknown, renamed or given twice.
    """
    expected = [column.physical_name for column in contract.columns]
    differing = drifts(found, expected, contract.drift)
    # A file that shares no column is another file: a page, another table. That is no drift.
    if not set(expected) & set(found):
        raise FileRejected(Rule.HEADER, _reason(differing), count())
    verdict, log = strictest(differing), DriftLog(dict.fromkeys(differing, 0))
    if verdict == "refuse":
        raise FileRejected(Rule.HEADER, _reason(differing), count(), log)
    if verdict == "quarantine":
        if (records := count()) > KEPT_OUT_LIMIT:
            raise FileRejected(Rule.HEADER, _too_many(differing), records, log)
        return Header(list(found), expected, _reason(differing), drifts=log)
    names = raw_names(found, expected)
    return Header(names, list(dict.fromkeys([*expected, *names])), drifts=log)


def raw_names(found: Sequence[str], expected: Sequence[str]) -> list[str]:
    """Names as columns of the raw table: a new one keeps its own unless that is empty or ours already."""
    ours = set(expected)
    return [name if name in ours else raw_name(name, at) for at, name in enumerate(found, 1)]


def raw_name(name: str, position: int) -> str:
    """Name of a new column in the raw table; position counts from 1 and names a column without a name."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name).strip()
    if not printable:
        return f"column_{position}"
    return f"{printable}__source" if PROVENANCE.fullmatch(printable) else printable


def _reason(differing: tuple[Drift, ...]) -> str:
    zh, _, en = in_words(differing).partition(" | ")
    return f"表头与契约不符：{zh} | Header differs from the contract: {en}"


def _too_many(differing: tuple[Drift, ...]) -> str:
    zh, _, en = _reason(differing).partition(" | ")
    return (
        f"{zh}；超过 {KEPT_OUT_LIMIT} 条记录，不进隔离区，整份拒收 | "
        f"{en}; more than {KEPT_OUT_LIMIT} records are refused, not quarantined"
    )
