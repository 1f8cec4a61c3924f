"""Backups at random moments while the lake is written to; each is restored and looked at, byte by byte."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lakehouse.backup.store import Store
from pipelines.backing_up import back_up, lake_at, look, restore_lake
from tests.chaos.release_child import settings_of
from tests.conftest import Storm

pytestmark = pytest.mark.storm
WRITER = Path(__file__).with_name("busy_lake.py")


def test_backups_under_load_restore(storm: Storm, tmp_path: Path) -> None:
    """Prevents a backup that was taken during a write from naming what it does not hold."""
    settings, stop = settings_of({"lake": str(tmp_path / "lake")}), tmp_path / "stop"
    settings.data_dir.mkdir()
    store, random, count = tmp_path / "backups", storm.random(), storm.size(sample=3, full=50)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, WRITER, settings.data_dir, stop]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    try:
        while not (settings.raw_dir / "_register.sqlite").is_file():
            time.sleep(0.1)
        taken = []
        for _ in range(count):
            time.sleep(random.uniform(0, 1.5))
            assert writer.poll() is None, "the writer died"
            taken.append(back_up(settings, store, "storm"))
    finally:
        stop.touch()
        told = json.loads(writer.communicate()[0])
    leaves, seconds = set(), []
    for backup in taken:
        began = time.perf_counter()
        into = tmp_path / "restored"
        found, looked = restore_lake(settings, store, backup.set.id, into, "li.na", "storm")
        look(lake_at(settings, into))
        assert looked.leaves == found.facts["leaves"]
        leaves.add(looked.leaves)
        seconds.append(time.perf_counter() - began)
        shutil.rmtree(into)
    assert len(leaves) == count, "the lake did not move between the backups"
    storm.report(
        "backups under load",
        backups=count,
        restored_and_verified=len(seconds),
        loads=told["files"],
        releases=told["releases"],
        slowest_backup_s=round(max(backup.seconds for backup in taken), 2),
        slowest_restore_s=round(max(seconds), 2),
    )


def test_every_lost_or_changed_content_is_found(storm: Storm, tmp_path: Path) -> None:
    """Prevents a damaged backup from being restored as if it were whole."""
    settings, random = settings_of({"lake": str(tmp_path / "lake")}), storm.random()
    stop = tmp_path / "stop"
    settings.data_dir.mkdir()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen(
        [sys.executable, WRITER, settings.data_dir, stop], stdout=subprocess.PIPE, env=env
    )
    time.sleep(6)
    stop.touch()
    writer.communicate()
    store = Store(tmp_path / "backups")
    files = back_up(settings, store.folder, "storm").set.files
    trials = storm.size(sample=5, full=300)
    found = 0
    for trial in range(trials):
        kept = random.choice([file for file in files if file.size])
        path = store.object_path(kept.sha256)
        whole = path.read_bytes()
        if trial % 5 == 0:
            path.unlink()
        else:
            changed = bytearray(whole)
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
            path.write_bytes(changed)
        with pytest.raises(RuntimeError, match="damaged|lacks"):
            restore_lake(settings, store.folder, None, tmp_path / "restored", "li.na", "storm")
        assert not (tmp_path / "restored").exists()
        found += 1
        path.write_bytes(whole)
    restore_lake(settings, store.folder, None, tmp_path / "restored", "li.na", "storm")
    storm.report("damaged backups", trials=trials, found=found)
