"""What a trace does not know: gaps that are declared with every answer, and how many units they may hide.

release → gaps(con, lots, orders) → KnownGap …    release → ReleaseBooks → upper_bound(books, roots) → Bound
"""

from traceability.ignorance.books import Bill, Books, LotExtent, OpenEnd, OpenOrder
from traceability.ignorance.bound import Bound, upper_bound
from traceability.ignorance.gaps import KnownGap, gaps
from traceability.ignorance.release_books import ReleaseBooks

__all__ = [
    "Bill",
    "Books",
    "Bound",
    "KnownGap",
    "LotExtent",
    "OpenEnd",
    "OpenOrder",
    "ReleaseBooks",
    "gaps",
    "upper_bound",
]
