"""`capture_exceptions()` and the logging handler against the real Error Tracker."""

from __future__ import annotations

import asyncio
import inspect
import logging
import logging.handlers
import queue
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from support import API_KEY, Monlight, answer, stub

from monlight import ErrorClient, MonlightLoggingHandler, _environment, capture_exceptions


def test_as_a_context_manager(monlight: Monlight, errors: ErrorClient, project: str) -> None:
    with pytest.raises(ValueError), capture_exceptions(errors, extra={"job": "nightly"}):
        raise ValueError("n/a")
    with capture_exceptions(errors):
        pass
    error = monlight.error(project)
    assert (error["message"], error["count"]) == ("n/a", 1)
    assert error["occurrences"][0]["extra"] == {"job": "nightly"}


async def test_as_an_asynchronous_context_manager(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    with pytest.raises(ValueError):
        async with errors.capture_exceptions():
            raise ValueError("n/a")
    assert errors.flush(5)
    assert monlight.count(project) == 1


def test_of_a_function(monlight: Monlight, errors: ErrorClient, project: str) -> None:
    @capture_exceptions(errors)
    def share(count: int) -> float:
        """Shares."""
        return 100 / count

    assert (share(4), share.__name__, share.__doc__) == (25, "share", "Shares.")
    with pytest.raises(ZeroDivisionError):
        share(0)
    assert monlight.error(project)["count"] == 1


async def test_of_a_coroutine(monlight: Monlight, errors: ErrorClient, project: str) -> None:
    @capture_exceptions(errors)
    async def share(count: int) -> float:
        await asyncio.sleep(0)
        return 100 / count

    assert inspect.iscoroutinefunction(share)
    assert await share(4) == 25
    with pytest.raises(ZeroDivisionError):
        await share(0)
    assert errors.flush(5)
    assert monlight.count(project) == 1


def test_of_a_generator(monlight: Monlight, errors: ErrorClient, project: str) -> None:
    @capture_exceptions(errors)
    def echo() -> Iterator[Any]:
        got: Any = yield "first"
        while got != "end":
            try:
                got = yield got
            except KeyError:
                got = "thrown"
        return "returned"

    steps: Any = echo()
    assert [next(steps), steps.send("x"), steps.throw(KeyError())] == ["first", "x", "thrown"]
    with pytest.raises(StopIteration) as end:
        steps.send("end")
    assert end.value.value == "returned"
    other: Any = echo()
    next(other)
    with pytest.raises(ValueError):
        other.throw(ValueError("thrown in"))
    echo().close()  # type: ignore[attr-defined]
    assert errors.flush(5)
    assert monlight.count(project) == 1


async def test_of_an_asynchronous_generator(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    closed = []

    @capture_exceptions(errors)
    async def echo() -> AsyncIterator[Any]:
        got: Any = None
        try:
            while got != "end":
                try:
                    got = yield got
                except KeyError:
                    got = "thrown"
        finally:
            closed.append(True)

    steps: Any = echo()
    got = [await steps.asend(None), await steps.asend("x"), await steps.athrow(KeyError())]
    assert got == [None, "x", "thrown"]
    with pytest.raises(StopAsyncIteration):
        await steps.asend("end")
    early: Any = echo()
    await early.asend(None)
    await early.aclose()
    failing: Any = echo()
    await failing.asend(None)
    with pytest.raises(ValueError):
        await failing.athrow(ValueError("thrown in"))
    assert closed == [True] * 3
    assert errors.flush(5)
    assert monlight.count(project) == 1


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_what_ends_something_is_not_reported(
    monlight: Monlight, errors: ErrorClient, project: str, kind: type[BaseException]
) -> None:
    with pytest.raises(kind), capture_exceptions(errors):
        raise kind
    assert errors.flush(5)
    assert monlight.count(project) == 0


def test_an_exception_is_reported_once_on_its_way_up(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    other = ErrorClient(monlight.url, API_KEY, project=f"{project[:80]}-other")

    @capture_exceptions(errors)
    @capture_exceptions(other)
    @errors.capture_exceptions()
    def fail() -> None:
        raise ValueError("once")

    with pytest.raises(ValueError), capture_exceptions(errors):
        fail()
    assert errors.flush(5) and other.close(5)
    assert monlight.count(project) == 1
    assert monlight.count(other.project) == 1


def test_exceptions_that_refuse_attributes_are_reported(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    class Closed(Exception):
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    with pytest.raises(Closed), capture_exceptions(errors):
        raise Closed
    assert errors.flush(5)
    assert monlight.count(project) == 1


def test_without_a_client_it_is_made_of_the_environment(
    monlight: Monlight, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_environment, "_client", None)

    @capture_exceptions
    def fail() -> None:
        raise ValueError("configured later")

    with pytest.raises(ValueError):
        fail()
    monkeypatch.setenv("MONLIGHT_URL", monlight.url)
    monkeypatch.setenv("MONLIGHT_API_KEY", API_KEY)
    monkeypatch.setenv("MONLIGHT_PROJECT", project)
    with pytest.raises(ValueError):
        fail()
    client = _environment.find()
    assert client is not None and client.close(5)
    assert monlight.count(project) == 1


@pytest.fixture
def logger(errors: ErrorClient, project: str) -> Iterator[logging.Logger]:
    handler = MonlightLoggingHandler(errors)
    root = logging.getLogger()
    root.addHandler(handler)
    yield logging.getLogger(f"shop.{project}")
    root.removeHandler(handler)


def test_logged_exceptions_are_reported(
    monlight: Monlight, errors: ErrorClient, project: str, logger: logging.Logger
) -> None:
    try:
        raise ValueError("n/a")
    except ValueError:
        logger.exception("Order %d failed", 7)
    logging.getLogger().handlers[-1].flush()
    error = monlight.error(project)
    assert (error["exception_type"], error["message"]) == ("ValueError", "n/a")
    extra = error["occurrences"][0]["extra"]
    assert extra == {"logger": logger.name, "level": "ERROR", "log_message": "Order 7 failed"}


def test_logged_messages_are_grouped_by_their_place(
    monlight: Monlight, errors: ErrorClient, project: str, logger: logging.Logger
) -> None:
    for number in range(3):
        logger.error("Order %d failed", number)
    logger.critical("Out of orders")
    logger.warning("This is no error")
    assert errors.flush(5)
    groups = {group["exception_type"]: group["count"] for group in monlight.groups(project)}
    assert groups == {"LoggedError": 3, "LoggedCritical": 1}


@pytest.mark.parametrize("arguments", [("%d", "no number"), (object(),), ("%s %s", 1)])
def test_a_message_that_cannot_be_formatted_is_reported(
    monlight: Monlight,
    errors: ErrorClient,
    project: str,
    arguments: Any,
) -> None:
    handler = MonlightLoggingHandler(errors)
    record = logging.LogRecord(
        "shop", logging.ERROR, __file__, 1, *arguments[:1], arguments[1:], None
    )
    handler.handle(record)
    assert errors.flush(5)
    assert monlight.count(project) == 1


def test_what_the_client_logs_is_never_reported() -> None:
    with stub(answer(401, {"detail": "Invalid API key"})) as server:
        client = ErrorClient(server.url, "wrong")
        handler = MonlightLoggingHandler(client, level="WARNING")
        root = logging.getLogger()
        root.addHandler(handler)
        try:
            client.report_error_sync(ValueError("x"))
            assert client.flush(5)
            logging.getLogger("monlight").error("ours")
            logging.getLogger("monlight.sub").error("ours")
            assert client.flush(5)
        finally:
            root.removeHandler(handler)
            client.close(1)
        assert len(server.received) == 1


def test_a_handler_that_fails_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def report_text(self, *arguments: Any) -> None:
            raise RuntimeError("broken")

    handler = MonlightLoggingHandler(Broken())  # type: ignore[arg-type]
    handler.handle(logging.LogRecord("shop", logging.ERROR, __file__, 1, "x", (), None))
    assert "could not be reported" in caplog.text


def test_what_a_request_logs_is_not_reported_by_way_of_a_queue(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with stub(answer(200)) as server:
        client = ErrorClient(server.url, "key")
        records: queue.Queue[logging.LogRecord] = queue.Queue()
        listener = logging.handlers.QueueListener(
            records, MonlightLoggingHandler(client, level=logging.DEBUG)
        )
        logging.getLogger().addHandler(relay := logging.handlers.QueueHandler(records))
        listener.start()
        try:
            client.report_error_sync(ValueError("once"))
            assert client.flush(5)
        finally:
            logging.getLogger().removeHandler(relay)
            listener.stop()
        assert client.flush(5)
        client.close()
        assert len(server.received) == 1


def test_an_exception_that_raises_when_asked_for_what_it_has_not_goes_on(
    monlight: Monlight, errors: ErrorClient, project: str
) -> None:
    class Forwarding(Exception):
        def __getattr__(self, name: str) -> Any:
            return {}[name]

    with pytest.raises(Forwarding), capture_exceptions(errors):
        raise Forwarding("n/a")
    assert errors.flush(5)
    assert monlight.error(project)["message"] == "n/a"
