"""The FastAPI and Starlette integration against the real Monlight."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, Request, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from support import API_KEY, Monlight, eventually

from monlight import (
    ErrorClient,
    MetricsClient,
    MonlightExceptionHandler,
    MonlightMiddleware,
    setup_monlight,
)
from monlight.integrations.fastapi import Clients

Setup = Callable[[Any], Clients]


@pytest.fixture
def watched(monlight: Monlight, project: str) -> Iterator[Setup]:
    """Has an application watched by Monlight."""
    made: list[Clients] = []

    def setup(app: Any) -> Clients:
        clients = setup_monlight(
            app,
            error_tracker_url=monlight.url,
            metrics_collector_url=monlight.url,
            api_key=API_KEY,
            project=project,
            environment="test",
            flush_interval=60,
        )
        made.append(clients)
        return clients

    yield setup
    for clients in made:
        clients.stop()


def visit(app: Any, *requests: str, **options: Any) -> list[Any]:
    """Answers of an application that starts, gets these requests (`GET /path`), and stops."""
    with TestClient(app, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        return [client.request(*request.split(" "), **options) for request in requests]


def counted(monlight: Monlight, project: str) -> dict[tuple[str, ...], float]:
    return monlight.series("http_requests_total", project, "method", "endpoint", "status")


class Item(BaseModel):
    price: float


def shop() -> FastAPI:
    app = FastAPI()
    router = APIRouter(prefix="/api")
    inner = APIRouter()

    @app.get("/orders/{order_id}")
    def order(order_id: int) -> dict[str, float]:
        return {"share": 100 / order_id}

    @app.post("/items")
    def item(item: Item) -> Item:
        return item

    @app.get("/teapot")
    def teapot() -> None:
        raise HTTPException(418, "short and stout")

    @app.get("/files/{path:path}")
    def file(path: str) -> str:
        return path

    @router.get("/users/{user}")
    def user(user: str) -> str:
        return user

    @inner.get("/deep/{deep}")
    def deep(deep: str) -> str:
        return deep

    router.include_router(inner, prefix="/tenants/{tenant}")
    app.include_router(router)
    return app


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


def test_mounted_applications_have_their_prefix(
    monlight: Monlight, project: str, watched: Setup, tmp_path: Any
) -> None:
    (tmp_path / "a.txt").write_text("text")
    app, sub, tenant = FastAPI(), FastAPI(), FastAPI()

    @sub.get("/items/{item_id}")
    def item(item_id: int) -> float:
        return 1 / item_id

    @tenant.get("/things/{thing}")
    def thing(thing: str) -> str:
        return thing

    def plain(request: Request) -> PlainTextResponse:
        return PlainTextResponse("plain")

    sub.mount("/inner/{tenant}", tenant)
    app.mount("/sub", sub)
    app.mount("/routes", Router([Route("/plain/{x}", plain)]))
    app.mount("/static", StaticFiles(directory=tmp_path))
    watched(app)
    visit(
        app,
        *("GET /sub/items/7", "GET /sub/items/0", "GET /sub/inner/t1/things/x"),
        *("GET /sub/inner/t2/things/y", "GET /routes/plain/1", "GET /static/a.txt"),
        *("GET /static/none", "GET /sub/nowhere", "GET /routes/nowhere"),
    )
    assert counted(monlight, project) == {
        ("GET", "/sub/items/{item_id}", "200"): 1,
        ("GET", "/sub/items/{item_id}", "500"): 1,
        ("GET", "/sub/inner/{tenant}/things/{thing}", "200"): 2,
        ("GET", "/routes/plain/{x}", "200"): 1,
        ("GET", "/static", "200"): 1,
        ("GET", "/static", "404"): 1,
        ("GET", "unmatched", "404"): 2,
    }
    # The mounted application knows nothing of Monlight, and its error is reported all the same.
    assert monlight.error(project)["exception_type"] == "ZeroDivisionError"


@pytest.mark.parametrize("where", ["application", "server"])
def test_templates_under_a_root_path(
    monlight: Monlight, project: str, watched: Setup, where: str
) -> None:
    app = shop()
    sub = FastAPI()

    @sub.get("/items/{item_id}")
    def item(item_id: int) -> int:
        return item_id

    app.mount("/sub", sub)
    watched(app)
    if where == "application":
        app.root_path = "/behind/proxy"
        options = {}
    else:
        options = {"root_path": "/behind/proxy"}
    with TestClient(app, **options) as client:
        for path in ("/orders/1", "/sub/items/1", "/nowhere"):
            # A server adds the prefix that a proxy took away.
            client.get(f"/behind/proxy{path}")
    assert counted(monlight, project) == {
        ("GET", "/orders/{order_id}", "200"): 1,
        ("GET", "/sub/items/{item_id}", "200"): 1,
        ("GET", "unmatched", "404"): 1,
    }


def test_plain_starlette_with_hosts_and_other_middleware(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("page")

    class Guard(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            if "x-deny" in request.headers:
                return PlainTextResponse("no", status_code=403)
            return await call_next(request)

    app = Starlette(
        routes=[
            Route("/pages/{page}", page),
            Mount("/api", routes=[Route("/pages/{page}", page)]),
            Host("{name}.example.org", Router([Mount("/m", Router([Route("/h/{x}", page)]))])),
        ]
    )
    app.add_middleware(Guard)
    watched(app)
    visit(app, "GET /pages/1", "GET /api/pages/2")
    visit(app, "GET /pages/1", "GET /api/pages/2", "GET /none", headers={"X-Deny": "1"})
    visit(app, "GET /m/h/1", headers={"Host": "shop.example.org"})
    assert counted(monlight, project) == {
        ("GET", "/pages/{page}", "200"): 1,
        ("GET", "/api/pages/{page}", "200"): 1,
        ("GET", "/pages/{page}", "403"): 1,
        ("GET", "/api/pages/{page}", "403"): 1,
        ("GET", "unmatched", "403"): 1,
        ("GET", "/m/h/{x}", "200"): 1,
    }


def test_included_routers_with_mounts(monlight: Monlight, project: str, watched: Setup) -> None:
    def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("page")

    app, router = FastAPI(), APIRouter()
    router.mount("/mounted", Router([Route("/pages/{page}", page)]))
    app.include_router(router, prefix="/included")
    watched(app)
    (answer,) = visit(app, "GET /included/mounted/pages/1")
    # Older versions of FastAPI leave mounts of included routers out.
    expected = "/included/mounted/pages/{page}" if answer.status_code == 200 else "unmatched"
    assert counted(monlight, project) == {("GET", expected, str(answer.status_code)): 1}


def test_streams_are_measured_to_their_last_byte_and_stream_on(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    app = FastAPI()

    async def parts() -> AsyncIterator[str]:
        for number in range(3):
            await asyncio.sleep(0.1)
            yield f"{number}\n"

    @app.get("/stream/{name}")
    def stream(name: str) -> StreamingResponse:
        return StreamingResponse(parts())

    @app.get("/broken")
    def broken() -> StreamingResponse:
        def parts() -> Iterator[str]:
            yield "one"
            raise RuntimeError("in the middle")

        return StreamingResponse(parts())

    watched(app)
    (answer,) = visit(app, "GET /stream/x")
    assert answer.text == "0\n1\n2\n"
    assert monlight.points("http_request_duration_seconds", project)["min"] >= 0.3
    visit(app, "GET /broken")
    assert counted(monlight, project) == {
        ("GET", "/stream/{name}", "200"): 1,
        ("GET", "/broken", "500"): 1,
    }
    assert monlight.error(project)["message"] == "in the middle"


def test_background_tasks_are_not_part_of_the_duration_but_their_errors_are_reported(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    app = FastAPI()

    def task() -> None:
        time.sleep(0.2)
        raise RuntimeError("in the background")

    @app.get("/later")
    def later(tasks: BackgroundTasks) -> str:
        tasks.add_task(task)
        return "accepted"

    watched(app)
    (answer,) = visit(app, "GET /later")
    assert answer.status_code == 200
    assert counted(monlight, project) == {("GET", "/later", "200"): 1}
    assert monlight.points("http_request_duration_seconds", project)["max"] < 0.2
    assert monlight.error(project)["message"] == "in the background"


def test_websockets_pass_by(monlight: Monlight, project: str, watched: Setup) -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(await socket.receive_text())

    @app.get("/")
    def root() -> str:
        return "root"

    watched(app)
    with TestClient(app) as client:
        with client.websocket_connect("/ws") as socket:
            socket.send_text("hello")
            assert socket.receive_text() == "hello"
        client.get("/")
    assert counted(monlight, project) == {("GET", "/", "200"): 1}


def test_the_lifespan_of_the_application_is_kept(watched: Setup) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        steps.append("up")
        yield {"pool": "open"}
        steps.append("down")

    app = FastAPI(lifespan=lifespan)

    @app.get("/pool")
    def pool(request: Request) -> str:
        return str(request.state.pool)

    errors, metrics = watched(app)
    assert errors is app.state.monlight_error_client
    assert metrics is app.state.monlight_metrics_client
    for _ in range(2):
        (answer,) = visit(app, "GET /pool")
        assert answer.json() == "open"
    assert steps == ["up", "down"] * 2


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


class Server:
    """An application behind a real server."""

    def __init__(self, app: Any) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=2)
        )
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        eventually(lambda: self._server.started)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def test_clients_that_go_away_are_counted_and_not_reported(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    import socket

    app = FastAPI()
    seen = threading.Event()

    @app.post("/upload/{name}")
    async def upload(name: str, request: Request) -> str:
        seen.set()
        await request.body()
        return "never"

    @app.get("/endless")
    async def endless() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0.01)

        return StreamingResponse(parts())

    clients = watched(app)
    server = Server(app)
    try:
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(b"POST /upload/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
            assert seen.wait(5)
        with socket.create_connection(("127.0.0.1", server.port)) as reader:
            reader.sendall(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
            assert reader.recv(100)

        def both() -> dict[tuple[str, ...], float] | None:
            assert clients.metrics_client is not None
            clients.metrics_client.flush(5)
            found = counted(monlight, project)
            return found if len(found) == 2 else None

        assert eventually(both) == {
            ("POST", "/upload/{name}", "499"): 1,
            ("GET", "/endless", "200"): 1,
        }
    finally:
        server.stop()
    assert monlight.count(project) == 0


def test_a_stopping_server_sends_what_there_is(
    monlight: Monlight, project: str, watched: Setup
) -> None:
    import httpx

    app = shop()
    watched(app)
    server = Server(app)
    httpx.get(f"http://127.0.0.1:{server.port}/orders/0")
    server.stop()
    assert monlight.count(project) == 1
    assert counted(monlight, project) == {("GET", "/orders/{order_id}", "500"): 1}


async def call(app: Any, scope: dict[str, Any], receive: Any = None) -> list[Any]:
    sent = []

    async def nothing() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": "/", **scope}, receive or nothing, send)
    return sent


async def test_other_asgi_applications(
    monlight: Monlight, project: str, metrics: MetricsClient
) -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/listening":
            await receive()
        if scope["path"] == "/cancelled":
            raise asyncio.CancelledError
        if scope["path"] == "/file":
            await send({"type": "http.response.start", "status": 206, "headers": []})
            await send({"type": "http.response.pathsend", "path": "/f"})

    app = MonlightMiddleware(silent, metrics_client=metrics)
    await call(app, {"path": "/silent"})
    await call(app, {"path": "/listening"})
    await call(app, {"path": "/file"})
    with pytest.raises(asyncio.CancelledError):
        await call(app, {"path": "/cancelled"})
    metrics.flush(5)
    assert counted(monlight, project) == {
        ("GET", "unmatched", "500"): 1,
        ("GET", "unmatched", "499"): 2,
        ("GET", "unmatched", "206"): 1,
    }


async def test_a_middleware_that_fails_harms_no_request(metrics: MetricsClient) -> None:
    async def ok(scope: Any, receive: Any, send: Any) -> None:
        await JSONResponse({})(scope, receive, send)

    class Broken:
        @property
        def routes(self) -> Any:
            raise RuntimeError("no routes")

    app = MonlightMiddleware(ok, metrics_client=metrics)
    assert (await call(app, {"app": Broken()}))[0]["status"] == 200
