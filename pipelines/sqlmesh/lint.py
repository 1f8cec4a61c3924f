"""SQLMesh's linter over every model, with the house rules of linter/house_rules.py."""

from lakehouse.settings import Settings
from pipelines.sqlmesh.project import open_context


def lint_models(settings: Settings) -> list[str]:
    """What breaks a rule, one line each, as `rule: model and reason`."""
    violations = open_context(settings).lint_models(raise_on_error=False)
    return sorted(f"{violation.rule.name}: {violation.violation_msg}" for violation in violations)
