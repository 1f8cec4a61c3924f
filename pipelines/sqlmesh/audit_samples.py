"""Which rows an audit found, named by their grain: what a person needs to look for the cause.

failed audit + where its table lies -> query for some keys -> `lot_id=A:100:L7`
"""

from sqlglot import exp
from sqlmesh.core.engine_adapter import EngineAdapter
from sqlmesh.utils.errors import AuditError

SAMPLES = 5


def sampled_keys(adapter: EngineAdapter, error: AuditError) -> tuple[str, ...]:
    """Keys of a few failed rows in ascending order; none when the audit's rows have no key."""
    query = key_query(error)
    if query is None:
        return ()
    names, rows = query.named_selects, adapter.fetchall(query)
    return tuple(", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)) for row in rows)


def key_query(error: AuditError) -> exp.Select | None:
    """The keys of the failed rows of an audit; keys that stand twice for one that counts a key's rows."""
    keys = (
        [column.name for grain in error.model.grains for column in grain.find_all(exp.Column)]
        if error.model
        else []
    )
    table = error.query.find(exp.Table)
    if not keys or table is None:
        return None
    if error.audit_name.startswith("unique"):
        found = exp.select(*keys).from_(table.copy()).group_by(*keys).having("COUNT(*) > 1")
    elif error.query.is_star or set(keys) <= set(error.query.named_selects):
        found = exp.select(*keys).from_(error.query.subquery("failed"))
    else:
        return None
    return found.order_by(*keys).limit(SAMPLES)
