"""The inspector's folder: complete, verifiable where it lies, the same again; every named test exists."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.releases import open_release
from lakehouse.settings import ROOT, Settings
from reports.inspector import clauses as matrix
from reports.inspector.clauses import ClausesInvalid, clauses
from reports.inspector.folder import Folder, write_folder
from reports.order import Issuer, Order, build
from reports.refusals import BadParameter, UnknownSubject
from tests.browser import scratch_release

ORDER = Order("inspector_folder", {"site": "A", "year": "2026"})
QA = Issuer("li.na", "the inspection", may_issue=True)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The scratch release."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    scratch_release.publish_scratch(folder)
    found: Settings = scratch_release.settings_for(folder)
    return found


@pytest.fixture(scope="module")
def folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    target = tmp_path_factory.mktemp("out") / "folder"
    return write_folder(settings, ORDER, QA, target, lambda _: None)


def _index(folder: Folder, name: str) -> Any:
    text = (folder.path / "report" / "content" / "index" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text.partition(" = ")[2].rstrip(";\n"))


def test_every_lot_and_person_of_the_year_is_in_the_index(settings: Settings, folder: Folder) -> None:
    """Prevents a lot or a person that an inspector asks for and the search does not know."""
    with open_release(settings, None) as con:
        lots = con.execute(
            "SELECT lot_id FROM core.lot WHERE site_code = 'A' AND year(manufactured_date) = 2026"
        ).fetchall()
        people = con.execute(
            "SELECT operator_id FROM core.operation_event WHERE site_code = 'A' AND operator_id IS NOT NULL "
            "UNION SELECT decided_by FROM core.inspection WHERE site_code = 'A' AND decided_by IS NOT NULL "
            "AND year(decided_at) = 2026"
        ).fetchall()
    assert {lot for (lot,) in lots} <= {row[0] for row in _index(folder, "lots")}
    assert {name for (name,) in people} <= {row[1] for row in _index(folder, "acts")}
    assert len(lots) > 0 < len(people)


def test_every_link_leads_to_a_file(folder: Folder) -> None:
    """Prevents a search result that opens nothing, in either language."""
    content = folder.path / "report" / "content"
    stems = [row[-1] for row in _index(folder, "lots") if row[-1]]
    assert stems
    for stem in stems:
        for end in ("_zh.html", "_en.html", ".json"):
            assert (content / "dossiers" / f"{stem}{end}").is_file()
    for page in ("index.html", "index_en.html", "clauses.html", "clauses_en.html"):
        text = (content / page).read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="([^"#]+)"', text)
        assert links and [link for link in links if not (content / link).is_file()] == []


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", "-S", *command], capture_output=True, text=True, check=False)


def test_the_folder_verifies_where_it_lies(folder: Folder) -> None:
    """Prevents a folder that only its makers can check; a changed dossier is named."""
    report = folder.path / "report"
    assert "ok  " in _run(str(report / "verify.py"), str(report)).stdout
    assert _run(str(report / "content" / "absence" / "absent.py"), "NO-SUCH-LOT").returncode == 0
    known = _index(folder, "lots")[0][1]
    assert _run(str(report / "content" / "absence" / "absent.py"), known).returncode == 4
    page = next((report / "content" / "dossiers").glob("*_zh.html"))
    before = page.read_bytes()
    page.write_bytes(before + b" ")
    assert page.name in _run(str(report / "verify.py"), str(report)).stdout
    page.write_bytes(before)


def test_the_trail_holds_the_taking_of_the_folder(folder: Folder) -> None:
    """Prevents a folder that leaves without a trace, or a trail in which a cell can run."""
    rows = (folder.path / "trail" / "audit_trail.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == folder.act_count > 0
    assert any("inspector_folder A 2026" in row for row in rows)
    assert (folder.path / "trail" / "audit_trail.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_trail_verifies_under_the_signed_root(folder: Folder, tmp_path: Path) -> None:
    """Prevents an act from being left out, changed or moved on the way to an inspector."""
    copy = tmp_path / "copy"
    shutil.copytree(folder.path, copy)
    program, trail = str(copy / "trail" / "verify_trail.py"), copy / "trail" / "audit_trail.jsonl"
    key = (copy / "report" / "evidence" / "keys").read_text(encoding="utf-8").splitlines()[0]
    assert _run(program, "--log-key", key).returncode == 0
    assert _run(program).returncode == 3
    assert _run(program, "--log-key", key[:-4] + "AAA=").returncode == 1
    lines = trail.read_bytes().splitlines()
    changed = lines[0].replace(b"release", b"Release", 1)
    assert changed != lines[0]
    swapped = [lines[1], lines[0], *lines[2:]]
    for broken in ([changed, *lines[1:]], lines[1:], lines[:1], swapped, [b"{}", *lines[1:]]):
        trail.write_bytes(b"\n".join(broken))
        assert _run(program, "--log-key", key).returncode == 1


def test_the_same_order_gives_the_same_bytes(settings: Settings, folder: Folder) -> None:
    """Prevents two folders of one release that differ."""
    again = build(settings, ORDER)
    assert dict(again.contents) == dict(folder.built.contents)


@pytest.mark.parametrize("given", [{"site": "X", "year": "2026"}, {"site": "A", "year": "1999"}])
def test_an_unknown_plant_or_an_empty_year_is_refused(settings: Settings, given: dict[str, str]) -> None:
    """Prevents an empty folder that looks like a plant without records."""
    with pytest.raises(UnknownSubject):
        build(settings, Order("inspector_folder", given))


def test_nothing_is_written_over_something(settings: Settings, tmp_path: Path) -> None:
    """Prevents files of an older folder from standing among those of a new one."""
    (tmp_path / "old").write_text("x", encoding="utf-8")
    with pytest.raises(BadParameter, match="not an empty folder"):
        write_folder(settings, ORDER, QA, tmp_path, lambda _: None)


def test_every_test_that_the_matrix_names_exists() -> None:
    """Prevents a clause that rests on a test nobody wrote, or that was renamed."""
    named = {test for clause in clauses() for test in clause.tests}
    assert len(named) > 20
    assert [test for test in sorted(named) if not _exists(test)] == []


def _exists(name: str) -> bool:
    file, _, function = name.partition("::")
    if not (ROOT / file).is_file():
        return False
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return function in known if function else any(one.startswith("test_") for one in known)


def test_every_clause_says_what_supports_it_in_both_languages() -> None:
    """Prevents an empty cell, a clause without a test, and the word compliant."""
    sources = {clause.source for clause in clauses()}
    assert len(sources) == 4
    for clause in clauses():
        assert clause.asks.zh and clause.asks.en and clause.support.zh and clause.support.en, clause.clause
        assert clause.tests and bool(clause.missing.zh) == bool(clause.missing.en), clause.clause
        assert clause.state == "supported" or clause.missing.en, clause.clause
        assert "complian" not in clause.support.en and "符合性" not in clause.support.zh


@pytest.mark.parametrize("broken", [{"state": "fine"}, {"tests": None}])
def test_a_broken_matrix_is_refused(broken: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a clause that is dropped because a word of it is missing."""
    whole: Callable[..., Any] = matrix._clause
    tree = {"clause": "1", "asks": "a | b", "support": "a | b", "state": "partly", "tests": [], "missing": ""}
    assert whole("X", tree).clause == "1"
    changed = {name: value for name, value in {**tree, **broken}.items() if value is not None}
    with pytest.raises(ClausesInvalid, match="X 1"):
        whole("X", changed)
