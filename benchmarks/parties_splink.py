"""Splink on the same parties, names taken apart by us: python -m benchmarks.parties_splink

The peer of master_data.identity.match in quality and time: Fellegi-Sunter, the same fields as levels in SQL,
u from random pairs, m from the companies that the simulator knows (seeds 1 to 3), predictions for seeds that
nobody tuned on. Exact keys decide first, as with us, and two valid codes keep apart. The threshold is the
kindest: the lowest weight at which precision still reaches 0.995.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

import duckdb
import numpy as np
import polars as pl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from benchmarks.simulated_parties import simulated_parties, true_pairs
from master_data.identity.prepare import prepare

TRAINED_ON, REPORTED_ON, SCALE = (1, 2, 3), (11, 12, 13, 14, 15), 10.0
_COLUMNS = (
    "record_id", "role_code", "core", "core_latin", "trade_key", "place_en", "form_code", "marker",
    "own_uscc", "organisation", "code", "phone_key", "address_key",
)  # fmt: skip
_PRECISION = 0.995


def prepared_parties(seed: int, scale: float) -> pl.DataFrame:
    """Return one seed's records, read by us, with their company; ids carry the seed."""
    records = simulated_parties(seed, scale)
    read = prepare(records).select(_COLUMNS).with_columns(entity=records["entity"])
    mark = pl.format("{}|{}", pl.lit(seed), "entity"), pl.format("{}|{}", pl.lit(seed), "record_id")
    return read.with_columns(
        entity=mark[0], record_id=mark[1], role_code=pl.format("{}|{}", pl.lit(seed), "role_code")
    )


def settings() -> SettingsCreator:
    """Return our fields as Splink's comparisons, our keys as its blocking rules."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        blocking_rules_to_generate_predictions=[
            block_on("role_code", *keys)
            for keys in (
                ("own_uscc",), ("organisation",), ("code",), ("phone_key",), ("core_latin", "place_en"),
                ("core_latin", "trade_key"), ("address_key", "place_en"),
            )
        ],
        comparisons=[
            _comparison("core", "core_l = core_r", "core_latin_l = core_latin_r",
                        "jaro_winkler_similarity(core_latin_l, core_latin_r) > 0.92"),
            _comparison("trade_key", "trade_key_l = trade_key_r",
                        "list_has_any(string_split(trade_key_l, '+'), string_split(trade_key_r, '+'))"),
            _comparison("form_code", "form_code_l = form_code_r"),
            _comparison("place_en", "place_en_l = place_en_r"),
            _marker(),
            _comparison("code", "coalesce(own_uscc_l = own_uscc_r, organisation_l = organisation_r, false)",
                        "own_uscc_l <> own_uscc_r", "damerau_levenshtein(code_l, code_r) <= 1"),
            _comparison("address_key", "address_key_l = address_key_r",
                        "jaro_winkler_similarity(address_key_l, address_key_r) > 0.92"),
        ],
        additional_columns_to_retain=["entity", "own_uscc", "organisation"],
    )  # fmt: skip


def _comparison(column: str, *conditions: str) -> dict[str, Any]:
    missing = {"sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL", "is_null_level": True}
    return _levels(column, [{**missing, "label_for_charts": "missing"}, *_told(conditions)])


def _marker() -> dict[str, Any]:
    """Missing on both sides is an agreement here: no branch, no ordinal."""
    return _levels(
        "marker", _told(("coalesce(marker_l, '') = coalesce(marker_r, '')", "marker_l <> marker_r"))
    )


def _told(conditions: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"sql_condition": c, "label_for_charts": f"level {n}"} for n, c in enumerate(conditions)]


def _levels(column: str, levels: list[dict[str, Any]]) -> dict[str, Any]:
    other = {"sql_condition": "ELSE", "label_for_charts": "different"}
    return {"output_column_name": column, "comparison_levels": [*levels, other]}


def trained() -> dict[str, Any]:
    """Return settings with m and u of the seeds that are trained on."""
    records = pl.concat(prepared_parties(seed, SCALE) for seed in TRAINED_ON)
    linker = _linker(records, settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("role_code", "entity")], recall=1.0
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_m_from_label_column("entity")
    model: dict[str, Any] = linker.misc.save_model_to_json()
    return model


def _linker(records: pl.DataFrame, model: SettingsCreator | dict[str, Any]) -> Linker:
    api = DuckDBAPI(connection=duckdb.connect())
    return Linker(
        api.register(records.to_arrow(compat_level=pl.CompatLevel.oldest())), model, log_level=logging.ERROR
    )


def predicted(records: pl.DataFrame, model: dict[str, Any]) -> pl.DataFrame:
    """Return left_id, right_id and weight of the pairs that Splink finds."""
    found = _linker(records, model).inference.predict(threshold_match_weight=-10)
    table = found.as_duckdbpyrelation().pl()
    ids = pl.col("record_id_l"), pl.col("record_id_r")
    is_exact = pl.col("organisation_l") == pl.col("organisation_r")
    is_two = (pl.col("own_uscc_l") != pl.col("own_uscc_r")).fill_null(value=False)
    return table.filter(~is_two).select(
        left_id=pl.min_horizontal(*ids),
        right_id=pl.max_horizontal(*ids),
        weight=pl.when(is_exact).then(float("inf")).otherwise("match_weight"),
    )


def main() -> None:
    """Prints quality over the reported seeds, and the time of one more with 100,000 records."""
    model = trained()
    records = pl.concat(prepared_parties(seed, SCALE) for seed in REPORTED_ON)
    truth = true_pairs(records).with_columns(is_one=pl.lit(value=True))
    pairs = predicted(records, model).join(truth, on=["left_id", "right_id"], how="left")
    ranked = pairs.with_columns(pl.col("is_one").fill_null(value=False)).sort("weight", descending=True)
    hits = ranked["is_one"].to_numpy().cumsum()
    precise = hits[hits / np.arange(1, len(hits) + 1) >= _PRECISION]
    facts: dict[str, object] = {
        "true pairs": truth.height,
        "recall at precision 0.995": round(float(precise.max()) / truth.height, 4),
        "recall of its keys": round(float(hits.max()) / truth.height, 4),
        "pairs": ranked.height,
    }
    many = prepared_parties(21, 400.0).head(100_000)
    wall, processor = time.perf_counter(), time.process_time()
    predicted(many, model)
    facts |= {
        "100,000 wall s": round(time.perf_counter() - wall, 1),
        "cpu s": round(time.process_time() - processor, 1),
    }
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
