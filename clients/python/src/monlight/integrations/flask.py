"""Flask: metrics of requests, reports of exceptions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Flask, got_request_exception, has_request_context, request

from monlight._text import safe_repr
from monlight._warnings import Warner
from monlight.error_client import ErrorClient
from monlight.integrations._requests import (
    UNMATCHED,
    Clients,
    make_clients,
    record_request,
)
from monlight.metrics_client import MetricsClient

__all__ = ["Clients", "MonlightMiddleware", "setup_monlight"]

_warner = Warner()
Environ = dict[str, Any]

#: Where the template of a request that raises is kept in its environment.
_ENDPOINT = "monlight.endpoint"


class MonlightMiddleware:
    """Counts requests and measures them to the last byte of the answer, around `app.wsgi_app`.
    With an `error_client` it reports what is raised while an answer streams, in a teardown
    function, or by another middleware."""

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        metrics_client: MetricsClient | None,
        error_client: ErrorClient | None = None,
    ) -> None:
        self.app = app
        self.metrics_client = metrics_client
        self.error_client = error_client

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = _Answer(self, environ)

        def noting_start(status: str, headers: Any, *rest: Any) -> Any:
            answer.status = str(status)[:3]
            answer.endpoint = _template(environ)
            return start_response(status, headers, *rest)

        try:
            body = self.app(environ, noting_start)
        except Exception as problem:
            answer.count("500")
            # Of a teardown function or another middleware; Flask's own were reported before.
            self.report(problem, environ)
            raise
        if isinstance(body, (list, tuple, *_file_wrapper(environ))):
            # Servers send these in a better way if they see them as they are.
            answer.count()
            return body
        answer.body = body
        return answer

    def report(self, problem: Exception, environ: Environ) -> None:
        if self.error_client is not None:
            self.error_client.report_once(problem, _environ_context(environ))


class _Answer:
    """The body of an answer, which notices its end."""

    def __init__(self, middleware: MonlightMiddleware, environ: Environ) -> None:
        self.status: str | None = None
        #: Known only as long as Flask handles the request.
        self.endpoint: str | None = None
        self.body: Iterable[bytes] = ()
        self._middleware = middleware
        self._environ = environ
        self._started = time.perf_counter()
        self._counted = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.body
        except Exception as problem:
            self.count("500")
            self._middleware.report(problem, self._environ)
            raise
        self.count()

    def close(self) -> None:
        try:
            close = getattr(self.body, "close", None)
            if close is not None:
                close()
        finally:
            self.count()

    def count(self, status: str | None = None) -> None:
        metrics = self._middleware.metrics_client
        if self._counted or metrics is None:
            return
        self._counted = True
        seconds = time.perf_counter() - self._started
        try:
            record_request(
                metrics,
                self._environ.get("REQUEST_METHOD"),
                self.endpoint or self._environ.get(_ENDPOINT) or UNMATCHED,
                status or self.status or "500",
                seconds,
            )
        except Exception as problem:
            _warner.warn("middleware", f"A request was not counted: {safe_repr(problem)}")


def _template(environ: Environ) -> str:
    # Werkzeug leaves its request there, and Flask the rule in that.
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return UNMATCHED if rule is None else str(rule.rule)


def _file_wrapper(environ: Environ) -> tuple[type, ...]:
    wrapper = environ.get("wsgi.file_wrapper")
    return (wrapper,) if isinstance(wrapper, type) else ()


def _environ_context(environ: Environ) -> dict[str, Any]:
    return {
        "request_method": environ.get("REQUEST_METHOD"),
        "request_url": f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}",
    }


def setup_monlight(
    app: Flask,
    error_tracker_url: str | None = None,
    metrics_collector_url: str | None = None,
    api_key: str = "",
    project: str = "default",
    environment: str = "production",
    flush_interval: float = 10.0,
    **options: Any,
) -> Clients:
    """Has an application report its unhandled exceptions and count its requests. The answers stay
    as they are. Arguments and result as of the one for FastAPI."""
    clients = make_clients(
        error_tracker_url,
        metrics_collector_url,
        api_key,
        project,
        environment,
        flush_interval,
        options,
    )
    errors, metrics = clients.values()

    def report(sender: Any, exception: BaseException | None = None, **_: Any) -> None:
        if errors is not None and exception is not None:
            errors.report_once(exception, _request_context())
        if has_request_context():
            request.environ[_ENDPOINT] = _template(request.environ)

    # Signals hold their receivers weakly; the application keeps this one.
    app.extensions["monlight"] = {"clients": clients, "receiver": report}
    got_request_exception.connect(report, app)
    app.wsgi_app = MonlightMiddleware(app.wsgi_app, metrics, errors)  # type: ignore[method-assign]
    return clients


def _request_context() -> dict[str, Any]:
    if not has_request_context():
        return {}
    context: dict[str, Any] = {
        "request_method": request.method,
        "request_headers": list(request.headers.items()),
    }
    try:
        context["request_url"] = request.url
    except Exception:
        # A `Host` that is not trusted.
        context["request_url"] = request.path
    return context
