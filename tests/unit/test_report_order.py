"""Ordering a report: parameters, refusals on record, and the same bytes when it is made again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lakehouse.releases import find_release
from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import open_ledger
from reports import registry
from reports.form import Asked, DatedTable
from reports.language import LOCALES, load
from reports.order import Issuer, Order, build, issue_report, issuer_named, preview
from reports.refusals import BadParameter, NotAllowed, NotReleased, ReportRefused, UnknownForm, UnknownSubject
from reports.registry import forms
from reports.replay import NotReplayable, replay
from reports.values import Kind, Parameter, read_values
from reports.verifier import verify
from tests.browser import scratch_release

LOT = "A:10000123:B26010501"
ORDER = Order("lot_dossier", {"lot": LOT})
QA = Issuer("李娜", "the customer asked", may_issue=True)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The scratch release."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    scratch_release.publish_scratch(folder)
    settings: Settings = scratch_release.settings_for(folder)
    return settings


def acts(settings: Settings, action: Action) -> list[Act]:
    with open_ledger(settings, writable=False) as ledger:
        return [entry.act for entry in ledger.of_action(action)]


@pytest.fixture(scope="module")
def bundle(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    _, archive = issue_report(settings, ORDER, QA, lambda _: None)
    path = tmp_path_factory.mktemp("out") / "bundle.zip"
    path.write_bytes(archive)
    return path


READ: list[tuple[Kind, str, str]] = [
    ("day", "2025-11-01", "2025-11-01"),
    ("month", "2025-11", "2025-11"),
    ("year", "2025", "2025"),
    ("moment", "2026-03-02T09:30+08:00", "2026-03-02T09:30:00+08:00"),
    ("number", "007", "7"),
    ("flag", "yes", "yes"),
    ("text", " a ", "a"),
]
UNREADABLE: list[tuple[Kind, str]] = [
    ("day", "2025-02-30"),
    ("month", "2025-13"),
    ("year", "20255"),
    ("moment", "2026-03-02T09:30"),
    ("number", "1.5"),
    ("flag", "maybe"),
    ("choice", "c"),
]


@pytest.mark.parametrize(("kind", "text", "kept"), READ)
def test_a_parameter_has_one_form(kind: Kind, text: str, kept: str) -> None:
    """Prevents two orders of the same thing that differ by how it was typed."""
    assert read_values([Parameter("p", kind)], {"p": text}).text("p") == kept
    assert read_values([Parameter("p", kind)], {"p": kept}).text("p") == kept


@pytest.mark.parametrize(("kind", "text"), UNREADABLE)
def test_an_unreadable_parameter_is_named(kind: Kind, text: str) -> None:
    """Prevents a report about another day than the one that was meant."""
    with pytest.raises(BadParameter, match="p = "):
        read_values([Parameter("p", kind, choices=("a", "b"))], {"p": text})


def test_parameters_are_known_given_and_single() -> None:
    """Prevents a misspelt, forgotten or doubled parameter from being ignored."""
    wanted = [Parameter("lot", "lot"), Parameter("note", "text", is_required=False, default="–")]
    with pytest.raises(BadParameter, match="there is no parameter lots"):
        read_values(wanted, {"lot": "1", "lots": "2"})
    with pytest.raises(BadParameter, match="lot is missing"):
        read_values(wanted, {"lot": " "})
    with pytest.raises(BadParameter, match="takes one value"):
        read_values(wanted, {"lot": ["1", "2"]})
    assert read_values(wanted, {"lot": "1"}).text("note") == "–"
    assert read_values([Parameter("lots", "texts")], {"lots": ["1", "2"]}).texts("lots") == ("1", "2")


def test_a_table_that_an_earlier_version_did_not_build_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents an error of the engine where a refresh is what helps."""
    whole = registry.form_of("lot_absence")

    def asks_for_more(asked: Asked) -> Any:
        return asked.con.execute("SELECT 1 FROM core.no_such_table")

    broken = replace(whole, select=asks_for_more)
    monkeypatch.setattr("reports.order.form_of", lambda _: broken)
    with pytest.raises(NotReleased, match="medlake refresh"):
        build(settings, Order("lot_absence", {"lot": "X"}))


def test_every_form_is_registered_under_its_code_and_has_words() -> None:
    """Prevents a form that a person meets as a key of the program, or that answers to another code."""
    assert [form.code for form in forms()] == list(registry._HOMES)
    for form in forms():
        keys = [f"form.{form.code}.{word}" for word in ("title", "about")]
        keys += [f"form.{form.code}.parameter.{parameter.name}" for parameter in form.parameters]
        for locale in LOCALES:
            assert [key for key in keys if key not in load("reports", locale).words] == []


def test_build_issue_and_taking_are_on_record(settings: Settings, bundle: Path) -> None:
    """Prevents a report that left without a trace, and one that its own verifier refuses."""
    built = acts(settings, Action.REPORT_BUILT)[0]
    assert (built.who, built.what, built.why) == ("李娜", f"lot_dossier {LOT}", "the customer asked")
    assert len(acts(settings, Action.REPORT_ISSUED)) == 1
    assert acts(settings, Action.EXPORT)[0].after == f"sha256:{verify.sha256(bundle.read_bytes())}"
    assert any("files are as issued" in line for line in verify.check(bundle))


def test_says_what_it_was_made_from(settings: Settings, bundle: Path) -> None:
    """Prevents a report whose definitions, parameters or rules nobody can name afterwards."""
    tree = json.loads(verify.read_bundle(bundle)["content/report.json"])
    release = find_release(settings, None)
    assert tree["parameters"] == {"lot": LOT}
    assert tree["manifest"]["warehouse_sha256"] == release.manifest["warehouse"]["sha256"]
    assert (tree["definitions"]["models_sha256"], tree["definitions"]["model_count"]) == (None, 0)
    assert len(tree["definitions"]["kpi_definitions_sha256"]) == 64
    assert (tree["under"], tree["locales"], tree["zone"]) == (None, list(LOCALES), "Asia/Shanghai")
    under = build(settings, Order("lot_dossier", {"lot": LOT}, under=date(2025, 11, 1)))
    assert under.origin.definitions.rules_on == date(2025, 11, 1)


REFUSED: list[tuple[Order, Issuer, type[ReportRefused]]] = [
    (Order("lot_dossier", {"lot": "B2601050X"}), QA, UnknownSubject),
    (Order("lot_dossier", {}), QA, BadParameter),
    (Order("lot_dossier", {"lot": LOT}, release=77), QA, NotReleased),
    (Order("no_such_form", {}), QA, UnknownForm),
    (ORDER, Issuer("赵磊", "curious", may_issue=False), NotAllowed),
]


@pytest.mark.parametrize(("order", "issuer", "kind"), REFUSED)
def test_a_refusal_is_clear_and_on_record(
    settings: Settings, order: Order, issuer: Issuer, kind: type[ReportRefused]
) -> None:
    """Prevents a refusal that nobody can reconstruct, and one that says no more than no."""
    before = len(acts(settings, Action.REPORT_REFUSED))
    with pytest.raises(kind) as raised:
        preview(settings, order, issuer)
    assert " | " in str(raised.value)
    refused = acts(settings, Action.REPORT_REFUSED)[before:]
    assert [(act.who, act.details["refusal"]) for act in refused] == [(issuer.who, str(raised.value))]


def test_roles_come_from_the_file_of_people(settings: Settings) -> None:
    """Prevents somebody without a role, or a name nobody knows, from issuing a report at the command line."""
    may = {who: issuer_named(settings, who, "why").may_issue for who in ("wang.wei", "zhao.lei", "nobody")}
    assert may == {"wang.wei": True, "zhao.lei": False, "nobody": False}


def test_made_again_it_has_the_same_bytes(settings: Settings, bundle: Path, tmp_path: Path) -> None:
    """Prevents a report that its release no longer vouches for."""
    result = replay(settings, bundle)
    assert result.difference is None
    assert result.file_count == len([n for n in verify.read_bundle(bundle) if n.startswith("content/")])
    shutil.unpack_archive(bundle, tmp_path / "unpacked")
    assert replay(settings, tmp_path / "unpacked").difference is None


def _rewritten(bundle: Path, name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    """The files of a bundle with one changed, and a manifest that admits it: nothing but a replay notices."""
    files = dict(verify.read_bundle(bundle))
    name = next(n for n in files if n.endswith(name))
    assert old in files[name]
    files[name] = files[name].replace(old, new)
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [[n, len(files[n]), verify.sha256(files[n])] for n, _, _ in manifest["files"]]
    files["manifest.json"] = json.dumps(
        manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    return files


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("_en.html", b"B26010501", b"B26010509", "_en.html differs at byte"),
        ("report.json", b'"report_version": "', b'"report_version": "0.', "the template is"),
    ],
)
def test_the_first_difference_is_named(
    settings: Settings, bundle: Path, tmp_path: Path, name: str, old: bytes, new: bytes, said: str
) -> None:
    """Prevents a replay that finds a difference and leaves people to search for it."""
    path = tmp_path / "other.zip"
    path.write_bytes(verify.archive_bytes(_rewritten(bundle, name, old, new)))
    assert said in (replay(settings, path).difference or "")


def test_another_release_or_a_damaged_bundle_is_refused(
    settings: Settings, bundle: Path, tmp_path: Path
) -> None:
    """Prevents a comparison with data that the report was never made from."""
    path = tmp_path / "other.zip"
    files = _rewritten(bundle, "release/manifest.json", b'"released_at"', b'"released_at" ')
    digest = verify.sha256(files["release/manifest.json"])
    manifest = json.loads(files["manifest.json"]) | {"release_manifest_sha256": digest}
    files["manifest.json"] = json.dumps(
        manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    path.write_bytes(verify.archive_bytes(files))
    with pytest.raises(NotReleased, match="another one"):
        replay(settings, path)
    path.write_bytes(bundle.read_bytes()[:-9])
    with pytest.raises(NotReplayable):
        replay(settings, path)


def test_a_table_is_known_by_what_is_in_force() -> None:
    """Prevents a rule of next year from changing the digest of a report under this year's rules."""
    rules = [("a", date(2025, 1, 1)), ("b", date(2026, 1, 1))]
    table = DatedTable("rules", lambda day: [rule for rule in rules if rule[1] <= day])
    before = table.digest(date(2025, 6, 1))
    assert table.digest(date(2026, 6, 1)) != before
    rules.append(("c", date(2027, 1, 1)))
    assert table.digest(date(2025, 6, 1)) == before
