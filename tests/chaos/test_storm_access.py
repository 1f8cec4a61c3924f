"""Storms on the analysts' door: attack queries per role, escapes, bombs, formulas in what people take away.

The oracle is the raw zone itself: texts that a contract calls personal or confidential and no contract calls
open. It knows nothing of models, lineage, policy or masks.
"""

from __future__ import annotations

import base64
import itertools
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

from lakehouse.access import Role, load_policy
from lakehouse.access.role_release import RoleRelease
from lakehouse.releases import ReleaseDraft, ReleasedTable, publish
from lakehouse.sql_door import worker
from lineage.role_reading import readable
from pipelines.role_files import attachments_for_role
from pipelines.sensitivity import release_sensitivity
from pipelines.sqlmesh.catalogue import model_catalogue
from quality_rules.contract import load_contracts
from tests.browser.released_lake import ReleasedLake, copy_of
from tests.built_lakes import AT
from tests.chaos.attack_queries import Insider, attacks
from tests.conftest import Storm
from traceability.index.release_index import ATTACHMENT, attach_index

LAYERS = frozenset({"core", "mart"})
ATTACKED = (Role.ANALYST, Role.ENGINEER, Role.MANAGER, Role.PLANT_MANAGER, Role.INSPECTOR)
PLANT = "A"
# What each role must never see, by the contracts' own words.
FORBIDDEN = {
    Role.ANALYST: {"personal", "confidential"},
    Role.ENGINEER: {"personal", "confidential"},
    Role.MANAGER: {"personal"},
    Role.PLANT_MANAGER: {"personal"},
    Role.INSPECTOR: {"personal"},
}
# Shorter texts stand by chance inside others; of them only whole cells count.
SHORTEST = 5
LIMITS = {"seconds": 20, "threads": 1, "memory": 1 << 30, "rows": 200, "bytes": 1 << 24}
pytestmark = pytest.mark.storm


@dataclass(frozen=True)
class Secrets:
    """Texts that must not come out, found in any disguise by their first characters."""

    whole: frozenset[str]
    by_start: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Secrets:
        texts = frozenset(texts)
        long = {text for text in texts if len(text) >= SHORTEST}
        worn = {form for text in long for form in _forms(text)}
        by_start = {
            start: tuple(group)
            for start, group in itertools.groupby(sorted(worn), key=lambda form: form[:SHORTEST])
        }
        return cls(frozenset(texts - long), by_start)

    def within(self, text: str) -> set[str]:
        """Those that stand somewhere in a text."""
        starts = {text[i : i + SHORTEST] for i in range(len(text) - SHORTEST + 1)} & self.by_start.keys()
        return {form for start in starts for form in self.by_start[start] if form in text}

    def in_rows(self, rows: Iterable[tuple[object, ...]]) -> set[str]:
        """Those in an answer: inside any cell, or, when short, as a whole cell."""
        cells = [str(cell) for row in rows for cell in row if cell is not None]
        return self.within("\x00".join(cells)) | self.whole.intersection(cells)


def _forms(text: str) -> set[str]:
    raw = text.encode()
    encoded = {raw.hex(), raw.hex().upper(), base64.b64encode(raw).decode().rstrip("=")[: len(text)]}
    return {text, text.upper(), text[::-1], json.dumps(text)[1:-1], *encoded}


@pytest.fixture(scope="module")
def lake(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ReleasedLake:
    """A year of two plants, released with sensitivities; with `--lake` a copy of that one."""
    home = tmp_path_factory.mktemp("access") / "lake"
    if given := request.config.getoption("--lake"):
        return copy_of(Path(given), home)
    lake = copy_of(request.getfixturevalue("defect_lake").settings.data_dir, home)
    models = model_catalogue(lake.settings)
    tables = [
        ReleasedTable(*model.name.split("."), model.grain, model.description, {})
        for model in models
        if model.layer in LAYERS
    ]
    facts = {
        "gates": {"rules": {"core": 1}, "not_green": []},
        "sensitivity": release_sensitivity(models, LAYERS),
    }
    publish(lake.settings, ReleaseDraft(tables, facts, AT, {ATTACHMENT: attach_index}))
    return lake


@pytest.fixture(scope="module")
def secrets(lake: ReleasedLake) -> dict[str, set[str]]:
    """By sensitivity, what the raw zone holds in columns a contract calls so, and nowhere in open ones."""
    closed: dict[str, set[str]] = {"personal": set(), "confidential": set()}
    open_texts: set[str] = set()
    for contract in load_contracts().values():
        folder = lake.settings.raw_dir / contract.id
        if not folder.is_dir():
            continue
        raw = pl.read_delta(str(folder))
        for column in contract.columns:
            if column.physical_name in raw.columns:
                texts = _texts(raw[column.physical_name])
                closed.get(column.classification, open_texts).update(texts)
    return {kind: {text for text in texts - open_texts if _tells(text)} for kind, texts in closed.items()}


def _texts(column: pl.Series) -> set[str]:
    return {str(text).strip() for text in column.drop_nulls().unique().to_list()} - {""}


def _tells(text: str) -> bool:
    """Plain numbers (prices, short keys) coincide with others; columns of prices are asked for by name."""
    return not text.replace(".", "").replace("-", "").isdigit() or len(text) >= 10


def read_as(lake: ReleasedLake, role: Role) -> RoleRelease:
    attachments = attachments_for_role(lake.release)
    return readable(lake.settings, lake.release, [role], attachments, sites=(PLANT,))


def hidden_from(role: Role, secrets: dict[str, set[str]]) -> Secrets:
    return Secrets.of(text for kind in FORBIDDEN[role] for text in secrets[kind])


def insider(lake: ReleasedLake, secrets: dict[str, set[str]]) -> Insider:
    columns: dict[str, list[str]] = {}
    for table, column in lake.rows(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ):
        columns.setdefault(table, []).append(column)
    guesses = sorted(text for texts in secrets.values() for text in texts)
    release = lake.release
    paths = [release.warehouse_path, release.path / "manifest.json", lake.settings.keys_dir / "masking.key"]
    return Insider(columns, guesses, [str(path) for path in paths])


@pytest.mark.parametrize("role", ATTACKED)
def test_no_query_brings_out_what_a_role_may_not_see(
    role: Role, storm: Storm, lake: ReleasedLake, secrets: dict[str, set[str]]
) -> None:
    """Prevents any part of SQL (joins, pivots, errors, statistics, catalogue) from showing a hidden value."""
    read, hidden = read_as(lake, role), hidden_from(role, secrets)
    rng, count = storm.random(), storm.size(sample=400, full=20_000)
    leaks, errors = _attacked(read.release.warehouse_path, hidden, insider(lake, secrets), rng, count)
    storm.report("attack queries", role=role, queries=count, refused=errors, leaks=len(leaks))
    assert leaks == {}
    assert 0.1 * count < count - errors, "nearly every attack failed: the storm asks nothing"


def test_the_same_queries_find_everything_in_the_whole_release(
    storm: Storm, lake: ReleasedLake, secrets: dict[str, set[str]]
) -> None:
    """Prevents an oracle that would not see a leak if there was one."""
    hidden = hidden_from(Role.ANALYST, secrets)
    count = storm.size(sample=300, full=2_000)
    attacked = _attacked(lake.release.warehouse_path, hidden, insider(lake, secrets), storm.random(), count)
    found = set().union(*attacked[0].values())
    storm.report("attack queries on the whole release", queries=count, hidden_values_found=len(found))
    assert len(found) > 50


def _attacked(
    file: Path, hidden: Secrets, known: Insider, rng: random.Random, count: int
) -> tuple[dict[str, set[str]], int]:
    """Asks without the gate of one SELECT, so that the file and the settings are the only walls."""
    con = worker.opened(duckdb, str(file), LIMITS)
    leaks: dict[str, set[str]] = {}
    errors = 0
    for query in itertools.islice(attacks(known, rng), count):
        try:
            found = hidden.in_rows(con.execute(query).fetchmany(200))
        except duckdb.Error as error:
            errors += 1
            # A suggestion may repeat the question; it names columns, never values.
            found = hidden.within(str(error).replace(query, ""))
        except UnicodeDecodeError as cut:
            # DuckDB cuts long values in its messages, also inside a character.
            errors += 1
            found = hidden.within(cut.object.decode(errors="replace").replace(query, ""))
        if found:
            leaks[query] = found
    con.close()
    return leaks, errors


@pytest.mark.parametrize("role", ATTACKED)
def test_no_byte_of_a_roles_folder_tells(
    role: Role, lake: ReleasedLake, secrets: dict[str, set[str]], storm: Storm
) -> None:
    """Prevents plain text in zone maps, dictionaries, unused blocks, the genealogy index or the facts."""
    folder, hidden = read_as(lake, role).release.path, hidden_from(role, secrets)
    texts = {t for kind in FORBIDDEN[role] for t in secrets[kind] if len(t) >= SHORTEST}
    found = {}
    for file in (path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        if here := [text for text in texts if text.encode() in content]:
            found[file.name] = here
    whole = lake.release.warehouse_path.read_bytes()
    there = sum(text.encode() in whole for text in texts)
    storm.report("bytes of role files", role=role, texts=len(texts), in_release=there, leaks=len(found))
    assert found == {} and hidden.by_start.keys() | hidden.whole
    prices = duckdb.connect(str(next(folder.glob("*.duckdb"))), read_only=True)
    if role not in {Role.MANAGER, Role.PLANT_MANAGER}:
        assert prices.execute("SELECT count(net_price) FROM core.purchase_order_line").fetchone() == (0,)
    prices.close()


def test_a_plants_manager_holds_every_row_of_the_plant_and_none_of_another(
    lake: ReleasedLake, storm: Storm
) -> None:
    """Prevents another plant's numbers from being read, and a plant's own from missing."""
    con = duckdb.connect(str(read_as(lake, Role.PLANT_MANAGER).release.warehouse_path), read_only=True)
    shared = load_policy().grants[Role.PLANT_MANAGER].rows
    assert shared is not None
    whole = duckdb.connect(str(lake.release.warehouse_path), read_only=True)
    rows, with_others = 0, 0
    tables = con.execute(
        "SELECT schema_name || '.' || table_name, list(column_name) FROM duckdb_columns() "
        "WHERE NOT internal GROUP BY ALL"
    ).fetchall()
    for table, names in tables:
        told = " OR ".join(f"\"{name}\"::VARCHAR LIKE 'B:%'" for name in names)
        assert con.execute(f"SELECT count(*) FROM {table} WHERE {told}").fetchone() == (0,), table
        if "site_code" not in names:
            assert table in shared.shared, table
            continue
        by_site = dict(whole.execute(f"SELECT site_code, count(*) FROM {table} GROUP BY ALL").fetchall())
        own = {site: count for site, count in by_site.items() if site == PLANT}
        found = con.execute(f"SELECT site_code, count(*) FROM {table} GROUP BY ALL").fetchall()
        assert dict(found) == own, table
        rows, with_others = rows + own.get(PLANT, 0), with_others + (by_site.keys() > own.keys())
    storm.report("rows of one plant", tables=len(tables), with_others=with_others, rows=rows)
    assert with_others > 30 and rows > 1_000


def test_no_role_is_forgotten() -> None:
    """Prevents a new role from being left out of the storms."""
    everything = {role for role, grant in load_policy().grants.items() if grant.sees_everything}
    assert everything | set(ATTACKED) == set(Role)
