"""What all frameworks share: the metrics of a request, and the clients of an application."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from monlight import _environment, _lifecycle
from monlight.error_client import ErrorClient
from monlight.metrics_client import MetricsClient

REQUESTS = "http_requests_total"
DURATION = "http_request_duration_seconds"

#: The endpoint of requests that no route takes: paths would be label sets without end.
UNMATCHED = "unmatched"
#: The status of requests whose client went away before there was an answer.
CLIENT_GONE = "499"

_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)


def record_request(
    metrics: MetricsClient, method: object, endpoint: str, status: str, seconds: float
) -> None:
    """Counts a request and its duration."""
    labels = {
        "method": method if method in _METHODS else "OTHER",
        "endpoint": endpoint,
        "status": status,
    }
    metrics.counter(REQUESTS, labels=labels, value=1)
    metrics.histogram(DURATION, labels=labels, value=seconds)


class Clients(tuple[ErrorClient | None, MetricsClient | None]):
    """Both clients of an application, None where its address was not given. As a pair
    (`errors, metrics = …`), by attribute, or by key as version 0.3 gave them
    (`clients["error_client"]`)."""

    __slots__ = ()

    @property
    def error_client(self) -> ErrorClient | None:
        found: Any = tuple.__getitem__(self, 0)
        client: ErrorClient | None = found
        return client

    @property
    def metrics_client(self) -> MetricsClient | None:
        found: Any = tuple.__getitem__(self, 1)
        client: MetricsClient | None = found
        return client

    @overload  # type: ignore[override]
    def __getitem__(self, key: int) -> ErrorClient | MetricsClient | None: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...

    def __getitem__(self, key: int | str) -> Any:
        if not isinstance(key, str):
            return tuple.__getitem__(self, key)
        if key in self.keys():
            return tuple.__getitem__(self, self.keys().index(key))
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self.keys() if isinstance(key, str) else tuple.__contains__(self, key)

    def get(self, key: str, fallback: Any = None) -> Any:
        return self[key] if key in self.keys() else fallback

    def keys(self) -> tuple[str, str]:
        return ("error_client", "metrics_client")

    def values(self) -> tuple[ErrorClient | None, MetricsClient | None]:
        return (self.error_client, self.metrics_client)

    def items(self) -> Iterator[tuple[str, ErrorClient | MetricsClient | None]]:
        return zip(self.keys(), self.values(), strict=True)

    def start(self) -> None:
        """Begins to send metrics."""
        if self.metrics_client is not None:
            self.metrics_client.start()

    def stop(self) -> None:
        """Sends what there is and ends the threads; takes as long as the end of a process may."""
        senders = [client._sender for client in self.values() if client is not None]
        _lifecycle.drain_all(senders)
        for sender in senders:
            sender.end_when_empty()


def make_clients(
    error_tracker_url: str | None,
    metrics_collector_url: str | None,
    api_key: str,
    project: str,
    environment: str,
    flush_interval: float,
    options: dict[str, Any],
) -> Clients:
    """Clients of these addresses; `options` are further arguments of `ErrorClient`."""
    timeout = options.pop("timeout", 5.0)
    errors = metrics = None
    if error_tracker_url:
        errors = ErrorClient(
            error_tracker_url, api_key, project, environment, timeout=timeout, **options
        )
        _environment.remember(errors)
    if metrics_collector_url:
        metrics = MetricsClient(
            metrics_collector_url,
            api_key,
            project=project,
            flush_interval=flush_interval,
            timeout=timeout,
        )
    return Clients((errors, metrics))
