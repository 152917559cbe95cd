"""Reads arguments as applications pass them, also those written for earlier versions."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def base_url(value: object) -> str:
    return str(value).strip().rstrip("/") if value is not None else ""


def is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def seconds(value: object, fallback: float) -> float:
    """A positive number of seconds, else the fallback."""
    if isinstance(value, (int, float)) and 0 < value < 86_400:
        return float(value)
    return fallback


def waiting_time(value: object, fallback: float) -> float:
    """Seconds to wait at most: none where it is negative, and as long as can be where it is
    infinite."""
    if not isinstance(value, (int, float)):
        return fallback
    return float(min(value, threading.TIMEOUT_MAX)) if value > 0 else 0.0


def value_and_labels(
    given: Iterable[object], value: object, labels: object
) -> tuple[object, object]:
    """Tells value and labels of a metric apart: of what is given by position, a mapping is the
    labels and anything else the value, whichever comes first."""
    for one in given:
        if isinstance(one, Mapping):
            labels = one
        elif one is not None:
            value = one
    return value, labels
