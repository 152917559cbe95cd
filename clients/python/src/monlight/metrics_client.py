"""Sends metrics to Monlight's Metrics Collector."""

from __future__ import annotations

import math
import sys
import weakref
from collections.abc import Mapping
from typing import overload

from monlight import _arguments as arguments
from monlight import _lifecycle
from monlight._samples import BATCH, LabelPairs, SampleBuffer, label_pairs, metric_name
from monlight._sender import Sender
from monlight._text import safe_repr
from monlight._warnings import Warner

Labels = Mapping[str, object]


class MetricsClient:
    """Collects samples from any thread and sends them in the background, a batch every
    `flush_interval` seconds, or sooner when 1000 wait.

    No method raises, and none but `flush` and `shutdown` waits for the server. Problems are
    warnings of the logger `monlight`.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        project: str | None = None,
        flush_interval: float = 10.0,
        timeout: float = 5.0,
    ) -> None:
        """Connects to nothing yet. `base_url` is the address of the Metrics Collector; times are in
        seconds."""
        if arguments.is_number(project):
            # Version 0.3 had the order (base_url, api_key, flush_interval, timeout, project).
            last = timeout if isinstance(timeout, str) else None
            project, flush_interval, timeout = last, project, flush_interval  # type: ignore[assignment]
        self.base_url = arguments.base_url(base_url)
        self.api_key = api_key
        self.project = project
        self.flush_interval = arguments.seconds(flush_interval, 10.0)
        self.timeout = arguments.seconds(timeout, 5.0)
        self._warner = Warner()
        self._buffer = SampleBuffer(project)
        self._sender = Sender(
            f"{self.base_url}/api/metrics",
            str(api_key),
            self.timeout,
            noun="metric samples",
            source=self._buffer,
            interval=self.flush_interval,
        )
        self._sendable = arguments.is_http(self.base_url)
        if not self._sendable:
            self._warner.warn("url", f"Metrics are not sent: {self.base_url!r} is no HTTP address")
        self._started = False
        self._stopped = False
        weakref.finalize(self, self._sender.end_when_empty).atexit = False
        _lifecycle.join(self)

    @property
    def dropped(self) -> int:
        """Samples that were lost so far: too many, not valid, refused, or given up."""
        return self._sender.dropped

    @overload
    def counter(self, name: str, labels: Labels | None = None, value: float = 1) -> None: ...
    @overload
    def counter(self, name: str, value: float, labels: Labels | None = None) -> None: ...
    def counter(self, name: str, *given: object, labels: object = None, value: object = 1) -> None:
        """Counts `value` more, 1 unless given; arguments as of `histogram`."""
        self._record("counter", name, *arguments.value_and_labels(given, value, labels))

    @overload
    def histogram(self, name: str, labels: Labels | None = None, value: float = ...) -> None: ...
    @overload
    def histogram(self, name: str, value: float, labels: Labels | None = None) -> None: ...
    def histogram(
        self, name: str, *given: object, labels: object = None, value: object = None
    ) -> None:
        """Adds a measurement. A number is the value and a mapping the labels, in either order:
        `histogram(name, 0.3, {…})`, `histogram(name, {…}, 0.3)`, `histogram(name, value=0.3)`."""
        self._record("histogram", name, *arguments.value_and_labels(given, value, labels))

    @overload
    def gauge(self, name: str, labels: Labels | None = None, value: float = ...) -> None: ...
    @overload
    def gauge(self, name: str, value: float, labels: Labels | None = None) -> None: ...
    def gauge(self, name: str, *given: object, labels: object = None, value: object = None) -> None:
        """Tells a state; arguments as of `histogram`."""
        self._record("gauge", name, *arguments.value_and_labels(given, value, labels))

    def start(self) -> None:
        """Starts sending in the background. The first sample does so too."""
        try:
            self._stopped = False
            if self._sendable:
                self._started = True
                self._sender.start()
        except Exception as problem:
            self._warner.warn("start", f"Metrics cannot be sent: {safe_repr(problem)}")

    def flush(self, timeout: float | None = None) -> bool:
        """Sends what waits, and waits for that, at most `timeout` seconds; False if it took
        longer."""
        return self._sender.flush(arguments.waiting_time(timeout, self.timeout))

    def shutdown(self, timeout: float | None = None) -> bool:
        """Flushes and ends the thread. Later samples wait for `start()`, `flush()` or the exit."""
        self._stopped, self._started = True, False
        return self._sender.close(arguments.waiting_time(timeout, self.timeout))

    def record(self, kind: str, name: str, value: float, labels: LabelPairs) -> None:
        """Adds a sample whose parts are known to be valid; the quick way of the integrations."""
        if not self._sendable or sys.is_finalizing():
            return
        waiting = self._buffer.add(kind, name, value, labels)
        if not self._started and not self._stopped:
            self._started = True
            self._sender.start()
        if waiting == 0:
            self._sender.drop(1, "buffer-full", "too many wait to be sent")
        elif waiting % BATCH == 0:
            self._sender.wake()

    def after_fork(self) -> None:
        """The samples are the parent's, and so is the thread."""
        self._buffer.reset()
        self._started = False

    def hurry(self) -> None:
        """Part of the lifecycle; the sender does it."""

    def drain(self, timeout: float) -> bool:
        """Part of the lifecycle; the sender does it."""
        return True

    def _record(self, kind: str, name: str, given: object, labels: object) -> None:
        try:
            value = _number(given)
            valid_name = metric_name(name)
            if value is None or valid_name is None:
                reason = (
                    "its value is not a finite number" if valid_name else "its name is not valid"
                )
                self._sender.drop(1, "invalid", f"{kind} {str(name)[:200]!r}: {reason}")
                return
            pairs = label_pairs(labels) if isinstance(labels, Mapping) else ()
            self.record(kind, valid_name, value, pairs)
        except Exception as problem:
            self._warner.warn("record", f"A metric could not be recorded: {safe_repr(problem)}")


def _number(value: object) -> float | None:
    """The value as JSON can say it; None unless it is a finite number. Texts are none."""
    if type(value) is float or type(value) is int:
        return value if _is_finite(value) else None
    # Decimals and the numbers of NumPy are numbers too.
    convert = getattr(value, "__float__", None)
    if convert is None:
        return None
    number = float(convert())
    return number if math.isfinite(number) else None


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
