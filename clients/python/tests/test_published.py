"""Calls as applications make them that were written for version 0.3 of the package."""

from __future__ import annotations

import inspect
from typing import Any

from support import API_KEY, Monlight

from monlight import ErrorClient, MetricsClient
from monlight.error_client import ErrorClient as ErrorClientOfModule
from monlight.integrations.fastapi import (
    MonlightExceptionHandler,
    MonlightMiddleware,
    setup_monlight,
)
from monlight.metrics_client import MetricsClient as MetricsClientOfModule


def test_modules_and_names_are_where_they_were() -> None:
    assert ErrorClientOfModule is ErrorClient
    assert MetricsClientOfModule is MetricsClient
    assert inspect.isclass(MonlightMiddleware)
    assert inspect.iscoroutinefunction(MonlightExceptionHandler)
    assert callable(setup_monlight)


def test_defaults_of_the_specification() -> None:
    def defaults(function: Any) -> dict[str, Any]:
        parameters = inspect.signature(function).parameters.values()
        return {
            one.name: one.default
            for one in parameters
            if one.default is not inspect.Parameter.empty
        }

    error = defaults(ErrorClient)
    assert list(inspect.signature(ErrorClient).parameters)[:6] == [
        *("base_url", "api_key", "project", "environment", "timeout", "excluded_headers"),
    ]
    assert error["project"] == "default" and error["environment"] == "production"
    assert error["timeout"] == 5.0 and error["excluded_headers"] is None
    assert defaults(MetricsClient) == {"project": None, "flush_interval": 10.0, "timeout": 5.0}
    setup = defaults(setup_monlight)
    assert setup["error_tracker_url"] is None and setup["metrics_collector_url"] is None
    assert setup["flush_interval"] == 10.0


def test_attributes_are_readable() -> None:
    errors = ErrorClient("http://127.0.0.1:9/", "key", "shop", timeout=2)
    assert (errors.base_url, errors.api_key) == ("http://127.0.0.1:9", "key")
    assert (errors.project, errors.environment, errors.timeout) == ("shop", "production", 2)
    metrics = MetricsClient("http://127.0.0.1:9/", "key")
    assert (metrics.base_url, metrics.project) == ("http://127.0.0.1:9", None)
    assert (metrics.flush_interval, metrics.timeout) == (10, 5)


def test_arguments_in_the_order_of_version_0_3() -> None:
    errors = ErrorClient("http://127.0.0.1:9", "key", "shop", 2.5, {"X-Secret"})  # type: ignore[arg-type]
    assert (errors.timeout, errors.environment) == (2.5, "production")
    assert errors.excluded_headers == {"X-Secret"}
    metrics = MetricsClient("http://127.0.0.1:9", "key", 3.0, 2.0, "shop")  # type: ignore[arg-type]
    assert (metrics.flush_interval, metrics.timeout, metrics.project) == (3, 2, "shop")


async def test_a_program_of_version_0_3(monlight: Monlight, project: str) -> None:
    errors = ErrorClient(base_url=monlight.url, api_key=API_KEY, project=project)
    metrics = MetricsClient(
        base_url=monlight.url, api_key=API_KEY, flush_interval=5.0, project=project
    )
    metrics.start()
    metrics.counter("orders_total", labels={"kind": "book"})
    metrics.histogram("order_seconds", 0.3, {"kind": "book"})
    metrics.histogram("order_seconds", value=0.5, labels={"kind": "book"})
    metrics.gauge("queue_depth", 4, labels={"kind": "book"})
    try:
        raise ValueError("n/a")
    except ValueError as exc:
        assert await errors.report_error(exc, request_context={"request_method": "GET"}) is None
        assert errors.report_error_sync(exc) is None
    errors.flush(5)
    metrics.flush()
    metrics.shutdown()
    assert monlight.count(project) == 2
    assert monlight.series("orders_total", project, "kind") == {("book",): 1}
    assert monlight.points("order_seconds", project)["sum"] == 0.8
    assert monlight.points("queue_depth", project)["max"] == 4
