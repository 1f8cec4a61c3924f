"""One lake, opened: its settings, its contracts and its raw zone."""

from collections.abc import Mapping
from dataclasses import dataclass

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.rule_catalogue import demand_known_rules
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
    contracts = load_contracts()
    demand_known_rules(contracts.values())
    return Lake(settings, contracts, RawZone(settings.raw_dir))
