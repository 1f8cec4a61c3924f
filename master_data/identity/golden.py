"""Golden ids: which id a party bears, for ever the same whatever arrives beside it, and which ids lead to it.

records + clusters -> golden() -> one row per record: golden_id, match_rule_code
every id that could ever have been given -> aliases() -> the golden id it means today
An id is derived, never counted: `uscc:<code>` for a party with a valid credit code of its own, else the
record id of its canonical member (declared source rank, then record id). So the same records and decisions
give the same ids in any order, and taking a merge back gives the ids from before.
"""

from __future__ import annotations

import polars as pl

CODE_PREFIX = "uscc:"
GOLDEN_SCHEMA = {
    "record_id": pl.String,
    "role_code": pl.String,
    "golden_id": pl.String,
    "canonical_record_id": pl.String,
    "match_rule_code": pl.String,
}
ALIAS_SCHEMA = {"role_code": pl.String, "alias_id": pl.String, "golden_id": pl.String}
# The surest rule that ties a record to its party names the tie.
RULES = ("uscc", "tax_id", "model", "steward")


def golden(members: pl.DataFrame, pairs: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """Golden id and rule of every record of one role.

    Args:
        members: record_id, role_code, cluster, own_uscc (valid and its own, else NULL), source_rank.
        pairs: left_id, right_id, rule_code of every pair that was joined by itself.
        joined: left_id, right_id of pairs that a person joined.

    Returns:
        GOLDEN_SCHEMA, sorted by record.
    """
    ranked = members.sort("source_rank", "record_id")
    canonical = ranked.group_by("cluster").agg(
        pl.col("record_id").first().alias("canonical_record_id"),
        pl.col("own_uscc").drop_nulls().first().alias("golden_uscc"),
    )
    # Where a person keeps two records of one code apart, the code stays with the first of them.
    holders = (
        ranked.filter(pl.col("own_uscc").is_not_null())
        .group_by(golden_uscc="own_uscc")
        .agg(pl.col("cluster").first().alias("holder"))
    )
    named = (
        members.join(canonical, on="cluster")
        .join(holders, on="golden_uscc", how="left")
        .with_columns(
            golden_id=pl.when(pl.col("holder") == pl.col("cluster"))
            .then(pl.lit(CODE_PREFIX) + pl.col("golden_uscc"))
            .otherwise("canonical_record_id")
        )
    )
    return (
        named.with_columns(match_rule_code=_rule(named, pairs, joined))
        .select(list(GOLDEN_SCHEMA))
        .sort("record_id")
    )


def aliases(golden_of: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Where ids that no party bears any more lead.

    Args:
        golden_of: What golden() gave.
        given: role_code, record_id, uscc (NULL for none), valid_from: every record in every version ever
            delivered, and every code a person ever put in; any golden id of the past is among them.

    Returns:
        ALIAS_SCHEMA; golden_id is NULL where the record is gone from its source without a successor.
    """
    codes = given.filter(pl.col("uscc").is_not_null()).with_columns(
        alias_id=pl.lit(CODE_PREFIX) + pl.col("uscc")
    )
    records = given.with_columns(alias_id=pl.col("record_id"))
    live = golden_of.select("role_code", alias_id="golden_id").unique()
    ids = pl.concat([codes, records]).join(golden_of, on=["role_code", "record_id"], how="left")
    # A code that several records bore means the party of the one that bore it last and still exists.
    latest = ids.sort(
        "role_code",
        "alias_id",
        pl.col("golden_id").is_null(),
        pl.col("valid_from"),
        "record_id",
        descending=[False, False, False, True, False],
    )
    return (
        latest.unique(["role_code", "alias_id"], keep="first", maintain_order=True)
        .join(live, on=["role_code", "alias_id"], how="anti")
        .select(list(ALIAS_SCHEMA))
        .sort("role_code", "alias_id")
    )


def _rule(named: pl.DataFrame, pairs: pl.DataFrame, joined: pl.DataFrame) -> pl.Series:
    """Per record the surest rule that ties it to another record of its party, else what it has itself."""
    cluster = named.select("record_id", "cluster")
    ties = pl.concat(
        [
            pairs.select("left_id", "right_id", "rule_code"),
            joined.select("left_id", "right_id", rule_code=pl.lit("steward")),
        ]
    )
    inside = (
        ties.join(cluster, left_on="left_id", right_on="record_id")
        .join(cluster, left_on="right_id", right_on="record_id", suffix="_other")
        .filter(pl.col("cluster") == pl.col("cluster_other"))
    )
    ends = pl.concat([inside.select("rule_code", record_id=side) for side in ("left_id", "right_id")])
    surest = (
        ends.with_columns(
            place=pl.col("rule_code").replace_strict(
                list(RULES), list(range(len(RULES))), return_dtype=pl.Int64
            )
        )
        .sort("place")
        .unique("record_id", keep="first", maintain_order=True)
        .select("record_id", tie_code="rule_code")
    )
    tied = named.join(surest, on="record_id", how="left", maintain_order="left")
    by_code = pl.col("own_uscc").is_not_null() & (pl.col("own_uscc") == pl.col("golden_uscc"))
    return tied.select(
        pl.when(by_code).then(pl.lit("uscc")).otherwise(pl.col("tie_code").fill_null("code"))
    ).to_series()
