"""Columns and types of a raw table against those of rows or a contract; Delta itself would cast silently."""

import pyarrow as pa
from deltalake import DeltaTable


class SchemaMismatch(ValueError):
    """Rows whose columns or types are not exactly the table's; Delta itself would cast them silently."""


def require_schema(name: str, table: DeltaTable, schema: pa.Schema) -> None:
    """Accepts exactly the table's columns and types, in any order.

    Raises:
        SchemaMismatch: Something is more, less or of another type.
    """
    expected = _shape(pa.schema(table.schema().to_arrow()))
    if (given := _shape(schema)) != expected:
        raise SchemaMismatch(f"raw table {name} holds {expected}, the rows have {given}")


def new_fields(name: str, table: DeltaTable, schema: pa.Schema) -> list[pa.Field]:
    """Fields of the schema that the table lacks; Delta tells no case apart."""
    held = pa.schema(table.schema().to_arrow())
    spelt = {field.name.casefold(): field.name for field in held}
    known = pa.schema(field.with_name(spelt.get(field.name.casefold(), field.name)) for field in schema)
    given, expected = _shape(known), _shape(held)
    wrong = {column: kind for column, kind in given.items() if expected.get(column, kind) != kind}
    if wrong:
        raise SchemaMismatch(f"raw table {name} holds {expected}; it cannot take {wrong}")
    return [field for field in known if field.name not in expected]


def _shape(schema: pa.Schema) -> dict[str, str]:
    """Names and types; Arrow has several layouts of the same text, which Delta does not tell apart."""
    aliases = {"large_string": "string", "string_view": "string"}
    return {field.name: aliases.get(str(field.type), str(field.type)) for field in schema}
