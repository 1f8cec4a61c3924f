"""The start-up check of the raw zone: the newest commits on the disk against what was acknowledged.

acknowledged and damaged -> stop, say what to restore, change nothing
whole and unacknowledged -> a crash came between commit and acknowledgement: forced to the disk and registered
torn and unacknowledged  -> a power cut: moved aside; the next ingest loads its files again by itself
After a crash also the leavings that no commit names are removed. All of it is said and kept as a notice.
"""

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.commit_register import Acknowledged, CommitRegister, KeptFile, Origin
from lakehouse.delta_log import (
    Commit,
    TornCommit,
    checkpoint_path,
    commit_path,
    log_folder,
    read_commit,
    versions_in,
)
from lakehouse.durable import fsync_all, fsync_path, make_folder, rewrite, sha256_of

SET_ASIDE = "_set_aside"


class DamagedTable(RuntimeError):
    """What was acknowledged is damaged or gone; it is restored from a backup, never repaired silently."""


@dataclass(frozen=True)
class TableCheck:
    """What lies on the disk for one table, and every way in which it differs from what was acknowledged."""

    table: str
    version: int
    commits: int
    files: int
    bytes: int
    damage: tuple[str, ...]


@dataclass(frozen=True)
class Recovery:
    """Brings the tables below one folder back to what the register says."""

    raw_dir: Path
    register: CommitRegister

    def damage(self) -> list[str]:
        """What of each table's newest acknowledged commit is missing or changed; looks at nothing else."""
        found: list[str] = []
        for table in self.register.tables():
            newest = self.register.newest(table)
            if newest:
                found += self._commit_damage(table, newest)
                found += self._file_damage(table, self.register.data_files(table, newest.version), deep=False)
        return found

    def settle(self, *, crashed: bool) -> list[str]:
        """Takes over or sets aside the commits that nobody acknowledged; says what it did.

        Args:
            crashed: A writer ended without finishing. When none did, and the register was not lost, nobody of
                ours wrote these commits.
        """
        origin: Origin = "adopted" if crashed or not self.register.tables() else "foreign"
        return [notice for table in self._tables() for notice in self._settle(table, origin)]

    def sweep(self) -> list[str]:
        """Removes what a crashed run left and no commit names; only the holder of the lock may call this."""
        return [notice for table in self._tables() for notice in self._sweep(table)]

    def check_all(self, *, deep: bool) -> list[TableCheck]:
        """Every commit, data file and checkpoint on record; `deep` reads and hashes data files too."""
        return [self._check(table, deep=deep) for table in self.register.tables()]

    def _tables(self) -> list[str]:
        folders = (path.name for path in self.raw_dir.iterdir() if log_folder(path).is_dir())
        return sorted({*folders, *self.register.tables()})

    def _settle(self, table: str, origin: Origin) -> Iterator[str]:
        newest = self.register.newest(table)
        first = version = newest.version + 1 if newest else 0
        folder, torn = self.raw_dir / table, None
        while torn is None and commit_path(folder, version).exists():
            try:
                self._adopt(table, read_commit(folder, version), origin)
                version += 1
            except TornCommit as error:
                torn = error
        if version > first:
            yield self._note(_taken_over(table, first, version - 1, origin))
        while torn is not None and commit_path(folder, version).exists():
            yield self._set_aside(table, version, torn)
            version += 1

    def _adopt(self, table: str, commit: Commit, origin: Origin) -> None:
        folder = self.raw_dir / table
        kept = [_whole_file(folder / file.name, file.size, file.rows) for file in commit.files]
        for path in (*(folder / file.name for file in kept), commit_path(folder, commit.version)):
            rewrite(path)
        fsync_all([log_folder(folder), folder, self.raw_dir])
        self.register.acknowledge(table, commit, kept, origin)

    def _set_aside(self, table: str, version: int, torn: TornCommit) -> str:
        source = commit_path(self.raw_dir / table, version)
        target = self.raw_dir / SET_ASIDE / f"{table}-{version}-{sha256_of(source)[:12]}.json"
        notice = self._note(
            f"{table}：未确认的提交 {version} 不完整（{torn.zh}），已移至 {SET_ASIDE}/{target.name}，"
            f"下次导入自动重新装载其文件 | "
            f"{table}: commit {version}, never acknowledged, is not whole: {torn.en}. "
            f"Moved to {SET_ASIDE}/{target.name}; the next ingest loads its files again by itself"
        )
        make_folder(target.parent)
        source.replace(target)
        fsync_all([target.parent, source.parent])
        return notice

    def _sweep(self, table: str) -> Iterator[str]:
        folder = self.raw_dir / table
        newest = self.register.newest(table)
        top = newest.version if newest else -1
        for version in [v for v in versions_in(folder, ".json") if v > top]:
            yield self._set_aside(
                table, version, TornCommit("前一提交缺失", "the commit before it is missing")
            )
        named = {file.name for file in self.register.data_files(table)}
        leavings = [path for path in folder.glob("*.parquet*") if path.name not in named]
        leavings += [*folder.glob(".*.draft"), *log_folder(folder).glob(".*.draft")]
        leavings += log_folder(folder).glob("*#*")
        leavings += self._unregistered_checkpoints(table)
        if leavings:
            for path in leavings:
                path.unlink(missing_ok=True)
            fsync_path(log_folder(folder))
            fsync_path(folder)
            yield self._note(
                f"{table}：清除中断运行遗留的无主文件 {len(leavings)} 个 | "
                f"{table}: removed {len(leavings)} files that a broken "
                f"run left and no commit names, first {leavings[0].name}"
            )

    def _unregistered_checkpoints(self, table: str) -> list[Path]:
        """Checkpoints only sum up commits, which are all kept; their pointer may not outlive them."""
        folder, known = self.raw_dir / table, self.register.checkpoints(table)
        strange = [v for v in versions_in(folder, ".checkpoint.parquet") if v not in known]
        paths = [checkpoint_path(folder, version) for version in strange]
        return [*paths, log_folder(folder) / "_last_checkpoint"] if paths else []

    def _check(self, table: str, *, deep: bool) -> TableCheck:
        commits, files = self.register.commits(table), list(self.register.data_files(table))
        damage = [line for commit in commits for line in self._commit_damage(table, commit)]
        damage += self._file_damage(table, files, deep=deep)
        for version, kept in self.register.checkpoints(table).items():
            damage += _differences(table, checkpoint_path(self.raw_dir / table, version), kept, deep=True)
        top = commits[-1].version if commits else -1
        return TableCheck(table, top, len(commits), len(files), sum(f.size for f in files), tuple(damage))

    def _commit_damage(self, table: str, commit: Acknowledged) -> list[str]:
        path = commit_path(self.raw_dir / table, commit.version)
        return _differences(table, path, KeptFile(path.name, commit.size, commit.sha256), deep=True)

    def _file_damage(self, table: str, files: Iterable[KeptFile], *, deep: bool) -> list[str]:
        folder = self.raw_dir / table
        return [line for file in files for line in _differences(table, folder / file.name, file, deep=deep)]

    def _note(self, notice: str) -> str:
        self.register.note(notice)
        return notice


def _taken_over(table: str, first: int, last: int, origin: Origin) -> str:
    if origin == "foreign":
        return (
            f"{table}：提交 {first} 至 {last} 并非本平台所写（无中断运行），已登记为外来，请查明来源 | "
            f"{table}: commits {first} to {last} were made behind our back: no writer of ours had crashed. "
            "They are whole, so they are on record as foreign; find out who wrote them"
        )
    return (
        f"{table}：接管完整但未确认的提交 {first} 至 {last} | {table}: took over commits {first} to {last}, "
        "which are whole; a crash came before they were acknowledged"
    )


def explain_damage(damage: list[str]) -> DamagedTable:
    """The alarm: what is damaged and what to do."""
    shown = "\n".join(f"  {line}" for line in damage[:20])
    return DamagedTable(
        f"已确认的数据有 {len(damage)} 处损坏，已停止且未作改动；请从备份恢复下列文件后重新运行 | "
        f"{len(damage)} damages to acknowledged data. Stopped, and nothing was changed. Restore these files "
        f"from the backup, then run again (`medlake check --deep` looks at everything):\n{shown}"
    )


def _differences(table: str, path: Path, kept: KeptFile, *, deep: bool) -> list[str]:
    """At most one line: the first way in which a file is not what was acknowledged."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return [f"{table}: 缺失 | missing: {path}"]
    if size != kept.size:
        return [f"{table}: 大小不符 | has {size} bytes instead of {kept.size}: {path}"]
    if deep and sha256_of(path) != kept.sha256:
        return [f"{table}: 内容不符 | has other bytes than were acknowledged: {path}"]
    return []


def _whole_file(path: Path, size: int, rows: int) -> KeptFile:
    """A data file of a commit to take over, decoded to its last page.

    Raises:
        TornCommit: It is missing or not what the commit says.
    """
    try:
        with pq.ParquetFile(path) as parquet:
            counted = sum(batch.num_rows for batch in parquet.iter_batches())
    except (OSError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.ENOENT):
            raise  # the disk itself fails, which says nothing about the file
        raise TornCommit(f"数据文件 {path.name} 缺失或损坏", f"{path.name} is missing or damaged") from error
    if (found := path.stat().st_size) != size or counted != rows:
        raise TornCommit(f"数据文件 {path.name} 不符", f"{path.name} has {found} bytes and {counted} rows")
    return KeptFile(path.name, size, sha256_of(path))
