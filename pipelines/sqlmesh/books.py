"""The books of core as SQL: which mapped rows each entity took, and which it merged into another row.

mappings of an entity against core.<entity>, by row address -> core.entity_count
Counted from both sides, so that rows_in = rows_out + rows_merged is a finding and no tautology.
"""

from collections.abc import Mapping
from pathlib import Path

from pipelines.sqlmesh.entities import ENTITIES, entity_sources

# Where the rows of an entity lie when the table is not called after it; a party is kept in its crosswalk.
TABLES: Mapping[str, str] = {
    "order": "core.production_order",
    "change": "core.change_request",
    "calibration": "core.equipment_calibration",
    "supplier": "core.supplier_crosswalk",
    "customer": "core.customer_crosswalk",
    "supplier_version": "(SELECT * FROM core.party_version WHERE role_code = 'supplier')",
    "customer_version": "(SELECT * FROM core.party_version WHERE role_code = 'customer')",
    # Lots that only postings know come from no mapping.
    "lot": "(SELECT * FROM core.lot WHERE is_in_master)",
}

# The header of core.entity_count; a model in Python has no place of its own for it.
OWNER = "data_platform"
GRAIN = ("entity_name",)
DESCRIPTION = "Per entity: rows the mappings gave, kept and merged; balanced when in = out + merged."
COLUMNS = {
    "entity_name": ("TEXT", "Entity, as in models/stg/<system>/as_<entity>.sql"),
    "rows_in": ("BIGINT", "Rows all mappings of the entity give"),
    "rows_out": ("BIGINT", "Rows of the entity that come from a mapping"),
    "rows_merged": ("BIGINT", "Mapped rows that share their key with a row the entity kept"),
    "merged_rows": ("TEXT[]", "Addresses of the merged rows: contract:file:record"),
}


def count_query(root: Path) -> str:
    """One row per entity that has a mapping; each mapping is read once, its rows looked up by address."""
    return " UNION ALL ".join(_counted(entity, rows) for entity, rows in _addresses(root).items())


def _counted(entity: str, rows: str) -> str:
    address = "m._source_table || ':' || m._file_sha256 || ':' || m._row::TEXT"
    kept = f"SELECT DISTINCT _source_table, _file_sha256, _row FROM {_table(entity)} AS e"
    return (
        f"SELECT '{entity}' AS entity_name, COUNT(*) AS rows_in,"
        f" (SELECT COUNT(*) FROM {_table(entity)} AS t) AS rows_out,"
        " COUNT(*) FILTER(WHERE c._row IS NULL) AS rows_merged,"
        f" LIST({address} ORDER BY {address}) FILTER(WHERE c._row IS NULL) AS merged_rows"
        f" FROM ({rows}) AS m LEFT JOIN ({kept}) AS c ON c._source_table = m._source_table"
        " AND c._file_sha256 = m._file_sha256 AND c._row = m._row"
    )


def _addresses(root: Path) -> dict[str, str]:
    return {
        entity: " UNION ALL ".join(
            f"SELECT '{source.table}' AS _source_table, _file_sha256, _row FROM {source.model}"
            for source in sources
        )
        for entity, sources in entity_sources(root).items()
        if sources
    }


def _table(entity: str) -> str:
    assert entity in ENTITIES
    return TABLES.get(entity, f"core.{entity}")
