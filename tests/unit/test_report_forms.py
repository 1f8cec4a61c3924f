"""Recall package and NMPA declaration as forms: the same order, the same bytes; refusals with a way out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lakehouse.settings import Settings
from reports.order import Order, build
from reports.recall import RecallRequest
from reports.recall.form import FORM, given_of, request_of
from reports.refusals import BadParameter, DataMissing, UnknownSubject
from reports.values import read_values
from tests.browser import scratch_release
from traceability.recall.narrow import read_narrowing
from traceability.recall.subject import Subject

LOT = "A:10000123:B26010501"
RECALL = {
    "lot": LOT,
    "class": "2",
    "reason": "seal strength",
    "decided_at": "2026-03-02T09:30+08:00",
    "issued_at": "2026-03-02T10:00+08:00",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The scratch release."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    scratch_release.publish_scratch(folder)
    settings: Settings = scratch_release.settings_for(folder)
    return settings


def test_the_same_recall_gives_the_same_bytes(settings: Settings) -> None:
    """Prevents a package that depends on when it was ordered: a replay would then prove nothing."""
    first = build(settings, Order("recall_package", RECALL))
    again = build(settings, Order("recall_package", RECALL))
    assert first.contents == again.contents
    told = json.loads(first.contents["recall.json"])
    assert [lot["lot_id"] for lot in told["scope"]["lots"]][:1] == [LOT]
    assert first.origin.parameters["class"] == "2" and first.origin.parameters["drill"] == "no"
    notices = {name.split("/")[1] for name in first.contents if name.startswith("notices/")}
    assert len(notices) == len([one for one in told["scope"]["consignees"] if one["customer_codes"]]) > 0


def test_a_decision_at_the_desk_is_ordered_as_it_was_made() -> None:
    """Prevents a package of another scope, class or time than the one that stood on the screen."""
    at = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    plain = RecallRequest((Subject("lot", LOT),), 2, "seal", at, at)
    whole = RecallRequest(
        (Subject("lot", LOT), Subject("equipment", "A=2026-01-05..2026-01-06"), Subject("lot", "B")),
        3,
        "seal | 密封",
        at,
        at + timedelta(seconds=7),
        recall_no="RC-1",
        contact="质量部",
        is_drill=True,
        takes_every=True,
        narrowings=(read_narrowing("date=2026-01-05..2026-01-09"), read_narrowing("operator=op-17")),
        known_by=at - timedelta(days=1),
        since=at - timedelta(days=2),
        id_base="https://trace.example.com",
    )
    for request in (plain, whole):
        again = request_of(read_values(FORM.parameters, given_of(request)))
        assert sorted(again.subjects, key=str) == sorted(request.subjects, key=str)
        assert replace(again, subjects=request.subjects) == request


def test_a_drill_is_marked_in_every_file_name(settings: Settings) -> None:
    """Prevents a drill ordered from the page from being taken for a recall."""
    drill = build(settings, Order("recall_package", {**RECALL, "drill": "yes"}))
    names = [name for name in drill.contents if name != "report.json"]
    assert names and all("DRILL" in name.rpartition("/")[2] for name in names)


@pytest.mark.parametrize(
    ("changed", "refusal", "says"),
    [
        ({"lot": "NO-SUCH"}, UnknownSubject, "NO-SUCH"),
        ({"lot": ""}, BadParameter, "give one of: lot, udi"),
        ({"narrow": "colour=red"}, BadParameter, "colour"),
        ({"class": "4"}, BadParameter, "class"),
        ({"decided_at": "2026-03-02"}, BadParameter, "decided_at"),
    ],
)
def test_what_is_no_recall_is_refused(
    settings: Settings, changed: dict[str, str], refusal: type[Exception], says: str
) -> None:
    """Prevents an empty scope, a class that does not exist, or a deadline counted from no moment."""
    with pytest.raises(refusal, match=says):
        build(settings, Order("recall_package", {**RECALL, **changed}))


def test_a_release_without_declarations_makes_no_filing(settings: Settings) -> None:
    """Prevents an empty request from being submitted as if all were declared."""
    with pytest.raises(DataMissing, match="land the UDI declaration"):
        build(settings, Order("nmpa_udi", {"upload_new": "1", "upload_changed": "2"}))
