"""`logging`: reports what an application logs as errors."""

from __future__ import annotations

import logging
from typing import Any

from monlight import _environment
from monlight._text import safe_repr, safe_str
from monlight._warnings import THREAD, logger, own_thread
from monlight.error_client import ErrorClient

__all__ = ["MonlightLoggingHandler"]


class MonlightLoggingHandler(logging.Handler):
    """Reports records of `level` (ERROR unless given) and above: their exception where they have
    one, else the message with the place that logged it.

    Without a client it takes the one of `setup_monlight()`, else one that is made of
    `MONLIGHT_ERROR_TRACKER_URL` and `MONLIGHT_API_KEY`. What Monlight's client logs itself is never
    reported.
    """

    def __init__(self, client: ErrorClient | None = None, level: int | str = logging.ERROR) -> None:
        super().__init__(level)
        self.client = client

    def emit(self, record: logging.LogRecord) -> None:
        if own_thread.sending or record.name == "monlight" or record.name.startswith("monlight."):
            return
        if record.threadName == THREAD:
            # A queue brought it to this thread.
            return
        try:
            client = self.client if self.client is not None else _environment.find()
            if client is not None:
                _report(client, record)
        except Exception as problem:
            logger.warning("A log record could not be reported: %s", safe_repr(problem))

    def flush(self) -> None:
        """Does nothing: `logging` calls it where waiting would block."""


def _report(client: ErrorClient, record: logging.LogRecord) -> None:
    try:
        message = record.getMessage()
    except Exception:
        # The arguments do not fit the format.
        message = safe_str(record.msg)
    context: dict[str, Any] = {
        "extra": {"logger": record.name, "level": record.levelname, "log_message": message}
    }
    exception = record.exc_info[1] if record.exc_info else None
    if exception is not None:
        client.report_once(exception, context)
        return
    place = f'  File "{record.pathname}", line {record.lineno}, in {record.funcName}'
    client.report_text(
        f"Logged{record.levelname.capitalize()}",
        message,
        f"Traceback (most recent call last):\n{place}\n{record.name}: {message}",
        context,
    )
