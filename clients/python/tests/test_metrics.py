"""MetricsClient against the real Metrics Collector."""

from __future__ import annotations

import threading
import time
from decimal import Decimal
from typing import Any

import pytest
from support import API_KEY, Monlight, answer, eventually, hang, sender_threads, stub

from monlight import MetricsClient


def test_counters_histograms_and_gauges_arrive(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    metrics.counter("orders", {"kind": "book"})
    metrics.counter("orders", labels={"kind": "book"}, value=2)
    metrics.counter("orders", labels={"kind": "pen"})
    metrics.histogram("basket", labels={"kind": "book"}, value=0.5)
    metrics.histogram("basket", labels={"kind": "book"}, value=1.5)
    metrics.gauge("queue", value=7)
    assert metrics.flush(10)
    assert monlight.series("orders", project, "kind") == {("book",): 3, ("pen",): 1}
    assert monlight.points("basket", project) == {"count": 2, "sum": 2, "min": 0.5, "max": 1.5}
    assert monlight.points("queue", project)["max"] == 7
    types = {one["name"]: one["type"] for one in monlight.get("/api/metrics/names")["metrics"]}
    assert (types["orders"], types["basket"], types["queue"]) == ("counter", "histogram", "gauge")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((0.25, {"a": "b"}), {}),
        ((0.25,), {"labels": {"a": "b"}}),
        (({"a": "b"}, 0.25), {}),
        ((), {"labels": {"a": "b"}, "value": 0.25}),
        (({"a": "b"},), {"value": 0.25}),
        ((), {"value": 0.25, "labels": {"a": "b"}}),
    ],
)
@pytest.mark.parametrize("kind", ["counter", "histogram", "gauge"])
def test_value_and_labels_come_in_any_order(
    monlight: Monlight, metrics: MetricsClient, project: str, kind: str, arguments: Any, named: Any
) -> None:
    getattr(metrics, kind)("ordered", *arguments, **named)
    assert metrics.flush(10)
    assert monlight.series("ordered", project, "a") == {("b",): 0.25}


@pytest.mark.parametrize("arguments", [(0.25,), (None, 0.25), (0.25, None), ({}, 0.25)])
def test_labels_may_be_left_out(
    monlight: Monlight, metrics: MetricsClient, project: str, arguments: Any
) -> None:
    metrics.gauge("bare", *arguments)
    assert metrics.flush(10)
    assert monlight.points("bare", project)["sum"] == 0.25


def test_labels_become_texts_within_the_limits_of_the_server(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    labels: dict[Any, Any] = {
        "status": 200,
        "cached": True,
        "none": None,
        1: 1.5,
        "": "no name",
        " ": "blank name",
        "odd": "\ud800\0",
        "long": "x" * 5000,
        "n" * 500: "long name",
        "object": object,
    }
    labels.update({f"more{number}": "x" for number in range(100)})
    metrics.counter("labelled", labels)
    assert metrics.flush(10)
    series = monlight.series("labelled", project, "status", "cached", "1", "odd")
    assert series == {("200", "true", "1.5", "\\ud800\\x00"): 1}
    assert metrics.dropped == 0


def test_labels_are_taken_at_the_call(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    labels = {"step": "one"}
    metrics.histogram("taken", labels, 1)
    labels["step"] = "two"
    assert metrics.flush(10)
    assert monlight.series("taken", project, "step") == {("one",): 1}


class Unconvertible:
    def __float__(self) -> float:
        raise RuntimeError("no number")


@pytest.mark.parametrize(
    "value",
    [None, "7", float("nan"), float("inf"), -float("inf"), 10**400, [], b"1", object(), 1j],
)
def test_values_that_are_no_finite_number_are_dropped_with_a_warning(
    metrics: MetricsClient, caplog: pytest.LogCaptureFixture, value: Any
) -> None:
    metrics.histogram("bad", {"a": "b"}, value)
    assert metrics.dropped == 1
    assert "its value is not a finite number" in caplog.text


@pytest.mark.parametrize("value", [Unconvertible(), Decimal("sNaN")])
def test_values_that_raise_are_dropped(metrics: MetricsClient, value: Any) -> None:
    metrics.histogram("bad", value=value)
    assert metrics.flush(5)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, None, 7, b"name"])
def test_names_that_the_server_refuses_are_dropped(
    monlight: Monlight, metrics: MetricsClient, project: str, name: Any
) -> None:
    metrics.counter(name)
    metrics.counter("good")
    assert metrics.flush(10)
    assert metrics.dropped == 1
    assert monlight.points("good", project)["sum"] == 1


def test_numbers_of_other_kinds_are_numbers(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    metrics.gauge("kinds", value=Decimal("1.5"))
    metrics.gauge("kinds", value=True)
    metrics.gauge("kinds", value=2**40)
    assert metrics.flush(10)
    assert monlight.points("kinds", project) == {
        "count": 3,
        "sum": 2.5 + 2**40,
        "min": 1,
        "max": 2**40,
    }


def test_a_counter_that_grows_beyond_all_numbers_spoils_no_batch(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    for _ in range(2):
        metrics.counter("endless", value=1.7e308)
    metrics.counter("good")
    assert metrics.flush(10)
    assert monlight.points("good", project)["sum"] == 1


def test_samples_keep_the_time_of_the_call() -> None:
    with stub(answer(202, {"status": "accepted", "count": 2})) as server:
        metrics = MetricsClient(server.url, API_KEY)
        metrics.gauge("time", value=1)
        time.sleep(0.05)
        metrics.gauge("time", value=2)
        assert metrics.flush(5)
        first, second = (item["timestamp"] for item in server.received[0].json)
        assert first < second
        assert "project" not in server.received[0].json[0]
        metrics.shutdown()


def test_a_flush_is_one_request_of_at_most_1000_samples_counters_summed() -> None:
    with stub(answer(202)) as server:
        metrics = MetricsClient(server.url, API_KEY, project="shop", flush_interval=3600)
        for _ in range(5000):
            metrics.counter("requests", {"status": "200"})
        for number in range(900):
            metrics.histogram("duration", value=number)
        assert metrics.flush(10)
        (request,) = server.received
        sums = [item["value"] for item in request.json if item["type"] == "counter"]
        # One, or one for each minute where a minute ended meanwhile.
        assert sum(sums) == 5000 and len(sums) <= 2
        assert len(request.json) == 900 + len(sums)
        assert request.json[0]["project"] == "shop"
        for number in range(2500):
            metrics.histogram("duration", value=number)
        assert metrics.flush(10)
        sizes = [len(request.json) for request in server.received[1:]]
        assert sum(sizes) == 2500 and max(sizes) <= 1000
        assert metrics.dropped == 0
        metrics.shutdown()


def test_a_full_batch_does_not_wait_for_its_time() -> None:
    with stub(answer(202)) as server:
        metrics = MetricsClient(server.url, API_KEY, flush_interval=3600)
        for number in range(1000):
            metrics.histogram("duration", value=number)
        eventually(lambda: server.received)
        metrics.shutdown()


def test_samples_are_sent_every_flush_interval_by_themselves(
    monlight: Monlight, project: str
) -> None:
    metrics = MetricsClient(monlight.url, API_KEY, project=project, flush_interval=0.1)
    metrics.start()
    metrics.start()
    for _ in range(3):
        metrics.counter("ticks")
        before = monlight.points("ticks", project)["sum"]
        eventually(lambda before=before: monlight.points("ticks", project)["sum"] > before)
    metrics.shutdown()


def test_an_idle_client_sends_nothing() -> None:
    with stub(answer(202)) as server:
        metrics = MetricsClient(server.url, API_KEY, flush_interval=0.05)
        metrics.start()
        time.sleep(0.3)
        metrics.shutdown()
        assert server.received == []


def test_the_buffer_is_bounded_while_the_server_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with stub(hang) as server:
        metrics = MetricsClient(server.url, API_KEY, timeout=0.5)
        started = time.monotonic()
        for number in range(20_000):
            metrics.histogram("duration", value=number)
        assert time.monotonic() - started < 3
        assert 8_000 <= metrics.dropped <= 10_000
        assert caplog.text.count("too many wait") == 1
        metrics.shutdown(0)


def test_threads_lose_and_double_nothing(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    def count() -> None:
        for number in range(1000):
            metrics.counter("threaded", {"digit": number % 10})
            metrics.histogram("measured", value=1)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert metrics.flush(20)
    assert metrics.dropped == 0
    assert set(monlight.series("threaded", project, "digit").values()) == {800}
    assert monlight.points("measured", project)["count"] == 8000


def test_after_shutdown_samples_wait_for_a_new_start(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    before = sender_threads()
    metrics.counter("late")
    assert metrics.shutdown(10)
    metrics.counter("late")
    eventually(lambda: not [one for one in sender_threads() if one not in before])
    metrics.start()
    assert metrics.flush(10)
    assert monlight.points("late", project)["sum"] == 2


def test_samples_with_long_labels_are_parted_so_that_the_server_takes_them(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    labels = {f"label_{number}": "é" * 40 for number in range(15)}
    for number in range(1000):
        metrics.histogram("wide", labels, number)
    metrics.gauge("last", value=1)
    assert metrics.flush(20)
    assert metrics.dropped == 0
    assert monlight.points("wide", project)["count"] == 1000
    assert monlight.points("last", project)["count"] == 1


def test_a_counter_of_integers_that_grows_beyond_all_numbers_spoils_no_batch(
    monlight: Monlight, metrics: MetricsClient, project: str
) -> None:
    metrics.counter("huge", value=10**308)
    metrics.counter("huge", value=10**308)
    metrics.counter("small")
    assert metrics.flush(10)
    assert monlight.points("small", project)["sum"] == 1
