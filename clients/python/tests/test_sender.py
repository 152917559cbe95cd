"""The sender against servers that misbehave."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import socket
import threading
import time
from email.utils import formatdate
from typing import Any

import pytest
from support import answer, eventually, free_port, hang, sender_threads, stub

from monlight import ErrorClient, MetricsClient, MonlightLoggingHandler


def client_of(url: str, **options: Any) -> ErrorClient:
    return ErrorClient(url, "key", timeout=options.pop("timeout", 1.0), **options)


def report(client: ErrorClient) -> None:
    client.report_error_sync(ValueError("n/a"))


@pytest.mark.parametrize(
    "first",
    [
        answer(500, {"detail": "Internal server error"}),
        answer(503),
        answer(429, Retry_After="0"),
        answer(429),
        answer(408),
        b"HTTP/1.1 rubbish\r\n\r\n",
        b"\x00\xff" * 100,
        lambda connection: connection.close(),
    ],
)
def test_what_may_pass_is_tried_again_with_the_same_key(first: Any) -> None:
    with stub(first, answer(201)) as server:
        client = client_of(server.url)
        report(client)
        assert client.flush(10)
        assert len(server.received) == 2
        keys = {request.headers["idempotency-key"] for request in server.received}
        assert len(keys) == 1 and len(keys.pop()) == 32
        assert server.received[0].body == server.received[1].body
        assert client.dropped == 0
        client.close()


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (answer(401, {"detail": "Invalid API key"}), "401 (Invalid API key)"),
        (answer(400, {"detail": "Field 'x'"}), "400 (Field 'x')"),
        (answer(404, b"<html>"), "the server answered 404"),
        (answer(413, b"[1]"), "413"),
        (answer(301, Location="/elsewhere"), "301"),
        (answer(200, b"<html>Welcome</html>"), "not as Monlight does"),
        (answer(200, {"hello": "world"}), "not as Monlight does"),
        (answer(200, b"[" * 50_000), "not as Monlight does"),
    ],
)
def test_what_will_not_pass_is_dropped_with_a_warning(
    caplog: pytest.LogCaptureFixture, refusal: bytes, said: str
) -> None:
    with stub(refusal) as server:
        client = client_of(server.url)
        report(client)
        assert client.flush(10)
        assert client.dropped == 1
        assert len(server.received) == 1
        client.close()
    (record,) = [one for one in caplog.records if one.name == "monlight"]
    assert record.levelno == logging.WARNING
    assert said in record.getMessage()


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    with stub(pour, answer(200)) as server:
        client = client_of(server.url)
        report(client)
        assert client.flush(10)
        assert client.dropped == 1
        client.close()


def test_retry_after_is_honoured_in_seconds_and_as_a_date() -> None:
    from monlight._delivery import _seconds

    assert _seconds("7") == 7
    assert _seconds("100000") == 120
    assert 20 < (_seconds(formatdate(time.time() + 30, usegmt=True)) or 0) <= 30
    assert all(_seconds(text) is None for text in ["soon", "-1", "nan", "", None])
    with stub(answer(429, Retry_After="1"), answer(200)) as server:
        client = client_of(server.url)
        report(client)
        started = time.monotonic()
        assert client.flush(10)
        assert time.monotonic() - started > 0.9
        client.close()


def test_one_connection_serves_all() -> None:
    with stub(answer(200)) as server:
        client = client_of(server.url)
        for _ in range(20):
            report(client)
        assert client.flush(10)
        assert (len(server.received), server.connections) == (20, 1)
        client.close()


def test_a_slow_server_blocks_neither_thread_nor_event_loop() -> None:
    with stub(hang) as server:
        client = client_of(server.url, timeout=0.5)
        started = time.monotonic()
        for _ in range(100):
            report(client)
        assert time.monotonic() - started < 0.5

        async def ticks() -> int:
            count = 0
            waiting = asyncio.ensure_future(client.report_error(ValueError("x")))
            while not waiting.done():
                await asyncio.sleep(0.01)
                count += 1
            return count

        started = time.monotonic()
        assert asyncio.run(ticks()) > 5
        assert time.monotonic() - started < 2
        assert client.flush(0.3) is False
        client.close(0)


def test_while_the_server_is_away_nobody_waits_for_it() -> None:
    client = client_of(f"http://127.0.0.1:{free_port()}", timeout=5)
    asyncio.run(client.report_error(ValueError("first")))
    started = time.monotonic()

    async def burst() -> None:
        for _ in range(200):
            await client.report_error(ValueError("more"))

    asyncio.run(burst())
    assert time.monotonic() - started < 3
    client.close(0)


def test_a_cancelled_report_is_sent_all_the_same() -> None:
    with stub(answer(200)) as server:
        client = client_of(server.url)

        async def cancelled() -> None:
            task = asyncio.ensure_future(client.report_error(ValueError("x")))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())
        assert client.flush(10)
        assert len(server.received) == 1
        client.close()


def test_a_full_queue_drops_counts_and_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    with stub(hang) as server:
        client = client_of(server.url, max_queue=10)
        for _ in range(500):
            report(client)
        assert client.dropped == 490
        warnings = [one for one in caplog.records if "queue is full" in one.getMessage()]
        assert len(warnings) == 1
        client.close(0)


def test_the_queue_is_bounded_in_bytes_too() -> None:
    from monlight._delivery import Delivery
    from monlight._sender import Sender

    with stub(hang) as server:
        sender = Sender(server.url, "key", 1, noun="things", max_bytes=1000)
        assert sender.put(Delivery(b"x" * 900))
        assert not sender.put(Delivery(b"x" * 200))
        assert sender.dropped == 1
        sender.after_fork()


def test_what_is_too_old_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monlight._sender.GIVE_UP_AFTER", 0.0)
    with stub(answer(500)) as server:
        client = client_of(server.url)
        report(client)
        assert client.flush(10)
        assert client.dropped == 1
        client.close()


def test_warnings_tell_later_how_many_were_left_out(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monlight._warnings import Warner

    warner = Warner()
    for _ in range(5):
        warner.warn("kind", "Dropped 2 things", 2)
    monkeypatch.setattr("monlight._warnings.INTERVAL", 0.0)
    warner.warn("kind", "Dropped 2 things", 2)
    assert [one.getMessage() for one in caplog.records] == [
        "Dropped 2 things",
        "Dropped 2 things (8 more since the last warning)",
    ]


@pytest.mark.parametrize(
    ("url", "key"),
    [("", "key"), (None, "key"), ("localhost:5010", "key"), ("http://[", "key"), (7, "key")],
)
def test_a_wrong_address_harms_nothing(url: Any, key: str) -> None:
    client = client_of(url)
    report(client)
    asyncio.run(client.report_error(ValueError("x")))
    assert client.flush(5)
    client.close()
    metrics = MetricsClient(url, key)
    metrics.counter("requests")
    metrics.start()
    assert metrics.flush(5)
    metrics.shutdown()


@pytest.mark.parametrize("key", ["kéy\n", None, "\ud800"])
def test_a_key_that_cannot_be_sent_harms_nothing(key: Any) -> None:
    with stub(answer(200)) as server:
        client = ErrorClient(server.url, key)
        report(client)
        assert client.flush(5)
        client.close()


def test_closing_ends_the_thread_and_a_later_report_starts_it_anew() -> None:
    with stub(answer(200)) as server:
        before = sender_threads()
        client = client_of(server.url)
        assert sender_threads() == before
        report(client)
        assert len(sender_threads() - before) == 1
        assert client.close(5)
        eventually(lambda: not sender_threads() - before)
        report(client)
        assert client.close(5)
        assert len(server.received) == 2


def test_a_client_that_is_forgotten_leaves_no_thread() -> None:
    with stub(answer(200)) as server:
        before = sender_threads()
        client = client_of(server.url)
        report(client)
        metrics = MetricsClient(server.url, "key")
        metrics.counter("requests")
        del client, metrics
        gc.collect()
        eventually(lambda: not sender_threads() - before)
        assert {request.path for request in server.received} == {"/api/errors", "/api/metrics"}


def test_ten_thousand_reports_leave_nothing_behind() -> None:
    with stub(answer(200)) as server:
        client = client_of(server.url)

        def round_of(count: int) -> int:
            for _ in range(count):
                report(client)
            assert client.flush(20)
            gc.collect()
            return len(gc.get_objects())

        round_of(500)
        server.received.clear()
        first = round_of(500)
        server.received.clear()
        grown = round_of(500) - first
        # The stub keeps what it received: a few objects for each.
        assert grown < 200 + 2 * len(server.received)
        client.close()


def test_our_requests_are_not_lines_in_the_log_of_the_application(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with stub(answer(200)) as server:
        client = client_of(server.url)
        report(client)
        assert client.flush(5)
        client.close()
    assert [one for one in caplog.records if one.name == "httpx"] == []


@pytest.mark.parametrize("timeout", [math.inf, 1e30, pytest.param(10**400, id="huge"), "5", True])
def test_any_time_to_wait_is_taken(timeout: Any) -> None:
    with stub(answer(200)) as server:
        client = client_of(server.url)
        report(client)
        assert client.flush(timeout)
        metrics = MetricsClient(server.url, "key")
        metrics.counter("requests")
        assert metrics.flush(timeout)
        assert metrics.shutdown(timeout) and client.close(timeout)


@pytest.mark.parametrize("timeout", [-1, -math.inf, math.nan, 0])
def test_no_time_to_wait_is_none(timeout: Any) -> None:
    with stub(hang) as server:
        client = client_of(server.url)
        report(client)
        assert not client.flush(timeout)


@pytest.fixture
def no_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "monlight-sender":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)


@pytest.mark.usefixtures("no_more_threads")
def test_where_no_thread_can_be_started_a_flush_sends_and_holds_up_nobody_else() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(connection: socket.socket) -> None:
        asked.set()
        go_on.wait(20)
        connection.sendall(answer(200, Connection="close"))

    with stub(slow) as server:
        client = client_of(server.url, timeout=20)
        report(client)
        flushed: list[bool] = []
        flushing = threading.Thread(target=lambda: flushed.append(client.flush(20)))
        flushing.start()
        assert asked.wait(20)
        other = threading.Thread(target=report, args=(client,), daemon=True)
        other.start()
        other.join(10)
        held_up = other.is_alive()
        assert not client.flush(0.01)
        go_on.set()
        flushing.join(20)
        assert not held_up
        assert flushed == [True]
        assert len(server.received) == 2
    # What fails there is put off, and kept.
    client = client_of(f"http://127.0.0.1:{free_port()}")
    report(client)
    assert not client.flush(5)
    assert client.pending == 1


@pytest.mark.usefixtures("no_more_threads")
def test_requests_are_not_reported_where_no_thread_can_be_started(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with stub(answer(200)) as server:
        client = client_of(server.url)
        handler = MonlightLoggingHandler(client, level=logging.DEBUG)
        logging.getLogger().addHandler(handler)
        try:
            report(client)
            client.flush(1)
        finally:
            logging.getLogger().removeHandler(handler)
        assert len(server.received) == 1
