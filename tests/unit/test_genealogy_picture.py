"""Where the boxes of a genealogy stand, and on which tile of the map a consignee is counted."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.graph.layout import place
from dashboards.graph.picture import VISIBLE_AT_FIRST, Box, Line, encode
from dashboards.places import Sent, by_place

WAYS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40)


def reached(start: int, ways: list[tuple[int, int]]) -> set[int]:
    """Every node that some edges lead to, walked one by one."""
    found, fresh = {start}, {start}
    while fresh:
        fresh = {end for begin, end in ways if begin in fresh} - found
        found |= fresh
    return found


@given(ways=WAYS)
@settings(max_examples=150, deadline=None)
def test_material_flows_from_left_to_right_but_in_circles(ways: list[tuple[int, int]]) -> None:
    """Prevents a lot from standing right of what was made of it; lots of a circle share a column."""
    ends = np.array(ways, np.int64).reshape(-1, 2)
    layers, orders = place(12, ends[:, 0], ends[:, 1], 0)
    assert layers[0] == 0
    below, above = reached(0, ways), reached(0, [(end, start) for start, end in ways])
    for start, end in ways:
        side = below if {start, end} <= below else above
        if {start, end} <= side:
            is_circle = start in reached(end, ways)
            assert layers[start] == layers[end] if is_circle else layers[start] < layers[end]
    for layer in set(layers.tolist()):
        assert sorted(orders[layers == layer].tolist()) == list(range(int((layers == layer).sum())))


def test_a_box_for_what_is_missing_stands_beside_its_lot() -> None:
    """Prevents an unknown origin from being drawn as if it were the way on, or far from its lot."""
    boxes = [Box(key, "produced", key, "") for key in ("a", "b")]
    ghosts = [Box(key, "ghost", key, "") for key in ("origin", "rest")]
    line = Line("a", "b", "CONSUME", "EXACT", "", "")
    stubs = [Line(*ends, "UNKNOWN", "INFERRED", "", "") for ends in (("origin", "a"), ("b", "rest"))]
    drawn = json.loads(encode(boxes, [line], ghosts, stubs, "a", {}))
    assert {node["key"]: node["l"] for node in drawn["nodes"]} == {"a": 0, "b": 1, "origin": -1, "rest": 2}
    assert drawn["folded"] == []


def test_a_large_genealogy_begins_folded_at_one_depth() -> None:
    """Prevents a first look at thousands of boxes, and a fold that hides the lot's own neighbours."""
    names = [str(number) for number in range(2_000)]
    boxes = [Box(name, "produced", name, "") for name in names]
    lines = [Line(names[max(0, n // 20 - 1)], names[n], "CONSUME", "EXACT", "", "") for n in range(20, 2_000)]
    lines += [Line("0", names[n], "CONSUME", "EXACT", "", "") for n in range(1, 20)]
    drawn = json.loads(encode(boxes, lines, [], [], "0", {}))
    depths = {drawn["nodes"][at]["l"] for at in drawn["folded"]}
    assert len(depths) == 1 and min(depths) >= 1
    open_at_first = sum(node["l"] <= min(depths) for node in drawn["nodes"])
    assert min(depths) == 1 or open_at_first <= VISIBLE_AT_FIRST


@pytest.mark.parametrize(
    ("country", "city", "name", "tile"),
    [
        ("CN", "苏州", "甲", "jiangsu"),
        ("CN", "苏州 V11", "甲", "jiangsu"),
        ("CN", "Qingdao", "甲", "shandong"),
        (None, None, "威海市儿童医院", "shandong"),
        ("CN", None, "江苏南京第六中心医院", "jiangsu"),
        ("CN", "北京", "上海某公司", "beijing"),
        ("DE", "Jena", "Wickwest GmbH", "DE"),
        ("CN", "内蒙古", "甲", "innermongolia"),
        (None, None, "Wickwest GmbH", ""),
        (None, None, None, ""),
    ],
)
def test_a_consignee_is_counted_where_it_is(
    country: str | None, city: str | None, name: str | None, tile: str
) -> None:
    """Prevents goods on the wrong province, or a consignee nobody can place from vanishing."""
    assert set(by_place([Sent("c", name, country, city, Decimal(3), "C62")])) == {tile}


def test_the_map_keeps_every_quantity_by_unit() -> None:
    """Prevents kilograms added to pieces, and a consignee counted once per delivery."""
    sent = [
        Sent("a", "南京", "CN", "南京", Decimal(3), "C62"),
        Sent("a", "南京", "CN", "南京", Decimal(2), "C62"),
        Sent("b", "苏州", "CN", None, Decimal(7), "KGM"),
        Sent("b", "苏州", "CN", None, None, "KGM"),
    ]
    (tile,) = by_place(sent).values()
    assert (tile.amounts, tile.parties, tile.guessed_count) == (
        {"C62": Decimal(5), "KGM": Decimal(7)},
        ("南京", "苏州"),
        1,
    )
