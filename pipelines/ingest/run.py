"""The ingest: landing roots -> originals -> raw zone, quarantine and load accounts.

Every file found is either known, loaded, or rejected with a reason; a bad file never stops another.
Alone: ingest(Settings.from_env(), load_contracts(), RawZone(settings.raw_dir), datetime.now(UTC)).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.storage import require_space
from lakehouse.table_schema import SchemaMismatch
from pipelines.ingest.admission.archives import unpack
from pipelines.ingest.admission.landing import Claims, LandingFile, find_files
from pipelines.ingest.admission.originals import Original, Originals
from pipelines.ingest.loading.decisions import Decisions, open_decisions
from pipelines.ingest.loading.file_account import Pending, refusal, rejection
from pipelines.ingest.loading.loads import Accounts
from pipelines.ingest.loading.table_columns import raw_schema
from pipelines.ingest.loading.table_load import load_table
from pipelines.ingest.records import FileRejected
from pipelines.ingest.report import IngestReport, LoadRecord, build_report
from pipelines.ingest.rules import EVENTS, Rule
from pipelines.ingest.sources import take_databases
from quality_rules.contract import Contract

# Called after each file with (source table, files done, files to do).
Progress = Callable[[str, int, int], None]
NO_TABLE = ""
# A new file is kept once as it came and once as rows, and may be unpacked beside them on the way.
FOOTPRINT = 3
ADMISSIONS = 8


def ingest(
    settings: Settings,
    contracts: Mapping[str, Contract],
    zone: RawZone,
    at: datetime,
    progress: Progress | None = None,
    systems: Collection[str] | None = None,
) -> IngestReport:
    """Takes everything new from the landing roots.

    Args:
        settings: Landing roots and the folder of originals.
        contracts: All contracts, by id; they decide which file belongs where.
        zone: Where rows and accounts go; missing tables are created.
        at: The time this run stands for, with its zone.
        progress: Told after each file.
        systems: Only these source systems, all when None.
    """
    chosen = {i: c for i, c in sorted(contracts.items()) if systems is None or c.system in systems}
    with zone.writing("ingest"):
        originals = Originals.open(settings.originals_dir)
        originals.sweep()
        files = [f for f in map(_only(chosen, systems), find_files(settings.landing_roots, contracts)) if f]
        return _take(settings, chosen, files, zone, originals, Accounts(zone, at), progress)


def _take(
    settings: Settings,
    chosen: Mapping[str, Contract],
    files: list[LandingFile],
    zone: RawZone,
    originals: Originals,
    accounts: Accounts,
    progress: Progress | None,
) -> IngestReport:
    """Loads what is new among the files."""
    accounts.prepare()
    failed = _ensure_tables(zone, chosen.values())
    chosen = {i: c for i, c in chosen.items() if i not in failed}
    served = [f for f in map(_only(chosen, None), files) if f]
    with open_decisions(zone) as known:
        plan = Plan(chosen, known, originals, accounts)
        plan.add_all(served)
        plan.add_databases(settings, zone)
    originals.settle()
    _load_all(zone, plan, progress)
    accounts.write()
    originals.remember()
    return build_report(len(files), plan.known_pairs, accounts.written, failed, accounts.drifted)


def _ensure_tables(zone: RawZone, contracts: Iterable[Contract]) -> dict[str, str]:
    """Brings every raw table in step with its contract; gives the tables where that failed, each with why."""
    failed = {}
    for contract in contracts:
        try:
            zone.ensure(contract.id, raw_schema(contract))
        except SchemaMismatch as mismatch:
            failed[contract.id] = str(mismatch)
    return failed


def _only(
    chosen: Mapping[str, Contract], systems: Collection[str] | None
) -> Callable[[LandingFile], LandingFile | None]:
    """Narrows files to the chosen tables; an unclaimed file belongs to the system of its folder."""

    def narrow(file: LandingFile) -> LandingFile | None:
        if not file.contracts:
            return file if systems is None or file.name.partition("/")[0] in systems else None
        kept = tuple(i for i in file.contracts if i in chosen)
        if kept == file.contracts:
            return file
        return replace(file, contracts=kept) if kept else None

    return narrow


class Plan:
    """Which known file needs no work, and which new one goes to which tables."""

    def __init__(
        self, contracts: Mapping[str, Contract], known: Decisions, originals: Originals, accounts: Accounts
    ) -> None:
        self.contracts = contracts
        self.known = known
        self.originals = originals
        self.accounts = accounts
        self.claims = Claims(contracts)
        self.work: dict[str, dict[str, Pending]] = defaultdict(dict)
        self.known_pairs = 0

    def add_all(self, files: list[LandingFile]) -> None:
        """Admits files, several at a time because each waits for the disk, and plans them in order.

        Raises:
            StorageFailure: The disk has no room for the new ones; none was touched.
        """
        new_bytes = self.originals.new_bytes(file.path for file in files)
        require_space(self.originals.folder, FOOTPRINT * new_bytes, "ingest")
        with ThreadPoolExecutor(ADMISSIONS) as pool:
            under_way = [self.originals.recall(f.path) or pool.submit(self._admit, f) for f in files]
        # Only now, with all copies made: what an archive holds is settled before it is remembered.
        for file, found in zip(files, under_way, strict=True):
            admitted = found if isinstance(found, Original) else found.result()
            if isinstance(admitted, FileRejected):
                self._refuse(file, admitted)
            elif file.is_archive:
                self._open_archive(file, admitted)
            else:
                self._plan(file, admitted)

    def add_databases(self, settings: Settings, zone: RawZone) -> None:
        """Plans an extract of every database source that says something new."""
        for taken in take_databases(settings.connections, self.contracts, zone, self.originals):
            file = LandingFile(self.originals.folder, taken.name, (taken.contract,))
            if isinstance(taken.found, FileRejected):
                self._refuse(file, taken.found)
            else:
                self._plan(file, taken.found)

    def _admit(self, file: LandingFile) -> Original | FileRejected:
        try:
            return self.originals.admit(file.path, is_table=not file.is_archive)
        except FileRejected as rejected:
            return rejected

    def _plan(self, file: LandingFile, original: Original) -> None:
        for source_table in file.contracts:
            version = self.contracts[source_table].version
            if self.known.is_decided(source_table, version, original.sha256):
                self.known_pairs += 1
            else:
                # The same content under two names is one load, under the name that sorts first.
                self.work[source_table].setdefault(original.sha256, Pending(file.name, original))
        if not file.contracts:
            self._unclaimed(file, original)

    def _open_archive(self, file: LandingFile, archive: Original) -> None:
        """Plans each member as a file of its own; what cannot be taken is refused by name."""
        try:
            archive.confirm()
            parts = unpack(archive, file.name, self.originals)
        except FileRejected as rejected:
            self._refuse(file, rejected, archive)
            return
        for part in parts:
            ids = self.claims.of_member(file.name, part.file_name)
            member = LandingFile(archive.path, "!".join((file.name, *part.path)), ids or file.contracts)
            if isinstance(part.found, FileRejected):
                self._refuse(member, part.found, archive)
            elif ids or not file.is_foreign:
                self._plan(replace(member, contracts=ids), part.found)

    def _unclaimed(self, file: LandingFile, original: Original) -> None:
        rejected = FileRejected(Rule.NO_CONTRACT, "没有契约认领该文件 | No contract names this file")
        # Its name is the reason, so the same content under another name is another rejection.
        record = rejection(NO_TABLE, file.name, Pending(file.name, original), rejected)
        self._account(replace(record, contract_version=""))

    def _refuse(self, file: LandingFile, rejected: FileRejected, origin: Original | None = None) -> None:
        """A file that could not be read has no identity; one that changes is a new event each time.

        A member of an archive, and the archive, are known by the archive they came from.
        """
        moment = self.accounts.at.isoformat() if rejected.rule in EVENTS else rejected.reason
        moment = f"{origin.sha256}\n{moment}" if origin else moment
        for source_table in file.contracts or (NO_TABLE,):
            version = self.contracts[source_table].version if source_table else ""
            unread = Pending(file.name, origin or Original("", 0, file.path))
            self._account(refusal(source_table, version, unread, rejected, moment))

    def _account(self, record: LoadRecord) -> None:
        if self.known.is_on_record(record.load_id):
            self.known_pairs += 1
        else:
            self.accounts.add(record, ())


def _load_all(zone: RawZone, plan: Plan, progress: Progress | None) -> None:
    total, done = sum(map(len, plan.work.values())), 0
    for source_table, pending in sorted(plan.work.items()):

        def step(table: str = source_table) -> None:
            nonlocal done
            done += 1
            if progress:
                progress(table, done, total)

        contract = plan.contracts[source_table]
        load_table(zone, contract, list(pending.values()), plan.accounts, plan.originals.scratch, step)
