"""Identity as models: which tables a step of it reads, what it gives, and the pure function between them.

core.party -> core.party_match -> core.party_golden -> core.party_alias
Matching is no SQL, so these three are Python models; SQLMesh and the bare build run the same functions.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

import master_data
from master_data.identity.golden import aliases
from master_data.identity.model import load_model
from master_data.identity.resolve import match_parties, resolve

Tables = Mapping[str, pl.DataFrame]
OWNER = "data_platform"
_MARK = "-- made by pipelines.sqlmesh.parties: "


@dataclass(frozen=True)
class PartyModel:
    """One table of core that a function makes of other tables."""

    name: str
    description: str
    grain: tuple[str, ...]
    columns: Mapping[str, tuple[str, str]]
    reads: tuple[str, ...]
    make: Callable[[Tables], pl.DataFrame]


def _matched(tables: Tables) -> pl.DataFrame:
    return match_parties(tables["core.party"], load_model())


def _resolved(tables: Tables) -> pl.DataFrame:
    return resolve(tables["core.party"], tables["core.party_match"], tables["stg.medlake__identity_bond"])


def _aliased(tables: Tables) -> pl.DataFrame:
    now = tables["core.party"].select("role_code", "record_id", uscc="said_uscc", valid_from=None)
    ever = tables["core.party_version"].select("role_code", "record_id", "uscc", valid_from="valid_from_date")
    put = tables["stg.medlake__identity_decision"].filter(pl.col("attribute") == "uscc")
    put = put.select(
        "role_code",
        record_id=pl.col("left_ids").str.json_decode(pl.List(pl.String)).list.first(),
        uscc=pl.col("after").replace("", None),
        valid_from=None,
    )
    given = pl.concat([ever, now, put], how="vertical_relaxed").unique()
    return aliases(tables["core.party_golden"], given)


_ROLE = {"role_code": ("TEXT", "supplier or customer")}
PARTY_MODELS = (
    PartyModel(
        name="core.party_match",
        description="Pairs of party records that are one (auto) or may be one (review), with the evidence; "
        "of pairs apart only those that nothing but two valid credit codes keeps apart.",
        grain=("role_code", "left_id", "right_id"),
        columns=_ROLE
        | {
            "left_id": ("TEXT", "Record that sorts first"),
            "right_id": ("TEXT", "The other record"),
            "weight": ("DECIMAL(8,1)", "Log2 odds that the two are one party, bits"),
            "band_code": ("TEXT", "auto: joined without a person; review: for a person; apart: never joined"),
            "rule_code": (
                "TEXT",
                "uscc or tax_id: an exact key they share; model: their likeness as a whole",
            ),
            "is_two_codes": ("BOOLEAN", "Each has a valid credit code of its own, and they differ"),
            "evidence": ("TEXT", "field=level:weight of every field, apart by blanks"),
            "model_version": ("BIGINT", "Version of the reviewed weights"),
        },
        reads=("core.party",),
        make=_matched,
    ),
    PartyModel(
        name="core.party_golden",
        description="Which golden party each record belongs to: certain pairs and stewards' decisions, never "
        "across two valid credit codes.",
        grain=("role_code", "record_id"),
        columns={"record_id": ("TEXT", "Record: <system>:<code>")}
        | _ROLE
        | {
            "golden_id": ("TEXT", "Golden party: uscc:<code>, or the canonical record's id"),
            "canonical_record_id": ("TEXT", "Record of the party that comes first by core.survivorship"),
            "match_rule_code": (
                "TEXT",
                "uscc, tax_id, model, steward; code: stands alone without a valid code",
            ),
        },
        reads=("core.party", "core.party_match", "stg.medlake__identity_bond"),
        make=_resolved,
    ),
    PartyModel(
        name="core.party_alias",
        description="Ids that a party may once have borne and bears no more, and the party each leads to "
        "today: no id that was ever given is lost.",
        grain=("role_code", "alias_id"),
        columns=_ROLE
        | {
            "alias_id": ("TEXT", "Id of the past: a record's, or uscc:<a code that a record bore>"),
            "golden_id": (
                "TEXT",
                "Golden party it means today; NULL when its record is gone from the source",
            ),
        },
        reads=("core.party", "core.party_version", "core.party_golden", "stg.medlake__identity_decision"),
        make=_aliased,
    ),
)


def rules_digest() -> str:
    """Digest of the code and data that tell who is who; the models count as changed when it does."""
    folder = Path(master_data.__file__).parent
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in {".py", ".csv", ".yaml"}]
    total = hashlib.sha256()
    for path in (*files, Path(__file__)):
        total.update(path.read_bytes())
    return total.hexdigest()


def made(model: PartyModel, connection: duckdb.DuckDBPyConnection, places: Mapping[str, str]) -> pl.DataFrame:
    """Makes the rows of a model.

    Args:
        model: The model.
        connection: Where its sources lie.
        places: The quoted name under which each table it reads is found there.
    """
    return model.make({name: connection.sql(f"SELECT * FROM {places[name]}").pl() for name in model.reads})


def party_statement(name: str) -> str:
    """What stands for a model in a script of plain statements."""
    return f"{_MARK}{name}"


def run_statement(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Runs one statement of a script: SQL, or the function of a model, without SQLMesh."""
    if not statement.startswith(_MARK):
        connection.execute(statement)
        return
    model = party_model(statement.removeprefix(_MARK))
    columns = ", ".join(f"{name}::{kind} AS {name}" for name, (kind, _) in model.columns.items())
    connection.register("_rows", made(model, connection, {name: name for name in model.reads}))
    connection.execute(f"CREATE TABLE {model.name} AS SELECT {columns} FROM _rows")
    connection.unregister("_rows")


def party_model(name: str) -> PartyModel:
    """The model of a name."""
    return next(model for model in PARTY_MODELS if model.name == name)
