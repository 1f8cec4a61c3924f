"""The Dagster instance of a lake: its folder, its configuration, opened for the command."""

from pathlib import Path

from dagster import DagsterInstance

from lakehouse.durable import write_atomic
from lakehouse.settings import Settings

CONFIGURATION = Path(__file__).with_name("dagster.yaml")


def prepare_instance(settings: Settings) -> Path:
    """Puts the tracked configuration into the instance folder and returns the folder."""
    target = settings.dagster_dir / "dagster.yaml"
    content = CONFIGURATION.read_text().replace("$DAGSTER_HOME", str(settings.dagster_dir)).encode()
    if not target.is_file() or target.read_bytes() != content:
        write_atomic(target, content)
    return settings.dagster_dir


def open_instance(settings: Settings) -> DagsterInstance:
    """The instance that the Dagster UI shows too."""
    return DagsterInstance.from_config(str(prepare_instance(settings)))
