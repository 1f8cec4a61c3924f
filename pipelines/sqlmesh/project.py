"""The SQLMesh project of a lake: gateways, defaults, linter, variables; config.py is its front door.

Settings -> project_config() -> Config -> open_context() -> one Context per lake and process
"""

from functools import cache

from sqlmesh import Context
from sqlmesh.core.config import (
    Config,
    DuckDBConnectionConfig,
    GatewayConfig,
    LinterConfig,
    ModelDefaultsConfig,
)

from lakehouse.settings import Settings
from master_data.identity.policy import load_policy
from pipelines.sqlmesh.entities import entity_variables
from pipelines.sqlmesh.loader import LakeLoader, lake_connection
from pipelines.sqlmesh.one_rendering import render_once

# Rules of SQLMesh itself; they find columns that do not exist before a table is built from them.
BUILTIN_RULES = frozenset({"ambiguousorinvalidcolumn", "invalidselectstarexpansion"})
# linter/house_rules.py
HOUSE_RULES = frozenset(
    {"headercomplete", "columnscommented", "rawonlyinstg", "nofloatingsum", "orderedaggregates", "noclock"}
)


def project_config(settings: Settings) -> Config:
    """The project for one lake."""
    settings.build_path.parent.mkdir(parents=True, exist_ok=True)
    return Config(
        project="medlake",
        gateways={
            "lake": GatewayConfig(
                connection=lake_connection(settings),
                state_connection=DuckDBConnectionConfig(database=str(settings.state_path)),
                test_connection=DuckDBConnectionConfig(),
            )
        },
        default_gateway="lake",
        loader=LakeLoader,
        model_defaults=ModelDefaultsConfig(
            dialect="duckdb", start="2000-01-01", cron="@daily", owner="data_platform"
        ),
        variables={**entity_variables(settings.root), "review_days": load_policy().review_days},
        cache_dir=str(settings.data_dir / "warehouse" / "cache"),
        linter=LinterConfig(enabled=True, rules=set(BUILTIN_RULES | HOUSE_RULES)),
        disable_anonymized_analytics=True,
    )


@cache
def open_context(settings: Settings) -> Context:
    """The project loaded, once per process: loading takes seconds. New model files need a new process."""
    render_once()
    return Context(paths=[str(settings.root)], config=project_config(settings))
