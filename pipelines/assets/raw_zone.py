"""The raw zone as assets: one per contract, all filled by one pass over the landing folders.

landing/<system>/<table> -> raw/<contract>, and the books of the ingest
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.assets import WRITER
from pipelines.assets.landing import contract_file, deliveries, landing_key
from pipelines.assets.links import DICTIONARY, dashboard, defining_files
from pipelines.assets.preview import ShownMetadata, shown_facts
from pipelines.clock import now
from pipelines.ingest import IngestReport, TableLoad
from pipelines.lake import Lake
from pipelines.refresh.loading import load
from pipelines.table_facts import raw_facts
from quality_rules.contract import Contract

# Classes of columns that a preview shows; the Dagster UI knows no roles.
OPEN = frozenset({"public", "internal"})
# Written by the ingest itself: every file's equation, and every record it could not read.
LEDGERS = {
    "medlake__load": "接收账目 | One row per file and contract: rows in = loaded + quarantined + rejected.",
    "medlake__drift": "列漂移 | Columns of a file that are not as its contract says, and what was decided.",
    "medlake__quarantine": "隔离记录 | Records that could not be read, with file, row, rule and raw text.",
    "medlake__identity_decision": "主体决定 | Stewards on who is who: merge, apart, override, undo.",
    "medlake__decision": "隔离决定 | People on quarantined records: fix, accept, reject, revoke.",
}


def raw_key(name: str) -> dg.AssetKey:
    """Asset of a raw table."""
    return dg.AssetKey(["raw", name])


def raw_zone_asset(lake: Lake) -> dg.AssetsDefinition:
    """All raw tables of a lake as one multi-asset."""
    specs = [_spec(lake, contract) for contract in lake.contracts.values()]
    specs += [
        dg.AssetSpec(raw_key(name), description=text, group_name="raw", kinds={"deltalake"})
        for name, text in LEDGERS.items()
    ]

    @dg.multi_asset(name="landing_to_raw", specs=specs, pool=WRITER)
    def landing_to_raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        report = load(lake, run_id=context.run.run_id, at=now(), say=context.log.info)
        for delivery in deliveries(lake, report):
            context.log_event(delivery)
        for spec in specs:
            yield dg.MaterializeResult(spec.key, metadata=_metadata(lake, spec.key.path[-1], report))

    return landing_to_raw


def _spec(lake: Lake, contract: Contract) -> dg.AssetSpec:
    page = DICTIONARY / f"{contract.system}.md"
    return dg.AssetSpec(
        raw_key(contract.id),
        deps=[landing_key(contract)],
        description=f"{contract.title_zh} | {contract.title_en}\n\n{contract.description_zh}\n\n"
        f"{contract.description_en}\n\n原文，附文件与记录号 | Text as it came, with file and record. "
        f"一行一 | One row: {contract.grain}.",
        group_name="raw",
        kinds={"deltalake", contract.format},
        owners=[f"team:{contract.owner}"],
        tags={"system": contract.system, "domain": contract.domain},
        metadata={
            "contract": f"{contract.id} {contract.version}",
            "landing path": contract.path,
            "dagster/table_name": f"raw.{contract.id}",
            "dagster/uri": str(lake.zone.table_path(contract.id)),
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn(
                        column.physical_name,
                        "TEXT",
                        description=f"{column.title_zh} | {column.description_en}",
                        constraints=dg.TableColumnConstraints(nullable=not column.required),
                        tags={"classification": column.classification},
                    )
                    for column in contract.columns
                ]
            ),
            **defining_files(lake.settings, {"contract": contract_file(contract), "dictionary": page}),
            **dashboard(lake.settings, "catalogue", table=f"raw.{contract.id}"),
        },
    )


def _metadata(lake: Lake, name: str, report: IngestReport) -> ShownMetadata:
    if not lake.zone.exists(name):
        return {"files": 0}
    contract = lake.contracts.get(name)
    known = contract.columns if contract else ()
    columns = [column.physical_name for column in known if column.classification in OPEN]
    table = next((table for table in report.tables if table.source_table == name), TableLoad(name))
    return {
        **shown_facts(raw_facts(lake.zone, name, columns)),
        "files": table.files,
        "rows in": table.rows_in,
        "dagster/partition_row_count": table.rows_loaded,
        "rows quarantined": table.rows_quarantined,
        "rows rejected": table.rows_rejected,
        "columns drifted": sum(event.source_table == name for event in report.drifts),
    }
