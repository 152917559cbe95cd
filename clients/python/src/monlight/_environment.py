"""The client that is used where none is named, and what it is made of."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from monlight._warnings import Warner

if TYPE_CHECKING:
    from monlight.error_client import ErrorClient

_lock = threading.RLock()
_warner = Warner()
_client: ErrorClient | None = None


def remember(client: ErrorClient | None) -> None:
    """Makes it the client of `capture_exceptions()` and of the logging handler."""
    global _client
    if client is not None:
        with _lock:
            _client = client


def find() -> ErrorClient | None:
    """The remembered client, else one of `MONLIGHT_ERROR_TRACKER_URL` and `MONLIGHT_API_KEY`."""
    global _client
    with _lock:
        if _client is None and setting("ERROR_TRACKER_URL"):
            from monlight.error_client import ErrorClient

            _client = ErrorClient(
                setting("ERROR_TRACKER_URL"),
                setting("API_KEY"),
                project=setting("PROJECT") or "default",
                environment=setting("ENVIRONMENT") or "production",
            )
    if _client is None:
        _warner.warn(
            "no-client",
            "Nothing is reported: pass a client, call setup_monlight(), "
            "or set MONLIGHT_ERROR_TRACKER_URL and MONLIGHT_API_KEY",
        )
    return _client


def setting(name: str) -> str:
    """A variable `MONLIGHT_<name>`; for the addresses `MONLIGHT_URL` stands in for both."""
    value = os.environ.get(f"MONLIGHT_{name}", "").strip()
    if not value and name.endswith("_URL"):
        value = os.environ.get("MONLIGHT_URL", "").strip()
    return value
