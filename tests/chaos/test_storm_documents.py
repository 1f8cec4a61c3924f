"""Every document of a release against the schema of whoever gets it: EPCIS of each lot and recall, filings.

release (--lake: its own, else the scratch release) → documents, a few hundred lots at once → faults: none.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import jsonschema
import pytest
from lxml import etree

from lakehouse.releases import Release, find_release, open_release
from reports.epcis.lot_trace import lot_traces
from reports.epcis.trace import trace_document
from reports.eudamed.document import Sending, device_messages
from reports.eudamed.form import check
from reports.eudamed.record import read_eu_devices
from reports.form import release_day, release_time
from reports.gudid.document import from_xml, to_json
from reports.gudid.record import read_gudid
from reports.nmpa_udi.precheck import precheck
from reports.nmpa_udi.save_request import save_request
from reports.nmpa_udi.schema import save_request_schema
from reports.recall.events import epcis
from reports.recall.facts import facts_of
from reports.recall.request import PLACEHOLDER_BASE, RecallRequest
from tests.browser.scratch_release import publish_scratch, settings_for
from tests.conftest import Storm
from tests.official_schemas import (
    GUDID_SAMPLE,
    epcis_validator,
    eudamed_schema,
    gudid_validator,
    needs_schemas,
)
from traceability.recall.subject import Subject

Opened = tuple[duckdb.DuckDBPyConnection, Release]
AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AT_ONCE = 250
SAMPLE = 8
pytestmark = [pytest.mark.storm, needs_schemas]


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The current release of --lake, which is only read, else the scratch release."""
    named = request.config.getoption("--lake")
    home = tmp_path_factory.mktemp("lake") / "data"
    if not named:
        publish_scratch(home)
    settings = settings_for(named or home)
    with open_release(settings) as con:
        yield con, find_release(settings, None)


class Checker:
    """The schema against documents that share events: an event that was found good is not looked at again.

    The schema judges an event without its neighbours, and a document apart from what its events say.
    """

    def __init__(self) -> None:
        self.documents = 0
        self.events = 0
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def add(self, content: bytes) -> None:
        """Takes a document, whose events stand one on a line."""
        head, *lines, tail = content.decode().splitlines()
        events = [line.removesuffix(",") for line in lines]
        fresh = [event for event in dict.fromkeys(events) if event not in self.seen]
        tree = json.loads(f"{head}{','.join(fresh)}{tail}")
        self.faults += [f"{tree['id']}: {fault.message}" for fault in epcis_validator().iter_errors(tree)]
        self.documents, self.events = self.documents + 1, self.events + len(events)
        self.seen.update(fresh)


def _lots(con: duckdb.DuckDBPyConnection, source: str, storm: Storm) -> list[str]:
    """Lots of a table in an order that follows from the seed, so that a run cut short has seen any kind."""
    known = "lot_id IN (SELECT lot_id FROM core.lot)"  # others are refused by name
    rows = con.execute(f"SELECT DISTINCT lot_id FROM {source} WHERE {known} ORDER BY 1").fetchall()
    found = [row[0] for row in rows]
    storm.random().shuffle(found)
    return found[: storm.size(sample=SAMPLE, full=len(found))]


def test_the_checker_sees_a_fault_in_any_event() -> None:
    """Prevents a check that cannot fail, above all for events that come late or twice."""
    head = '{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"id":"urn:uuid:1",'
    about = '"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-06T00:00:00Z",'
    event = '{"type":"ObjectEvent","eventTime":"2026-01-05T10:00:00+08:00","eventTimeZoneOffset":"+08:00",'
    good = f'{event}"action":"OBSERVE","epcList":["urn:epc:id:sscc:0952123.0000000001"]}}'
    bad = good.replace('"OBSERVE"', '"OBSERVE","bizStep":"recalling"')
    checker = Checker()
    for events in ([good], [good, bad]):
        lines = ",\n".join(events)
        checker.add(f'{head}{about}"epcisBody":{{"eventList":[\n{lines}\n]}}}}\n'.encode())
    assert (checker.documents, checker.events, len(checker.faults)) == (2, 3, 1)


def test_the_trace_of_every_lot_is_valid(opened: Opened, storm: Storm) -> None:
    """Prevents a document that a partner's repository refuses, for any lot of any kind."""
    con, release = opened
    checker, lots = Checker(), _lots(con, "core.lot", storm)
    for start in range(0, len(lots), AT_ONCE):
        for trace in lot_traces(con, lots[start : start + AT_ONCE]):
            checker.add(trace_document(trace, release, PLACEHOLDER_BASE))
    assert checker.faults == [] and checker.documents == len(lots) > 0
    _report(storm, "EPCIS traces of lots", checker)


def test_the_recall_of_every_shipped_lot_is_valid(opened: Opened, storm: Storm) -> None:
    """Prevents events of a recall that a partner refuses when there is no time to mend them."""
    con, release = opened
    checker, lots = Checker(), _lots(con, "core.shipment", storm)
    for lot in lots:
        request = RecallRequest((Subject("lot", lot),), 1, "seal", AT, AT)
        facts = facts_of(con, release, request, time.perf_counter)
        checker.add(epcis(facts.scope, facts.steps, facts.lines, request, facts.zones))
    assert checker.faults == [] and checker.documents == len(lots) > 0
    _report(storm, "EPCIS of recalls", checker)


def test_every_filing_is_valid(request: pytest.FixtureRequest, opened: Opened, storm: Storm) -> None:
    """Prevents a record that NMPA, FDA or EUDAMED refuses for its shape."""
    if not request.config.getoption("--lake"):
        pytest.skip("the scratch release has no declarations; give a lake with --lake")
    con, release = opened
    checked = precheck(con, on=release_day(release), change_note="更正")
    records = (*checked.new, *checked.changed, *checked.unchanged)
    shape = jsonschema.Draft202012Validator(save_request_schema(checked.on))
    body = save_request(records, on=checked.on, upload_type="add")
    assert [fault.message for fault in shape.iter_errors(body)] == []
    devices = [one.content for register in ("declared", "published") for one in read_gudid(con, register)]
    assert _gudid_faults(devices) == []
    ready = check(read_eu_devices(con), checked.on).ready
    messages = device_messages(ready, Sending(release.name, release_time(release)))
    trees = {name: etree.fromstring(content) for name, content in messages.items()}
    assert [name for name, tree in trees.items() if not eudamed_schema().validate(tree)] == []
    assert records and devices and ready
    storm.report("filings", nmpa=len(records), gudid=len(devices), eudamed_devices=len(ready), faults=0)


@pytest.mark.skipif(not GUDID_SAMPLE.is_file(), reason="the shared GUDID sample is not here")
def test_every_device_of_the_gudid_sample_is_valid(storm: Storm) -> None:
    """Prevents a published record that comes in and cannot go out again."""
    devices = list(from_xml(gzip.decompress(GUDID_SAMPLE.read_bytes())))
    taken = devices[: storm.size(sample=SAMPLE, full=len(devices))]
    assert taken and _gudid_faults(taken) == []
    storm.report("GUDID sample", devices=len(taken), faults=0)


def _gudid_faults(devices: Sequence[object]) -> list[str]:
    results = json.loads(to_json(devices))["results"]  # type: ignore[arg-type]
    return [fault.message for one in results for fault in gudid_validator().iter_errors(one)]


def _report(storm: Storm, name: str, checker: Checker) -> None:
    counts = {"documents": checker.documents, "events": checker.events, "distinct": len(checker.seen)}
    storm.report(name, **counts, faults=len(checker.faults))
