"""Monlight's client: errors and metrics of a Python application.

Nothing is imported or started before it is used; frameworks only by their own integration.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from monlight._version import __version__

if TYPE_CHECKING:
    from monlight.capture import capture_exceptions
    from monlight.error_client import ErrorClient
    from monlight.integrations.fastapi import (
        MonlightExceptionHandler,
        MonlightMiddleware,
        setup_monlight,
    )
    from monlight.integrations.logging import MonlightLoggingHandler
    from monlight.metrics_client import MetricsClient

__all__ = [
    "ErrorClient",
    "MetricsClient",
    "MonlightExceptionHandler",
    "MonlightLoggingHandler",
    "MonlightMiddleware",
    "__version__",
    "capture_exceptions",
    "setup_monlight",
]

_HOMES = {
    "ErrorClient": "monlight.error_client",
    "MetricsClient": "monlight.metrics_client",
    "MonlightExceptionHandler": "monlight.integrations.fastapi",
    "MonlightLoggingHandler": "monlight.integrations.logging",
    "MonlightMiddleware": "monlight.integrations.fastapi",
    "capture_exceptions": "monlight.capture",
    "setup_monlight": "monlight.integrations.fastapi",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
