"""ErrorClient against the real Error Tracker."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import Any

import pytest
from support import API_KEY, Monlight, eventually

from monlight import ErrorClient


def fail(message: str = "n/a") -> Exception:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


async def test_await_report_error_returns_when_the_error_is_there(
    monlight: Monlight, project: str
) -> None:
    client = ErrorClient(monlight.url, API_KEY, project=project, environment="staging")
    result = await client.report_error(
        fail("could not parse 'n/a'"),
        request_context={
            "request_url": "https://shop.example.org/orders/7?page=2",
            "request_method": "POST",
            "request_headers": {"User-Agent": "curl/8", "AUTHORIZATION": "Bearer x"},
            "user_id": 42,
            "extra": {"cart": [1, 2], "note": "grüße"},
        },
    )
    assert result is None
    (group,) = monlight.groups(project)
    detail = monlight.get(f"/api/errors/{group['id']}")
    assert detail["exception_type"] == "ValueError"
    assert detail["message"] == "could not parse 'n/a'"
    assert detail["environment"] == "staging"
    assert detail["traceback"].startswith("Traceback (most recent call last):\n")
    assert "test_errors.py" in detail["location"]
    (occurrence,) = detail["occurrences"]
    assert occurrence["request_url"] == "https://shop.example.org/orders/7?page=2"
    assert occurrence["request_method"] == "POST"
    assert occurrence["request_headers"] == {"User-Agent": "curl/8"}
    assert occurrence["user_id"] == "42"
    assert occurrence["extra"] == {"cart": [1, 2], "note": "grüße"}
    client.close()


def test_report_error_sync_returns_at_once_and_flush_waits(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    assert errors.report_error_sync(fail()) is None
    assert errors.flush(10)
    assert monlight.count(project) == 1


def test_an_exception_that_was_never_raised_is_reported(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    errors.report_error_sync(KeyError("never raised"))
    assert monlight.error(project)["message"] == "'never raised'"


def test_release_server_name_and_locals_are_in_extra(monlight: Monlight, project: str) -> None:
    client = ErrorClient(
        monlight.url,
        API_KEY,
        project=project,
        release="1.4.2",
        server_name="web-1",
        include_locals=True,
    )

    def pay(password: str, amount: int) -> None:
        raise RuntimeError("declined")

    try:
        pay("hunter2", 7)
    except RuntimeError as error:
        client.report_error_sync(error, {"extra": {"job": "nightly"}})
    client.close()
    (occurrence,) = monlight.error(project)["occurrences"]
    extra = occurrence["extra"]
    assert (extra["release"], extra["server_name"], extra["job"]) == ("1.4.2", "web-1", "nightly")
    last = extra["locals"][-1]
    assert last["variables"] == {"password": "[filtered]", "amount": 7}
    assert last["frame"].endswith("in pay")
    assert "hunter2" not in str(occurrence["extra"])


def test_locals_are_off_by_default(monlight: Monlight, errors: ErrorClient, project: str) -> None:
    errors.report_error_sync(fail())
    assert monlight.error(project)["occurrences"][0]["extra"] is None


@pytest.mark.parametrize(
    ("name", "excluded"),
    [
        ("Authorization", ()),
        ("authorization", ()),
        ("COOKIE", ()),
        ("Set-Cookie", ()),
        ("x-api-key", ()),
        ("Proxy-Authorization", ()),
        ("X_API_KEY", ()),
        (b"Cookie", ()),
        ("X-Session", {"x-session"}),
        ("x-session", ["X-Session"]),
        ("X-Session", "X-Session"),
    ],
)
def test_secret_headers_never_leave(
    monlight: Monlight, project: str, name: Any, excluded: Any
) -> None:
    client = ErrorClient(monlight.url, API_KEY, project=project, excluded_headers=excluded)
    client.report_error_sync(fail(), {"request_headers": {name: "hidden", "Accept": "*/*"}})
    client.close()
    (occurrence,) = monlight.error(project)["occurrences"]
    assert occurrence["request_headers"] == {"Accept": "*/*"}


@pytest.mark.parametrize(
    "headers",
    [
        [("Accept", "a"), ("Cookie", "c")],
        [(b"accept", b"a"), (b"cookie", b"c")],
    ],
)
def test_headers_may_be_pairs(
    monlight: Monlight, errors: ErrorClient, project: str, headers: Any
) -> None:
    errors.report_error_sync(fail(), {"request_headers": headers})
    (occurrence,) = monlight.error(project)["occurrences"]
    assert [name.lower() for name in occurrence["request_headers"]] == ["accept"]


def test_before_send_changes_a_report_and_cannot_add_secrets(
    monlight: Monlight, project: str
) -> None:
    def before_send(report: dict[str, Any]) -> dict[str, Any]:
        return {**report, "message": "private", "request_headers": {"Cookie": "c", "Accept": "a"}}

    client = ErrorClient(monlight.url, API_KEY, project=project, before_send=before_send)
    client.report_error_sync(fail("a name of a person"))
    client.close()
    detail = monlight.error(project)
    assert detail["message"] == "private"
    assert detail["occurrences"][0]["request_headers"] == {"Accept": "a"}


def raise_something(report: Mapping[str, Any]) -> None:
    raise RuntimeError("a bug in before_send")


@pytest.mark.parametrize("before_send", [lambda report: None, raise_something])
def test_before_send_drops_a_report(monlight: Monlight, project: str, before_send: Any) -> None:
    client = ErrorClient(monlight.url, API_KEY, project=project, before_send=before_send)
    client.report_error_sync(fail())
    assert client.close()
    assert monlight.count(project) == 0


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"request_url": None, "request_headers": None, "extra": None, "user_id": None},
        {"request_url": 7, "request_method": b"GET", "request_headers": "none", "extra": "text"},
        {"request_headers": {None: None, "": "x", "a": object()}, "user_id": object()},
        {"request_headers": 5, "extra": {1: float("nan"), "big": 2**70, "set": {1}, "o": object()}},
        {"extra": {"bytes": b"\xff", "long": "x" * 500_000, "many": list(range(10_000))}},
        {"request_url": "http://[broken", "request_method": "M" * 100, "user_id": "u" * 1000},
        {"unknown": 1},
        "no mapping",
        7,
    ],
)
def test_no_context_keeps_an_error_from_being_reported(
    monlight: Monlight, errors: ErrorClient, project: str, context: Any
) -> None:
    errors.report_error_sync(fail(), context)
    assert errors.flush(10)
    assert monlight.count(project) == 1


def test_a_context_that_contains_itself_is_cut(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    extra: dict[str, Any] = {"one": 1}
    extra["itself"] = extra
    errors.report_error_sync(fail(), {"extra": extra})
    assert monlight.error(project)["occurrences"][0]["extra"]["itself"]["one"] == 1


class Unprintable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


@pytest.mark.parametrize(
    "make",
    [
        lambda: Unprintable(),
        lambda: ValueError(Unprintable()),
        lambda: ValueError("lone \ud800 surrogate and \0 NUL"),
        lambda: ValueError("x" * 5_000_000),
        lambda: ValueError('"\\\n\x01' * 200_000),
        lambda: ValueError("\U0001f600" * 200_000),
        lambda: type("T" * 5000, (Exception,), {})("long name"),
        lambda: type("", (Exception,), {})("no name"),
        lambda: SyntaxError("bad", ("app.py", 3, 1, "x = = 1", 3, 5)),
        lambda: KeyboardInterrupt(),
    ],
)
def test_no_exception_is_too_strange_to_arrive(
    monlight: Monlight, errors: ErrorClient, project: str, make: Any
) -> None:
    errors.report_error_sync(make(), {"extra": {"x": "y" * 5000}, "request_headers": {"a": "b"}})
    assert errors.flush(10)
    assert monlight.count(project) == 1


@pytest.mark.parametrize("value", [None, "text", 7, ValueError])
def test_what_is_no_exception_harms_nothing(errors: ErrorClient, value: Any) -> None:
    errors.report_error_sync(value)
    assert errors.flush(10)


def test_ten_thousand_errors_in_a_burst_block_nobody_and_are_all_accounted_for(
    monlight: Monlight, project: str
) -> None:
    client = ErrorClient(monlight.url, API_KEY, project=project)
    error = fail()

    def report() -> None:
        for _ in range(2500):
            client.report_error_sync(error)

    threads = [threading.Thread(target=report) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.flush(30)
    assert monlight.count(project) + client.dropped == 10_000
    assert monlight.count(project) >= 1000
    client.close()


def test_a_rate_limit_delays_but_does_not_lose(project: str) -> None:
    limited = Monlight(ERRORS_RATE_LIMIT="60")
    try:
        client = ErrorClient(limited.url, API_KEY, project=project)
        for _ in range(61):
            client.report_error_sync(fail())
        eventually(lambda: client.pending == 1)
        # The 61st is put off for as long as the server asks, not dropped.
        assert client.flush(0.5) is False
        assert (client.dropped, client.pending) == (0, 1)
        client.close(0)
    finally:
        limited.close()


async def test_many_tasks_and_threads_report_over_one_connection(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    await asyncio.gather(*(errors.report_error(fail(f"{n}")) for n in range(50)))
    await asyncio.gather(
        *(asyncio.to_thread(errors.report_error_sync, fail(f"{n}")) for n in range(50))
    )
    assert errors.flush(10)
    assert monlight.count(project) == 100


def test_several_event_loops_use_one_client(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    for _ in range(3):
        asyncio.run(errors.report_error(fail()))
    assert monlight.count(project) == 3


def test_outside_of_asyncio_the_coroutine_reports_too(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    # As trio would run it.
    with pytest.raises(StopIteration):
        errors.report_error(fail()).send(None)
    assert errors.flush(10)
    assert monlight.count(project) == 1


def test_a_server_that_returns_gets_what_was_reported_meanwhile(project: str) -> None:
    first = Monlight()
    port = first.url.rpartition(":")[2]
    first.close()
    client = ErrorClient(f"http://127.0.0.1:{port}", API_KEY, project=project, timeout=2)
    started = time.monotonic()
    for number in range(3):
        client.report_error_sync(fail(f"{number}"))
    assert time.monotonic() - started < 1
    second = Monlight(PORT=port)
    try:
        assert client.flush(20)
        assert second.count(project) == 3
        assert client.dropped == 0
    finally:
        client.close(0)
        second.close()


async def test_the_exception_may_be_named(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    await errors.report_error(exc=ValueError("n/a"))
    errors.report_error_sync(exc=ValueError("n/a"), request_context={"user_id": 7})
    errors.report_once(exc=ValueError("n/a"))
    await errors.report_error(exception=ValueError("n/a"))
    assert errors.flush(10)
    assert monlight.count(project) == 4


def test_excluded_headers_that_can_be_read_once_stay_excluded(
    monlight: Monlight, project: str
) -> None:
    names = (name for name in ["X-Secret", b"X-Bytes"])
    client = ErrorClient(monlight.url, API_KEY, project, excluded_headers=names)  # type: ignore[arg-type]
    headers = {"X-Secret": "s", "x-bytes": "s", "X-Other": "o"}
    for _ in range(3):
        client.report_error_sync(ValueError("n/a"), {"request_headers": headers})
    assert client.close(10)
    occurrences = monlight.error(project)["occurrences"]
    assert [one["request_headers"] for one in occurrences] == [{"X-Other": "o"}] * 3


def test_a_report_within_a_report_is_made_but_not_without_end(
    monlight: Monlight, project: str
) -> None:
    def before_send(report: dict[str, Any]) -> dict[str, Any]:
        client.report_error_sync(ValueError(f"within {report['message']}"))
        return report

    client = ErrorClient(monlight.url, API_KEY, project, before_send=before_send)
    client.report_error_sync(ValueError("one"))
    assert client.flush(10)
    assert sorted(group["message"] for group in monlight.groups(project)) == ["one", "within one"]
    assert client.dropped == 1
    client.report_error_sync(ValueError("two"))
    assert client.close(10)
    assert monlight.count(project) == 4


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no text")


def test_a_before_send_that_fails_without_a_text_harms_nothing(errors: ErrorClient) -> None:
    def before_send(_: Any) -> Any:
        raise ValueError(Unspeakable())

    errors.before_send = before_send
    errors.report_error_sync(ValueError("n/a"))
    assert errors.dropped == 1


def test_certificates_that_are_not_there_harm_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    client = ErrorClient("https://127.0.0.1:9", "key")
    client.report_error_sync(ValueError("n/a"))
    assert client.close(10)
    assert client.dropped == 1
