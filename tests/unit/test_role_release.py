"""Role files: what a role may not see is neither in an answer nor in the bytes of its file."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from lakehouse.access import Policy, Reading, Role, Sensitivity, load_policy
from lakehouse.access.grant import Grant, Rows
from lakehouse.access.masking import MARK, masking_key
from lakehouse.access.role_release import FOLDER, RoleFile, role_release
from lakehouse.access.words import Word
from lakehouse.releases import NoRelease, Release, ReleaseDamaged, ReleaseDraft, ReleasedTable, publish
from lakehouse.settings import Settings
from lineage.ledger.act import Action
from lineage.ledger.ledger import open_ledger
from lineage.role_reading import NoRole, readable
from tests.unit.test_releases import AT, GREEN

NAMES = [f"江城第{i}人民医院-Ω{i * 7919}" for i in range(400)]
SOURCES = {
    "core.party": {
        "party_id": {},
        "site_code": {},
        "party_name": {"confidential": ["erp__kna1.NAME1"]},
        "operator_id": {"personal": ["mes__op.ID"]},
        "price": {"confidential": ["erp__po.NETPR"]},
        "signed_date": {"personal": ["erp__po.DATE"]},
        "labels": {"confidential": ["erp__kna1.X"]},
    },
    "mart.kpi": {"site_code": {}, "value": {}},
}
MASKED = {Sensitivity.CONFIDENTIAL: Reading.MASKED, Sensitivity.PERSONAL: Reading.MASKED}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"MEDLAKE_DATA": str(tmp_path / "data"), "MEDLAKE_THREADS": "1"})


@pytest.fixture
def release(settings: Settings) -> Release:
    """Four hundred parties of two plants, a KPI table, and a table nobody classified."""
    settings.build_path.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.build_path)) as con:
        con.execute("CREATE SCHEMA core; CREATE SCHEMA mart")
        con.execute(
            "CREATE TABLE core.party AS SELECT i AS party_id, CASE i % 2 WHEN 0 THEN 'A' ELSE 'B' END AS "
            "site_code, n AS party_name, 'OP-' || hash(i) AS operator_id, (1000 + i)::DECIMAL(18,2) AS price,"
            " DATE '2026-01-15' + i AS signed_date, ['secretlabel' || i] AS labels, n AS forgotten_name "
            "FROM (SELECT unnest(?) AS n, unnest(range(400))::INT AS i)",
            [NAMES],
        )
        con.execute("CREATE TABLE mart.kpi AS SELECT 'A' AS site_code, 1 AS value")
    tables = [ReleasedTable("core", "party", ("party_id",), "parties", {"party_name": "名称 name"})]
    tables.append(ReleasedTable("mart", "kpi", (), "kpi", {}))
    return publish(settings, ReleaseDraft(tables, {"gates": GREEN, "sensitivity": SOURCES}, AT))


def grant(**given: object) -> Grant:
    """A role that may see both tables, everything above internal masked, unless told otherwise."""
    facts: dict[str, object] = {"tables": (Word("*"),), "reads": MASKED, **given}
    return Grant(Role.ANALYST, "分析", "Analyst", frozenset(), **facts)  # type: ignore[arg-type]


def unheard(_: RoleFile) -> None:
    """For files whose record no test asks for."""


def opened(settings: Settings, release: Release, granted: Grant) -> duckdb.DuckDBPyConnection:
    made = role_release(settings, release, load_policy(), granted, {}, unheard)
    return duckdb.connect(str(made.release.warehouse_path), read_only=True)


def test_masked_values_are_nowhere_in_the_file(settings: Settings, release: Release) -> None:
    """Prevents plain text from staying in statistics, dictionaries or unused blocks of a role's file."""
    with opened(settings, release, grant()) as con:
        rows = con.execute("SELECT party_name, operator_id, price, labels FROM core.party").fetchall()
    assert len(rows) == 400
    assert all(name.startswith(MARK) and op.startswith(MARK) for name, op, _, _ in rows)
    assert {(price, labels) for _, _, price, labels in rows} == {(None, None)}
    (file,) = (release.path / FOLDER).rglob("*.duckdb")
    content, whole = file.read_bytes(), release.warehouse_path.read_bytes()
    secrets = [*NAMES, "secretlabel", "OP-"]
    assert all(secret.encode() in whole for secret in secrets)
    assert [secret for secret in secrets if secret.encode() in content] == []


def test_digests_are_hmac_under_the_lakes_key_and_still_join(settings: Settings, release: Release) -> None:
    """Prevents a digest that anybody can compute from a list of names, or one that joins nothing."""
    with opened(settings, release, grant()) as con:
        found = {row[0] for row in con.execute("SELECT party_name FROM core.party").fetchall()}
    key = masking_key(settings)
    expected = {MARK + hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:20] for name in NAMES}
    assert found == expected
    assert (settings.keys_dir / "masking.key").stat().st_mode & 0o077 == 0
    assert not found & {MARK + hashlib.sha256(name.encode()).hexdigest()[:20] for name in NAMES}


def test_dates_become_months_and_what_nobody_classified_is_withheld(
    settings: Settings, release: Release
) -> None:
    """Prevents a new column from being seen because its lineage was not known when it was added."""
    with opened(settings, release, grant()) as con:
        days = con.execute("SELECT DISTINCT day(signed_date), forgotten_name FROM core.party").fetchall()
        comment = con.execute(
            "SELECT comment FROM duckdb_columns() WHERE column_name = 'party_name'"
        ).fetchone()
    assert days == [(1, None)]
    assert comment == ("名称 name",)


def test_rows_and_tables_outside_the_grant_are_not_there(settings: Settings, release: Release) -> None:
    """Prevents a plant's reader from reaching another plant's rows, or a table that was not granted."""
    rows = Rows("site_code", ("A",), ())
    with opened(settings, release, grant(rows=rows)) as con:
        assert con.execute("SELECT DISTINCT site_code FROM core.party").fetchall() == [("A",)]
    shared = grant(tables=(Word("*"), Word("-core.*")))
    assert not shared.holds_table("core.party", frozenset()) and shared.holds_table("mart.kpi", frozenset())
    unfiltered = grant(rows=Rows("plant_code", ("A",), (Word("mart.*"),)))
    assert unfiltered.holds_table("mart.kpi", frozenset({"site_code"}))
    assert not unfiltered.holds_table("core.party", frozenset({"site_code"}))


def test_a_plants_manager_needs_a_plant_and_reads_no_other(settings: Settings, release: Release) -> None:
    """Prevents a sign-in that names no plant from opening all of them, and plants from sharing a file."""
    role = [Role.PLANT_MANAGER]
    with pytest.raises(NoRole, match="one's own plants"):
        readable(settings, release, role, {})
    one, both = (readable(settings, release, role, {}, sites=sites) for sites in (("B",), ("B", "A")))
    assert readable(settings, release, role, {}, sites=("B",)).release == one.release != both.release
    found = []
    for made in (one, both):
        with duckdb.connect(str(made.release.warehouse_path), read_only=True) as con:
            found.append(con.execute("FROM mart.kpi").fetchall())
    assert found == [[], [("A", 1)]]
    with open_ledger(settings, writable=False) as ledger:
        told = [leaf.act.what for leaf in ledger.of_action(Action.EXPORT)]
    assert told == [f"role file plant_manager ({names}) of release 000001" for names in ("B", "A, B")]
    wider = readable(settings, release, [Role.PLANT_MANAGER, Role.MANAGER], {}, sites=("B",))
    assert wider.facts is not None and (wider.facts.role, wider.facts.sites) == ("manager", ())


def test_rows_of_nobody_are_no_rows(settings: Settings, release: Release) -> None:
    """Prevents a grant whose plants were never asked for from being copied whole."""
    with opened(settings, release, grant(rows=Rows("site_code", None, ()))) as con:
        assert con.execute("SELECT count(*) FROM mart.kpi").fetchone() == (0,)


def test_an_exception_counts_before_the_class(settings: Settings, release: Release) -> None:
    """Prevents an exception of the policy from being read and not applied."""
    columns = {Word("core.party.party_name"): Reading.CLEAR, Word("core.party.party_id"): Reading.WITHHELD}
    with opened(settings, release, grant(columns=columns)) as con:
        rows = con.execute("SELECT DISTINCT party_id, party_name FROM core.party").fetchall()
    assert sorted(rows) == sorted((None, name) for name in NAMES)


def test_a_file_is_made_once_on_record_and_anew_when_the_policy_changes(
    settings: Settings, release: Release
) -> None:
    """Prevents a role from reading by yesterday's policy, and a file whose making nobody can look up."""
    first = readable(settings, release, [Role.ANALYST], {})
    again = readable(settings, release, [Role.ANALYST], {})
    assert first.is_new and not again.is_new and first.release == again.release
    assert first.facts is not None and first.facts.masked
    with open_ledger(settings, writable=False) as ledger:
        (leaf,) = list(ledger.of_action(Action.EXPORT))
    assert leaf.act.after == f"sha256:{first.facts.warehouse['sha256']}"
    changed: Policy = replace(load_policy(), sha256="other")
    made = role_release(settings, release, changed, changed.grants[Role.ANALYST], {}, unheard)
    assert made.is_new
    assert [path.name for path in (release.path / FOLDER).iterdir()] == [made.release.path.name]


def test_whoever_sees_everything_reads_the_release_itself(settings: Settings, release: Release) -> None:
    """Prevents a copy where none is needed, and one role's data from being mixed with another's."""
    made = readable(settings, release, [Role.ANALYST, Role.QA], {})
    assert made.facts is None and made.release == release
    with pytest.raises(NoRole):
        readable(settings, release, [], {})


def test_a_changed_role_file_is_refused(settings: Settings, release: Release) -> None:
    """Prevents a role's file from being swapped for one that holds more."""
    made = role_release(settings, release, load_policy(), grant(), {}, unheard)
    file = made.release.warehouse_path
    file.write_bytes(release.warehouse_path.read_bytes())
    with pytest.raises(ReleaseDamaged, match="it is made anew"):
        role_release(settings, release, load_policy(), grant(), {}, unheard)


def test_a_release_without_sensitivities_is_for_those_who_see_everything(
    settings: Settings, release: Release
) -> None:
    """Prevents an old release from being copied by guesses."""
    old = replace(release, manifest={k: v for k, v in release.manifest.items() if k != "sensitivity"})
    assert readable(settings, old, [Role.STEWARD], {}).release == old
    with pytest.raises(NoRelease, match="before permissions"):
        readable(settings, old, [Role.ANALYST], {})
    assert not (release.path / FOLDER).exists() or not list((release.path / FOLDER).iterdir())
    assert json.loads((release.path / "manifest.json").read_text())["sensitivity"] == SOURCES


@pytest.mark.parametrize("number", [0, 1])
def test_the_documented_ways_to_open_a_file_work(
    number: int, settings: Settings, release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prevents a page for analysts whose examples do not run."""
    made = role_release(settings, release, load_policy(), grant(), {}, unheard)
    text = (settings.root / "docs" / "analysts.md").read_text(encoding="utf-8")
    block = text.split("```python\n")[1:][number].split("```")[0].replace("mart.kpi_monthly", "mart.kpi")
    exec(block.replace("kpi_code", "site_code"), {"FILE": str(made.release.warehouse_path)})
    assert "A" in capsys.readouterr().out
