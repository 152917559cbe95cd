"""Applications of FastAPI to watch, and how they are visited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel
from starlette.testclient import TestClient
from support import Monlight

from monlight.integrations.fastapi import Clients

Setup = Callable[[Any], Clients]


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
