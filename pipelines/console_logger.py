"""A Dagster logger that shows people only what the steps say."""

import logging

import dagster as dg

NAME = "people"


def _said_by_a_step(record: logging.LogRecord) -> bool:
    meta = getattr(record, "dagster_meta", None)
    return meta is not None and meta["dagster_event"] is None and record.levelno == logging.INFO


class _PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"· {record.dagster_meta['orig_message']}"  # type: ignore[attr-defined]


def _plain_lines(_init: dg.InitLoggerContext) -> logging.Logger:
    handler = logging.StreamHandler()
    handler.addFilter(_said_by_a_step)
    handler.setFormatter(_PlainFormatter())
    logger = logging.Logger("medlake", logging.INFO)
    logger.addHandler(handler)
    return logger


console_logger = dg.LoggerDefinition(
    _plain_lines, description="One plain line per message of a step; system events stay in the event log."
)
