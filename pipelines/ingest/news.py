"""What an ingest would take up, found without loading anything; decides whether a refresh has work to do."""

from collections.abc import Mapping
from datetime import datetime

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.ingest.admission.landing import find_files
from pipelines.ingest.admission.originals import Originals
from pipelines.ingest.loading.decisions import open_decisions
from pipelines.ingest.loading.loads import Accounts
from pipelines.ingest.run import Plan
from quality_rules.contract import Contract


def pending(
    settings: Settings,
    contracts: Mapping[str, Contract],
    zone: RawZone,
    at: datetime,
    *,
    databases: bool = True,
) -> tuple[tuple[str, str], ...]:
    """(source table, identity) of what an ingest would load or reject now; for the lake's writer."""
    accounts = Accounts(zone, at)
    accounts.prepare()
    originals = Originals.open(settings.originals_dir)
    originals.sweep()
    with open_decisions(zone) as known:
        plan = Plan(contracts, known, originals, accounts)
        plan.add_all(find_files(settings.landing_roots, contracts))
        if databases:
            plan.add_databases(settings, zone)
    originals.settle()
    originals.remember()
    new = {(table, sha256) for table, files in plan.work.items() for sha256 in files}
    return tuple(sorted(new | {(load.source_table, load.load_id) for load in accounts.loads}))
