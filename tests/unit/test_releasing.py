"""Two people release, one alone in an emergency, withdraw, roll back: real keys, a lake of one table."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from lakehouse.durable import sha256_of
from lakehouse.releases import (
    IllegalStep,
    NoRelease,
    ReleaseBlocked,
    ReleaseDamaged,
    ReleaseDraft,
    ReleasedTable,
    State,
    current,
    find_release,
    log,
    read_book,
    read_log,
)
from lakehouse.releases.release import MANIFEST, verify
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from lineage.chain import chain
from lineage.ledger import sealing
from lineage.ledger.ledger import open_ledger
from lineage.signing import keys, releasing
from lineage.signing.approvals import envelope_path, verify_signatures
from lineage.signing.keys import BadPassphrase, NoKey
from lineage.signing.people import BadPeople, UnknownPerson, load_people
from lineage.signing.statement import BadSignature

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
RUN = "00000000-0000-4000-8000-000000000001"
GREEN = {"rules": {"core": 1}, "not_green": []}
RED = {"stage": "core", "rule_id": "DQ-LOT-004", "table_name": "core.lot", "severity": "block"}


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "ROUNDS", 10)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path), "MEDLAKE_MEMORY": "1GB"})
    with connect(settings.build_path, read_only=False, settings=settings) as build:
        build.execute("CREATE SCHEMA core")
        build.execute("CREATE TABLE core.lot AS SELECT 'A' AS lot_id")
    yield settings


def draft(gates: object = GREEN) -> ReleaseDraft:
    table = ReleasedTable("core", "lot", ("lot_id",), "", {})
    return ReleaseDraft([table], {"gates": gates, "run_id": RUN}, AT)


def candidate(settings: Settings, kind: str = "regulatory") -> int:
    return releasing.make_candidate(settings, draft(), kind).number


def sign(settings: Settings, number: int, name: str, passphrase: str = "demo") -> State:
    return releasing.sign(settings, number, name, passphrase, "complete").state


def readers_get(settings: Settings) -> int | None:
    release = current(settings)
    return release.number if release else None


def test_two_people_release(settings: Settings) -> None:
    """Prevents readers from seeing a regulatory release before its second signature, or never."""
    assert candidate(settings, "routine") == 1
    assert candidate(settings) == 2
    assert (sign(settings, 2, "li.na"), readers_get(settings)) == (State.GATED, 1)
    with pytest.raises(NoRelease, match="still needed: quality_assurance"):
        find_release(settings, 2)
    assert (sign(settings, 2, "wang.wei"), readers_get(settings)) == (State.RELEASED, 2)
    with open_ledger(settings, writable=False) as ledger:
        signed = verify_signatures(settings, load_people(settings), 2, ledger)
    assert [(s.person, s.role, s.zone) for s in signed] == [
        ("li.na", "regulatory_affairs", "Asia/Shanghai"),
        ("wang.wei", "quality_assurance", "Asia/Shanghai"),
    ]
    assert all(s.signed_at_local.endswith("+08:00") and "DEMO" in s.name and s.meaning for s in signed)
    assert "DEMO" in find_release(settings, 2).manifest["people"]
    (outbox,) = settings.outbox_dir.glob("*.jsonl")
    told = [json.loads(line) for line in outbox.read_text().splitlines()]
    assert [event["outputs"][0]["facets"]["version"]["datasetVersion"] for event in told] == ["000002"]


def test_every_step_has_exactly_one_leaf(settings: Settings) -> None:
    """Prevents a decision about a release from missing in the ledger, or from standing there twice."""
    candidate(settings, "routine")
    candidate(settings)
    sign(settings, 2, "li.na")
    releasing.settle(settings)
    with open_ledger(settings, writable=False) as ledger:
        leaves = [e.act.details["record"] for e in ledger.entries() if "record" in e.act.details]
        digests = [e.act.after for e in ledger.entries() if "record" in e.act.details]
    assert leaves == list(range(len(read_log(settings))))
    assert digests == [record.sha256 for record in read_log(settings)]


def test_a_failing_blocking_rule_is_never_visible(settings: Settings) -> None:
    """Prevents a red gate from being signed, forced or rolled to."""
    with pytest.raises(ReleaseBlocked, match="DQ-LOT-004 on core.lot"):
        releasing.make_candidate(settings, draft({**GREEN, "not_green": [RED]}), "routine")
    with pytest.raises(ReleaseBlocked, match="what was not checked is not green"):
        releasing.make_candidate(settings, draft({}), "routine")
    with pytest.raises(ReleaseBlocked, match="gates mart did not run"):
        releasing.make_candidate(settings, draft({**GREEN, "rules": {"core": 1, "mart": 0}}), "routine")
    with pytest.raises(IllegalStep, match="is blocked"):
        releasing.roll_back(settings, 1, "wang.wei", "", "please")
    assert readers_get(settings) is None


@pytest.mark.parametrize(
    ("name", "passphrase", "error", "says"),
    [
        ("li.na", "wrong", BadPassphrase, "4 tries left"),
        ("nobody", "demo", UnknownPerson, "nobody who may sign"),
        ("mallory", "demo", UnknownPerson, "there are: li.na, wang.wei"),
    ],
)
def test_who_cannot_sign(
    settings: Settings, name: str, passphrase: str, error: type[Exception], says: str
) -> None:
    """Prevents a signature without the person's own passphrase, or of somebody unknown."""
    candidate(settings)
    with pytest.raises(error, match=says):
        sign(settings, 1, name, passphrase)
    assert read_book(settings).entry(1).approvals == ()


def test_the_same_person_cannot_sign_twice(settings: Settings) -> None:
    """Prevents one person from releasing alone by signing twice."""
    candidate(settings)
    sign(settings, 1, "li.na")
    with pytest.raises(UnknownPerson, match="needs quality_assurance"):
        sign(settings, 1, "li.na")


def test_wrong_passphrases_make_one_wait_and_are_leaves(settings: Settings) -> None:
    """Prevents guessing a passphrase, and guessing unseen."""
    candidate(settings)
    for _ in range(5):
        with pytest.raises(BadPassphrase, match="wrong passphrase"):
            sign(settings, 1, "li.na", "guess")
    with pytest.raises(BadPassphrase, match="next try is possible"):
        sign(settings, 1, "li.na", "demo")
    with open_ledger(settings, writable=False) as ledger:
        failed = [e.act for e in ledger.entries() if e.act.action == "login"]
    assert len(failed) == 6 and "guess" not in str(failed)


def test_emergency_release_is_ratified_or_lapses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents an emergency release by one person from staying current without a second one."""
    candidate(settings, "routine")
    candidate(settings)
    releasing.break_glass(settings, 2, "wang.wei", "demo", "recall tonight", 5)
    assert readers_get(settings) == 2
    later = datetime.now(UTC) + timedelta(hours=6)
    with monkeypatch.context() as patch:
        patch.setattr(log, "utc_now", lambda: later)
        assert readers_get(settings) == 1
    assert sign(settings, 2, "li.na") is State.RELEASED
    monkeypatch.setattr(log, "utc_now", lambda: later)
    assert readers_get(settings) == 2
    assert len(verify_signatures(settings, load_people(settings), 2)) == 2


def test_withdrawing_needs_the_passphrase_and_gives_readers_the_one_before(settings: Settings) -> None:
    """Prevents an unsigned withdrawal of a regulatory release, and readers from being left with it."""
    candidate(settings, "routine")
    candidate(settings)
    sign(settings, 2, "li.na")
    sign(settings, 2, "wang.wei")
    with pytest.raises(BadPassphrase):
        releasing.withdraw(settings, 2, "wang.wei", "guess", "wrong yields")
    assert readers_get(settings) == 2
    assert releasing.withdraw(settings, 2, "wang.wei", "demo", "wrong yields").state is State.WITHDRAWN
    assert readers_get(settings) == 1
    assert [s.act for s in verify_signatures(settings, load_people(settings), 2)][-1] == "withdraw"


def test_retiring_deletes_only_what_nothing_pins(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents the files of a held or young release from going, and the traces of one that went."""
    candidate(settings, "routine")
    candidate(settings, "routine")
    file = find_release(settings, 1).warehouse_path
    with pytest.raises(IllegalStep, match="is kept until"):
        releasing.destroy(settings, 1, "li.na", "old")
    monkeypatch.setattr(log, "utc_now", lambda: datetime.now(UTC) + timedelta(days=31))
    releasing.hold(settings, 1, "li.na", "case 17")
    with pytest.raises(IllegalStep, match="is held: case 17"):
        releasing.destroy(settings, 1, "li.na", "old")
    releasing.free(settings, 1, "li.na", "closed")
    assert file.is_file()
    releasing.destroy(settings, 1, "li.na", "old")
    assert not file.parent.exists()
    with open_ledger(settings, writable=False) as ledger:
        gone = [e.act for e in ledger.entries() if e.act.action == "release.retired"]
    assert list(gone[0].details["facts"]["files"]) == [file.name]


def forged(settings: Settings, how: str) -> None:
    """Changes what two people signed, as somebody with the disk could."""
    folder = envelope_path(settings, 1, "x").parent
    personal = sorted(path for path in folder.iterdir() if path.name != "release.dsse.json")
    first = next(p for p in personal if "li.na" in load_payload(p))
    second = next(p for p in personal if p != first)
    other = envelope_path(settings, 2, "x").parent
    match how:
        case "edited":
            content = bytearray(first.read_bytes())
            content[40] ^= 1
            first.write_bytes(content)
        case "swapped":
            one, two = first.read_bytes(), second.read_bytes()
            first.write_bytes(two)
            second.write_bytes(one)
        case "another release":
            (other / "release.dsse.json").replace(folder / "release.dsse.json")
        case "one signature":
            shared = json.loads((folder / "release.dsse.json").read_bytes())
            shared["signatures"] = shared["signatures"][:1]
            (folder / "release.dsse.json").write_text(
                json.dumps(shared, separators=(",", ":"), sort_keys=True)
            )
        case "missing":
            first.unlink()


def load_payload(path: Path) -> str:
    return base64.b64decode(json.loads(path.read_bytes())["payload"]).decode()


@pytest.mark.parametrize("how", ["edited", "swapped", "another release", "one signature", "missing"])
def test_a_forged_signature_is_found(settings: Settings, how: str) -> None:
    """Prevents a signature that was edited, moved, swapped or dropped from passing."""
    for number in (1, 2):
        candidate(settings)
        sign(settings, number, "li.na")
        sign(settings, number, "wang.wei")
    people = load_people(settings)
    assert len(verify_signatures(settings, people, 1)) == 2
    forged(settings, how)
    with pytest.raises(BadSignature):
        verify_signatures(settings, people, 1)


def test_a_real_person_needs_a_key_that_the_reviewed_file_names(settings: Settings, tmp_path: Path) -> None:
    """Prevents somebody at the keyboard from enrolling as somebody else."""
    file = tmp_path / "people.yaml"
    facts = "name_zh: 李娜, name_en: Li Na, zone: Asia/Shanghai, roles: [regulatory_affairs]"
    entry = f"people:\n  li.na: {{{{{facts}{{}}}}}}\n"
    file.write_text(entry.format(""))
    real = replace(settings, people_path=file)
    candidate(real)
    person = load_people(real).person("li.na")
    key = keys.make_key(real, person, "secret")
    with pytest.raises(NoKey, match="has no key that the file of people names"):
        sign(real, 1, "li.na", "secret")
    file.write_text(entry.format(f", keys: [{key.keyid}]"))
    assert sign(real, 1, "li.na", "secret") is State.GATED
    assert load_people(real).mark == ""


def test_a_bad_file_of_people_says_what_is_wrong(settings: Settings, tmp_path: Path) -> None:
    """Prevents one key from counting for two people."""
    file = tmp_path / "people.yaml"
    person = "{{name_zh: {0}, name_en: {0}, zone: UTC, roles: [x], keys: [k]}}"
    file.write_text(f"people:\n  a: {person.format('A')}\n  b: {person.format('B')}\n")
    with pytest.raises(BadPeople, match="stands twice"):
        load_people(replace(settings, people_path=file))


def test_the_command_signs_reads_as_of_and_refuses(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents the command from signing unasked, and a time from meaning two releases in silence."""
    monkeypatch.setenv("MEDLAKE_DATA", str(settings.data_dir))
    candidate(settings, "routine")
    between = datetime.now(UTC).isoformat()
    candidate(settings)
    run = CliRunner()

    def medlake(*words: str, stdin: str = "demo\n") -> tuple[int, str]:
        result = run.invoke(app, list(words), input=stdin)
        return result.exit_code, (result.stdout + result.stderr).replace("\n", " ")

    sign_it = ("release", "sign", "2", "--reason", "complete", "--by")
    assert medlake(*sign_it, "li.na", stdin="guess\n")[0] == 3
    assert medlake(*sign_it, "li.na")[0] == 0
    code, said = medlake(*sign_it, "wang.wei")
    assert (code, "readers get release 000002" in said, "DEMO" in said) == (0, True, True)
    count = "SELECT count(*) AS n FROM core.lot"
    assert medlake("sql", count, "--as-of", between)[0] == 0
    assert medlake("sql", count, "--as-of", "2020-01-01T00:00Z")[0] == 4
    assert medlake("sql", count, "--as-of", "2020-01-01T00:00")[1].count("has no zone") == 1
    assert medlake("sql", count, "--as-of", "2999-01-01")[1].count("has not come yet") == 1
    today = datetime.now(UTC).date().isoformat()
    assert medlake("sql", count, "--as-of", today)[1].count("Name a time") == 1
    code, said = medlake("release", "roll-back", "1", "--by", "wang.wei", "--reason", "yields")
    assert (code, "readers get release 000001" in said) == (0, True)
    code, said = medlake("release", "show", "2")
    assert (code, "批准发布 | approved for release" in said, "Asia/Shanghai" in said) == (0, True, True)


def test_a_routine_release_becomes_a_regulatory_one_by_two_signatures(settings: Settings) -> None:
    """Prevents a filing from standing on other bytes than the release that was looked at."""
    candidate(settings, "routine")
    entry = releasing.promote(settings, 1, "regulatory", "demo", "recall case 17")
    assert (entry.number, entry.state, readers_get(settings)) == (2, State.GATED, 1)
    sign(settings, 2, "li.na")
    assert (sign(settings, 2, "wang.wei"), readers_get(settings)) == (State.RELEASED, 2)
    source, promoted = find_release(settings, 1), find_release(settings, 2)
    verify(promoted)
    assert promoted.warehouse_path.read_bytes() == source.warehouse_path.read_bytes()
    assert promoted.warehouse_path.name != source.warehouse_path.name
    assert promoted.manifest["promoted_from"]["release"] == 1
    assert promoted.manifest["promoted_from"]["manifest_sha256"] == sha256_of(source.path / MANIFEST)
    assert "DEMO" in promoted.manifest["people"] and promoted.manifest["kind"] == "regulatory"
    with open_ledger(settings, writable=True) as ledger:
        sealing.seal(settings, ledger, lambda _: None)
        links = [link for link in chain(settings, ledger, promoted, ()) if link.index is not None]
    told = [(link.stage, link.what) for link in links if link.stage in {"release", "signature"}]
    assert told[:3] == [("release", "release 000001")] * 3
    assert told.count(("signature", "release 000002")) == 2 and {link.proof for link in links} == {"sealed"}
    assert {k: source.manifest[k] for k in ("tables", "gates", "released_at")} == {
        k: promoted.manifest[k] for k in ("tables", "gates", "released_at")
    }


def test_what_may_not_be_promoted_is_refused(settings: Settings) -> None:
    """Prevents a damaged or unreleased release from being promoted, and the proposer from signing."""
    candidate(settings, "routine")
    candidate(settings)
    with pytest.raises(IllegalStep, match="reason"):
        releasing.promote(settings, 1, "regulatory", "li.na", " ")
    with pytest.raises(IllegalStep, match="is routine already"):
        releasing.promote(settings, 1, "routine", "li.na", "why not")
    with pytest.raises(NoRelease):
        releasing.promote(settings, 2, "regulatory", "li.na", "not released yet")
    number = releasing.promote(settings, 1, "regulatory", "li.na", "case 17").number
    with pytest.raises(IllegalStep, match="made this candidate"):
        sign(settings, number, "li.na")
    with find_release(settings, 1).warehouse_path.open("ab") as file:
        file.write(b"x")
    with pytest.raises(ReleaseDamaged):
        releasing.promote(settings, 1, "regulatory", "li.na", "case 17")
    assert sorted(path.name for path in settings.releases_dir.iterdir() if path.name[0] in ".0") == [
        "000001", "000002", "000003",
    ]  # fmt: skip
