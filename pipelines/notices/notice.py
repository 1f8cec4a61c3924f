"""What a notice says: what happened, to which lake and run, why, and what to do. Pure.

gate report | failed step | dead run -> Notice -> text for people, document for machines
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from quality_rules.gate import GateReport, RuleResult

Kind = Literal["gate", "step", "run"]
RULES_SHOWN = 20
READERS = (
    "读者仍读上一发布，已入库的数据不丢失。| "
    "Readers keep the release before; nothing that was loaded is lost."
)
GATE_REMEDY = (
    "处理被阻断的记录或修正规则后重跑 medlake refresh。| "
    "Correct the records (medlake quarantine) or the rule, then run medlake refresh."
)
STEP_REMEDY = (
    "在 Dagster 中查看该运行，排除原因后重跑。| Look at the run in Dagster, remove the cause, run again."
)
RUN_REMEDY = (
    "写入是原子的：直接重跑即可；若反复发生，查内存与磁盘。| "
    "Every write is whole or absent: run again; if it repeats, look at memory and disk."
)


@dataclass(frozen=True)
class Notice:
    """One failure, told once."""

    kind: Kind
    lake: str
    run_id: str
    at: datetime
    headline: str
    details: tuple[str, ...]
    remedy: str

    @property
    def subject(self) -> str:
        """One line for a mail's subject."""
        return f"[medlake] {' '.join(self.headline.split())}"

    @property
    def text(self) -> str:
        """The whole notice for people."""
        lines = (self.headline, "", *self.details, "", self.remedy, READERS, "")
        return "\n".join((*lines, f"lake {self.lake}", f"run  {self.run_id}", f"at   {self.at.isoformat()}"))

    def document(self) -> dict[str, Any]:
        """The notice as JSON; `text` is what chat services show."""
        return {**asdict(self), "at": self.at.isoformat(), "text": f"{self.subject}\n{self.text}"}


def gate_notice(lake: Path, run_id: str, report: GateReport) -> Notice:
    """A gate that keeps the release back: which rules, how many rows, which."""
    rules = len(report.blocking)
    zh, en = f"质量门 {report.stage} 阻断发布", f"gate {report.stage} keeps the release back"
    headline = f"{zh}：{rules} 条规则 | {en}: {rules} rules"
    return Notice(
        "gate",
        str(lake),
        run_id,
        report.at,
        headline,
        _shown([_rule(one) for one in report.blocking]),
        GATE_REMEDY,
    )


def step_notice(lake: Path, run_id: str, step: str, reason: str, at: datetime) -> Notice:
    """A step that failed, with its reason."""
    headline = f"步骤 {step} 失败 | step {step} failed"
    return Notice("step", str(lake), run_id, at, headline, _shown(reason.strip().splitlines()), STEP_REMEDY)


def run_notice(lake: Path, run_id: str, job: str, reason: str, at: datetime) -> Notice:
    """A run that ended without any step saying why: its process died, or it took too long."""
    headline = f"运行 {job} 中断 | run of {job} broke off"
    return Notice("run", str(lake), run_id, at, headline, _shown(reason.strip().splitlines()), RUN_REMEDY)


def _rule(result: RuleResult) -> str:
    title = f"{result.description_zh} | {result.description_en}"
    rows = f"{result.failed_rows} of {result.checked_rows} rows"
    return f"- {result.rule_id} {result.table}: {rows}. {title}"


def _shown(lines: Sequence[str]) -> tuple[str, ...]:
    rest = len(lines) - RULES_SHOWN
    return (*lines[:RULES_SHOWN], f"… {rest} more") if rest > 0 else tuple(lines)
