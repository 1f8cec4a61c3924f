"""Why a record of delimited text cannot be taken, found for all records of a block at once.

records cut from a block -> one number per record, 0 for a good one -> rule and words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.ingest.readers.csv_bytes import Dialect, Positions, blanks, controls, lossy
from pipelines.ingest.records import CONTROLS_FOUND, NOTHING_HELD
from pipelines.ingest.rules import Rule

# In place of a field count: the record's quotes are broken.
BROKEN = -1
# The graver reason comes later in this order and wins.
GOOD, BEHIND_END, BLANK, CONTROLS, NUL, COUNT, UNPARSABLE, LOSSY = range(8)


@dataclass(frozen=True)
class Records:
    """Where the records of a block start and end, and how many fields each has."""

    starts: Positions
    ends: Positions
    fields: Positions


def reasons_of(
    block: bytes, dialect: Dialect, records: Records, stray: Sequence[Positions], ended: bool
) -> tuple[Positions, bool]:
    """A reason per record, and whether the table ended: a record without content ends it."""
    reasons = np.zeros(len(records.ends), np.int64)

    def mark(places: Positions, reason: int) -> None:
        reasons[np.searchsorted(records.ends, places)] = reason

    blank = blanks(block, records.starts, records.ends, dialect)
    if ended or blank.size:
        reasons[0 if ended else blank.min() :] = BEHIND_END
    reasons[blank] = BLANK
    mark(controls(block), CONTROLS)
    mark(np.flatnonzero(np.frombuffer(block, np.uint8) == 0), NUL)
    reasons[records.fields != dialect.fields] = COUNT
    for places in stray:
        mark(places, UNPARSABLE)
    reasons[records.fields == BROKEN] = UNPARSABLE
    mark(lossy(block), LOSSY)
    return reasons, ended or bool(blank.size)


def words_of(reason: int, fields: int, dialect: Dialect) -> tuple[Rule, str]:
    """The rule a reason breaks, and what to say: Chinese | English."""
    want = dialect.fields
    return {
        BEHIND_END: (
            Rule.BEHIND_END,
            "在空记录之后，或属另一张表 | Stands behind a record without content, perhaps of another table",
        ),
        BLANK: (Rule.BLANK, NOTHING_HELD),
        CONTROLS: (Rule.CONTROLS, CONTROLS_FOUND),
        NUL: (Rule.NUL, "含 NUL 字节 | Holds a NUL byte"),
        COUNT: (
            Rule.FIELD_COUNT,
            f"应有 {want} 个字段，实有 {fields} 个 | {fields} fields instead of {want}",
        ),
        UNPARSABLE: (Rule.UNPARSABLE, "引号或行尾错误 | Broken quote or stray line end"),
        LOSSY: (Rule.LOSSY_TEXT, "含替换字符 | Holds replacement characters"),
    }[reason]
