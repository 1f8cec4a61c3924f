"""Parties of the simulated device maker with the company that each record truly belongs to."""

from __future__ import annotations

import polars as pl

from simulator.defects.party_codes import slipped
from simulator.world.parties import build_parties


def simulated_parties(seed: int, scale: float) -> pl.DataFrame:
    """Return the records of both plants as their mappings give them, codes spoilt as defects spoil them.

    Columns of PARTY_SCHEMA and `entity`, the true company. Plant A keeps city and country, B an address.
    """
    world = build_parties(seed, scale)
    return pl.concat([_role("supplier", world.suppliers, seed), _role("customer", world.customers, seed)])


def true_pairs(records: pl.DataFrame) -> pl.DataFrame:
    """Return left_id < right_id of all records of one company in one role."""
    of_company = records.select("record_id", "role_code", "entity")
    pairs = of_company.join(of_company, on=["role_code", "entity"], suffix="_other")
    ordered = pairs.filter(pl.col("record_id") < pl.col("record_id_other"))
    return ordered.select(left_id="record_id", right_id="record_id_other")


def _role(role: str, kept: pl.DataFrame, seed: int) -> pl.DataFrame:
    in_a, code = pl.col("plant") == "A", slipped(kept["uscc"], seed)
    system = pl.when(in_a).then(pl.lit("sap_a")).otherwise(pl.lit("u8_b"))
    unknown = pl.lit(None, pl.String)
    return kept.select(
        record_id=pl.format("{}:{}", system, "code"),
        role_code=pl.lit(role),
        name="name",
        uscc=pl.select(pl.when(code != "").then(code)).to_series(),
        tax_id=unknown,
        country_code=pl.when(in_a).then("country"),
        city_name=pl.when(in_a).then("city"),
        address=pl.when(~in_a).then("address"),
        phone=unknown,
        source_rank=pl.lit(1, pl.Int64),
        entity="entity",
    )
