"""Every form, made again under other threads, locales and zones: the same bytes, or it is no evidence."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.releases import open_release
from lakehouse.settings import ROOT, Settings
from reports.registry import forms
from tests.browser.scratch_release import publish_scratch, settings_for
from tests.chaos.replay_child import NOTHING_TO_SAY
from tests.conftest import Storm
from traceability.recall.case import Opening, RecallEvent, Target, opening_detail, record

CONSIGNEE = "customer:1"
AT = "2026-01-31T10:00:00+08:00"
# A folder of thousands of files, 17 s of a processor: its last year is made once in each combination, and
# its first one, of the same parts, as often as every form.
LARGE = "inspector_folder"
# These read tables that the scratch release leaves empty: they are replayed on a lake given with --lake.
NEED_A_LAKE = {"gudid", "eudamed", "nmpa_udi", "adverse_event", "supplier_summary", "capa_summary"}


def given(lot: str, year: str = "", complaint: str = "") -> dict[str, dict[str, str]]:
    """What each form is asked; one that is registered and missing here fails the test below."""
    decision = {"lot": lot, "class": "1", "reason": "密封强度不合格", "decided_at": AT, "issued_at": AT}
    of_plant = {"site": "A", "year": year}
    return {
        "lot_dossier": {"lot": lot},
        "epcis_trace": {"lot": lot},
        "gudid": {"register": "declared"},
        "eudamed": {},
        "lot_absence": {"lot": f"{lot}-NEVER"},
        "recall_package": decision,
        "recall_event_report": decision,
        "recall_plan": decision,
        "recall_progress": {"recall_no": "R-1", "reported_at": "2026-02-03T18:00:00+08:00"},
        "nmpa_udi": {"upload_new": "1", "upload_changed": "2"},
        "inspector_folder": of_plant,
        "adverse_event": {"complaint": complaint, "harm": "death", "aware_at": AT},
        "self_inspection": of_plant,
        "supplier_summary": of_plant,
        "capa_summary": of_plant,
    }


LOCALES = ("C", "zh_CN", "de_DE")
COMBINATIONS = tuple(product((1, 2), LOCALES, ("UTC", "Asia/Shanghai")))
# Neighbours differ in everything, so that three of them show each thread count, locale and zone.
SAMPLE = (("1", "C", "UTC"), ("2", "zh_CN", "Asia/Shanghai"), ("1", "de_DE", "Asia/Shanghai"))


@dataclass(frozen=True)
class Replayed:
    """A released lake, what of it each form is asked for, and the forms that it can fill.

    ``small`` is asked of the form that is LARGE, where the lake has a smaller year of it.
    """

    settings: Settings
    given: dict[str, dict[str, str]]
    forms: tuple[str, ...]
    small: dict[str, str] | None

    def orders(self, times: int) -> list[dict[str, Any]]:
        """What one process builds, and how often."""
        usual = [
            {"name": code, "form": code, "given": self.given[code], "times": times} for code in self.forms
        ]
        if self.small is None:
            return usual
        few = [{**order, "given": self.small} if order["form"] == LARGE else order for order in usual]
        last = {"name": f"{LARGE}, last year", "form": LARGE, "given": self.given[LARGE], "times": 1}
        return [*few, last]


@pytest.fixture(scope="module")
def lake(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """A copy of the lake of --lake, else the scratch release; with a recall that runs beside it."""
    home = tmp_path_factory.mktemp("lake") / "data"
    named = request.config.getoption("--lake")
    if named:
        shutil.copytree(named, home)
    else:
        publish_scratch(home)
    settings = settings_for(home)
    with open_release(settings) as con:
        ((lot,),) = con.execute(
            "SELECT lot_id FROM core.shipment WHERE lot_id IS NOT NULL "
            "GROUP BY lot_id ORDER BY COUNT(*) DESC, lot_id LIMIT 1"
        ).fetchall()
        ((first, year, complaint),) = con.execute(
            "SELECT min(year(manufactured_date))::TEXT, max(year(manufactured_date))::TEXT, "
            "(SELECT max(complaint_no) FROM core.complaint) "
            "FROM core.lot WHERE site_code = 'A' AND manufactured_date IS NOT NULL"
        ).fetchall()
    _open_recall(RawZone(settings.raw_dir), lot)
    known = tuple(form.code for form in forms())
    asked = given(lot, year, complaint or "")
    small = {"site": "A", "year": first} if first != year else None
    fillable = known if named else tuple(c for c in known if c not in NEED_A_LAKE)
    return Replayed(settings, asked, fillable, small)


def _open_recall(zone: RawZone, lot: str) -> None:
    told = datetime.fromisoformat(AT)
    target = Target(CONSIGNEE, "甲", lot, Decimal(7), "C62")
    opening = Opening("000001", "ab" * 32, 1, "密封强度不合格", told, None, 12, (lot,), (target,))
    record(zone, RecallEvent("R-1", "opened", told, told, "李娜", False, detail=opening_detail(opening)))
    record(zone, RecallEvent("R-1", "notified", told, told, "李娜", False, consignee_id=CONSIGNEE))


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Locales of the machine, made where it has only their sources."""
    folder = tmp_path_factory.mktemp("locales")
    for name in LOCALES[1:]:
        made = subprocess.run(
            ["localedef", "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")],
            capture_output=True,
            check=False,
        )
        if made.returncode:
            pytest.skip(f"localedef cannot make {name} here: {made.stderr.decode()[:200]}")
    return folder


def test_every_form_is_made_again() -> None:
    """Prevents a new form whose bytes nobody ever compared."""
    assert {form.code for form in forms()} == given("").keys(), "say in given() what a new form is asked"


@pytest.mark.storm
def test_replays_are_byte_identical(lake: Replayed, locales: Path, tmp_path: Path, storm: Storm) -> None:
    """Prevents a thread, a decimal comma, a sort order of letters or a clock from getting into a report."""
    listed = lake.orders(storm.size(sample=1, full=20))
    orders = tmp_path / "orders.json"
    orders.write_text(json.dumps(listed))
    wanted = COMBINATIONS if storm.is_full else SAMPLE
    told = [_replayed(lake.settings, locales, orders, *map(str, one)) for one in wanted]
    seen = {order["name"]: {d for one in told for d in one["digests"][order["name"]]} for order in listed}
    assert {name: len(digests) for name, digests in seen.items()} == dict.fromkeys(seen, 1)
    filled = {name for name, digests in seen.items() if digests != {NOTHING_TO_SAY}}
    assert seen.keys() - filled <= NEED_A_LAKE
    replays = {order["name"]: len(wanted) * order["times"] for order in listed if order["name"] in filled}
    storm.report(
        "replay",
        forms=len(filled & set(lake.forms)),
        combinations=len(wanted),
        replays_per_form=min(replays[code] for code in filled & set(lake.forms)),
        replays=sum(replays.values()),
        differing=0,
    )


def _replayed(
    lake: Settings, locales: Path, orders: Path, threads: str, locale: str, zone: str
) -> dict[str, Any]:
    named = locale if locale == "C" else f"{locale}.UTF-8"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "random",
        "PYTHONUTF8": "1",
        "MEDLAKE_DATA": str(lake.data_dir),
        "MEDLAKE_THREADS": threads,
        "LOCPATH": str(locales),
        "LC_ALL": named,
        "TZ": zone,
    }
    command = [sys.executable, "-m", "tests.chaos.replay_child", str(orders)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["locale"], found["zone"]) == (named, "UTC" if zone == "UTC" else "CST")
    return found
