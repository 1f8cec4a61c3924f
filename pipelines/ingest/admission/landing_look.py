"""A look at the landing roots that opens no file: what lies there, and whether it is still being written.

landing roots -> names, sizes and times of change -> one digest. The same digest means that nothing came.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from lakehouse.settings import Settings
from pipelines.ingest.admission.landing import find_files
from quality_rules.contract import Contract

# A file nobody has written to for so long is whole; writers that pause longer should rename when done.
SETTLED_NS = 10_000_000_000


@dataclass(frozen=True)
class LandingLook:
    """What lies in the landing roots.

    Attributes:
        digest: The same as long as no file comes, goes or changes.
        files: How many there are.
        unsettled: How many were written to a moment ago.
    """

    digest: str
    files: int
    unsettled: int


def look_at_landing(settings: Settings, contracts: Mapping[str, Contract], now_ns: int) -> LandingLook:
    """Looks at every file an ingest would look at.

    A copy can carry the time of its source, so the time of the last change to the file counts too.
    """
    digest, files, unsettled = hashlib.sha256(), 0, 0
    for file in find_files(settings.landing_roots, contracts):
        try:
            stat = file.path.stat()
        except FileNotFoundError:  # taken away since it was listed
            continue
        files += 1
        unsettled += now_ns - max(stat.st_mtime_ns, stat.st_ctime_ns) < SETTLED_NS
        digest.update(
            f"{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}\n".encode(
                "utf-8", "surrogateescape"
            )
        )
    return LandingLook(digest.hexdigest(), files, unsettled)
