"""Notices of failures: what a person on duty must know, sent to a web hook and by mail if these are set."""

from pipelines.notices.delivery import deliver_notice
from pipelines.notices.notice import Notice, gate_notice, run_notice, step_notice

__all__ = ["Notice", "deliver_notice", "gate_notice", "run_notice", "step_notice"]
