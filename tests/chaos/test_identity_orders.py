"""Orders of arrival: the same records and decisions give the same parties and ids, whoever came first."""

import random
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from master_data.identity.decision import IdentityDecision
from master_data.identity.model import load_model
from master_data.identity.resolve import match_parties, resolve
from master_data.identity.standing import bond_rows, standing
from tests.conftest import Storm

START = datetime(2026, 1, 1, tzinfo=UTC)
CODE, OTHER_CODE = "91110000600037341L", "91110000802100433B"
NAMES = (
    "苏州恒润高分子材料有限公司",
    "恒润高分子材料（苏州）有限公司",
    "蘇州恒潤高分子材料有限公司",
    "苏州恒润高分子材料",
    "上海博泰医用包装有限公司",
    "上海市博泰医用包装有限责任公司",
    "深圳锦华金属制品有限公司",
    "深圳锦桦金属制品有限公司",
    "Northlake Alloys, Inc.",
    "NORTHLAKE ALLOYS INC",
    "苏州市第一人民医院",
    "苏州市第二人民医院",
)


def real_parties(rng: random.Random) -> pl.DataFrame:
    """Forty records of a dozen names under changing systems, a third with one of three credit codes."""
    rows = []
    for n in range(40):
        code = rng.choice([None, None, CODE, OTHER_CODE, "914403001922038216"])
        rows.append(
            {
                "record_id": f"{rng.choice('ab')}:{n:02}",
                "role_code": rng.choice(["supplier", "customer"]),
                "party_name": rng.choice(NAMES),
                "uscc": code,
                "uscc_role_code": "own" if code else None,
                "tax_id": None,
                "country_code": None,
                "city_name": rng.choice([None, "苏州"]),
                "address_name": None,
                "phone_no": None,
                "source_rank": rng.choice([1, 2]),
            }
        )
    return pl.DataFrame(
        rows, schema_overrides={"tax_id": pl.String, "uscc": pl.String, "city_name": pl.String}
    )


def decided(parties: pl.DataFrame, rng: random.Random) -> list[IdentityDecision]:
    """Ten merges and aparts of random records of one role."""
    made = []
    for n in range(10):
        role = rng.choice(["supplier", "customer"])
        left, right = rng.sample(parties.filter(role_code=role)["record_id"].to_list(), 2)
        when, action = START + timedelta(seconds=n), rng.choice(["merge", "apart"])
        made.append(
            IdentityDecision(f"d{n}", when, "li", "why", action, role, left_ids=(left,), right_ids=(right,))
        )
    return made


@pytest.mark.storm
def test_fifty_orders_of_arrival_give_one_partition_and_the_same_ids(storm: Storm) -> None:
    """Prevents two lakes with the same files and decisions from calling one supplier by two ids."""
    rng, orders, differing = storm.random(), storm.size(sample=8, full=50), 0
    parties = real_parties(rng)
    decisions = decided(parties, rng)

    def ids(rows: pl.DataFrame, made: list[IdentityDecision]) -> pl.DataFrame:
        bonds = pl.from_arrow(bond_rows(standing(made)))
        assert isinstance(bonds, pl.DataFrame)
        return resolve(rows, match_parties(rows, load_model()), bonds)

    first = ids(parties, decisions)
    assert 3 < first["golden_id"].n_unique() < len(parties) - 5
    assert not first.equals(ids(parties, []))
    for n in range(orders):
        shuffled = parties.sample(fraction=1, shuffle=True, seed=n)
        differing += not ids(shuffled, rng.sample(decisions, len(decisions))).equals(first)
    storm.report("identity in any order", cases=orders, lost=differing)
    assert differing == 0
