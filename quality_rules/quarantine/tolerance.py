"""How much of a table may lie open in quarantine: what its contract says, and the default of the house.

contracts -> limits() -> stg.medlake__tolerance -> mart.quarantine_tolerance -> gate: warns or blocks
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from quality_rules.contract import Contract

ALL_OTHERS = "*"
# A table of which more than this share is quarantined is a broken feed, not a dirty one.
DEFAULT_SHARE = Decimal("0.05")
# Ten records are worked in a sitting; in a small table a few are a large share, but no broken feed. A
# contract that thinks otherwise declares its limit, and with it a floor of its own, or none.
DEFAULT_FLOOR = 10


@dataclass(frozen=True)
class Limit:
    """One limit; rule_id '*' is for all rules without a limit of their own, taken together."""

    source_table: str
    rule_id: str
    share: Decimal
    floor: int
    is_declared: bool


def limits(contracts: Iterable[Contract]) -> Iterator[Limit]:
    """Every declared limit, and for each table one for all other rules."""
    for contract in contracts:
        declared = dict(contract.tolerances)
        for rule, share in sorted(declared.items()):
            yield Limit(contract.id, rule, share, floor=contract.tolerance_floor, is_declared=True)
        if ALL_OTHERS not in declared:
            yield Limit(contract.id, ALL_OTHERS, DEFAULT_SHARE, DEFAULT_FLOOR, is_declared=False)
