"""SQLMesh's front door: `sqlmesh info`, `sqlmesh ui` and the editors find the project here."""

from lakehouse.settings import Settings
from pipelines.sqlmesh.project import project_config

config = project_config(Settings.from_env())
