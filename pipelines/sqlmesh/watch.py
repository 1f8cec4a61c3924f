"""What happened to each model while SQLMesh worked: seconds, audits, failures.

SQLMesh Console events (a model is done) and notifications (an audit found rows) -> BuildWatch -> ModelRun
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlmesh.core.console import NoopConsole
from sqlmesh.core.notification_target import NotificationEvent, NotificationTargetManager
from sqlmesh.core.snapshot import Snapshot
from sqlmesh.utils.errors import AuditError


@dataclass(frozen=True)
class AuditRun:
    """One audit of one model; failed_rows 0 is a pass."""

    name: str
    blocking: bool
    failed_rows: int


@dataclass(frozen=True)
class ModelRun:
    """One model evaluated in this build."""

    name: str
    kind: str
    seconds: float
    audits: tuple[AuditRun, ...]


class BuildWatch(NoopConsole):
    """SQLMesh's console for builds: remembers instead of printing."""

    def __init__(self) -> None:
        super().__init__()
        self.start(None)

    def start(self, on_model: Callable[[ModelRun], None] | None) -> None:
        """Forgets the build before."""
        self.on_model = on_model
        self.runs: list[ModelRun] = []
        self.failures: list[str] = []
        self._failed_audits: list[AuditError] = []

    def update_snapshot_evaluation_progress(
        self, snapshot: Snapshot, interval: Any, batch_idx: int, duration_ms: int | None, *_: Any, **__: Any
    ) -> None:
        """A model is done, or has failed when it has no duration."""
        if duration_ms is None or not snapshot.is_model:
            return
        run = ModelRun(
            snapshot.model.name, snapshot.model.kind.name, duration_ms / 1000, self._audits(snapshot)
        )
        self.runs.append(run)
        if self.on_model:
            self.on_model(run)

    def log_failed_models(self, errors: Iterable[Any]) -> None:
        """Remembers model and reason of each failure."""
        for error in errors:
            cause = error.__cause__ or error
            self.failures.append(f"{_model_of(error)}: {cause}")

    def log_error(self, message: str, *_: Any, **__: Any) -> None:
        """Remembers what SQLMesh would have printed in red."""
        self.failures.append(str(message))

    def audit_failed(self, error: AuditError) -> None:
        """An audit found rows; its model is reported after it."""
        self._failed_audits.append(error)

    def _audits(self, snapshot: Snapshot) -> tuple[AuditRun, ...]:
        failed = {
            _audit_key(error.audit_name, error.audit_args): error.count
            for error in self._failed_audits
            if error.model and error.model.name == snapshot.model.name
        }
        return tuple(
            AuditRun(
                name=_audit_name(audit.name, arguments),
                blocking=_is_blocking(audit.blocking, arguments),
                failed_rows=failed.get(_audit_key(audit.name, arguments), 0),
            )
            for audit, arguments in snapshot.model.audits_with_args
        )


class AuditListener(NotificationTargetManager):
    """Hears of every audit that found rows; the console is only told how many audits did."""

    def __init__(self, watch: BuildWatch) -> None:
        super().__init__()
        self._watch = watch

    def notify(self, event: NotificationEvent, *args: Any, **_: Any) -> None:
        """Passes failed audits on, ignores the rest."""
        if event == NotificationEvent.AUDIT_FAILURE:
            self._watch.audit_failed(args[0])


def _model_of(error: Any) -> str:
    node = getattr(error, "node", None)
    name = getattr(node, "snapshot_name", None) or str(node)
    return ".".join(part.strip('"') for part in name.split(".")[-2:])


def _audit_key(name: str, arguments: Mapping[str, exp.Expr]) -> tuple[str, str]:
    """Tells two audits of one name apart; SQLMesh drops the argument `blocking` on the way."""
    return name, str(sorted((key, value.sql()) for key, value in arguments.items() if key != "blocking"))


def _is_blocking(default: bool, arguments: Mapping[str, exp.Expr]) -> bool:
    given = arguments.get("blocking")
    return default if given is None else given == exp.true()


def _audit_name(name: str, arguments: Mapping[str, exp.Expr]) -> str:
    """Name with its columns, because a model may carry one audit twice."""
    columns = arguments.get("columns")
    return f"{name}({columns.sql(dialect='duckdb').strip('()')})" if columns is not None else name
