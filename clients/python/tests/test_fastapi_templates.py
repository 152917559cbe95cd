"""Which template a request of FastAPI or Starlette is counted by."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse
from fastapi_shop import Setup, counted, shop, visit
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from support import Monlight


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
