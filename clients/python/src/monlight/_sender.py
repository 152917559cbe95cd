"""Sends bodies to one address, from one background thread over one connection."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol

from monlight import _lifecycle
from monlight._version import __version__
from monlight._warnings import Warner, own_thread, quiet_http_log

if TYPE_CHECKING:
    from ssl import SSLContext

    import httpx

#: Seconds before the first retry; doubled with each further one.
FIRST_RETRY = 0.5
#: Seconds between retries at most.
LONGEST_RETRY = 30.0
#: Seconds that a `Retry-After` is believed at most.
LONGEST_RETRY_AFTER = 120.0
#: Seconds after its first attempt that a delivery is given up.
GIVE_UP_AFTER = 300.0
#: Bytes of an answer that are read; Monlight's are far smaller.
ANSWER_BYTES = 65_536


@dataclass(eq=False)
class Delivery:
    """A body on its way. `units` are the things in it, for counting what is dropped."""

    body: bytes
    units: int = 1
    #: Called once, when it was delivered, dropped, or put off; from any thread.
    settled: Callable[[], object] | None = None
    #: The same at each attempt, so that the server counts it once.
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    attempts: int = 0
    first_attempt: float = 0.0

    def settle(self) -> None:
        settled, self.settled = self.settled, None
        if settled is not None:
            try:
                settled()
            except Exception:
                pass


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: delivered where `problem` is None, else worth another or not."""

    problem: str | None = None
    retry: bool = False
    #: Seconds the server asks to wait.
    wait: float | None = None
    answer: dict[str, object] | None = None


class Source(Protocol):
    """Where deliveries come from that are not made one by one."""

    def __len__(self) -> int:
        """How much there is."""

    def is_full(self) -> bool:
        """Whether there is enough for a whole delivery, so that it is taken before its time."""

    def take(self) -> Delivery | None:
        """The next delivery, if there is one; called without a lock, by one thread at a time."""


class Sender:
    """A bounded queue and the thread that empties it. No method raises or waits for the network,
    but `flush`, `drain` and `close`, which wait as long as they are told.

    A `source`, where given, is asked for the next delivery every `interval` seconds, when it
    is full, and until it has none while flushing.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        timeout: float,
        *,
        noun: str,
        capacity: int = 1000,
        max_bytes: int = 16 * 1024 * 1024,
        source: Source | None = None,
        interval: float = 10.0,
    ) -> None:
        self.url = url
        self.timeout = timeout
        self.dropped = 0
        self._api_key = api_key
        self._noun = noun
        self._capacity = capacity
        self._max_bytes = max_bytes
        self._source = source
        self._interval = interval
        self._warner = Warner()
        self._tls = _prepare_http(url)
        self._reset()
        _lifecycle.join(self)

    def _reset(self) -> None:
        # Reentrant: a signal handler or a finalizer may come in between and report something.
        self._changed = threading.Condition(threading.RLock())
        self._queue: deque[Delivery] = deque()
        self._bytes = 0
        self._thread: threading.Thread | None = None
        self._http: httpx.Client | None = None
        self._closing = False
        self._failures = 0
        self._not_before = 0.0
        self._asked_to_wait = False
        self._next_take = time.monotonic() + self._interval
        self._flush_wanted = 0
        self._flush_reached = 0

    def after_fork(self) -> None:
        """The queue and the connection are the parent's; the lock may be held by a thread of it."""
        self._reset()

    @property
    def pending(self) -> int:
        """Deliveries that wait or are being sent."""
        return len(self._queue)

    def put(self, delivery: Delivery) -> bool:
        """Queues it; False when the queue is full, and it is dropped and counted."""
        _lifecycle.used()
        with self._changed:
            size = len(delivery.body)
            full = len(self._queue) >= self._capacity or self._bytes + size > self._max_bytes
            if not full:
                self._queue.append(delivery)
                self._bytes += size
                self._closing = False
                self._start()
                self._changed.notify_all()
            put_off = self._not_before > time.monotonic()
        if full:
            self.drop(delivery.units, "queue-full", "the queue is full")
        if full or put_off:
            delivery.settle()
        return not full

    def drop(self, units: int, kind: str, reason: str) -> None:
        """Counts what is lost, and warns once in a while."""
        with self._changed:
            self.dropped += units
        self._warner.warn(kind, f"Dropped {units} {self._noun}: {reason}", units)

    def start(self) -> None:
        """Starts the thread, for the deliveries of the source."""
        _lifecycle.used()
        with self._changed:
            self._closing = False
            self._start()

    def wake(self) -> None:
        """Has the thread look at the source."""
        with self._changed:
            self._start()
            self._changed.notify_all()

    def hurry(self) -> None:
        """Begins to send everything, also what waits for a retry, unless the server asked to."""
        with self._changed:
            self._flush_wanted += 1
            if not self._asked_to_wait:
                self._not_before = 0.0
            if self._has_work():
                self._start()
            self._changed.notify_all()

    def flush(self, timeout: float, patient: bool = True) -> bool:
        """Sends everything and waits for that, at most `timeout` seconds; False if it took longer.
        Unless patient, it also ends with the first attempt that fails."""
        deadline = time.monotonic() + timeout
        self.hurry()
        with self._changed:
            if self._thread is None:
                if self._has_work():
                    return self._send_here(deadline)
                return True
            wanted, failures = self._flush_wanted, self._failures
            while self._flush_reached < wanted:
                left = deadline - time.monotonic()
                if left <= 0 or self._thread is None:
                    return False
                if not patient and (self._failures != failures or self._asked_to_wait):
                    return False
                self._changed.wait(left)
            return True

    def drain(self, timeout: float) -> bool:
        return self.flush(timeout, patient=False)

    def close(self, timeout: float) -> bool:
        """Flushes and ends the thread; what could not be sent by then has one attempt more. A
        later `put` or `start` begins anew."""
        flushed = self.flush(timeout)
        self.end_when_empty()
        return flushed

    def end_when_empty(self) -> None:
        """Ends the thread once all is sent, or an attempt fails; does not wait for that."""
        with self._changed:
            self._closing = True
            self._not_before = 0.0
            self._changed.notify_all()

    def _has_work(self) -> bool:
        return bool(self._queue) or bool(self._source)

    def _start(self) -> None:
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._run, name="monlight-sender", daemon=True)
        self._thread = thread
        try:
            thread.start()
        except RuntimeError:
            # The interpreter is ending, or there can be no more threads: flush() sends by itself.
            self._thread = None

    def _run(self) -> None:
        own_thread.sending = True
        me = threading.current_thread()
        while self._thread is me:
            try:
                delivery = self._await_delivery()
                if delivery is not None:
                    self._finish(delivery, self.attempt(delivery))
            except Exception as problem:
                # A bug of ours, or no memory. The thread must live on, and not spin.
                self._warner.warn("sender", f"Sending failed: {problem!r}")
                time.sleep(FIRST_RETRY)

    def _await_delivery(self) -> Delivery | None:
        """The delivery whose time has come; None when it is to be asked again, or has ended."""
        ended: httpx.Client | None = None
        with self._changed:
            now = time.monotonic()
            due = not self._queue and self._is_due(now)
            if due:
                self._next_take = now + self._interval
            elif self._queue and now >= self._not_before:
                return self._queue[0]
            elif self._queue or not self._reach_end():
                self._changed.wait(self._until_work(now))
                return None
            else:
                # In the same breath as the decision: what is put next starts a thread of its own.
                self._thread = None
                ended, self._http = self._http, None
        if due:
            self._take()
        if ended is not None:
            ended.close()
        return None

    def _reach_end(self) -> bool:
        """Tells those who flush that all is sent; whether the thread is to end."""
        self._flush_reached = self._flush_wanted
        self._changed.notify_all()
        return self._closing

    def _is_due(self, now: float) -> bool:
        if self._source is None:
            return False
        if self._closing or self._flush_wanted > self._flush_reached:
            return bool(self._source)
        return self._source.is_full() or now >= self._next_take

    def _take(self) -> None:
        # Encoding takes a while, so not under the lock.
        delivery = self._source.take() if self._source is not None else None
        if delivery is not None:
            with self._changed:
                self._queue.append(delivery)
                self._bytes += len(delivery.body)

    def _until_work(self, now: float) -> float | None:
        if self._queue:
            return max(0.0, self._not_before - now)
        return None if self._source is None else max(0.0, self._next_take - now)

    def _finish(self, delivery: Delivery, outcome: Outcome) -> None:
        now = time.monotonic()
        too_old = now - delivery.first_attempt > GIVE_UP_AFTER
        given_up = outcome.problem is not None and (not outcome.retry or too_old or self._closing)
        over = outcome.problem is None or given_up
        lost = delivery.units if given_up else 0
        with self._changed:
            if over and self._queue and self._queue[0] is delivery:
                self._queue.popleft()
                self._bytes -= len(delivery.body)
            if self._closing and outcome.retry:
                # Nobody is there any more to wait for the server's return.
                lost += sum(one.units for one in self._queue)
                self._queue.clear()
                self._bytes = 0
            if outcome.problem is None or not outcome.retry:
                self._not_before = 0.0
                self._asked_to_wait = False
            else:
                self._not_before = now + _pause(delivery.attempts, outcome.wait)
                self._asked_to_wait = outcome.wait is not None
            if outcome.problem is not None:
                self._failures += 1
            # Who waits for these should not wait for a server that is away.
            waiting = [delivery, *(self._queue if outcome.retry else ())]
            self._changed.notify_all()
        if given_up:
            self.drop(lost, "given-up", f"{outcome.problem}")
        elif outcome.problem is not None:
            self._warner.warn(
                "retry",
                f"Sending {self._noun} to {self.url} will be tried again: {outcome.problem}",
            )
        for one in waiting:
            one.settle()

    def _send_here(self, deadline: float) -> bool:
        """Sends without the thread, when none can be started any more."""
        while True:
            if not self._queue and self._source:
                self._take()
            if not self._queue:
                self._flush_reached = self._flush_wanted
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            delivery = self._queue[0]
            outcome = self.attempt(delivery, min(left, self.timeout))
            self._finish(delivery, outcome)
            if outcome.problem is not None and outcome.retry:
                return False

    def attempt(self, delivery: Delivery, timeout: float | None = None) -> Outcome:
        """One request; what came of it. Raises nothing that a server or a network can cause."""
        import httpx

        delivery.attempts += 1
        started = time.monotonic()
        if delivery.attempts == 1:
            delivery.first_attempt = started
        limit = self.timeout if timeout is None else timeout
        try:
            if self._http is None:
                self._http = self._open()
            with self._http.stream(
                "POST",
                self.url,
                content=delivery.body,
                headers={"Idempotency-Key": delivery.key},
                timeout=limit,
            ) as response:
                text = bytearray()
                for chunk in response.iter_raw():
                    text += chunk
                    if len(text) > ANSWER_BYTES or time.monotonic() - started > limit:
                        break
                return _judge(
                    response.status_code, response.headers.get("retry-after"), bytes(text)
                )
        except httpx.TransportError as problem:
            return Outcome(f"{type(problem).__name__}: {problem}".rstrip(": "), retry=True)
        except Exception as problem:
            # An address or a key that cannot be sent; it will not get better.
            return Outcome(f"{type(problem).__name__}: {problem}")

    def _open(self) -> httpx.Client:
        import httpx

        quiet_http_log()
        return httpx.Client(
            verify=self._tls,
            headers={
                "X-API-Key": self._api_key,
                "Content-Type": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"monlight-python/{__version__}",
            },
            limits=httpx.Limits(max_connections=1, keepalive_expiry=30.0),
        )


def _prepare_http(url: str) -> SSLContext:
    """Imports what the thread needs, and gives what it uses for TLS. Were that done in the thread,
    a fork in the meantime would leave a child in which locks of the import system and of OpenSSL
    are held for ever."""
    import encodings.idna

    import httpcore  # noqa: F401
    import httpx

    assert encodings.idna
    # Certificates take a while to load, and are for nothing without TLS.
    return httpx.create_ssl_context(verify=url.startswith("https:"))


def _judge(status: int, retry_after: str | None, text: bytes) -> Outcome:
    answer = _parse(text)
    if 200 <= status < 300:
        if answer is None or "status" not in answer:
            return Outcome(f"the server answered {status}, but not as Monlight does")
        return Outcome(answer=answer)
    detail = answer.get("detail") if answer else None
    problem = f"the server answered {status}" + (f" ({str(detail)[:200]})" if detail else "")
    if status == 429:
        return Outcome(problem, retry=True, wait=_seconds(retry_after))
    if status >= 500 or status == 408:
        return Outcome(problem, retry=True, wait=_seconds(retry_after) if retry_after else None)
    return Outcome(problem)


def _parse(text: bytes) -> dict[str, object] | None:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _seconds(retry_after: str | None) -> float | None:
    """Of a `Retry-After`, which is seconds or a date."""
    if not retry_after:
        return None
    try:
        wait = float(retry_after)
    except ValueError:
        try:
            wait = parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return None
    # Also false for a NaN.
    return min(wait, LONGEST_RETRY_AFTER) if wait >= 0 else None


def _pause(attempts: int, wait: float | None) -> float:
    """Seconds until the next attempt; spread, so that many processes do not come at once."""
    if wait is not None:
        return wait + random.uniform(0, 0.5)
    longest = min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(attempts - 1, 16))
    return longest * random.uniform(0.5, 1)
