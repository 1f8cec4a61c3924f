"""Who is who, from records and decisions alone: the same input gives the same ids, in any order.

core.party -> match_parties() -> pairs with evidence -> resolve() with what stewards decided -> golden ids
Suppliers and customers are resolved apart: a hospital that also delivers is two parties.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import polars as pl

from master_data.identity.golden import GOLDEN_SCHEMA, golden
from master_data.identity.match import match
from master_data.identity.model import Model
from master_data.identity.partition import Groups, partition
from master_data.identity.party import PARTY_SCHEMA

Schema = Mapping[str, type[pl.DataType] | pl.DataType]
MATCH_SCHEMA: Schema = {
    "role_code": pl.String,
    "left_id": pl.String,
    "right_id": pl.String,
    "weight": pl.Decimal(8, 1),
    "band_code": pl.String,
    "rule_code": pl.String,
    "is_two_codes": pl.Boolean,
    "evidence": pl.String,
    "model_version": pl.Int64,
}
_FROM_CORE = {"name": "party_name", "address": "address_name", "phone": "phone_no"}
PAIR = ("left_id", "right_id")


def match_parties(parties: pl.DataFrame, model: Model, new: pl.DataFrame | None = None) -> pl.DataFrame:
    """Pairs of records that are or may be one party.

    Args:
        parties: Rows of core.party.
        model: What agreements weigh.
        new: role_code, record_id; with it only pairs with one of these are looked for.

    Returns:
        MATCH_SCHEMA; evidence is `field=level:weight` of every field, apart by blanks.
    """
    named = parties.rename({there: here for here, there in _FROM_CORE.items()}).select(list(PARTY_SCHEMA))

    def pairs(records: pl.DataFrame, role: str) -> pl.DataFrame:
        wanted = None if new is None else _of(new, role)["record_id"]
        return _told(match(records, model, new=wanted), role)

    return _per_role(named, pairs, MATCH_SCHEMA)


def rematched(
    before: pl.DataFrame, parties: pl.DataFrame, changed: pl.DataFrame, model: Model
) -> pl.DataFrame:
    """The pairs after some records changed: those of others stay, those with a changed one are found anew.

    Args:
        before: Pairs of the same records before the change.
        parties: Rows of core.party after it.
        changed: role_code, record_id of the records whose values are others now.
        model: What agreements weigh; the one the pairs before were weighed with.
    """
    stays = before
    for side in PAIR:
        stays = stays.join(
            changed, left_on=["role_code", side], right_on=["role_code", "record_id"], how="anti"
        )
    found = pl.concat([stays.select(list(MATCH_SCHEMA)), match_parties(parties, model, changed)])
    return found.sort("role_code", *PAIR)


def resolve(parties: pl.DataFrame, pairs: pl.DataFrame, bonds: pl.DataFrame) -> pl.DataFrame:
    """Golden ids of all records.

    Args:
        parties: Rows of core.party.
        pairs: What match_parties gave.
        bonds: Rows of BOND_SCHEMA: what stewards joined and kept apart.

    Returns:
        GOLDEN_SCHEMA, sorted.
    """
    own = pl.when(pl.col("uscc_role_code") == "own").then("uscc").alias("own_uscc")
    records = parties.select("record_id", "role_code", own, "source_rank")
    return _per_role(
        records, lambda those, role: _golden(those, _of(pairs, role), _of(bonds, role)), GOLDEN_SCHEMA
    )


def tenable(records: pl.DataFrame, apart: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """The joined pairs that can hold, in the order of their ids; the others meet two codes or a border.

    A merge that was right when it was made may meet a new credit code later: it then rests, as a finding, and
    costs nothing else.
    """
    groups = Groups(records, apart)
    holds = [groups.unite(left, right) for left, right in joined.sort(PAIR).select(PAIR).iter_rows()]
    return joined.sort(PAIR).filter(pl.Series(holds, dtype=pl.Boolean))


def state_hash(*tables: pl.DataFrame) -> str:
    """SHA-256 of what tables say, whatever order their rows are in."""
    total = hashlib.sha256()
    for table in tables:
        total.update(table.sort(table.columns).write_csv(null_value="\x00").encode())
    return total.hexdigest()


def _golden(records: pl.DataFrame, pairs: pl.DataFrame, bonds: pl.DataFrame) -> pl.DataFrame:
    certain = pairs.filter(pl.col("band_code") == "auto")
    ids = records["record_id"].to_list()
    here = pl.col("left_id").is_in(ids) & pl.col("right_id").is_in(ids)
    known = bonds.filter(here)
    apart = known.filter(pl.col("kind_code") == "apart").select(PAIR).unique()
    joined = tenable(records, apart, known.filter(pl.col("kind_code") == "joined").select(PAIR).unique())
    clusters = partition(records, certain, apart, joined)
    return golden(records.join(clusters, on="record_id"), certain, joined)


def _told(pairs: pl.DataFrame, role: str) -> pl.DataFrame:
    fields = [name.removesuffix("_level") for name in pairs.columns if name.endswith("_level")]
    words = [pl.format(f"{name}={{}}:{{}}", f"{name}_level", f"{name}_weight") for name in fields]
    return pairs.with_columns(
        role_code=pl.lit(role),
        is_two_codes=pl.col("code_level") == "two_valid",
        evidence=pl.concat_str(words, separator=" "),
    ).select(pl.col(name).cast(kind) for name, kind in MATCH_SCHEMA.items())


def _of(table: pl.DataFrame, role: str) -> pl.DataFrame:
    return table.filter(pl.col("role_code") == role)


def _per_role(
    records: pl.DataFrame,
    work: Callable[[pl.DataFrame, str], pl.DataFrame],
    schema: Schema,
) -> pl.DataFrame:
    roles = sorted(records["role_code"].unique())
    return pl.concat([pl.DataFrame(schema=schema), *(work(_of(records, role), role) for role in roles)])
