"""What people decided, folded to what holds, as tables that models read; small, and made anew every time.

raw.medlake__decision          -> typed.verdict (per record), typed.decision (every event with its state)
raw.medlake__identity_decision -> typed.identity_bond, typed.identity_override, typed.identity_decision
"""

import hashlib
from collections import defaultdict
from collections.abc import Container, Mapping

import duckdb
import pyarrow as pa

from master_data.identity import decision as identity
from master_data.identity.standing import BOND_SCHEMA, OVERRIDE_SCHEMA, bond_rows, override_rows
from master_data.identity.standing import standing as identity_standing
from quality_rules.quarantine.decision import DECISION, DECISION_SCHEMA, decisions_of
from quality_rules.quarantine.standing import VERDICT_SCHEMA, standing, verdict_rows

_STATE = pa.field("state", pa.string())
FOLDED: Mapping[str, pa.Schema] = {
    "verdict": VERDICT_SCHEMA,
    "decision": DECISION_SCHEMA.append(_STATE),
    "identity_bond": BOND_SCHEMA,
    "identity_override": OVERRIDE_SCHEMA,
    "identity_decision": identity.IDENTITY_DECISION_SCHEMA.append(_STATE),
}


def fold_decisions(connection: duckdb.DuckDBPyConnection, mounted: Container[str]) -> dict[str, str]:
    """Makes every folded table; gives a digest of its verdicts for each raw table that has any.

    Args:
        connection: The working warehouse with schema typed.
        mounted: Raw tables there are; without the table of events nobody has decided anything.
    """
    _fold_identity(connection, mounted)
    events = _events(connection, DECISION, DECISION_SCHEMA, mounted)
    found = standing(decisions_of(events))
    verdicts = [verdict for of_record in found.verdicts.values() for verdict in of_record]
    _replace(connection, "verdict", verdict_rows(verdicts))
    _replace(connection, "decision", _with_states(events, found.states))
    by_table = defaultdict(list)
    for verdict in sorted(verdicts):
        by_table[verdict.source_table].append(verdict)
    return {table: hashlib.sha256(repr(those).encode()).hexdigest() for table, those in by_table.items()}


def _fold_identity(connection: duckdb.DuckDBPyConnection, mounted: Container[str]) -> None:
    events = _events(connection, identity.IDENTITY_DECISION, identity.IDENTITY_DECISION_SCHEMA, mounted)
    found = identity_standing(identity.decisions_of(events))
    _replace(connection, "identity_bond", bond_rows(found))
    _replace(connection, "identity_override", override_rows(found))
    _replace(connection, "identity_decision", _with_states(events, found.states))


def _events(
    connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, mounted: Container[str]
) -> pa.Table:
    if name not in mounted:
        return schema.empty_table()
    return connection.execute(f"SELECT * FROM raw.{name}").to_arrow_table().select(schema.names)


def _with_states(events: pa.Table, states: Mapping[str, str]) -> pa.Table:
    return events.append_column(
        _STATE, pa.array([states[id_] for id_ in events["decision_id"].to_pylist()], "string")
    )


def _replace(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register("_rows", rows.cast(FOLDED[name]))
    connection.execute(f"CREATE OR REPLACE TABLE typed.{name} AS SELECT * FROM _rows")
    connection.unregister("_rows")
