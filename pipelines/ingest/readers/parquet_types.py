"""Types of a Parquet file against the contract's: a code that comes as a number has lost its zeros already.

Arrow schema + contract -> check_types() -> the header, with what was retyped, or FileRejected.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pyarrow as pa

from pipelines.ingest.drift import Drift, in_words
from pipelines.ingest.readers.header import KEPT_OUT_LIMIT, Header
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract


def _is_text(kind: pa.DataType) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    return any(test(kind) for test in tests)


def _holds_string(kind: pa.DataType) -> bool:
    """A whole number or a double has dropped leading zeros, a decimal and a time are as they were."""
    return not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _holds_integer(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_integer(kind)


def _holds_number(kind: pa.DataType) -> bool:
    return _holds_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind)


def _holds_date(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_date(kind) or pa.types.is_timestamp(kind)


def _holds_timestamp(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_timestamp(kind)


def _holds_boolean(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind)


HOLDS: Mapping[str, Callable[[pa.DataType], bool]] = {
    "string": _holds_string,
    "integer": _holds_integer,
    "number": _holds_number,
    "date": _holds_date,
    "timestamp": _holds_timestamp,
    "boolean": _holds_boolean,
}


def check_types(schema: pa.Schema, contract: Contract, header: Header, records: int) -> Header:
    """Takes columns whose type can hold what the contract says.

    Raises:
        FileRejected: DQ-FIL-021, when the contract refuses what is retyped.
    """
    retyped = [
        Drift("retyped", column.physical_name, str(field.type), contract.drift.retyped)
        for column in contract.columns
        for field in schema
        if field.name == column.physical_name and not HOLDS[column.logical_type](field.type)
    ]
    if not retyped:
        return header
    for drift in retyped:
        header.drifts.add(drift, 0)
    zh, _, en = in_words(retyped).partition(" | ")
    reason = f"列类型与契约不符：{zh} | Column types differ from the contract: {en}"
    if contract.drift.retyped == "refuse" or records > KEPT_OUT_LIMIT:
        raise FileRejected(Rule.RETYPED, reason, records, header.drifts)
    return replace(header, kept_out=reason, rule=Rule.RETYPED)
