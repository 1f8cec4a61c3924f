"""What happened to each model while SQLMesh worked: seconds, audits, failures.

SQLMesh Console events (a model is done) and notifications (an audit found rows) -> BuildWatch -> ModelRun
A model whose blocking audit found rows is a ModelRun too, not built, so that what was found can be shown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp
from sqlmesh.core.console import NoopConsole
from sqlmesh.core.linter.rule import RuleViolation
from sqlmesh.core.model import Model
from sqlmesh.core.notification_target import NotificationEvent, NotificationTargetManager
from sqlmesh.core.snapshot import Snapshot
from sqlmesh.utils.errors import AuditError


@dataclass(frozen=True)
class DeclaredAudit:
    """An audit as a model declares it; the name holds its columns, because a model may carry one twice."""

    name: str
    blocking: bool


@dataclass(frozen=True)
class AuditRun:
    """One audit of one model; failed_rows 0 is a pass, samples are keys of some failed rows."""

    name: str
    blocking: bool
    failed_rows: int
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelRun:
    """One model evaluated in this build; a blocking audit that found rows leaves it not built."""

    name: str
    kind: str
    seconds: float
    audits: tuple[AuditRun, ...]
    is_built: bool = True


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
        self._failed_audits: list[tuple[AuditError, tuple[str, ...]]] = []

    def update_snapshot_evaluation_progress(
        self, snapshot: Snapshot, interval: Any, batch_idx: int, duration_ms: int | None, *_: Any, **__: Any
    ) -> None:
        """A model is done, or has failed when it has no duration."""
        if duration_ms is None or not snapshot.is_model:
            return
        run = self._run(snapshot.model, duration_ms / 1000)
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

    def show_linter_violations(
        self, violations: Iterable[RuleViolation], model: Model, is_error: bool = False
    ) -> None:
        """Remembers which house rule a model breaks, where that stops the build."""
        if is_error:
            self.failures += [violation.violation_msg for violation in violations]

    def audit_failed(self, error: AuditError, samples: tuple[str, ...]) -> None:
        """An audit found rows; its model is reported after it."""
        self._failed_audits.append((error, samples))

    def not_built(self) -> tuple[ModelRun, ...]:
        """Models that an audit stopped."""
        built = {run.name for run in self.runs}
        stopped = {error.model.name: error.model for error, _ in self._failed_audits if error.model}
        runs = (self._run(model, 0.0) for name, model in stopped.items() if name not in built)
        return tuple(replace(run, is_built=False) for run in runs)

    def _run(self, model: Model, seconds: float) -> ModelRun:
        return ModelRun(model.name, model.kind.name, seconds, self._audits(model))

    def _audits(self, model: Model) -> tuple[AuditRun, ...]:
        failed = {
            _audit_key(error.audit_name, error.audit_args): (error.count, samples)
            for error, samples in self._failed_audits
            if error.model and error.model.name == model.name
        }
        return tuple(
            AuditRun(
                _audit_name(audit.name, arguments),
                _is_blocking(audit.blocking, arguments),
                *failed.get(_audit_key(audit.name, arguments), (0, ())),
            )
            for audit, arguments in model.audits_with_args
        )


def declared_audits(model: Model) -> tuple[DeclaredAudit, ...]:
    """The audits of a model, in its order."""
    return tuple(
        DeclaredAudit(_audit_name(audit.name, arguments), _is_blocking(audit.blocking, arguments))
        for audit, arguments in model.audits_with_args
    )


class AuditListener(NotificationTargetManager):
    """Hears of every audit that found rows; the console is only told how many audits did."""

    def __init__(self, watch: BuildWatch, sample: Callable[[AuditError], tuple[str, ...]]) -> None:
        super().__init__()
        self._watch, self._sample = watch, sample

    def notify(self, event: NotificationEvent, *args: Any, **_: Any) -> None:
        """Passes failed audits on, ignores the rest."""
        if event == NotificationEvent.AUDIT_FAILURE:
            self._watch.audit_failed(args[0], self._sample(args[0]))


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
