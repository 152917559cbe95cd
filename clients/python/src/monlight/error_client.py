"""Reports exceptions to Monlight's Error Tracker."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from monlight import _arguments as arguments
from monlight._delivery import Delivery
from monlight._report import (
    Report,
    ReportOptions,
    build_report,
    describe,
    encode,
    without_secrets,
)
from monlight._sender import Sender
from monlight._text import attribute, safe_repr
from monlight._warnings import Warner, own_thread

if TYPE_CHECKING:
    from monlight.capture import capture_exceptions

#: Changes a report before it is sent, or drops it by giving None.
BeforeSend = Callable[[Report], "Report | None"]

#: Seconds in which an exception that travels on through the application is not reported again by
#: what captures exceptions by itself.
_SAME_EXCEPTION = 10.0

#: Reports that may be made one while another is: `before_send`, the `str()` of an exception and
#: signal handlers may report or log something themselves, and that again.
_NESTED = 2


class ErrorClient:
    """Reports exceptions, from any thread or event loop, by one background thread.

    No method raises, and none but `flush` and `close` waits for the server; `await report_error()`
    waits without holding up the event loop. Problems are warnings of the logger `monlight`.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        project: str = "default",
        environment: str = "production",
        timeout: float = 5.0,
        excluded_headers: Iterable[str] | None = None,
        *,
        release: str | None = None,
        server_name: str | None = None,
        include_locals: bool = False,
        before_send: BeforeSend | None = None,
        max_queue: int = 1000,
    ) -> None:
        """Connects to nothing yet.

        `base_url` is the address of the Error Tracker, `timeout` the seconds of a request.
        `excluded_headers` are left out beside those that always are. `release` and `server_name` go
        into `extra`, with `include_locals` also the local variables of the last 10 frames, secrets
        filtered. `before_send` gets each report and gives it back, changed or not, or None to drop
        it. `max_queue` reports wait at most; more are dropped and counted.
        """
        if arguments.is_number(environment):
            # Version 0.3 had (base_url, api_key, project, timeout, excluded_headers).
            if not arguments.is_number(timeout):
                excluded_headers = timeout  # type: ignore[assignment]
            timeout, environment = float(environment), "production"
        self.base_url = arguments.base_url(base_url)
        self.api_key = api_key
        self.project = project
        self.environment = environment
        self.timeout = arguments.seconds(timeout, 5.0)
        self.release = release
        self.server_name = server_name
        self.include_locals = include_locals
        self.before_send = before_send
        # What can be read once only would be empty from the second report on.
        once = isinstance(excluded_headers, Iterator)
        self.excluded_headers = tuple(excluded_headers or ()) if once else excluded_headers
        self._warner = Warner()
        self._sender = Sender(
            f"{self.base_url}/api/errors",
            str(api_key),
            self.timeout,
            noun="error reports",
            capacity=max_queue,
        )
        # Without a client there is nothing more to send; at exit the lifecycle flushes.
        weakref.finalize(self, self._sender.end_when_empty).atexit = False

    @property
    def dropped(self) -> int:
        """Reports that were lost so far: too many, refused by the server, or given up."""
        return self._sender.dropped

    @property
    def pending(self) -> int:
        """Reports that wait or are being sent."""
        return self._sender.pending

    async def report_error(
        self,
        exception: BaseException | None = None,
        request_context: Mapping[str, Any] | None = None,
        *,
        exc: BaseException | None = None,
    ) -> None:
        """Reports an exception, and waits until the server has it, at most `timeout` seconds. While
        the server is away it does not wait: the report is sent later.

        `request_context` may have `request_url`, `request_method`, `request_headers`, `user_id` and
        `extra`. The exception may be named either way.
        """
        exception = exc if exception is None else exception
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # Another kind of event loop, such as that of trio.
            self.report_error_sync(exception, request_context)
            return
        settled = loop.create_future()

        def finish() -> None:
            if not settled.done():
                settled.set_result(None)

        # The loop may be closed by then; Delivery.settle() passes over that.
        if self._report(exception, request_context, lambda: loop.call_soon_threadsafe(finish)):
            await asyncio.wait({settled}, timeout=self.timeout)

    def report_error_sync(
        self,
        exception: BaseException | None = None,
        request_context: Mapping[str, Any] | None = None,
        *,
        exc: BaseException | None = None,
    ) -> None:
        """Reports an exception in the background and returns at once. `flush()` waits for it."""
        self._report(exc if exception is None else exception, request_context, None)

    def report_once(
        self,
        exception: BaseException | None = None,
        request_context: Mapping[str, Any] | None = None,
        *,
        exc: BaseException | None = None,
    ) -> None:
        """Like `report_error_sync`, unless it was reported a moment ago on its way up; for what
        captures exceptions by itself."""
        exception = exc if exception is None else exception
        if not self._was_reported(exception):
            self._report(exception, request_context, None)

    def report_text(
        self,
        exception_type: str,
        message: str,
        traceback: str,
        request_context: Mapping[str, Any] | None = None,
    ) -> None:
        """Reports what is no exception, such as a line of a log, in the background."""
        self._make(
            lambda options: describe(exception_type, message, traceback, request_context, options),
            None,
        )

    def capture_exceptions(self) -> capture_exceptions:
        """A decorator and context manager that reports what is raised and lets it go on."""
        from monlight.capture import capture_exceptions

        return capture_exceptions(self)

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until nothing is left to be sent, at most `timeout` seconds; False if there is."""
        return self._sender.flush(arguments.waiting_time(timeout, self.timeout))

    def close(self, timeout: float | None = None) -> bool:
        """Flushes and ends the thread. A later report starts it anew."""
        return self._sender.close(arguments.waiting_time(timeout, self.timeout))

    def _report(
        self,
        exception: BaseException | None,
        context: Mapping[str, Any] | None,
        settled: Callable[[], object] | None,
    ) -> bool:
        # What is no exception is reported by its type.
        given: Any = exception
        self._mark_reported(given)
        return self._make(lambda options: build_report(given, context, options), settled)

    def _make(
        self, build: Callable[[ReportOptions], Report], settled: Callable[[], object] | None
    ) -> bool:
        """Makes a report and queues it; whether it will be sent. Raises nothing, whatever the parts
        of it that belong to the application do."""
        if own_thread.reports >= _NESTED:
            self._sender.drop(1, "nested", "they were reported while others were being made")
            return False
        own_thread.reports += 1
        try:
            return self._submit(build(self._options()), settled)
        except Exception as problem:
            self._sender.drop(1, "report", f"it could not be made: {safe_repr(problem)}")
            return False
        finally:
            own_thread.reports -= 1

    def _submit(self, report: Report, settled: Callable[[], object] | None) -> bool:
        if not arguments.is_http(self.base_url):
            self._warner.warn("url", f"Nothing is reported: {self.base_url!r} is no HTTP address")
            return False
        options = self._options()
        if self.before_send is not None:
            try:
                changed = self.before_send(report)
            except Exception as problem:
                # It may be what keeps private data in.
                self._sender.drop(1, "before-send", f"before_send raised {safe_repr(problem)}")
                return False
            if changed is None:
                return False
            report = without_secrets(changed, options)
        return self._sender.put(Delivery(encode(report), settled=settled))

    def _options(self) -> ReportOptions:
        return ReportOptions(
            self.project,
            self.environment,
            self.excluded_headers,
            self.release,
            self.server_name,
            self.include_locals,
        )

    def _was_reported(self, exception: object) -> bool:
        marks = attribute(exception, "__monlight_reported__")
        at = marks.get(id(self)) if isinstance(marks, dict) else None
        return at is not None and bool(time.monotonic() - at < _SAME_EXCEPTION)

    def _mark_reported(self, exception: object) -> None:
        try:
            marks = exception.__dict__.setdefault("__monlight_reported__", {})
            marks[id(self)] = time.monotonic()
        except Exception:
            # One without a dictionary may be reported again on its way.
            pass
