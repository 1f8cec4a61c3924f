"""SQLMesh project: where the warehouse lies, how models default, what the linter refuses.

Settings and contracts decide everything; nothing is typed here twice. SQLMesh's clock is the refresh number
(pipelines/sqlmesh/build.py): refresh n runs at 2000-01-01 + n days, so a daily cron gives one interval each.
Alone: sqlmesh info
"""

from sqlmesh.core.config import Config, DuckDBConnectionConfig, GatewayConfig, LinterConfig, ModelDefaultsConfig

from lakehouse.settings import Settings
from pipelines.sqlmesh.entities import entity_variables
from pipelines.sqlmesh.loader import ContractLoader, LakeConnection

SETTINGS = Settings.from_env()
SETTINGS.build_path.parent.mkdir(parents=True, exist_ok=True)

config = Config(
    project="medlake",
    gateways={
        "lake": GatewayConfig(
            # The publisher writes comments into the release; here they would cost a statement per column.
            connection=LakeConnection(database=str(SETTINGS.build_path), register_comments=False),
            state_connection=DuckDBConnectionConfig(database=str(SETTINGS.state_path)),
            test_connection=DuckDBConnectionConfig(),
        )
    },
    default_gateway="lake",
    loader=ContractLoader,
    model_defaults=ModelDefaultsConfig(dialect="duckdb", start="2000-01-01", cron="@daily", owner="data_platform"),
    variables=entity_variables(SETTINGS.root),
    cache_dir=str(SETTINGS.data_dir / "warehouse" / "cache"),
    linter=LinterConfig(enabled=True, rules={"ambiguousorinvalidcolumn", "invalidselectstarexpansion"}),
    disable_anonymized_analytics=True,
)
