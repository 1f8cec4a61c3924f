"""The analysts' door: one SELECT at a time, asked of one file by a process that can do nothing else."""

from lakehouse.sql_door.asking import Answer, AskRefused, Limits, ask

__all__ = ["Answer", "AskRefused", "Limits", "ask"]
