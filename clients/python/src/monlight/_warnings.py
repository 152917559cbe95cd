"""Warnings of the client itself: rare, counted, and never about themselves."""

from __future__ import annotations

import logging
import threading
import time

logger = logging.getLogger("monlight")

#: Seconds between two warnings of one kind.
INTERVAL = 60.0

#: The name of the client's own threads.
THREAD = "monlight-sender"


class Warner:
    """Logs each kind of warning at most once a minute and tells how many were left out.

    Never call it while holding a lock: a handler of the application may call back into a client.
    """

    def __init__(self) -> None:
        self._said: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def warn(self, kind: str, message: str, count: int = 1) -> None:
        """`count` is how many things the message speaks of, for the sum of those left out."""
        now = time.monotonic()
        last = self._said.get(kind)
        if last is not None and now - last < INTERVAL:
            self._unsaid[kind] = self._unsaid.get(kind, 0) + count
            return
        self._said[kind] = now
        unsaid = self._unsaid.pop(kind, 0)
        more = f" ({unsaid} more since the last warning)" if unsaid else ""
        # A logger of the application may raise, which must not reach who called us.
        try:
            logger.warning("%s%s", message, more)
        except Exception:
            pass


class OwnThread(threading.local):
    """What the client is doing in this thread."""

    #: So that what is logged meanwhile is never reported.
    sending = False
    #: Reports that are being made, one while another is.
    reports = 0


own_thread = OwnThread()


class _QuietAboutOurselves(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not own_thread.sending or record.levelno > logging.INFO


def quiet_http_log() -> None:
    """Keeps `httpx` from logging a line at INFO for each of our own requests."""
    http_logger = logging.getLogger("httpx")
    if not any(isinstance(one, _QuietAboutOurselves) for one in http_logger.filters):
        http_logger.addFilter(_QuietAboutOurselves())
