"""Who is who as it stands now: the records of a build or a release under every decision up to this moment.

core.party, core.party_match (as built) + decisions -> scene() -> Scene
Pairs are scored again only for records whose identifying values a decision has changed since the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import polars as pl
import pyarrow as pa

from master_data.identity.codes import read_codes
from master_data.identity.decision import IdentityDecision
from master_data.identity.model import load_model
from master_data.identity.resolve import PAIR, rematched, resolve
from master_data.identity.standing import Standing, bond_rows, override_rows, standing
from master_data.stewardship.named import NoSuchParty

# Attributes that tell who somebody is; their overrides are matched with, those of the others only shown.
IDENTIFYING = ("uscc", "tax_id", "country_code")
TABLES = ("party", "party_match", "party_alias", "party_value", "survivorship")
HOME_COUNTRY = "CN"


@dataclass(frozen=True)
class Built:
    """What the last build, or a release, knew."""

    party: pl.DataFrame
    party_match: pl.DataFrame
    party_alias: pl.DataFrame
    party_value: pl.DataFrame
    survivorship: pl.DataFrame
    files: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Scene:
    """Records, pairs and golden ids under some decisions."""

    parties: pl.DataFrame
    pairs: pl.DataFrame
    golden: pl.DataFrame
    standing: Standing

    def members(self, role: str, golden_id: str) -> tuple[str, ...]:
        """Records of a golden party, the canonical one first; empty when there is none of that id."""
        those = self.golden.filter((pl.col("role_code") == role) & (pl.col("golden_id") == golden_id))
        order = those.sort(pl.col("record_id") != pl.col("canonical_record_id"), "record_id")
        return tuple(order["record_id"])

    @cached_property
    def golden_of(self) -> dict[tuple[str, str], str]:
        """(role, record) -> golden id."""
        return {(role, record): id_ for record, role, id_, *_ in self.golden.iter_rows()}

    def party(self, role: str, record_id: str) -> dict[str, object]:
        """The record as matching sees it."""
        return self.parties.row(
            by_predicate=(pl.col("role_code") == role) & (pl.col("record_id") == record_id), named=True
        )

    def between(self, role: str, left: Iterable[str], right: Iterable[str]) -> pl.DataFrame:
        """Pairs that lie between two sides, strongest first."""
        one, other = list(left), list(right)
        ways = (pl.col("left_id").is_in(one) & pl.col("right_id").is_in(other)) | (
            pl.col("left_id").is_in(other) & pl.col("right_id").is_in(one)
        )
        return self.pairs.filter((pl.col("role_code") == role) & ways).sort(
            pl.col("rule_code") == "model", "weight", *PAIR, descending=[False, True, False, False]
        )

    def codes(self, role: str, records: Iterable[str]) -> tuple[str, ...]:
        """The valid credit codes of their own that records bear."""
        those = self.parties.filter((pl.col("role_code") == role) & pl.col("record_id").is_in(list(records)))
        return tuple(those.filter(pl.col("uscc_role_code") == "own")["uscc"].unique().sort())


def read_built(connection: duckdb.DuckDBPyConnection, loads: str = "mart.file") -> Built:
    """Reads what the working warehouse or a release knows of who is who.

    Args:
        loads: The table that names files: `stg.medlake__load` is in a build only, and there before marts are.

    Raises:
        NoSuchParty: Nothing has been built yet.
    """
    made = "SELECT 1 FROM duckdb_columns() WHERE schema_name = 'core' AND table_name = 'party_alias'"
    if not connection.execute(made).fetchall():
        raise NoSuchParty(
            "尚未构建身份数据，请先运行 medlake refresh | nothing is built yet; first `medlake refresh`"
        )
    named = (
        f"SELECT source_table, file_sha256, min(file_name) FROM {loads} GROUP BY source_table, file_sha256"
    )
    files = {(table, sha256): name for table, sha256, name in connection.execute(named).fetchall()}
    return Built(**{name: connection.sql(f"SELECT * FROM core.{name}").pl() for name in TABLES}, files=files)


def scene(built: Built, decisions: Sequence[IdentityDecision]) -> Scene:
    """Who is who under some decisions; their order does not matter."""
    found = standing(decisions)
    parties = _overridden(built.party, found)
    pairs = _pairs(built, parties)
    return Scene(parties, pairs, resolve(parties, pairs, _frame(bond_rows(found))), found)


def open_pairs(now: Scene) -> pl.DataFrame:
    """Pairs that wait for a steward: neither one party, nor kept apart, nor parted by two credit codes."""
    ids = now.golden.select("role_code", "record_id", "golden_id")
    sides = now.pairs.join(
        ids.rename({"record_id": "left_id", "golden_id": "left_golden_id"}), on=["role_code", "left_id"]
    ).join(
        ids.rename({"record_id": "right_id", "golden_id": "right_golden_id"}), on=["role_code", "right_id"]
    )
    apart = _frame(bond_rows(now.standing)).filter(pl.col("kind_code") == "apart")
    waiting = (pl.col("band_code") != "apart") & ~pl.col("is_two_codes")
    differ = pl.col("left_golden_id") != pl.col("right_golden_id")
    return (
        sides.filter(waiting & differ)
        .join(apart, on=["role_code", *PAIR], how="anti")
        .sort("weight", "role_code", *PAIR, descending=[True, False, False, False])
    )


def _overridden(parties: pl.DataFrame, found: Standing) -> pl.DataFrame:
    """The records with the identifying values that stewards put in, and no others."""
    values = _frame(override_rows(found)).select("role_code", "record_id", "attribute", "value")
    told = parties
    for attribute in IDENTIFYING:
        put = values.filter(pl.col("attribute") == attribute).select(
            "role_code", "record_id", put="value", is_put=pl.lit(value=True)
        )
        told = told.join(put, on=["role_code", "record_id"], how="left", maintain_order="left")
        value = pl.when(pl.col("is_put")).then(pl.col("put").replace("", None)).otherwise(f"said_{attribute}")
        told = told.with_columns(value.alias(attribute)).drop("put", "is_put")
    codes = read_codes(told["uscc"])
    role = (
        pl.when(pl.lit(codes["is_uscc"]))
        .then(pl.when(pl.col("country_code") != HOME_COUNTRY).then(pl.lit("agent")).otherwise(pl.lit("own")))
        .alias("uscc_role_code")
    )
    return told.with_columns(pl.lit(codes["code"]).alias("uscc"), role)


def _pairs(built: Built, parties: pl.DataFrame) -> pl.DataFrame:
    """The pairs as built, and those of records whose identifying values a decision has changed since."""
    keys = ["role_code", "record_id", *IDENTIFYING]
    before = built.party.select(keys)
    changed = parties.join(before, on=keys, how="anti", nulls_equal=True).select("role_code", "record_id")
    return rematched(built.party_match, parties, changed, load_model()) if len(changed) else built.party_match


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
