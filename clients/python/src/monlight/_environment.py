"""The client that is used where none is named, and what it is made of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from monlight._warnings import Warner

if TYPE_CHECKING:
    from monlight.error_client import ErrorClient

_warner = Warner()
_client: ErrorClient | None = None


def remember(client: ErrorClient | None) -> None:
    """Makes it the client of `capture_exceptions()` and of the logging handler."""
    global _client
    if client is not None:
        _client = client


def find() -> ErrorClient | None:
    """The remembered client, else one of `MONLIGHT_ERROR_TRACKER_URL` and `MONLIGHT_API_KEY`."""
    global _client
    if _client is None and setting("ERROR_TRACKER_URL"):
        from monlight.error_client import ErrorClient

        # Without a lock, which a fork in the meantime would leave locked for ever in the child. Of
        # threads that get here at once one wins; the others' clients send what they are given.
        made = ErrorClient(
            setting("ERROR_TRACKER_URL"),
            setting("API_KEY"),
            project=setting("PROJECT") or "default",
            environment=setting("ENVIRONMENT") or "production",
        )
        _client = _client or made
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
