"""The Django integration against the real Monlight."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import include, path, re_path
from support import API_KEY, Monlight

from monlight.integrations import django as integration


def order(request: Any, order_id: Any) -> HttpResponse:
    return HttpResponse(f"{100 / int(order_id)}")


async def order_async(request: Any, order_id: int) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse(f"{100 / order_id}")


def refuse(request: Any) -> HttpResponse:
    raise PermissionDenied


def missing(request: Any) -> HttpResponse:
    raise Http404


def stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one", b"two"]))


def broken(request: Any) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield b"one"
        raise RuntimeError("in the middle")

    return StreamingHttpResponse(parts())


async def stream_async(request: Any) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        if request.GET.get("broken"):
            raise RuntimeError("in the middle")

    return StreamingHttpResponse(parts())


def file(request: Any) -> FileResponse:
    return FileResponse(Path(__file__).open("rb"))


urlpatterns = [
    path("", lambda request: HttpResponse("root")),
    path("orders/<int:order_id>/", order),
    path("async/<int:order_id>/", order_async),
    path("api/", include([re_path(r"^years/(?P<order_id>[0-9]{4})/$", order)])),
    path("refuse/", refuse),
    path("missing/", missing),
    path("stream/", stream),
    path("broken/", broken),
    path("stream-async/", stream_async),
]

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__,
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS=["testserver"],
        MIDDLEWARE=["monlight.integrations.django.MonlightMiddleware"],
    )
    django.setup()


@pytest.fixture
def clients(
    monlight: Monlight, project: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[integration.Clients]:
    """As the setting makes them, for this test alone."""
    monkeypatch.setattr(integration, "_clients", None)
    given = {
        "error_tracker_url": monlight.url,
        "METRICS_COLLECTOR_URL": monlight.url,
        "api_key": API_KEY,
        "project": project,
        "environment": "test",
    }
    with override_settings(MONLIGHT=given):
        clients = integration._configured()
        yield clients
        clients.stop()


def counted(
    monlight: Monlight, project: str, clients: integration.Clients
) -> dict[tuple[str, ...], float]:
    assert clients.metrics_client is not None and clients.error_client is not None
    assert clients.metrics_client.flush(5) and clients.error_client.flush(5)
    return monlight.series("http_requests_total", project, "method", "endpoint", "status")


def test_requests_are_counted_by_route_and_errors_reported(
    monlight: Monlight, project: str, clients: integration.Clients
) -> None:
    client = Client(raise_request_exception=False)
    for place in ("/", "/orders/1/", "/orders/2/", "/orders/0/", "/orders/x/", "/nowhere/"):
        client.get(place, headers={"cookie": "a=b", "x-trace": "7"})
    for place in ("/api/years/2026/", "/async/1/", "/refuse/", "/missing/"):
        client.get(place)
    b"".join(client.head("/stream/"))
    b"".join(client.get("/stream/"))
    assert counted(monlight, project, clients) == {
        ("GET", "/", "200"): 1,
        ("GET", "/orders/<int:order_id>/", "200"): 2,
        ("GET", "/orders/<int:order_id>/", "500"): 1,
        ("GET", "unmatched", "404"): 2,
        ("GET", "/api/years/(?P<order_id>[0-9]{4})/$", "200"): 1,
        ("GET", "/async/<int:order_id>/", "200"): 1,
        ("GET", "/refuse/", "403"): 1,
        ("GET", "/missing/", "404"): 1,
        ("GET", "/stream/", "200"): 1,
        ("HEAD", "/stream/", "200"): 1,
    }
    error = monlight.error(project)
    assert (error["exception_type"], error["count"]) == ("ZeroDivisionError", 1)
    (occurrence,) = error["occurrences"]
    assert occurrence["request_url"] == "http://testserver/orders/0/"
    headers = {name.lower() for name in occurrence["request_headers"]}
    assert "x-trace" in headers and "cookie" not in headers


async def test_in_asgi_too(monlight: Monlight, project: str, clients: integration.Clients) -> None:
    client = AsyncClient(raise_request_exception=False)
    await client.get("/async/1/")
    await client.get("/async/0/")
    answer: Any = await client.get("/stream-async/")
    assert [part async for part in answer.streaming_content] == [b"one"]
    failing: Any = await client.get("/stream-async/?broken=1")
    with pytest.raises(RuntimeError, match="in the middle"):
        assert [part async for part in failing.streaming_content]
    found = await asyncio.to_thread(counted, monlight, project, clients)
    assert found == {
        ("GET", "/async/<int:order_id>/", "200"): 1,
        ("GET", "/async/<int:order_id>/", "500"): 1,
        ("GET", "/stream-async/", "200"): 1,
        ("GET", "/stream-async/", "500"): 1,
    }
    kinds = {group["exception_type"] for group in monlight.groups(project)}
    assert kinds == {"ZeroDivisionError", "RuntimeError"}


def test_what_is_raised_while_streaming_is_reported(
    monlight: Monlight, project: str, clients: integration.Clients
) -> None:
    with pytest.raises(RuntimeError, match="in the middle"):
        b"".join(Client().get("/broken/"))
    assert counted(monlight, project, clients) == {("GET", "/broken/", "500"): 1}
    assert monlight.error(project)["message"] == "in the middle"


def test_a_host_that_is_not_allowed_is_reported_by_its_path(
    monlight: Monlight, project: str, clients: integration.Clients
) -> None:
    request = RequestFactory().get("/orders/0/", headers={"host": "evil.example.org"})
    try:
        order(request, 0)
    except ZeroDivisionError:
        integration._report_current(request=request)
    assert clients.error_client is not None and clients.error_client.flush(5)
    assert monlight.error(project)["occurrences"][0]["request_url"] == "/orders/0/"


def test_without_the_setting_the_middleware_leaves_itself_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(integration, "_clients", None)
    with pytest.raises(MiddlewareNotUsed):
        integration.MonlightMiddleware(lambda request: HttpResponse())


def test_without_clients_requests_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integration, "_clients", None)
    with override_settings(MONLIGHT={"api_key": "k"}):
        client = Client(raise_request_exception=False)
        assert client.get("/orders/0/").status_code == 500


def test_files_stay_files(monlight: Monlight, project: str, clients: integration.Clients) -> None:
    # The test client makes streams of files, so without it.
    answer = integration.MonlightMiddleware(file)(RequestFactory().get("/file/"))
    assert answer.file_to_stream is not None
    assert b"test_files_stay_files" in b"".join(answer)
    answer.close()
    assert counted(monlight, project, clients) == {("GET", "unmatched", "200"): 1}
