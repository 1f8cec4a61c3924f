"""A Dagster logger that shows people only what the steps say."""

import logging

import dagster as dg

NAME = "people"


class _PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        meta = getattr(record, "dagster_meta", None)
        return str(meta["orig_message"]) if meta else record.getMessage()


@dg.logger(description="One plain line per message of a step; system events stay in the event log.")
def console_logger(_init: dg.InitLoggerContext) -> logging.Logger:
    """Writes to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_PlainFormatter("%(message)s"))
    logger = logging.Logger("medlake", logging.INFO)
    logger.addHandler(handler)
    return logger
