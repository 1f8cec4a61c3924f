"""A party: one supplier or customer as one system keeps it, before anybody knows who is the same.

Mappings of the sources → PARTY_SCHEMA → prepare → match → partition.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

PARTY_SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "record_id": pl.String(),  # '<system>:<code>', unique within a role
        "role_code": pl.String(),  # supplier or customer: the two are never compared with each other
        "name": pl.String(),
        "uscc": pl.String(),  # as written; may be wrong, short, of an agent
        "tax_id": pl.String(),  # as written
        "country_code": pl.String(),  # ISO 3166-1 alpha-2; null where the system keeps none
        "city_name": pl.String(),
        "address": pl.String(),
        "phone": pl.String(),
        "source_rank": pl.Int64(),  # 1 is the source trusted most; matching does not look at it
    }
)


class NotParties(ValueError):
    """The frame is not one of parties: a column or a key is missing, or two records have one id."""


def check_parties(parties: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of PARTY_SCHEMA in its order.

    Raises:
        NotParties: A column is missing, an id or a role is null, or an id stands twice.
    """
    if missing := sorted(PARTY_SCHEMA.keys() - set(parties.columns)):
        raise NotParties(f"缺少列 | columns missing: {', '.join(missing)}")
    known = parties.select(pl.col(name).cast(kind) for name, kind in PARTY_SCHEMA.items())
    if known["record_id"].null_count() or known["role_code"].null_count():
        raise NotParties("record_id 与 role_code 必填 | record_id and role_code are required in every row")
    if (
        twice := known.filter(pl.col("record_id").is_duplicated())["record_id"]
        .unique()
        .sort()
        .head(5)
        .to_list()
    ):
        raise NotParties(f"record_id 重复 | the same record_id more than once: {', '.join(twice)}")
    return known
