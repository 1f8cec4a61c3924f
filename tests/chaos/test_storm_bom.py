"""Bills of material which nobody here made up: each product against every way walked on its own."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from lakehouse.settings import ROOT
from tests.chaos.bom_oracle import BOM_TABLE, brute_force, fill, lists
from tests.conftest import Storm
from traceability.bom import bills_of

BILLS = ROOT.parent / "shared" / "data" / "adventureworks" / "BillOfMaterials.csv"


@pytest.mark.storm
@pytest.mark.skipif(not BILLS.is_file(), reason="the shared test data is not here")
def test_adventureworks_equals_every_way_walked(storm: Storm) -> None:
    """Prevents a level or a way that is lost where assemblies share components over several levels."""
    text = BILLS.read_text(encoding="utf-8-sig")
    records = [record.split("\t") for record in text.splitlines() if record]
    bills = [(r[1], r[2], Decimal(r[7])) for r in records if r[1] and not r[4]]
    products = sorted({product for bill in bills for product in bill[:2]})
    asked = storm.random().sample(products, storm.size(sample=40, full=len(products)))
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        con.execute(BOM_TABLE)
        fill(con, bills)
        index, deepest = bills_of(con), 0
    for product in asked:
        found = lists(index, product)
        assert found == [brute_force(bills, product, is_up=is_up) for is_up in (False, True)]
        deepest = max(deepest, *(depth for part in found for depth, _ in part.values()))
    assert deepest >= 3
    storm.report(
        "AdventureWorks explosion and where-used",
        bills=len(bills),
        products=len(asked),
        deepest=deepest,
        differing=0,
    )
