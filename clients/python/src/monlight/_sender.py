"""Sends bodies to one address, from one background thread over one connection."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

from monlight import _lifecycle
from monlight._delivery import Connection, Delivery, Outcome
from monlight._text import safe_repr
from monlight._warnings import THREAD, Warner, own_thread

if TYPE_CHECKING:
    import httpx

#: Seconds before the first retry; doubled with each further one.
FIRST_RETRY = 0.5
#: Seconds between retries at most.
LONGEST_RETRY = 30.0
#: Seconds after its first attempt that a delivery is given up.
GIVE_UP_AFTER = 300.0


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
        self._noun = noun
        self._capacity = capacity
        self._max_bytes = max_bytes
        self._source = source
        self._interval = interval
        self._warner = Warner()
        self._connection = Connection(url, api_key, timeout)
        self._reset()
        _lifecycle.join(self)

    def _reset(self) -> None:
        # Reentrant: a signal handler or a finalizer may come in between and report something.
        self._changed = threading.Condition(threading.RLock())
        self._queue: deque[Delivery] = deque()
        self._bytes = 0
        self._thread: threading.Thread | None = None
        self._sending_here = False
        self._connection.detach()
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
        if sys.is_finalizing():
            # Threads have ended wherever they were, and one may have left a lock locked for ever;
            # on some versions to start another never returns.
            self.dropped += delivery.units
            delivery.settle()
            return False
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
        if not sys.is_finalizing():
            with self._changed:
                self.dropped += units
        self._warner.warn(kind, f"Dropped {units} {self._noun}: {reason}", units)

    def start(self) -> None:
        """Starts the thread, for the deliveries of the source."""
        if sys.is_finalizing():
            return
        _lifecycle.used()
        with self._changed:
            self._closing = False
            self._start()

    def wake(self) -> None:
        """Has the thread look at the source."""
        if sys.is_finalizing():
            return
        with self._changed:
            self._start()
            self._changed.notify_all()

    def hurry(self) -> None:
        """Begins to send everything, also what waits for a retry, unless the server asked to."""
        if sys.is_finalizing():
            return
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
        if sys.is_finalizing():
            return not self._has_work()
        deadline = time.monotonic() + timeout
        self.hurry()
        with self._changed:
            if not self._is_served() and not self._has_work():
                return True
            here = not self._is_served()
            self._sending_here |= here
            wanted, failures = self._flush_wanted, self._failures
        if here:
            return self._send_here(deadline)
        with self._changed:
            while self._flush_reached < wanted:
                left = deadline - time.monotonic()
                if left <= 0 or not self._is_served():
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
        if sys.is_finalizing():
            return
        with self._changed:
            self._closing = True
            self._not_before = 0.0
            self._changed.notify_all()

    def _has_work(self) -> bool:
        return bool(self._queue) or bool(self._source)

    def _is_served(self) -> bool:
        return self._thread is not None or self._sending_here

    def _start(self) -> None:
        if self._is_served():
            return
        try:
            thread = threading.Thread(target=self._run, name=THREAD, daemon=True)
            self._thread = thread
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
                    self._finish(delivery, self._connection.attempt(delivery))
            except Exception as problem:
                # A bug of ours, or no memory. The thread must live on, and not spin.
                self._warner.warn("sender", f"Sending failed: {safe_repr(problem)}")
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
                ended = self._connection.detach()
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
        """Sends without the thread, when none can be started any more; others that flush wait."""
        try:
            while True:
                if not self._queue and self._source:
                    self._take()
                with self._changed:
                    if not self._queue:
                        self._flush_reached = self._flush_wanted
                        return True
                    delivery = self._queue[0]
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                outcome = self._connection.attempt(delivery, min(left, self.timeout))
                self._finish(delivery, outcome)
                if outcome.problem is not None and outcome.retry:
                    return False
        finally:
            with self._changed:
                self._sending_here = False
                if self._queue:
                    self._start()
                self._changed.notify_all()


def _pause(attempts: int, wait: float | None) -> float:
    """Seconds until the next attempt; spread, so that many processes do not come at once."""
    if wait is not None:
        return wait + random.uniform(0, 0.5)
    longest = min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(attempts - 1, 16))
    return longest * random.uniform(0.5, 1)
