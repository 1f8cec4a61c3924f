"""Attacks on a lake, its ledger, releases and bundles: each is found offline, and nothing clean is accused.

One small lake with two tables, a routine release, one signed by two people and one released in an emergency,
sealed and witnessed. Each attack spoils a copy as somebody could who owns every file but the witness's.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.access import Role
from lakehouse.access.role_release import FACTS
from lakehouse.durable import sha256_of
from lakehouse.raw_zone import RawZone
from lakehouse.releases import ReleaseDraft, ReleasedTable, find_release
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lineage.ledger.act import Act, Action, canonical_json, instant
from lineage.ledger.audit import audit
from lineage.ledger.keys import log_key
from lineage.ledger.lake_audit import audit_lake
from lineage.ledger.ledger import Ledger, ledger_path, open_ledger
from lineage.ledger.note import BadNote
from lineage.ledger.refusals import DamagedLedger
from lineage.ledger.release_audit import audit_releases
from lineage.ledger.sealing import CHECKPOINT_FILE, known_keys, seal
from lineage.ledger.witness import DirectoryWitness
from lineage.role_reading import readable
from lineage.signing import keys as people_keys
from lineage.signing import releasing
from pipelines.evidence.recorder import record
from pipelines.lake import Lake
from reports.bundle import Draft, Taker, issue
from reports.verifier import verify
from reports.verifier.verify import Invalid, archive_bytes, check, read_bundle
from tests.conftest import Storm
from tests.integration.small_lake import AT, SmallLake, contract

ORDER = contract("order", "order_no", "qty")
LINE = contract("line", "line_no", "qty")
FILES = 12
REPORT = Draft("recall", "RC-1", {"letter.html": "致：江城医院".encode(), "scope.json": b'{"lots":2}'})
TAKER = Taker("李娜", "recall RC-1")
COPIED = ("raw", "ledger", "keys", "releases", "originals", "lineage")


@dataclass(frozen=True)
class Place:
    """A copy of the lake, what the witness remembers, and the bundles that were issued."""

    settings: Settings
    witness: bytes
    bundles: dict[str, Path]

    @property
    def raw(self) -> Path:
        return self.settings.raw_dir

    def findings(self) -> list[str]:
        """Everything an offline verification says."""
        newest = self.settings.ledger_dir / CHECKPOINT_FILE
        note = newest.read_bytes() if newest.is_file() else None
        try:
            with open_ledger(self.settings, writable=False) as ledger:
                found = list(audit(ledger, known_keys(self.settings), note, self.witness).findings)
                if not found:
                    lake = audit_lake(self.settings, ledger, deep=True)
                    audit_releases(self.settings, ledger, lake, deep=True)
                    found += lake.findings
        except (DamagedLedger, BadNote, LookupError) as error:
            return [str(error)]
        known = known_keys(self.settings)
        for name, path in self.bundles.items():
            try:
                check(path, str(known.log), str(known.witness))
            except Invalid as invalid:
                found.append(f"{name}: {invalid}")
        return found


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("attacked")
    settings = Settings.from_env(
        {
            "MEDLAKE_DATA": str(home / "lake"),
            "MEDLAKE_WITNESS": str(home / "witness"),
            "MEDLAKE_MEMORY": "1GB",
        }
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people_keys, "ROUNDS", 10)
        _load(settings)
        _release(settings)
    bundles = {}
    for number in (1, 2, 3):
        release = find_release(settings, number)
        bundles[f"bundle {number}"] = home / f"bundle-{number}.zip"
        bundles[f"bundle {number}"].write_bytes(issue(settings, release, REPORT, TAKER, lambda _: None))
    _say_and_seal(settings, 3)
    log = known_keys(settings).log
    remembered = DirectoryWitness(Path(str(settings.witness))).newest(log.name)
    assert remembered is not None
    yield Place(settings, remembered, bundles)


def _load(settings: Settings) -> None:
    small = SmallLake(settings, RawZone(settings.raw_dir))
    for number in range(FILES):
        small.drop(f"erp/order/order_{number}.csv", f"order_no,qty\n{number},{number}0\n")
        small.drop(f"erp/line/line_{number}.csv", f"line_no,qty\n{number},{number}1\n")
        small.run(ORDER, LINE)
    lake = Lake(settings, {ORDER.id: ORDER, LINE.id: LINE}, RawZone(settings.raw_dir))
    record(lake, (), run_id=str(uuid4()), at=AT, say=lambda _: None, sealed=True)
    DirectoryWitness(Path(str(settings.witness))).trust(known_keys(settings).log)


def _release(settings: Settings) -> None:
    with connect(settings.build_path, read_only=False, settings=settings) as build:
        build.execute("CREATE SCHEMA core")
        build.execute("CREATE TABLE core.lot AS SELECT i AS lot_id FROM range(5000) AS t(i)")
    table = ReleasedTable("core", "lot", ("lot_id",), "", {})
    gates = {"rules": {"core": 1}, "not_green": []}
    facts = {"gates": gates, "run_id": str(uuid4()), "inputs": {"files": []}}
    draft = ReleaseDraft([table], facts | {"sensitivity": {"core.lot": {"lot_id": {}}}}, AT)
    routine = releasing.make_candidate(settings, draft, "routine")
    readable(settings, routine, [Role.ANALYST], {})
    releasing.make_candidate(settings, draft, "regulatory")
    releasing.sign(settings, 2, "li.na", "demo", "complete")
    releasing.sign(settings, 2, "wang.wei", "demo", "complete")
    releasing.make_candidate(settings, draft, "regulatory")
    releasing.break_glass(settings, 3, "wang.wei", "demo", "recall at night", None)


def _say_and_seal(settings: Settings, acts: int) -> None:
    with open_ledger(settings, writable=True) as ledger:
        ledger.append_many([Act(Action.LOGIN, "王伟", "shell", "work") for _ in range(acts)])
        seal(settings, ledger, lambda _: None)


@pytest.fixture
def place(sealed: Place, tmp_path: Path) -> Place:
    """A copy to spoil."""
    data = tmp_path / "lake"
    for name in COPIED:
        shutil.copytree(sealed.settings.data_dir / name, data / name)
    bundles = {name: Path(shutil.copy(path, tmp_path)) for name, path in sealed.bundles.items()}
    return Place(Settings.from_env({"MEDLAKE_DATA": str(data)}), sealed.witness, bundles)


# --- Tools of the attacker ---


def patched(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content, f"{path} does not hold {old!r}"
    path.write_bytes(content.replace(old, new))


def flipped(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def swap(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def data_file(place: Place, number: int = 0, table: str = ORDER.id) -> Path:
    return sorted((place.raw / table).glob("*.parquet"))[number]


def commit(place: Place, version: int, table: str = ORDER.id) -> Path:
    return place.raw / table / "_delta_log" / f"{version:020d}.json"


def edit_ledger(place: Place, *statements: str) -> None:
    connection = sqlite3.connect(ledger_path(place.settings), isolation_level=None)
    for table in ("leaves", "notes"):
        for verb in ("UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def replaced(old: str, new: str) -> str:
    """The beginning of a statement that replaces text in leaves."""
    return f"UPDATE leaves SET body = CAST(replace(CAST(body AS TEXT), '{old}', '{new}') AS BLOB) "


def forged_ledger(place: Place, change: Callable[[list[Act]], None]) -> None:
    """The whole history written anew with the log's own key, as its operator can."""
    with open_ledger(place.settings, writable=False) as ledger:
        entries = list(ledger.entries())
    acts, times = [entry.act for entry in entries], iter([entry.at for entry in entries])
    change(acts)
    for path in place.settings.ledger_dir.iterdir():
        path.unlink()
    last = entries[-1].at
    with Ledger.open(ledger_path(place.settings), clock=lambda: next(times, last)) as ledger:
        ledger.append_many(acts)
        seal(place.settings, ledger, lambda _: None)


def rebundle(place: Place, name: str, change: Callable[[dict[str, bytes]], None]) -> None:
    files = read_bundle(place.bundles[name])
    change(files)
    place.bundles[name].write_bytes(archive_bytes(files))


def envelopes(files: dict[str, bytes]) -> list[str]:
    return sorted(name for name in files if name.startswith("signatures/"))


# --- Attacks on the raw zone ---


def patch_a_byte(place: Place) -> None:
    flipped(data_file(place), 8)


def patch_the_footer(place: Place) -> None:
    path = data_file(place)
    flipped(path, path.stat().st_size - 20)


def empty_a_data_file_at_the_same_size(place: Place) -> None:
    path = data_file(place)
    size = path.stat().st_size
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    path.write_bytes(path.read_bytes().ljust(size, b"\0"))


def patch_statistics(place: Place) -> None:
    patched(commit(place, 3), b'numRecords\\": 1', b'numRecords\\": 9')


def back_date_a_commit(place: Place) -> None:
    path = commit(place, 3)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        if "commitInfo" in line:
            line["commitInfo"]["timestamp"] -= 86_400_000
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))


def drop_the_newest_commit(place: Place) -> None:
    commit(place, FILES).unlink()


def drop_a_commit_in_the_middle(place: Place) -> None:
    commit(place, 4).unlink()


def insert_a_commit(place: Place) -> None:
    shutil.copy(commit(place, FILES), commit(place, FILES + 1))


def reorder_commits(place: Place) -> None:
    swap(commit(place, 2), commit(place, 3))


def replace_the_newest_commit(place: Place) -> None:
    """History forked: the last commit gone, and another one under its number."""
    shutil.copy(commit(place, FILES - 1), commit(place, FILES))


def swap_data_files(place: Place) -> None:
    swap(data_file(place, 0), data_file(place, 1))


def swap_tables(place: Place) -> None:
    swap(place.raw / ORDER.id, place.raw / LINE.id)


def cut_a_delta_checkpoint(place: Place) -> None:
    (path,) = (place.raw / ORDER.id / "_delta_log").glob("*.checkpoint.parquet")
    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows - 1), path)


def add_a_delta_checkpoint(place: Place) -> None:
    (path,) = (place.raw / ORDER.id / "_delta_log").glob("*.checkpoint.parquet")
    shutil.copy(path, path.with_name(f"{FILES:020d}.checkpoint.parquet"))


def throw_the_register_away_and_patch(place: Place) -> None:
    flipped(data_file(place), 8)
    (place.raw / "_register.sqlite").unlink()


def edit_an_original(place: Place) -> None:
    path = next(p for p in place.settings.originals_dir.glob("??/*") if len(p.name) == 64)
    path.chmod(0o644)
    patched(path, b"_no", b"-no")


def drop_a_lineage_event(place: Place) -> None:
    path = min(place.settings.outbox_dir.glob("*.jsonl"))
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


# --- Attacks on the ledger ---


def edit_a_leaf(place: Place) -> None:
    edit_ledger(
        place,
        replaced('"rows_in":1', '"rows_in":2') + "WHERE action = 'file.admitted'",
    )


def edit_a_leaf_and_all_hashes(place: Place) -> None:
    """Every hash made to fit again, the seals left as they were."""

    def change(acts: list[Act]) -> None:
        acts[0] = Act(Action.LOGIN, "nobody", "x", "y")

    notes = _notes(place)
    forged_ledger(place, change)
    (place.settings.ledger_dir / CHECKPOINT_FILE).write_bytes(notes[-1])


def _notes(place: Place) -> list[bytes]:
    with open_ledger(place.settings, writable=False) as ledger:
        return ledger.notes()


def cut_the_log(place: Place) -> None:
    edit_ledger(place, "DELETE FROM leaves WHERE position > (SELECT max(position) - 3 FROM leaves)")


def drop_a_leaf(place: Place) -> None:
    edit_ledger(place, "DELETE FROM leaves WHERE position = 5")


def swap_two_leaves(place: Place) -> None:
    edit_ledger(
        place,
        "UPDATE leaves SET position = -1 WHERE position = 5",
        "UPDATE leaves SET position = 5 WHERE position = 6",
        "UPDATE leaves SET position = 6 WHERE position = -1",
    )


def repeat_a_leaf(place: Place) -> None:
    edit_ledger(
        place,
        "INSERT INTO leaves (position, body, hashes) "
        "SELECT (SELECT max(position) + 1 FROM leaves), body, hashes FROM leaves WHERE position = 4",
    )


def replay_an_old_state(place: Place) -> None:
    """Ledger, seals and checkpoint of an earlier day, whole and properly signed."""
    old = _notes(place)[0]
    size = int(old.split(b"\n")[1])
    edit_ledger(place, f"DELETE FROM leaves WHERE position >= {size}", "DELETE FROM notes WHERE seq > 1")
    (place.settings.ledger_dir / CHECKPOINT_FILE).write_bytes(old)


def rewrite_history_with_the_log_key(place: Place) -> None:
    def change(acts: list[Act]) -> None:
        acts[3] = Act(acts[3].action, "somebody else", acts[3].what, acts[3].why, details=acts[3].details)

    forged_ledger(place, change)


def fork_after_the_witness(place: Place) -> None:
    """The last acts replaced by others and signed again."""

    def change(acts: list[Act]) -> None:
        acts[-3:] = [Act(Action.LOGIN, "王伟", "shell", "other work") for _ in range(4)]

    forged_ledger(place, change)


def sign_with_another_key(place: Place) -> None:
    """All keys and seals of a new log over the same leaves."""
    shutil.rmtree(place.settings.keys_dir)
    log_key(place.settings.keys_dir)
    forged_ledger(place, lambda acts: None)


def forget_all_seals(place: Place) -> None:
    edit_ledger(place, "DELETE FROM notes")


def back_date_a_leaf(place: Place) -> None:
    yesterday = instant(datetime.now(UTC) - timedelta(days=1))[:19]
    edit_ledger(
        place,
        "UPDATE leaves SET body = "
        f"CAST(replace(CAST(body AS TEXT), substr(at, 1, 19), '{yesterday}') AS BLOB) WHERE position = 8",
    )


def write_a_number_in_another_form(place: Place) -> None:
    edit_ledger(place, replaced('"v":1', '"v":1.0') + "WHERE position = 2")


def write_a_name_in_another_normal_form(place: Place) -> None:
    edit_ledger(place, replaced("李", "\\u674e") + "WHERE action = 'export'")


# --- Attacks on releases ---


def edit_a_manifest(place: Place) -> None:
    patched(place.settings.releases_dir / "000002" / "manifest.json", b'"rows": 5000', b'"rows": 4999')


def edit_a_warehouse(place: Place) -> None:
    (path,) = (place.settings.releases_dir / "000002").glob("*.duckdb")
    flipped(path, path.stat().st_size // 2)


def edit_warehouse_and_manifest(place: Place) -> None:
    folder = place.settings.releases_dir / "000002"
    (path,) = folder.glob("*.duckdb")
    before = verify.sha256(path.read_bytes()).encode()
    flipped(path, path.stat().st_size // 2)
    patched(folder / "manifest.json", before, verify.sha256(path.read_bytes()).encode())


def slip_in_a_release(place: Place) -> None:
    shutil.copytree(place.settings.releases_dir / "000001", place.settings.releases_dir / "000009")


def swap_releases(place: Place) -> None:
    swap(place.settings.releases_dir / "000001", place.settings.releases_dir / "000002")


def role_folder(place: Place) -> Path:
    (folder,) = (place.settings.releases_dir / "000001" / "roles").iterdir()
    return folder


def edit_a_role_file(place: Place) -> None:
    (path,) = role_folder(place).glob("*.duckdb")
    flipped(path, path.stat().st_size // 2)


def give_a_role_more_and_vouch_for_it(place: Place) -> None:
    """The door compares a role's file with the facts beside it: only the ledger knows better."""
    folder = role_folder(place)
    (path,) = folder.glob("*.duckdb")
    flipped(path, path.stat().st_size // 2)
    facts = json.loads((folder / FACTS).read_text())
    facts["warehouse"]["sha256"] = sha256_of(path)
    (folder / FACTS).write_text(json.dumps(facts))


def slip_in_a_role_file(place: Place) -> None:
    shutil.copytree(role_folder(place), role_folder(place).with_name("manager-0123456789abcdef"))


def take_a_role_file_away(place: Place) -> None:
    shutil.rmtree(role_folder(place))


def edit_the_record_of_releases(place: Place) -> None:
    """Another reason for a step, and every digest after it made to fit."""
    path = place.settings.releases_dir / "record.jsonl"
    content, last = b"", "0" * 64
    for line in path.read_bytes().splitlines():
        step = {**json.loads(line), "prev": last}
        step["why"] = step["why"].replace("complete", "in a hurry")
        changed = json.dumps(step, ensure_ascii=False, sort_keys=True).encode()
        content, last = content + changed + b"\n", verify.sha256(changed)
    path.write_bytes(content)


def cut_the_record_of_releases(place: Place) -> None:
    path = place.settings.releases_dir / "record.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def signature_files(place: Place) -> list[Path]:
    files = (place.settings.releases_dir / "signatures" / "000002").glob("*.dsse.json")
    return sorted(path for path in files if path.name != "release.dsse.json")


def swap_signature_files(place: Place) -> None:
    swap(*signature_files(place))


def lose_a_signature_file(place: Place) -> None:
    signature_files(place)[0].unlink()


def sign_twice_with_one_key(place: Place) -> None:
    """The envelope both sign together, with the first signature standing for both."""
    path = place.settings.releases_dir / "signatures" / "000002" / "release.dsse.json"
    envelope = json.loads(path.read_bytes())
    envelope["signatures"] = [envelope["signatures"][0]] * 2
    path.write_bytes(canonical_json(envelope))


# --- Attacks on bundles ---


def edit_the_report(place: Place) -> None:
    def change(files: dict[str, bytes]) -> None:
        files["content/scope.json"] = b'{"lots":1}'
        manifest = json.loads(files[verify.MANIFEST])
        for entry in manifest["files"]:
            entry[1:] = [len(files[entry[0]]), verify.sha256(files[entry[0]])]
        files[verify.MANIFEST] = canonical_json(manifest)

    rebundle(place, "bundle 1", change)


def swap_signatures(place: Place) -> None:
    def change(files: dict[str, bytes]) -> None:
        one, other = envelopes(files)
        files[one], files[other] = files[other], files[one]

    rebundle(place, "bundle 2", change)


def take_a_signature_away(place: Place) -> None:
    rebundle(place, "bundle 2", lambda files: files.pop(envelopes(files)[0]) and None)


def take_a_signature_and_its_leaf_away(place: Place) -> None:
    """So that nobody could say that a second signature was asked for."""

    def change(files: dict[str, bytes]) -> None:
        leaves = json.loads(files[verify.LEAVES])
        gone = next(leaf for leaf in leaves if json.loads(leaf["leaf"])["action"] == verify.SIGNED[0])
        facts = json.loads(gone["leaf"])["details"]["facts"]
        leaves.remove(gone)
        people = json.loads(files[verify.PEOPLE])
        del people[facts["key_id"]], files[f"signatures/{facts['envelope_sha256']}"]
        files[verify.LEAVES], files[verify.PEOPLE] = canonical_json(leaves), canonical_json(people)

    rebundle(place, "bundle 2", change)


def bring_signatures_of_another_release(place: Place) -> None:
    other = read_bundle(place.bundles["bundle 2"])

    def change(files: dict[str, bytes]) -> None:
        for name in envelopes(other):
            files[name] = other[name]
        files[verify.PEOPLE] = other[verify.PEOPLE]

    rebundle(place, "bundle 1", change)


def show_the_same_leaf_twice(place: Place) -> None:
    """One person's approval, counted for two."""

    def change(files: dict[str, bytes]) -> None:
        leaves = json.loads(files[verify.LEAVES])
        first, second = [x for x in leaves if json.loads(x["leaf"])["action"] == verify.SIGNED[0]]
        leaves[leaves.index(second)] = first
        files[verify.LEAVES] = canonical_json(leaves)

    rebundle(place, "bundle 2", change)


def swap_report_and_release(place: Place) -> None:
    """The report of one release under the evidence of another."""
    other = read_bundle(place.bundles["bundle 2"])
    rebundle(
        place,
        "bundle 1",
        lambda files: files.update({n: other[n] for n in (verify.LEAVES, verify.CHECKPOINT)}),
    )


def strip_the_witness(place: Place) -> None:
    def change(files: dict[str, bytes]) -> None:
        files[verify.KEYS] = files[verify.KEYS].split(b"\n")[0] + b"\n"
        files[verify.CHECKPOINT] = b"\n".join(files[verify.CHECKPOINT].split(b"\n")[:-2]) + b"\n"

    rebundle(place, "bundle 1", change)


def hide_bytes_in_the_archive(place: Place) -> None:
    path = place.bundles["bundle 1"]
    path.write_bytes(path.read_bytes() + b"hidden")


def add_a_file_to_a_bundle(place: Place) -> None:
    rebundle(place, "bundle 1", lambda files: files.update({"content/annex.html": b"more"}))


def replace_the_verifier(place: Place) -> None:
    """The copy in the bundle says yes to everything; any other copy says that it was replaced."""
    rebundle(place, "bundle 1", lambda files: files.update({"verify.py": b"print('VALID')\n"}))


ATTACKS: list[tuple[Callable[[Place], None], str]] = [
    (patch_a_byte, "has other bytes"),
    (patch_the_footer, "has other bytes"),
    (empty_a_data_file_at_the_same_size, "has other bytes"),
    (patch_statistics, "has other bytes"),
    (back_date_a_commit, "00000003.json"),
    (drop_the_newest_commit, "missing"),
    (drop_a_commit_in_the_middle, "missing"),
    (insert_a_commit, "behind our back"),
    (reorder_commits, "00000002.json"),
    (replace_the_newest_commit, "00000012.json"),
    (swap_data_files, ".parquet"),
    (swap_tables, "missing"),
    (cut_a_delta_checkpoint, "checkpoint.parquet"),
    (add_a_delta_checkpoint, "Delta checkpoint 12 stands in no leaf"),
    (throw_the_register_away_and_patch, "has other bytes"),
    (edit_an_original, "the original of"),
    (drop_a_lineage_event, "no OpenLineage event"),
    (edit_a_leaf, "does not fit the hashes"),
    (edit_a_leaf_and_all_hashes, "rewritten or forked"),
    (cut_the_log, "rolled back"),
    (drop_a_leaf, "leaf 5 is missing"),
    (swap_two_leaves, "leaf 5 does not fit"),
    (repeat_a_leaf, "its time does not fit"),
    (replay_an_old_state, "rolled back"),
    (rewrite_history_with_the_log_key, "rewritten or forked"),
    (fork_after_the_witness, "rewritten or forked"),
    (sign_with_another_key, "witness"),
    (forget_all_seals, "none of its seals"),
    (back_date_a_leaf, "leaf 8"),
    (write_a_number_in_another_form, "canonical"),
    (write_a_name_in_another_normal_form, "does not fit the hashes"),
    (edit_a_manifest, "its manifest is not the one"),
    (edit_a_warehouse, "should have sha256"),
    (edit_warehouse_and_manifest, "its manifest is not the one"),
    (slip_in_a_release, "release 000009 stands in no leaf"),
    (swap_releases, "release 000001"),
    (edit_a_role_file, "a role's file has other bytes"),
    (give_a_role_more_and_vouch_for_it, "no leaf put it on record"),
    (slip_in_a_role_file, "no leaf put it on record"),
    (take_a_role_file_away, "role file analyst of release 000001 is missing"),
    (edit_the_record_of_releases, "of the record of releases is not what leaf"),
    (cut_the_record_of_releases, "of the record of releases is not what leaf"),
    (swap_signature_files, "is missing or was changed"),
    (lose_a_signature_file, "is missing or was changed"),
    (sign_twice_with_one_key, "envelope"),
    (edit_the_report, "no leaf vouches for this bundle's manifest"),
    (swap_signatures, "is not the one in the ledger"),
    (take_a_signature_away, "signatures are missing"),
    (take_a_signature_and_its_leaf_away, "lacks the signature"),
    (bring_signatures_of_another_release, "signatures are missing or too many"),
    (show_the_same_leaf_twice, "lacks the signature"),
    (swap_report_and_release, "no leaf vouches"),
    (strip_the_witness, "the bundle has not the witness"),
    (hide_bytes_in_the_archive, "the archive holds more"),
    (add_a_file_to_a_bundle, "in no manifest"),
    (replace_the_verifier, "verify.py has other bytes"),
]


def test_nothing_clean_is_accused(place: Place) -> None:
    """Prevents a false alarm, and attacks that are found only because everything is."""
    assert place.findings() == []
    with open_ledger(place.settings, writable=False) as ledger:
        lake = audit_lake(place.settings, ledger, deep=True)
        audit_releases(place.settings, ledger, lake, deep=True)
    assert lake.commits == lake.events > 2 * FILES
    assert (lake.data_files >= 2 * FILES, lake.originals, lake.unsealed) == (True, 2 * FILES, 0)
    assert (lake.releases, lake.signatures, lake.role_files) == (3, 3, 1)


@pytest.mark.parametrize(("attack", "says"), ATTACKS, ids=[attack.__name__ for attack, _ in ATTACKS])
def test_every_attack_is_found(place: Place, attack: Callable[[Place], None], says: str) -> None:
    """Prevents any of these from passing, or from being reported as something else."""
    attack(place)
    found = place.findings()
    assert any(says in finding for finding in found), found


def test_an_expired_emergency_release_is_found(place: Place) -> None:
    """Prevents a report from an emergency release that nobody ratified in time from verifying for ever."""
    files = read_bundle(place.bundles["bundle 3"])
    acts = [json.loads(leaf["leaf"]) for leaf in json.loads(files[verify.LEAVES])]
    issued = next(act for act in acts if act["action"] == "report.issued")
    verify.check_rule(acts, issued["at"])
    late = datetime.fromisoformat(issued["at"]) + timedelta(hours=72)
    with pytest.raises(Invalid, match="the emergency release by wang.wei was over"):
        verify.check_rule(acts, late.isoformat())


@pytest.mark.storm
def test_every_byte_of_a_bundle(storm: Storm, place: Place) -> None:
    """Prevents any byte of a signed bundle, its container included, from changing without being noticed."""
    path, known = place.bundles["bundle 2"], known_keys(place.settings)
    content, step = path.read_bytes(), storm.size(sample=211, full=1)
    tried = 0
    for position in range(0, len(content), step):
        path.write_bytes(
            content[:position] + bytes([content[position] ^ 1 << position % 8]) + content[position + 1 :]
        )
        with pytest.raises(Invalid):
            check(path, str(known.log), str(known.witness))
        tried += 1
    storm.report("every byte of a bundle flipped", bytes=tried, of=len(content), unnoticed=0)


@pytest.mark.storm
def test_clean_commits_are_not_accused(storm: Storm, tmp_path: Path) -> None:
    """Prevents a false alarm in a long history of many commits, Delta checkpoints and seals."""
    commits = storm.size(sample=40, full=10_000)
    settings = Settings.from_env(
        {"MEDLAKE_DATA": str(tmp_path / "lake"), "MEDLAKE_WITNESS": str(tmp_path / "w")}
    )
    zone = RawZone(settings.raw_dir)
    lake = Lake(settings, {}, zone)
    schema = pa.schema([("qty", pa.string())])
    for start in range(0, commits, 1000):
        with zone.writing("storm"):
            zone.ensure("mseg", schema)
            for number in range(start, min(start + 1000, commits - 1)):
                zone.append("mseg", pa.table({"qty": [str(number)]}, schema), [str(number)])
        record(lake, (), run_id=str(uuid4()), at=AT, say=lambda _: None, sealed=True)
        DirectoryWitness(tmp_path / "w").trust(known_keys(settings).log)
    _say_and_seal(settings, 1)
    log = known_keys(settings).log
    note = DirectoryWitness(tmp_path / "w").newest(log.name)
    assert note is not None
    assert Place(settings, note, {}).findings() == []
    storm.report("clean commits accused", commits=commits, accused=0)
