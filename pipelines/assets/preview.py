"""Facts of a table as Dagster shows them: its row count in the catalogue, a few rows as a table, bad keys."""

from collections.abc import Sequence

import dagster as dg

from pipelines.table_facts import TableFacts

ShownMetadata = dict[str, dg.MetadataValue | int | float | str]


def shown_facts(facts: TableFacts | None) -> ShownMetadata:
    """Metadata of one table; a table without a column for everybody has no preview."""
    if facts is None:
        return {}
    counted: ShownMetadata = {"dagster/row_count": facts.rows}
    if facts.columns:
        records = [dg.TableRecord(dict(zip(facts.columns, row, strict=True))) for row in facts.preview]
        schema = dg.TableSchema([dg.TableColumn(column) for column in facts.columns])
        counted["preview"] = dg.MetadataValue.table(records, schema=schema)
    return counted


def shown_keys(keys: Sequence[str]) -> dg.MetadataValue:
    """Keys of failed rows as a list."""
    return (
        dg.MetadataValue.md("\n".join(f"- `{key}`" for key in keys))
        if keys
        else dg.MetadataValue.text("none")
    )
