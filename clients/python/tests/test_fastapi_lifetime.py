"""What FastAPI and Starlette begin and end: requests, applications, servers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi_shop import Setup, counted, shop, visit
from starlette.testclient import TestClient
from support import Monlight, eventually

from monlight import (
    MetricsClient,
    MonlightMiddleware,
)


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
