"""Django: metrics of requests, reports of exceptions, by a middleware and a setting.

MIDDLEWARE = ["monlight.integrations.django.MonlightMiddleware", ...]
MONLIGHT = {"error_tracker_url": ..., "metrics_collector_url": ..., "api_key": ...}
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.signals import got_request_exception

from monlight._text import safe_repr
from monlight._warnings import Warner
from monlight.error_client import ErrorClient
from monlight.integrations._requests import (
    UNMATCHED,
    Clients,
    make_clients,
    record_request,
)

__all__ = ["Clients", "MonlightMiddleware", "setup_monlight"]

_warner = Warner()
_lock = threading.Lock()
_clients: Clients | None = None


def setup_monlight(
    error_tracker_url: str | None = None,
    metrics_collector_url: str | None = None,
    api_key: str = "",
    project: str = "default",
    environment: str = "production",
    flush_interval: float = 10.0,
    **options: Any,
) -> Clients:
    """Has the process report unhandled exceptions of requests, and makes the clients that
    `MonlightMiddleware` uses, which calls this with the setting `MONLIGHT` if nobody did. Arguments
    and result as of the one for FastAPI, without an application."""
    global _clients
    clients = make_clients(
        error_tracker_url,
        metrics_collector_url,
        api_key,
        project,
        environment,
        flush_interval,
        options,
    )
    with _lock:
        _clients = clients
    got_request_exception.connect(_report_current, weak=False, dispatch_uid="monlight")
    return clients


def _configured() -> Clients:
    if _clients is not None:
        return _clients
    given = getattr(settings, "MONLIGHT", None)
    if not isinstance(given, Mapping) or not given:
        raise MiddlewareNotUsed("There is no setting MONLIGHT")
    return setup_monlight(**{str(name).lower(): value for name, value in given.items()})


class MonlightMiddleware:
    """Counts requests and measures them to the end of the answer; the first of `MIDDLEWARE`, so
    that it sees what the others do. Works in WSGI and in ASGI."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response
        self.clients = _configured()
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        if self._is_async:
            return self._answer_async(request)
        started = time.perf_counter()
        return self._measured(request, self.get_response(request), started)

    async def _answer_async(self, request: Any) -> Any:
        started = time.perf_counter()
        return self._measured(request, await self.get_response(request), started)

    def _measured(self, request: Any, response: Any, started: float) -> Any:
        try:
            if not getattr(response, "streaming", False):
                self._count(request, str(response.status_code), started)
                return response
            status = str(response.status_code)
            end = _Once(lambda failed: self._count(request, "500" if failed else status, started))
            # A file stays as it is: servers send it in a better way.
            if getattr(response, "file_to_stream", None) is None:
                watch = _watch_async if getattr(response, "is_async", False) else _watch
                response.streaming_content = watch(
                    response.streaming_content, end, self.clients.error_client, request
                )
            close = response.close

            def closing() -> None:
                try:
                    close()
                finally:
                    end(False)

            # Also called where nothing was read, as for HEAD.
            response.close = closing
        except Exception as problem:
            _warner.warn("middleware", f"A request was not counted: {safe_repr(problem)}")
        return response

    def _count(self, request: Any, status: str, started: float) -> None:
        metrics = self.clients.metrics_client
        if metrics is not None:
            seconds = time.perf_counter() - started
            record_request(metrics, request.method, _template(request), status, seconds)


class _Once:
    """Calls something the first time only, and raises nothing."""

    def __init__(self, action: Callable[[bool], None]) -> None:
        self._action: Callable[[bool], None] | None = action

    def __call__(self, failed: bool) -> None:
        action, self._action = self._action, None
        if action is not None:
            try:
                action(failed)
            except Exception as problem:
                _warner.warn("middleware", f"A request was not counted: {safe_repr(problem)}")


def _watch(
    content: Iterator[bytes], end: _Once, errors: ErrorClient | None, request: Any
) -> Iterator[bytes]:
    try:
        yield from content
    except Exception as problem:
        end(True)
        _report(errors, problem, request)
        raise
    end(False)


async def _watch_async(
    content: AsyncIterator[bytes], end: _Once, errors: ErrorClient | None, request: Any
) -> AsyncIterator[bytes]:
    try:
        async for part in content:
            yield part
    except Exception as problem:
        end(True)
        _report(errors, problem, request)
        raise
    end(False)


def _template(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return UNMATCHED if match is None else "/" + str(match.route or "").lstrip("/")


def _report_current(sender: Any = None, request: Any = None, **_: Any) -> None:
    """Receives the signal of an exception that becomes a 500, while it is being handled."""
    exception = sys.exc_info()[1]
    if _clients is not None and isinstance(exception, Exception):
        _report(_clients.error_client, exception, request)


def _report(errors: ErrorClient | None, exception: Exception, request: Any) -> None:
    if errors is None:
        return
    context: dict[str, Any] = {}
    try:
        context["request_method"] = request.method
        context["request_headers"] = dict(request.headers)
        context["request_url"] = request.build_absolute_uri()
    except Exception:
        # A `Host` that is not allowed, or no request.
        context["request_url"] = getattr(request, "path", None)
    errors.report_once(exception, context)
