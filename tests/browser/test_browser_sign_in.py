"""Sign-in at a provider, in a real browser: roles from groups, nobody else let in, each on record."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from dashboards.provider import BadSignIn, load_provider
from lakehouse.access import Role
from lakehouse.settings import Settings
from lineage.ledger.act import Action
from lineage.ledger.ledger import open_ledger
from tests.browser.oidc_provider import CLIENT, SECRET, provider
from tests.browser.scratch_release import publish_scratch

ROOT = Path(__file__).parents[2]
OURS = """
[medlake]
name_claim = "preferred_username"
groups_claim = "groups"
hours = 12
[medlake.roles]
"lake-qa" = "qa"
"lake-analysts" = "analyst"
"lake-plants" = "plant_manager"
[medlake.sites]
"lake-plant-a" = "A"
"lake-plant-b" = "B"
"""


@dataclass(frozen=True)
class Served:
    """Dashboards behind a provider."""

    address: str
    settings: Settings


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The scratch release, served to whoever the provider vouches for."""
    home = tmp_path_factory.mktemp("sign-in")
    publish_scratch(home / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    accounts = {"gao.ying": ["lake-qa", "other"], "sun.li": ["canteen"]}
    with provider(accounts) as issuer:
        secrets = home / "sign-in.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "{address}/oauth2callback"\ncookie_secret = "{"c" * 40}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{issuer}/.well-known/openid-configuration"\n{OURS}'
        )
        environment = {
            **os.environ, "MEDLAKE_DATA": str(home / "data"), "MEDLAKE_SIGN_IN": str(secrets),
        }  # fmt: skip
        command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py"]
        command += ["--server.port", address.rpartition(":")[2], "--secrets.files", str(secrets)]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            try:
                _wait_until_up(address)
                yield Served(address, Settings.from_env({"MEDLAKE_DATA": str(home / "data")}))
            finally:
                server.terminate()
                server.wait(timeout=10)


def _wait_until_up(address: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(address)


def test_a_group_gives_its_role_and_signing_out_ends_it(served: Served, browser: Any) -> None:
    """Prevents pages without sign-in, and a sign-in that nobody can look up."""
    page = browser.browser.new_context().new_page()
    page.goto(f"{served.address}/?lang=en")
    page.get_by_role("button", name="Sign in").wait_for(timeout=30_000)
    assert page.get_by_role("link", name="Overview").count() == 0
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="gao.ying").click()

    page.get_by_text("gao.ying · ").wait_for(timeout=30_000)
    page.get_by_role("link", name="SQL").wait_for()
    with open_ledger(served.settings, writable=False) as ledger:
        leaf = list(ledger.of_action(Action.LOGIN))[-1]
    assert leaf.act.who == "gao.ying"
    assert leaf.act.details == {"succeeded": True, "roles": ["qa"], "sites": []}
    assert SECRET.encode() not in leaf.body
    page.get_by_test_id("stSidebar").get_by_role("button").last.click()
    page.get_by_role("button", name="登录").or_(page.get_by_role("button", name="Sign in")).wait_for()
    page.context.close()


def test_somebody_without_one_of_our_groups_is_not_let_in(served: Served, browser: Any) -> None:
    """Prevents every account of the company from reading the lake."""
    page = browser.browser.new_context().new_page()
    page.goto(f"{served.address}/?lang=en")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="sun.li").click()
    page.get_by_text("sun.li").last.wait_for(timeout=30_000)
    page.get_by_test_id("stAlert").wait_for()
    assert page.get_by_role("link", name="SQL").count() == 0
    with open_ledger(served.settings, writable=False) as ledger:
        leaf = list(ledger.of_action(Action.LOGIN))[-1]
    assert (leaf.act.who, leaf.act.details["succeeded"]) == ("sun.li", False)
    page.context.close()


def test_claims_become_a_reader(tmp_path: Path) -> None:
    """Prevents a sign-in of last month, a nameless one, and a misspelt role from counting."""
    file = tmp_path / "sign-in.toml"
    file.write_text(OURS)
    known = load_provider(file)
    reader = known.reader({"preferred_username": "a", "groups": ["lake-analysts", "lake-qa", "x"]})
    assert set(reader.roles) == {Role.QA, Role.ANALYST} and not reader.is_demo
    assert reader.sites == ()
    own = known.reader({"preferred_username": "a", "groups": ["lake-plants", "lake-plant-b", "lake-plant-a"]})
    assert (own.roles, own.sites) == ((Role.PLANT_MANAGER,), ("A", "B"))
    assert known.reader({"preferred_username": "a"}).roles == ()
    with pytest.raises(BadSignIn, match="preferred_username"):
        known.reader({"email": "a"})
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert not known.is_over({"iat": (now - timedelta(hours=11)).timestamp()}, now)
    assert known.is_over({"iat": (now - timedelta(hours=13)).timestamp()}, now)
    assert known.is_over({}, now)
    file.write_text(OURS.replace('"qa"', '"root"'))
    with pytest.raises(BadSignIn, match="root"):
        load_provider(file)
