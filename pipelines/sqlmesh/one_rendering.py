"""Each model is rendered once, when the project is loaded; the build takes that rendering.

SQLMesh renders a model anew for every question about it, and each mapping it embeds with it, because a model
may speak of the interval it is built for. Ours may not (linter/house_rules.py): all renderings are the same.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlglot import exp
from sqlmesh.core.model import definition
from sqlmesh.core.renderer import QueryRenderer
from sqlmesh.core.snapshot import Snapshot


class OneRendering(QueryRenderer):
    """SQLMesh's renderer that keeps its first rendering and looks only at the snapshots a query reads."""

    def _should_cache(self, *_: Any) -> bool:
        return True

    def _resolve_tables(
        self, expression: exp.Expr, *, snapshots: dict[str, Snapshot] | None = None, **known: Any
    ) -> Any:
        if not snapshots or known.get("table_mapping"):
            return super()._resolve_tables(expression, snapshots=snapshots, **known)
        read = {exp.table_name(table, identify=True) for table in expression.find_all(exp.Table)}
        if below := _read_below(read, snapshots):
            return super()._resolve_tables(expression, snapshots=below, **known)
        # A build may change the query it gets, and what is kept must stay as it is.
        return expression.copy()


def render_once() -> None:
    """Makes SQLMesh use it for the queries of models; those of audits are rendered once each anyway."""
    definition.QueryRenderer = OneRendering  # type: ignore[misc]


def _read_below(names: Iterable[str], snapshots: Mapping[str, Snapshot]) -> dict[str, Snapshot]:
    """The snapshots of these tables, and of what the embedded ones among them read."""
    found: dict[str, Snapshot] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in snapshots:
            continue
        found[name] = snapshots[name]
        if snapshots[name].is_embedded:
            waiting += snapshots[name].model.depends_on or ()
    return found
