"""Days near which the clocks of a zone are set, so that only the times of these days are looked at closely.

zone name (IANA) -> change_days() -> days since 1970; the engine's own rules still judge what lies near them.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_DAY, LAST_DAY = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# A local time is within a day of its instant; one day more for days before 1970, which round upwards.
MARGIN = 2
DAY = timedelta(days=1)


def day_number(at: datetime) -> int:
    """Days since 1970."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // DAY


@cache
def change_days(zone: str) -> tuple[int, ...]:
    """Every day within two of a change of the zone's offset between 1900 and 2100, sorted."""
    place, near = ZoneInfo(zone), set()
    at, before = FIRST_DAY, FIRST_DAY.astimezone(place).utcoffset()
    while (at := at + DAY) < LAST_DAY:
        offset = at.astimezone(place).utcoffset()
        if offset != before:
            near |= {day_number(at) + n for n in range(-MARGIN - 1, MARGIN + 1)}
        before = offset
    return tuple(sorted(near))
