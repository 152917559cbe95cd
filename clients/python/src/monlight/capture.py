"""Reports exceptions where they pass."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Generator
from types import TracebackType
from typing import Any, TypeVar, cast

from monlight import _environment
from monlight.error_client import ErrorClient

Function = TypeVar("Function", bound=Callable[..., Any])


class capture_exceptions:  # noqa: N801 - it is used like a function
    """A decorator (of functions, coroutines, generators and asynchronous generators) and a context
    manager, plain or asynchronous. An exception is reported in the background and goes on.

    Without a client it takes the one of `setup_monlight()`, else one that is made of
    `MONLIGHT_ERROR_TRACKER_URL` and `MONLIGHT_API_KEY`, at the time of the exception. What ends a
    program or a task (`SystemExit`, `KeyboardInterrupt`, `CancelledError`) is not reported.
    """

    def __new__(cls, client: Any = None, **context: Any) -> Any:
        if client is not None and not isinstance(client, ErrorClient) and callable(client):
            # Without parentheses: @capture_exceptions
            return cls()(client)
        return super().__new__(cls)

    def __init__(self, client: ErrorClient | None = None, **context: Any) -> None:
        """`context` is that of `report_error`, such as `extra={"job": "nightly"}`."""
        self._client = client
        self._context = context

    def __enter__(self) -> capture_exceptions:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.report(exception)

    async def __aenter__(self) -> capture_exceptions:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.report(exception)

    def report(self, exception: BaseException | None) -> None:
        """Reports it, unless it is None or ends something on purpose."""
        if not isinstance(exception, Exception) and not _holds_errors(exception):
            return
        client = self._client if self._client is not None else _environment.find()
        if client is not None and exception is not None:
            client.report_once(exception, self._context)

    def __call__(self, function: Function) -> Function:
        if inspect.isasyncgenfunction(function):
            return cast(Function, self._async_generator(function))
        if inspect.iscoroutinefunction(function):
            return cast(Function, self._coroutine(function))
        if inspect.isgeneratorfunction(function):
            return cast(Function, self._generator(function))

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return cast(Function, call)

    def _coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def call(*args: Any, **kwargs: Any) -> Any:
            with self:
                return await function(*args, **kwargs)

        return call

    def _generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            with self:
                return (yield from function(*args, **kwargs))

        return call

    def _async_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def call(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            with self:
                inner = function(*args, **kwargs)
                step = inner.__anext__()
                while True:
                    try:
                        value = await step
                    except StopAsyncIteration:
                        return
                    try:
                        sent = yield value
                    except GeneratorExit:
                        await inner.aclose()
                        raise
                    except BaseException as thrown:
                        step = inner.athrow(thrown)
                    else:
                        step = inner.asend(sent)

        return call


def _holds_errors(exception: BaseException | None) -> bool:
    """A `BaseExceptionGroup` that has an error beside what ends something."""
    members = getattr(exception, "exceptions", None)
    return isinstance(members, tuple) and any(
        isinstance(one, Exception) or _holds_errors(one) for one in members
    )
