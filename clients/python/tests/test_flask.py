"""The Flask integration against the real Monlight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort, send_file
from support import API_KEY, Monlight

from monlight.integrations.flask import Clients, MonlightMiddleware, setup_monlight


@pytest.fixture
def app(monlight: Monlight, project: str) -> Iterator[Flask]:
    app = Flask("shop")
    orders = Blueprint("orders", "orders", url_prefix="/orders")

    @orders.get("/<int:order_id>")
    def order(order_id: int) -> dict[str, float]:
        return {"share": 100 / order_id}

    @app.get("/gone")
    def gone() -> None:
        abort(410)

    @app.get("/stream")
    def stream() -> Response:
        def parts() -> Iterator[str]:
            yield "one"
            yield "two"

        return Response(parts())

    @app.get("/broken")
    def broken() -> Response:
        def parts() -> Iterator[str]:
            yield "one"
            raise RuntimeError("in the middle")

        return Response(parts())

    @app.get("/file")
    def file() -> Response:
        return send_file(__file__)

    app.register_blueprint(orders)
    clients = setup_monlight(
        app, monlight.url, monlight.url, api_key=API_KEY, project=project, environment="test"
    )
    yield app
    clients.stop()


def flushed(app: Flask) -> None:
    clients: Clients = app.extensions["monlight"]["clients"]
    assert clients.error_client is not None and clients.metrics_client is not None
    assert clients.error_client.flush(5) and clients.metrics_client.flush(5)


def counted(monlight: Monlight, project: str) -> dict[tuple[str, ...], float]:
    return monlight.series("http_requests_total", project, "method", "endpoint", "status")


def test_requests_are_counted_by_rule(monlight: Monlight, project: str, app: Flask) -> None:
    client = app.test_client()
    for path in ("/orders/1", "/orders/2", "/orders/0", "/orders/x", "/gone", "/stream", "/file"):
        client.get(path).get_data()
    client.post("/orders/1").get_data()
    client.open("/orders/1", method="BREW").get_data()
    flushed(app)
    assert counted(monlight, project) == {
        ("GET", "/orders/<int:order_id>", "200"): 2,
        ("GET", "/orders/<int:order_id>", "500"): 1,
        ("GET", "unmatched", "404"): 1,
        ("GET", "/gone", "410"): 1,
        ("GET", "/stream", "200"): 1,
        ("GET", "/file", "200"): 1,
        ("POST", "unmatched", "405"): 1,
        ("OTHER", "unmatched", "405"): 1,
    }
    assert monlight.points("http_request_duration_seconds", project)["count"] == 9


def test_exceptions_are_reported_and_answered_as_ever(
    monlight: Monlight, project: str, app: Flask
) -> None:
    client = app.test_client()
    headers = {"Cookie": "a=b", "X-Trace": "7"}
    answer = client.get("/orders/0?token=hidden", headers=headers)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    client.get("/gone")
    flushed(app)
    error = monlight.error(project)
    assert (error["exception_type"], error["count"]) == ("ZeroDivisionError", 1)
    (occurrence,) = error["occurrences"]
    assert occurrence["request_url"] == "http://localhost/orders/0?token=[filtered]"
    assert occurrence["request_headers"]["X-Trace"] == "7"
    assert "Cookie" not in occurrence["request_headers"]


def test_what_is_raised_while_streaming_is_reported(
    monlight: Monlight, project: str, app: Flask
) -> None:
    with pytest.raises(RuntimeError, match="in the middle"):
        app.test_client().get("/broken").get_data()
    flushed(app)
    assert counted(monlight, project) == {("GET", "/broken", "500"): 1}
    assert monlight.error(project)["occurrences"][0]["request_url"] == "/broken"


def test_exceptions_that_are_let_through_are_reported_too(
    monlight: Monlight, project: str, app: Flask
) -> None:
    app.testing = True
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/orders/0")
    flushed(app)
    assert monlight.count(project) == 1
    assert counted(monlight, project) == {("GET", "/orders/<int:order_id>", "500"): 1}


def test_without_addresses_nothing_is_watched() -> None:
    app = Flask("bare")
    assert tuple(setup_monlight(app)) == (None, None)
    assert app.test_client().get("/").status_code == 404


def test_bodies_that_servers_treat_in_their_own_way_stay_as_they_are() -> None:
    class FileWrapper:
        pass

    def start(status: str, headers: Any, *rest: Any) -> None:
        pass

    bodies: list[Any] = [[b"list"], (b"tuple",), FileWrapper()]
    for body in bodies:

        def app(environ: Any, start_response: Callable[..., Any], body: Any = body) -> Any:
            start_response("200 OK", [])
            return body

        environ = {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": FileWrapper}
        assert MonlightMiddleware(app, None)(environ, start) is body


def test_what_a_teardown_function_raises_is_reported(
    monlight: Monlight, project: str, app: Flask
) -> None:
    @app.teardown_request
    def tear_down(_: BaseException | None) -> None:
        raise RuntimeError("in the teardown")

    with pytest.raises(RuntimeError, match="in the teardown"):
        app.test_client().get("/orders/4")
    flushed(app)
    assert monlight.error(project)["message"] == "in the teardown"
    assert counted(monlight, project) == {("GET", "/orders/<int:order_id>", "500"): 1}
