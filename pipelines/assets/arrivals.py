"""The arrivals calendar of one day: the one thing here that can be run again for a day on its own.

release (mart.file) + contracts + partition's day -> what was promised until then and did not come
Tables are not partitioned: an extract may correct any earlier day, so they are built whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from lakehouse.releases import find_release, open_release
from pipelines.assets.links import dashboard
from pipelines.lake import Lake
from pipelines.sqlmesh.arrivals import ALARMS, judged_arrivals

NAME = "arrivals"
CHECK = "every_promised_extract_has_come"
DESCRIPTION = (
    "到货日历 | Arrivals calendar as of a day, any day again: what was promised until then and is missing, "
    "late, refused or of unusual size. Same as `medlake arrivals --on DAY`. Other assets have no days to run "
    "again: an extract may correct any earlier day, so tables are built whole, again to the same bytes."
)
SHOWN = ("tenant_code", "source_table", "site_code", "period_start_date", "due_date", "state_code", "rule_id")
ROWS_SHOWN = 50


def arrivals_assets(lake: Lake) -> list[dg.AssetsDefinition]:
    """Alarms as of a day, by the release that is current when it runs; nothing when no contract promises."""
    promises = [contract.arrival for contract in lake.contracts.values() if contract.arrival]
    if not promises:
        return []
    first = min(promise.start for promise in promises)

    @dg.asset(
        name=NAME,
        group_name="quality",
        kinds={"duckdb"},
        deps=["release"],
        partitions_def=dg.DailyPartitionsDefinition(first.isoformat(), end_offset=1),
        check_specs=[
            dg.AssetCheckSpec(CHECK, asset=NAME, description="承诺的数据均已按时到达 | All is in time")
        ],
        metadata=dashboard(lake.settings, "data_quality"),
        description=DESCRIPTION,
    )
    def arrivals(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        release, day = find_release(lake.settings, None), context.partition_time_window.start.date()
        with open_release(lake.settings, release.number) as connection:
            alarms = judged_arrivals(connection, lake.contracts.values(), day)
        counts = {f"{rule} {ALARMS[rule]}": sum(row["rule_id"] == rule for row in alarms) for rule in ALARMS}
        yield dg.MaterializeResult(
            metadata={"release": release.name, **counts}, check_results=[_check(alarms)]
        )

    return [arrivals]


def _check(alarms: Sequence[Mapping[str, Any]]) -> dg.AssetCheckResult:
    records = [dg.TableRecord({name: str(row[name]) for name in SHOWN}) for row in alarms[:ROWS_SHOWN]]
    schema = dg.TableSchema([dg.TableColumn(name) for name in SHOWN])
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=not alarms,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"alarms": len(alarms), "the first": dg.MetadataValue.table(records, schema=schema)},
    )
