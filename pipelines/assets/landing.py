"""What sources deliver, as assets that Dagster does not make: when an extract came last, when it is late.

contract + arrival calendar -> landing/<system>/<table> with its freshness policy -> raw/<contract>
An event stands here only for a pass that found new files, so the freshness shown is the source's, not ours.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from pipelines.assets.links import dashboard, defining_files
from pipelines.ingest import IngestReport
from pipelines.lake import Lake
from quality_rules.contract import CONTRACTS_FOLDER, SUFFIX, Contract
from quality_rules.contract_arrival import Arrival, Silence, allowed_silence

GROUP = "landing"
NO_PROMISE = "契约未承诺日期，故无迟到 | The contract promises no date: nothing is late."


def landing_key(contract: Contract) -> dg.AssetKey:
    """Asset of what a source delivers under a contract."""
    return dg.AssetKey([GROUP, contract.system, contract.table])


def contract_file(contract: Contract) -> Path:
    """Where a contract is written."""
    return CONTRACTS_FOLDER / contract.system / f"{contract.table}{SUFFIX}"


def landing_specs(lake: Lake) -> list[dg.AssetSpec]:
    """One per contract."""
    return [_spec(lake, contract) for contract in lake.contracts.values()]


def deliveries(lake: Lake, report: IngestReport) -> Iterator[dg.AssetMaterialization]:
    """An event for every contract for which a pass over the landing folders took new files."""
    for table in report.tables:
        contract = lake.contracts.get(table.source_table)
        if contract and table.files:
            facts = {
                "files": table.files,
                "rows in": table.rows_in,
                "rows quarantined": table.rows_quarantined,
                "rows rejected": table.rows_rejected,
            }
            yield dg.AssetMaterialization(landing_key(contract), metadata=facts)


def _spec(lake: Lake, contract: Contract) -> dg.AssetSpec:
    silence = allowed_silence(contract.arrival) if contract.arrival else None
    title = f"{contract.title_zh} | {contract.title_en}: `{contract.path}`"
    return dg.AssetSpec(
        landing_key(contract),
        description=f"{title}\n\n{_promise(contract.arrival, silence)}",
        group_name=GROUP,
        kinds={contract.format},
        owners=[f"team:{contract.owner}"],
        tags={"system": contract.system, "domain": contract.domain},
        metadata={
            "contract": f"{contract.id} {contract.version}",
            **defining_files(lake.settings, {"contract": contract_file(contract)}),
            **dashboard(lake.settings, "data_quality"),
        },
        freshness_policy=_policy(silence) if silence else None,
    )


def _policy(silence: Silence) -> dg.FreshnessPolicy:
    return dg.FreshnessPolicy.time_window(fail_window=silence.longest, warn_window=silence.usual)


def _promise(promise: Arrival | None, silence: Silence | None) -> str:
    if promise is None or silence is None:
        return NO_PROMISE
    return (
        f"按日历 {promise.calendar} 每 {promise.period} 一份，自 {promise.start} 起，"
        f"期后 {promise.latency_days} 天内到；{silence.usual.days} 天无新数据为异常，"
        f"{silence.longest.days} 天为迟到。\n\n"
        f"Promised per {promise.period} from {promise.start}, within {promise.latency_days} days after, by "
        f"calendar `{promise.calendar}`; up to {promise.quiet} periods in a row may bring nothing. So "
        f"nothing new for {silence.usual.days} days is unusual, for {silence.longest.days} days late in any "
        "year. Dagster knows no holidays; the asset `arrivals` judges each period by the calendar."
    )
