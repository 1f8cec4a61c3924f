"""The policy of actions: deny by default, and a mistake in the file is pointed at."""

from pathlib import Path

import pytest

from dashboards.reader import NotAllowed, Reader
from lakehouse.access import BadPolicy, Role, load_policy
from lakehouse.access.policy import POLICY_FILE

# Kept by hand beside the file: whoever changes who may decide changes this table too.
WHO_MAY = {
    "report.issue": {Role.QA},
    "recall.open": {Role.QA},
    "quarantine.decide": {Role.STEWARD},
    "identity.decide": {Role.STEWARD},
    "release.sign": {Role.QA},
    "release.withdraw": {Role.QA, Role.STEWARD},
    "sql.run": {Role.QA, Role.STEWARD, Role.ENGINEER, Role.ANALYST},
    "evidence.verify": {Role.QA, Role.STEWARD, Role.INSPECTOR, Role.ENGINEER},
    "export": set(Role),
    "page.overview": set(Role),
    "page.recall": {Role.QA, Role.INSPECTOR, Role.MANAGER},
    "page.trace": {Role.QA, Role.STEWARD, Role.INSPECTOR, Role.MANAGER},
    "page.master_data": {Role.QA, Role.STEWARD},
}


@pytest.mark.parametrize("action", WHO_MAY)
def test_roles_may_what_was_agreed_and_nothing_else(action: str) -> None:
    """Prevents an edit of the policy from giving an act to a role by accident."""
    assert {role for role in Role if load_policy().may([role], action)} == WHO_MAY[action]


def test_no_role_may_nothing_and_an_unknown_action_is_an_error() -> None:
    """Prevents a reader without roles from acting, and a misspelt action from reading as a refusal."""
    assert not any(load_policy().may([], action) for action in load_policy().actions)
    with pytest.raises(KeyError, match="no action"):
        load_policy().may(list(Role), "report.isue")


def test_an_act_refuses_by_itself() -> None:
    """Prevents a hidden button from being the only wall."""
    reader = Reader("zhang.min", (Role.ANALYST,), is_demo=True)
    reader.require("sql.run")
    with pytest.raises(NotAllowed, match=r"zhang.min \(analyst\) may not: issue a report"):
        reader.require("report.issue")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  analyst:\n", "  analist:\n", r"policy.yaml:\d+: analist.*there are: analyst"),
        ("export, sql.run]", "export, sql.rn]", r"policy.yaml:\d+: sql.rn.*no such action"),
        ("  manager:\n", "  engineer:\n", "engineer stands twice"),
        (
            "{confidential: masked, personal: masked}",
            "{confidential: mask, personal: masked}",
            r":\d+: mask：",
        ),
        ("{confidential: masked, personal: masked}", "{confidential: masked}", "name both sensitivities"),
        (
            "{confidential: clear, personal: clear}",
            "{confidential: clear, personal: masked}",
            "issues reports",
        ),
        ("{text: digest, ", "{text: rot13, ", r":\d+: rot13："),
        ("{text: digest, ", "{", "must name each of"),
        ("    may: [page.overview, page.quality", "    can: [page.overview, page.quality", "another form"),
        ("roles:\n", "rolls:\n", "another form"),
        ("rows: {site_code: own}", "rows: {site_code: onw}", r":\d+: onw.*there are: own"),
    ],
)
def test_a_mistake_in_the_policy_is_pointed_at(old: str, new: str, says: str, tmp_path: Path) -> None:
    """Prevents a misspelt role or action from silently granting or denying."""
    text = POLICY_FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPolicy, match=says):
        load_policy(file)


def test_a_policy_without_one_of_the_roles_is_refused(tmp_path: Path) -> None:
    """Prevents a role from vanishing unnoticed."""
    text = POLICY_FILE.read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text(text[: text.index("  analyst:\n")], encoding="utf-8")
    with pytest.raises(BadPolicy, match="roles are missing: analyst"):
        load_policy(file)
