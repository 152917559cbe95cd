"""What the middleware adds to a request: the same application bare and wrapped, in turns.

    python benchmarks/middleware.py [requests]

No network is between: requests are calls of the ASGI application. Metrics go to an address where
nobody listens, which is the hardest case for the client.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from monlight import MetricsClient, MonlightMiddleware

#: Requests that are measured as one run; runs of both take turns.
RUN = 200
#: What the overhead must stay under, in microseconds at the median.
LIMIT = 30.0

App = Callable[[Any, Any, Any], Awaitable[None]]


def main() -> int:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    logging.getLogger("monlight").setLevel(logging.ERROR)
    metrics = MetricsClient("http://127.0.0.1:9", "none")
    rows = [
        ("plain ASGI", *measure(plain, MonlightMiddleware(plain, metrics), "/orders/7", requests)),
        ("Starlette route", *measure(*pair(starlette_app, metrics), "/orders/7", requests)),
        ("Starlette mount", *measure(*pair(starlette_app, metrics), "/api/orders/7", requests)),
        ("FastAPI route", *measure(*pair(fastapi_app, metrics), "/orders/7", requests)),
    ]
    print(f"{'one request, µs':<18}{'bare p50':>10}{'wrapped p50':>13}{'added p50':>11}")
    for name, bare, wrapped in rows:
        print(f"{name:<18}{bare:>10.1f}{wrapped:>13.1f}{wrapped - bare:>11.1f}")
    worst = max(wrapped - bare for _, bare, wrapped in rows)
    print(f"\nadded at most {worst:.1f} µs at the median; the limit is {LIMIT:.0f} µs")
    metrics.shutdown(0)
    return 0 if worst < LIMIT else 1


def pair(make: Callable[[], Any], metrics: MetricsClient) -> tuple[App, App]:
    wrapped = make()
    wrapped.add_middleware(MonlightMiddleware, metrics_client=metrics)
    return make(), wrapped


def starlette_app() -> Starlette:
    async def order(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    routes = [Route("/orders/{id}", order)]
    return Starlette(routes=[*routes, Mount("/api", routes=routes)])


def fastapi_app() -> FastAPI:
    app = FastAPI()

    @app.get("/orders/{id}")
    async def order(id: int) -> dict[str, int]:
        return {"id": id}

    return app


async def plain(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def measure(bare: App, wrapped: App, path: str, requests: int) -> tuple[float, float]:
    """Microseconds of a request at the median, bare and wrapped."""
    return asyncio.run(_measure(bare, wrapped, path, requests))


async def _measure(bare: App, wrapped: App, path: str, requests: int) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for app in (bare, wrapped):
        await _run(app, path, RUN)
    gc.collect()
    for _ in range(max(1, requests // RUN)):
        for app, kept in zip((bare, wrapped), times, strict=True):
            kept += await _run(app, path, RUN)
    return statistics.median(times[0]) * 1e6, statistics.median(times[1]) * 1e6


async def _run(app: App, path: str, count: int) -> list[float]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        pass

    times = []
    for _ in range(count):
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "http_version": "1.1",
            "scheme": "http",
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 1),
        }
        started = time.perf_counter()
        await app(scope, receive, send)
        times.append(time.perf_counter() - started)
    return times


if __name__ == "__main__":
    sys.exit(main())
