"""The bench's own locks: what lies unmasked is for those who may decide, whatever the page draws."""

from typing import Any, cast

import pytest

from dashboards import quarantine_desk
from dashboards.reader import NotAllowed, Reader
from dashboards.release import OpenRelease
from lakehouse.access import Role
from pipelines.quarantine.bench import Reject
from pipelines.quarantine.records import Kept

RECORD = (Kept("stg", "sap_a__mara", "mara.csv", "f" * 64, 3, "DQ-TYP-001", "qty", "x", "m", 1, None),)


def opened_by(*roles: Role) -> OpenRelease:
    return OpenRelease(cast("Any", None), cast("Any", None), "key", Reader("somebody", roles, is_demo=True))


@pytest.mark.parametrize("role", ["engineer", "qa", "manager", "analyst", "inspector"])
def test_only_a_steward_gets_records_and_decides(role: Role) -> None:
    """Prevents an analyst from reading by the bench what their release masks, or deciding past the button."""
    with pytest.raises(NotAllowed, match="may not"):
        quarantine_desk.open_desk(opened_by(role))
    with pytest.raises(NotAllowed, match="may not"):
        quarantine_desk.decide(opened_by(role), cast("Any", None), RECORD, Reject(), "why")
