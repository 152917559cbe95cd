"""The FastAPI and Starlette integration against the real Monlight."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi_shop import Setup, counted, shop, visit
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from support import Monlight

from monlight import (
    ErrorClient,
    MetricsClient,
    MonlightExceptionHandler,
    MonlightMiddleware,
    setup_monlight,
)


def test_requests_are_counted_by_method_template_and_status(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    app = shop()
    watched(app)
    visit(
        app,
        *("GET /orders/1", "GET /orders/2", "GET /orders/0", "GET /orders/x", "DELETE /orders/1"),
        *("GET /teapot", "GET /files/a/b/c", "GET /api/users/ann", "GET /api/tenants/t1/deep/d"),
        *("POST /items", "GET /nowhere/1", "GET /nowhere/2", "GET /api/users/ann/", "GET /docs"),
        "BREW /orders/1",
    )
    assert counted(monlight, project) == {
        ("GET", "/orders/{order_id}", "200"): 2,
        ("GET", "/orders/{order_id}", "500"): 1,
        ("GET", "/orders/{order_id}", "422"): 1,
        ("DELETE", "/orders/{order_id}", "405"): 1,
        ("OTHER", "/orders/{order_id}", "405"): 1,
        ("GET", "/teapot", "418"): 1,
        ("GET", "/files/{path:path}", "200"): 1,
        ("GET", "/api/users/{user}", "200"): 1,
        ("GET", "/api/tenants/{tenant}/deep/{deep}", "200"): 1,
        ("POST", "/items", "422"): 1,
        ("GET", "unmatched", "404"): 2,
        ("GET", "unmatched", "307"): 1,
        ("GET", "/docs", "200"): 1,
    }
    assert monlight.points("http_request_duration_seconds", project)["count"] == 15
    endpoints = monlight.get("/api/dashboard", period="1h", project=project)["top_endpoints"]
    assert endpoints[0]["endpoint"] == "/orders/{order_id}"
    assert endpoints[0]["requests"] == 6


def test_exceptions_are_reported_once_and_answered_as_json(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    app = shop()
    watched(app)
    answers = visit(
        app,
        *("GET /orders/0?page=2", "GET /teapot", "GET /orders/x", "POST /items", "GET /nowhere"),
        headers={"Cookie": "session=1", "X-Trace": "7", "Authorization": "Basic x"},
    )
    assert [answer.status_code for answer in answers] == [500, 418, 422, 422, 404]
    assert answers[0].json() == {"detail": "Internal server error"}
    error = monlight.error(project)
    assert (error["exception_type"], error["count"]) == ("ZeroDivisionError", 1)
    assert error["environment"] == "test"
    (occurrence,) = error["occurrences"]
    assert occurrence["request_url"] == "http://testserver/orders/0?page=2"
    assert occurrence["request_method"] == "GET"
    headers = {name.lower() for name in occurrence["request_headers"]}
    assert "x-trace" in headers and not headers & {"cookie", "authorization"}
    assert "in order" in error["location"]


def test_without_addresses_nothing_is_watched() -> None:
    app = shop()
    clients = setup_monlight(app, api_key="k")
    assert tuple(clients) == (None, None)
    assert [answer.status_code for answer in visit(app, "GET /orders/1")] == [200]


def test_both_clients_are_a_pair_and_a_mapping(watched: Setup) -> None:
    clients = watched(shop())
    errors, metrics = clients
    assert isinstance(errors, ErrorClient) and isinstance(metrics, MetricsClient)
    assert clients["error_client"] is errors and clients[1] is metrics
    assert clients.get("metrics_client") is metrics and clients.get("other", 7) == 7
    assert dict(clients.items()) == {"error_client": errors, "metrics_client": metrics}
    assert "error_client" in clients and errors in clients and "other" not in clients
    with pytest.raises(KeyError):
        clients["other"]


def test_parts_may_be_wired_by_hand(
    monlight: Monlight, project: str, errors: ErrorClient, metrics: MetricsClient
) -> None:
    app = shop()
    app.state.monlight_error_client = errors
    app.add_exception_handler(Exception, MonlightExceptionHandler)
    app.add_middleware(MonlightMiddleware, metrics_client=metrics)
    assert visit(app, "GET /orders/0")[0].json() == {"detail": "Internal server error"}
    assert errors.flush(5) and metrics.flush(5)
    assert monlight.count(project) == 1
    assert counted(monlight, project) == {("GET", "/orders/{order_id}", "500"): 1}


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (StarletteHTTPException(403, "no"), 403, {"detail": "no"}),
        (StarletteHTTPException(304), 304, None),
        (RuntimeError("x"), 500, {"detail": "Internal server error"}),
    ],
)
def test_the_handler_sees_what_other_middleware_raises(
    monlight: Monlight, project: str, watched: Setup, error: Exception, status: int, body: Any
) -> None:
    class Raising(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            raise error

    app = shop()
    app.add_middleware(Raising)
    watched(app)
    (answer,) = visit(app, "GET /orders/1")
    assert answer.status_code == status
    assert body is None or answer.json() == body
    assert monlight.count(project) == (1 if status == 500 else 0)


async def test_the_handler_answers_validation_errors_as_ever() -> None:
    from fastapi.exceptions import RequestValidationError

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "app": FastAPI()}
    answer = await MonlightExceptionHandler(Request(scope), RequestValidationError([]))
    assert answer.status_code == 422


def test_a_host_that_is_no_host_is_reported_too(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    app = shop()
    watched(app)
    visit(app, "GET /orders/0", headers={"Host": "[broken"})
    assert "/orders/0" in monlight.error(project)["occurrences"][0]["request_url"]
