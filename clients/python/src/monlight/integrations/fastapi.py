"""FastAPI and Starlette: metrics of requests, reports of exceptions."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monlight import _environment
from monlight._text import safe_repr
from monlight._warnings import Warner
from monlight.error_client import ErrorClient
from monlight.integrations._requests import (
    CLIENT_GONE,
    Clients,
    make_clients,
    record_request,
)
from monlight.integrations._starlette_routes import RouteTemplates
from monlight.metrics_client import MetricsClient

__all__ = ["Clients", "MonlightExceptionHandler", "MonlightMiddleware", "setup_monlight"]

_warner = Warner()


class MonlightMiddleware:
    """Counts requests (`http_requests_total`) and measures them
    (`http_request_duration_seconds`, from the request to the last byte of the answer), by method,
    route template and status. Pure ASGI: answers stream as they did, websockets pass by."""

    def __init__(self, app: ASGIApp, metrics_client: MetricsClient) -> None:
        self.app = app
        self.metrics_client = metrics_client
        self._templates = RouteTemplates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        # Routing changes these.
        path, root, app = scope.get("path", ""), scope.get("root_path") or "", scope.get("app")
        status: str | None = None
        counted = gone = False

        def count(final: str) -> None:
            nonlocal counted
            if counted:
                return
            counted = True
            seconds = time.perf_counter() - started
            try:
                endpoint = self._templates.of(scope, path, root, app, final)
                record_request(self.metrics_client, scope.get("method"), endpoint, final, seconds)
            except Exception as problem:
                _warner.warn("middleware", f"A request was not counted: {safe_repr(problem)}")

        async def counting_send(message: Message) -> None:
            nonlocal status
            kind = message["type"]
            if kind == "http.response.start":
                status = str(message["status"])
            await send(message)
            if status is not None and (
                (kind == "http.response.body" and not message.get("more_body", False))
                or kind == "http.response.pathsend"
            ):
                count(status)

        async def watching_receive() -> Message:
            nonlocal gone
            message = await receive()
            if message["type"] == "http.disconnect":
                gone = True
            return message

        try:
            await self.app(scope, watching_receive, counting_send)
        except ClientDisconnect:
            count(status or CLIENT_GONE)
            raise
        except Exception:
            count("500")
            raise
        except BaseException:
            # Cancelled, which servers do when the client goes away.
            count(status or CLIENT_GONE)
            raise
        # Without an answer the server answers 500, if anybody still listens.
        count(status or (CLIENT_GONE if gone else "500"))


async def MonlightExceptionHandler(  # noqa: N802 - the name is part of the API
    request: Request, exc: Exception
) -> Response:
    """Reports an exception and answers 500 as JSON; for `app.add_exception_handler(Exception, …)`.

    `HTTPException` and validation errors of requests are answered as ever and not reported, nor is
    a client that went away. The client is that of `app.state.monlight_error_client`, else the one
    of the latest `setup_monlight()`.
    """
    state = getattr(request.scope.get("app"), "state", None)
    client = getattr(state, "monlight_error_client", None) or _environment.find()
    return await _handle(client, request, exc)


async def _handle(client: ErrorClient | None, request: Request, exc: Exception) -> Response:
    answer = await _expected(request, exc)
    if answer is not None:
        return answer
    if client is not None and not isinstance(exc, ClientDisconnect):
        try:
            client.report_once(exc, _request_context(request))
        except Exception as problem:
            _warner.warn("handler", f"An error could not be reported: {safe_repr(problem)}")
    return JSONResponse({"detail": "Internal server error"}, status_code=500)


async def _expected(request: Request, exc: Exception) -> Response | None:
    """The answer to what is no error of the application."""
    if isinstance(exc, HTTPException):
        headers = getattr(exc, "headers", None)
        if exc.status_code in (204, 304) or exc.status_code < 200:
            return Response(status_code=exc.status_code, headers=headers)
        return JSONResponse({"detail": exc.detail}, status_code=exc.status_code, headers=headers)
    try:
        from fastapi.exception_handlers import request_validation_exception_handler
        from fastapi.exceptions import RequestValidationError
    except ImportError:
        # Starlette alone.
        return None
    if isinstance(exc, RequestValidationError):
        return await request_validation_exception_handler(request, exc)
    return None


def _request_context(request: Request) -> dict[str, Any]:
    context: dict[str, Any] = {"request_method": request.method}
    try:
        context["request_headers"] = dict(request.headers)
        context["request_url"] = str(request.url)
    except Exception:
        # A `Host` that is no host. The path says enough.
        context["request_url"] = request.scope.get("path", "")
    return context


def setup_monlight(
    app: Any,
    error_tracker_url: str | None = None,
    metrics_collector_url: str | None = None,
    api_key: str = "",
    project: str = "default",
    environment: str = "production",
    flush_interval: float = 10.0,
    **options: Any,
) -> Clients:
    """Has an application report its exceptions and count its requests; call it before it starts.

    Without an address that half is left out. Further `options` are those of `ErrorClient`:
    `timeout` (of both), `excluded_headers`, `release`, `server_name`, `include_locals`,
    `before_send`, `max_queue`. Gives both clients, None where its address is None.
    """
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
    if errors is not None:
        app.state.monlight_error_client = errors
        app.add_exception_handler(Exception, _handler_of(errors))
    if metrics is not None:
        app.state.monlight_metrics_client = metrics
        app.add_middleware(MonlightMiddleware, metrics_client=metrics)
    _join_lifespan(app, clients)
    return clients


def _handler_of(client: ErrorClient) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Not `MonlightExceptionHandler` itself: of a request to a mounted application `request.app` is
    that one."""

    async def handle(request: Request, exc: Exception) -> Response:
        return await _handle(client, request, exc)

    return handle


def _join_lifespan(app: Any, clients: Clients) -> None:
    """Starts and stops the clients with the application, around its own lifespan."""
    original = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        clients.start()
        try:
            async with original(app) as state:
                yield state
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(clients.stop)

    app.router.lifespan_context = lifespan
