"""Tolerances in contracts against the rules there are."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pipelines.rule_catalogue import demand_known_rules
from quality_rules.contract import ContractError, load_contracts


def test_a_tolerance_for_no_rule_is_refused() -> None:
    """Prevents a misspelt rule id from leaving a table under the default limit without a word."""
    contract = load_contracts()["sap_a__mara"]
    known = (("DQ-REC-001", Decimal("0.01")), ("DQ-TYP-002", Decimal(0)), ("*", Decimal("0.1")))
    demand_known_rules([replace(contract, tolerances=known)])
    for wrong in ("DQ-REC-901", "RP-TXT-001"):
        with pytest.raises(ContractError, match=f"sap_a__mara: tolerances name {wrong}"):
            demand_known_rules([replace(contract, tolerances=((wrong, Decimal(0)),))])


def test_the_contracts_of_the_house_name_known_rules() -> None:
    """Prevents a rule that was renamed from leaving its tolerance behind."""
    demand_known_rules(load_contracts().values())
