"""One lake, opened: its settings, its contracts and its raw zone."""

from collections.abc import Mapping
from dataclasses import dataclass

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from quality_rules.contract import Contract, load_contracts


@dataclass(frozen=True)
class Lake:
    """What every step of a refresh needs."""

    settings: Settings
    contracts: Mapping[str, Contract]
    zone: RawZone

    @property
    def systems(self) -> tuple[str, ...]:
        """Source systems that have contracts."""
        return tuple(sorted({contract.system for contract in self.contracts.values()}))


def open_lake(settings: Settings) -> Lake:
    """Reads the contracts and opens the raw zone."""
    return Lake(settings, load_contracts(), RawZone(settings.raw_dir))
