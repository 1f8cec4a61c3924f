"""All database sources of a run, one after another; a source that fails is an answer, not an end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lakehouse.connections import BadConnection, Connection
from lakehouse.raw_zone import RawZone
from pipelines.ingest.admission.originals import Original, Originals
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from pipelines.ingest.sources.history import Histories
from quality_rules.contract import Contract


@dataclass(frozen=True)
class Taken:
    """What a database source gave: an extract by name, or why it gave none."""

    contract: str
    name: str
    found: Original | FileRejected


def take_databases(
    connections: Mapping[str, Connection],
    contracts: Mapping[str, Contract],
    zone: RawZone,
    originals: Originals,
) -> Iterator[Taken]:
    """Extracts of every contract with a database that says something new."""
    asked = [contract for contract in contracts.values() if contract.database]
    if not asked:
        return
    histories = Histories.read(zone, [contract.id for contract in asked], originals)
    for contract in asked:
        try:
            taken = _take(connections, contract, histories, originals)
        except FileRejected as rejected:
            taken = Taken(contract.id, f"{contract.system}/{contract.table}@", rejected)
        if taken:
            yield taken


def _take(
    connections: Mapping[str, Connection], contract: Contract, histories: Histories, originals: Originals
) -> Taken | None:
    # ADBC brings pandas along, a second for every run whether it has a database or not.
    from pipelines.ingest.sources.extract import extract

    database = contract.database
    assert database is not None
    connection = connections.get(database.connection)
    if connection is None:
        variable = f"MEDLAKE_CONNECTION_{database.connection.upper()}"
        raise FileRejected(Rule.SOURCE_UNSET, f"未设置 {variable} | {variable} is not set")
    try:
        found = extract(contract, database, connection, histories.of(contract.id), originals)
    except BadConnection as error:
        raise FileRejected(Rule.SOURCE_UNSET, f"连接设置有误：{error} | Bad connection: {error}") from error
    return Taken(contract.id, found.name, found.original) if found else None
