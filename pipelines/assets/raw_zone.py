"""The raw zone as assets: one per contract, all filled by one pass over the landing folders."""

from collections.abc import Iterator, Mapping

import dagster as dg

from pipelines.assets import WRITER
from pipelines.ingest import IngestReport, TableLoad
from pipelines.lake import Lake
from pipelines.refresh import load, now
from quality_rules.contract import Contract

# Written by the ingest itself: every file's equation, and every record it could not read.
LEDGERS = {
    "medlake__load": "One row per file and contract: rows in = loaded + quarantined + rejected.",
    "medlake__drift": "Columns of a file that are not as its contract says, and what was decided.",
    "medlake__quarantine": "Records that could not be read, with file, row, rule and raw text.",
    "medlake__identity_decision": "What stewards decided on who is who: merge, apart, override, undo.",
    "medlake__decision": "What people decided on quarantined records: fix, accept, reject, revoke.",
}


def raw_key(name: str) -> dg.AssetKey:
    """Asset of a raw table."""
    return dg.AssetKey(["raw", name])


def raw_zone_asset(lake: Lake) -> dg.AssetsDefinition:
    """All raw tables of a lake as one multi-asset."""
    specs = [_spec(contract) for contract in lake.contracts.values()]
    specs += [
        dg.AssetSpec(raw_key(name), description=text, group_name="raw", kinds={"deltalake"})
        for name, text in LEDGERS.items()
    ]

    @dg.multi_asset(name="landing_to_raw", specs=specs, pool=WRITER)
    def landing_to_raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        report = load(lake, run_id=context.run.run_id, at=now(), say=context.log.info)
        tables = {table.source_table: table for table in report.tables}
        for spec in specs:
            yield dg.MaterializeResult(spec.key, metadata=_metadata(spec.key.path[-1], tables, report))

    return landing_to_raw


def _spec(contract: Contract) -> dg.AssetSpec:
    return dg.AssetSpec(
        raw_key(contract.id),
        description=f"{contract.title_zh} / {contract.title_en}\n\n{contract.description_en}",
        group_name="raw",
        kinds={"deltalake", contract.format},
        owners=[f"team:{contract.owner}"],
        tags={"system": contract.system, "domain": contract.domain},
        metadata={
            "contract": f"{contract.id} {contract.version}",
            "landing path": contract.path,
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn(column.physical_name, "TEXT", description=column.description_en)
                    for column in contract.columns
                ]
            ),
        },
    )


def _metadata(
    name: str, tables: Mapping[str, TableLoad], report: IngestReport
) -> dict[str, dg.MetadataValue | int | str]:
    if name in LEDGERS:
        return {"files": report.files}
    table = tables.get(name)
    if table is None:
        return {"files": 0}
    return {
        "files": table.files,
        "rows in": table.rows_in,
        "dagster/partition_row_count": table.rows_loaded,
        "rows quarantined": table.rows_quarantined,
        "rows rejected": table.rows_rejected,
        "columns drifted": sum(event.source_table == name for event in report.drifts),
    }
