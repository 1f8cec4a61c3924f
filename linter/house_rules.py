"""House rules for models, run by SQLMesh's linter at every plan and by `medlake models lint`.

A rule's name in config.py is its class name in lower case.
"""

from collections.abc import Iterator

from sqlglot import exp
from sqlmesh.core.dialect import MacroVar
from sqlmesh.core.linter.rule import Rule, RuleViolation
from sqlmesh.core.model import ExternalModel, Model, SqlModel

CLOCKS = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.CurrentDatetime, exp.Rand, exp.Uuid)
# One rendering serves every build (pipelines/sqlmesh/one_rendering.py), so none may differ from another.
STAGES = ("start_", "end_", "execution_", "latest_", "runtime_stage", "this_model", "this_env", "gateway")
UNORDERED = (exp.ArrayAgg, exp.GroupConcat, exp.First, exp.AnyValue)
FLOATING = frozenset({exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT})


def _layer(model: Model) -> str:
    return model.view_name and model.fully_qualified_table.db


def _query(model: Model) -> exp.Expr | None:
    return model.render_query() if isinstance(model, SqlModel) else None


class HeaderComplete(Rule):
    """A model says who owns it, what a row is (grain) and what it is for."""

    def check_model(self, model: Model) -> RuleViolation | None:
        """Looks at owner, grain and description."""
        if isinstance(model, ExternalModel):
            return None
        # Findings are a log: one row may be found twice by one rule, so they have no key.
        is_log = model.view_name.startswith("finding")
        parts = {"owner": model.owner, "grain": is_log or model.grains, "description": model.description}
        missing = [part for part, value in parts.items() if not value]
        return self.violation(f"{model.name}: no {', '.join(missing)} in the header") if missing else None


class ColumnsCommented(Rule):
    """Every column says what it means."""

    def check_model(self, model: Model) -> RuleViolation | None:
        """Compares columns with their comments; provenance columns mean the same everywhere."""
        if isinstance(model, ExternalModel):
            return None
        described = set(model.column_descriptions)
        bare = [c for c in model.columns_to_types or {} if c not in described and not c.startswith("_")]
        return self.violation(f"{model.name}: no comment on {', '.join(bare)}") if bare else None


class RawOnlyInStg(Rule):
    """Only `stg` reads the raw zone, so that nothing untyped reaches core or mart."""

    def check_model(self, model: Model) -> RuleViolation | None:
        """Looks at the tables a model depends on."""
        if isinstance(model, ExternalModel) or _layer(model) == "stg":
            return None
        raw = sorted(name for name in model.depends_on if '"raw"' in name)
        return self.violation(f"{model.name} reads {', '.join(raw)}; go through stg") if raw else None


class NoFloatingSum(Rule):
    """Sums are DECIMAL: sum(DOUBLE) differs between two identical runs."""

    def check_model(self, model: Model) -> RuleViolation | None:
        """Looks for a cast to DOUBLE or FLOAT inside sum() or avg()."""
        found = [node.sql() for node in _floating_sums(_query(model))]
        return self.violation(f"{model.name}: {found[0]}; cast to DECIMAL instead") if found else None


class OrderedAggregates(Rule):
    """Lists and first values name their order, so that the same input gives the same bytes."""

    def check_model(self, model: Model) -> RuleViolation | None:
        """Looks for array_agg, string_agg, first and any_value without ORDER BY."""
        query = _query(model)
        bare = [node.sql() for node in query.find_all(*UNORDERED) if not _is_ordered(node)] if query else []
        return self.violation(f"{model.name}: {bare[0]} has no ORDER BY") if bare else None


class NoClock(Rule):
    """Time and chance are passed in, never read by a model; it does not ask when it is rendered."""

    def check_model(self, model: Model) -> RuleViolation | None:
        """Looks for now(), current_date, random(), uuid(), @start_ds, @runtime_stage and their kin."""
        query = _query(model)
        found = query.find(*CLOCKS) if query else None
        if not found and isinstance(model, SqlModel):
            asked = model.query.find_all(MacroVar)
            found = next((word for word in asked if word.name.lower().startswith(STAGES)), None)
        return self.violation(f"{model.name} calls {found.sql()}") if found else None


def _floating_sums(query: exp.Expr | None) -> Iterator[exp.Expr]:
    for node in query.find_all(exp.Sum, exp.Avg) if query else ():
        if any(cast.to.this in FLOATING for cast in node.find_all(exp.Cast, exp.TryCast)):
            yield node


def _is_ordered(node: exp.Expr) -> bool:
    return node.find(exp.Order) is not None or isinstance(node.parent, exp.WithinGroup)
