"""How sensitive a column is: by its contract, or by the policy over what the release says it is made of."""

from __future__ import annotations

from dashboards.release import OpenRelease
from lakehouse.access import load_policy
from lineage.catalogue import ColumnEntry


def sensitivity_of(opened: OpenRelease, column: ColumnEntry) -> str:
    """Return a column's sensitivity; '' when neither a contract nor the release says it."""
    if column.sensitivity:
        return column.sensitivity
    sources = opened.release.manifest.get("sensitivity", {}).get(column.table, {}).get(column.name)
    if sources is None:
        return ""
    return load_policy().sensitivity(f"{column.table}.{column.name}", sources).value
