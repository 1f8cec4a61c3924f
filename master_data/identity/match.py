"""Which records may be one party: pairs with their evidence, in three bands.

parties → prepare → candidates → compare → weights of the model → auto, review, apart.
"""

from __future__ import annotations

import polars as pl

from master_data.identity.candidates import candidates
from master_data.identity.compare import FIELDS, compare
from master_data.identity.model import Model
from master_data.identity.prepare import prepare

_BITS = pl.Decimal(8, 1)


def match(parties: pl.DataFrame, model: Model, *, new: pl.Series | None = None) -> pl.DataFrame:
    """Find the pairs of records that are, or may be, one party.

    Args:
        parties: columns of PARTY_SCHEMA.
        model: what agreements weigh.
        new: record ids; with it only pairs with one of these are looked for. Pairs of the others with it are
            those found before, so that both together are what all at once would give.

    Returns:
        A row per pair, sorted: left_id < right_id, weight, band_code (auto, review, apart), rule_code (the
        exact key they share: uscc, tax_id; else model), model_version, and `<field>_level`, `<field>_weight`
        for each of FIELDS. Of pairs apart only those are told which two valid credit codes keep apart though
        all else would make a person look.

    Raises:
        NotParties: The frame is not one of parties.
    """
    return match_prepared(prepare(parties), model, new=new)


def match_prepared(prepared: pl.DataFrame, model: Model, *, new: pl.Series | None = None) -> pl.DataFrame:
    """The same for parties that `prepare` has read, which need not be read again."""
    # Rows put below others lie in a piece of their own, and picking rows out of pieces costs a multiple.
    whole = prepared.rechunk()
    found = [weigh(compare(whole, pairs), whole, model) for pairs in candidates(whole, new)]
    return (pl.concat(found) if found else _none(whole, model)).sort("left_id", "right_id")


def _none(prepared: pl.DataFrame, model: Model) -> pl.DataFrame:
    pairs = pl.DataFrame(schema={"left": pl.UInt32, "right": pl.UInt32})
    return weigh(compare(prepared, pairs), prepared, model)


def weigh(levels: pl.DataFrame, prepared: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Weigh what `compare` told of pairs; columns as of `match`, in the order of the pairs."""
    weights = [
        pl.col(field).replace_strict(dict(model.weights[field]), return_dtype=_BITS).alias(f"{field}_weight")
        for field in FIELDS
    ]
    weighed = levels.with_columns(weights).with_columns(
        weight=(pl.lit(model.prior) + pl.sum_horizontal(f"{field}_weight" for field in FIELDS)).cast(_BITS)
    )
    ids = prepared["record_id"]
    evidence = [
        c for field in FIELDS for c in (pl.col(field).alias(f"{field}_level"), pl.col(f"{field}_weight"))
    ]
    return (
        weighed.with_columns(band_code=_band(model))
        .filter(
            (pl.col("band_code") != "apart") | (pl.col("code") == "two_valid") & _would_be_looked_at(model)
        )
        .select(
            pl.lit(ids).gather(pl.col("left")).alias("left_id"),
            pl.lit(ids).gather(pl.col("right")).alias("right_id"),
            "weight",
            "band_code",
            pl.col("rule_code").fill_null("model"),
            pl.lit(model.version, pl.Int64).alias("model_version"),
            *evidence,
        )
    )


def _band(model: Model) -> pl.Expr:
    held_back = [pl.col(field).is_in(levels) for field, levels in model.never_auto.items()]
    return (
        pl.when(pl.col("code") == "two_valid")
        .then(pl.lit("apart"))
        .when(pl.col("rule_code").is_not_null())
        .then(pl.lit("auto"))
        .when(pl.col("weight") < model.review)
        .then(pl.lit("apart"))
        .when(pl.any_horizontal(held_back) | (pl.col("weight") < model.auto))
        .then(pl.lit("review"))
        .otherwise(pl.lit("auto"))
    )


def _would_be_looked_at(model: Model) -> pl.Expr:
    return pl.col("weight") - pl.col("code_weight") >= model.review
