"""The Master data page without a browser: differences, search, the order of the queue, who may decide."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reader import NotAllowed, Reader
from dashboards.release import OpenRelease
from dashboards.views.master_data.desk import record
from dashboards.views.master_data.differences import marked
from dashboards.views.master_data.parties import Party, found
from dashboards.views.master_data.review import waiting
from dashboards.wording import own
from lakehouse.access import Role
from master_data.stewardship.desk import Desk
from master_data.stewardship.scene import Built
from reports.language import load
from tests.unit.test_identity_desk import built

TEXTS = st.text(alphabet="有限公司AB<>&\"' (（", max_size=12)


@given(TEXTS, TEXTS)
def test_marking_differences_loses_no_letter_and_runs_no_markup(left: str, right: str) -> None:
    """Prevents a name that reads differently because of its marks, and a name that acts as HTML."""
    for text, html in zip((left, right), marked(left, right), strict=True):
        bare = re.sub("</?mark>", "", html)
        assert "<" not in bare and ">" not in bare
        assert unescape(bare) == text


def test_what_one_name_has_and_the_other_not_is_marked() -> None:
    """Prevents a steward from overlooking the one letter that makes two firms of one."""
    assert marked("威海永新有限公司", "威海永新有限责任公司") == (
        "威海永新有限公司",
        "威海永新有限<mark>责任</mark>公司",
    )
    assert marked("甲", "乙") == ("<mark>甲</mark>", "<mark>乙</mark>")


def party(golden_id: str, words: str, role: str = "supplier") -> Party:
    """A party that is called so."""
    return Party(role, golden_id, words, None, None, 1, 0, words)


def test_a_party_is_found_by_every_name_it_bears() -> None:
    """Prevents a search that knows the golden name only, or finds customers among suppliers."""
    firms = [party("a", "苏州恒润 GYS0001 sap_a:100011"), party("b", "恒润客户", role="customer")]
    assert [one.golden_id for one in found(firms, "gys0001 恒润", ["supplier", "customer"])] == ["a"]
    assert [one.golden_id for one in found(firms, "恒润", ["customer"])] == ["b"]
    assert found(firms, "恒润 nobody", ["supplier"]) == []


def test_the_queue_begins_where_a_merge_changes_most() -> None:
    """Prevents a steward from spending the day on parties that nobody buys from."""
    desk = Desk(with_open_pairs(("b:2", "b:3"), ("b:3", "b:4")), ())
    counts = {("supplier", "b:2"): 7, ("supplier", "b:3"): 2, ("supplier", "b:4"): 5}
    told = [(p.left["record_id"], p.right["record_id"], p.change) for p in waiting(desk, counts)]
    assert told == [("b:2", "b:3", 2), ("b:3", "b:4", 2)]
    told = [(p.left["record_id"], p.change) for p in waiting(desk, counts | {("supplier", "b:2"): 1})]
    assert told == [("b:3", 2), ("b:2", 1)]


def with_open_pairs(*pairs: tuple[str, str]) -> Built:
    """The records of the desk's own test, with pairs that wait for a steward."""
    one = built()
    words = {
        "role_code": "supplier",
        "band_code": "review",
        "rule_code": "model",
        "evidence": "name=same:5.0",
    }
    waiting_pairs = [
        one.party_match.head(1).with_columns(
            **{name: pl.lit(value) for name, value in {**words, "left_id": left, "right_id": right}.items()},
            is_two_codes=pl.lit(value=False),
        )
        for left, right in pairs
    ]
    return Built(**{**vars(one), "party_match": pl.concat([one.party_match, *waiting_pairs])})


def test_an_act_refuses_who_may_not_decide_whatever_was_drawn() -> None:
    """Prevents a decision by a reader whose page had no button for it."""
    opened = cast(OpenRelease, SimpleNamespace(reader=Reader("wang.wei", (Role.QA,), is_demo=True)))
    decided: Any = None
    with pytest.raises(NotAllowed, match="wang.wei"):
        record(opened, decided, "reason")


def test_messages_are_told_in_the_readers_language() -> None:
    """Prevents both halves of a message, or the wrong one, from standing on a page."""
    zh, en = load("dashboards", "zh"), load("dashboards", "en")
    assert own("不合并 | never | merged", zh) == "不合并"
    assert own("不合并 | never | merged", en) == "never | merged"
    assert own("one language", zh) == own("one language", en) == "one language"
