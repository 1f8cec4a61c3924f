"""Decisions of people in the typing: which record stays out though it types, which passes though it does not.

typed.verdict -> joined to the raw rows of a table that has any -> _outcome, _accepted, _is_correction, ...
A table nobody has decided on is typed without a word of this.
"""

from pipelines.sqlmesh.typed.repairs import literal
from pipelines.sqlmesh.typed.rules import NOT_ACCEPTABLE

VERDICT_COLUMNS = ("_outcome", "_accepted", "_is_correction", "_pointer")
# The finding of a cell says what became of its record.
CELL_ACTION = "COALESCE(_outcome, 'quarantined')"
IS_OUT = "_is_bad OR NOT _outcome IS NULL"
STIRS = ("NOT _outcome IS NULL", "NOT _accepted IS NULL", "_is_correction")


def with_verdicts(contract_id: str, columns: list[str]) -> str:
    """The raw rows of a table, each with what people decided on it."""
    verdicts = (
        "SELECT file_sha256 AS _of_file, row_no AS _of_row,"
        " MAX(outcome) FILTER(WHERE outcome IN ('fixed', 'rejected')) AS _outcome,"
        " LIST(rule_id ORDER BY rule_id) FILTER(WHERE outcome = 'accepted') AS _accepted,"
        " BOOL_OR(outcome = 'corrected') AS _is_correction,"
        " MAX(CASE WHEN outcome IN ('fixed', 'corrected') THEN pointer END) AS _pointer"
        f" FROM typed.verdict WHERE source_table = {literal(contract_id)} GROUP BY file_sha256, row_no"
    )
    return (
        f"SELECT {', '.join([*columns, *VERDICT_COLUMNS])} FROM raw.{contract_id} AS r"
        f" LEFT JOIN ({verdicts}) AS v ON v._of_file = r._file_sha256 AND v._of_row = r._row"
    )


def is_accepted(rule: str) -> str:
    """SQL test that the rule is waived for this record."""
    return f"COALESCE(LIST_CONTAINS(_accepted, {literal(rule)}), FALSE)"


def unless_accepted(test: str, rule: str) -> str:
    """A check that does not speak where it is waived; rules without which there is no value always speak."""
    return test if rule in NOT_ACCEPTABLE else f"({test}) AND NOT {is_accepted(rule)}"


def record_findings() -> list[str]:
    """Findings on the record as a whole: fixed, rejected, or somebody's correction."""
    return [
        _element("_outcome = 'fixed'", "DQ-QUA-001|fixed|", "NULL", "_pointer"),
        _element("_outcome = 'rejected'", "DQ-QUA-002|rejected|", "NULL", "NULL"),
        _element("_is_correction", "DQ-QUA-003|corrected|", "_pointer", "NULL"),
    ]


def _element(test: str, key: str, before: str, after: str) -> str:
    return f"CASE WHEN {test} THEN {{'k': {literal(key)}, 'b': {before}, 'a': {after}}} END"
