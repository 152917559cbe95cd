"""One delivery at a time to one address: the request, and what its answer means."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from monlight._version import __version__
from monlight._warnings import own_thread, quiet_http_log

if TYPE_CHECKING:
    from ssl import SSLContext

    import httpx

#: Seconds that a `Retry-After` is believed at most.
LONGEST_RETRY_AFTER = 120.0
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


class Connection:
    """The way to an address, for one thread at a time."""

    def __init__(self, url: str, api_key: str, timeout: float) -> None:
        self._url = url
        self._api_key = api_key
        self._timeout = timeout
        self._http: httpx.Client | None = None
        try:
            self._tls: SSLContext | None = _prepare_http(url)
        except Exception:
            # A SSL_CERT_FILE that is not there, for one. The first attempt says so.
            self._tls = None

    def detach(self) -> httpx.Client | None:
        """Gives away what is open, if anything is; the next attempt opens anew."""
        opened, self._http = self._http, None
        return opened

    def attempt(self, delivery: Delivery, timeout: float | None = None) -> Outcome:
        """One request; what came of it. Raises nothing that a server or a network can cause."""
        import httpx

        delivery.attempts += 1
        started = time.monotonic()
        if delivery.attempts == 1:
            delivery.first_attempt = started
        limit = self._timeout if timeout is None else timeout
        # Also where no thread of our own sends: what a request logs is not to be reported.
        before, own_thread.sending = own_thread.sending, True
        try:
            if self._http is None:
                self._http = self._open()
            with self._http.stream(
                "POST",
                self._url,
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
        finally:
            own_thread.sending = before

    def _open(self) -> httpx.Client:
        import httpx

        quiet_http_log()
        return httpx.Client(
            verify=self._tls or _prepare_http(self._url),
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
