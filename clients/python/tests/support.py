"""The real Monlight for the tests, and servers that misbehave as it never would."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

PACKAGE = Path(__file__).resolve().parents[1]
REPOSITORY = PACKAGE.parents[1]
BUNDLE = REPOSITORY / "dist" / "monlight.js"
API_KEY = "test-key-0123456789"

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], timeout: float = 10.0) -> Found:
    """What `look` finds as soon as it is true; fails with what it found last."""
    deadline = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"in {timeout} s there was only {found!r}"
        time.sleep(0.02)


class Monlight:
    """The real program of this repository, on a free port, without rate limits unless given."""

    def __init__(self, **env: str) -> None:
        assert BUNDLE.exists(), f"There is no {BUNDLE}: run `deno task bundle` first"
        self._folder = tempfile.TemporaryDirectory(prefix="monlight-python-")
        limits = {"ERRORS_RATE_LIMIT": "0", "METRICS_RATE_LIMIT": "0", "LOGS_RATE_LIMIT": "0"}
        # `exec` by a wrapper would leave a child behind; the binary itself is what is started.
        self._process = subprocess.Popen(
            [
                *deno(),
                *("run", "-A", "--no-config", "--unstable-no-legacy-abort"),
                "--v8-flags=--max-semi-space-size=2,--max-old-space-size=128",
                *(str(BUNDLE), "serve", "--port", env.pop("PORT", "0"), "--host", "127.0.0.1"),
            ],
            env={
                **os.environ,
                "API_KEY": API_KEY,
                "DATA_DIR": self._folder.name,
                "LOG_SOURCES": self._folder.name,
                **limits,
                **env,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output: list[str] = []
        self.url = self._await_url()
        threading.Thread(target=self._drain, daemon=True).start()
        self.http = httpx.Client(
            base_url=self.url, headers={"X-API-Key": API_KEY}, timeout=20, trust_env=False
        )

    def _await_url(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output.append(line)
            found = re.search(r'"msg":"Listening","url":"([^"]+)"', line)
            if found:
                return found[1]
        raise AssertionError("Monlight ended at its start:\n" + "".join(self.output))

    def _drain(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output.append(line)

    def close(self) -> None:
        self.http.close()
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def get(self, path: str, **parameters: Any) -> Any:
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def groups(self, project: str) -> list[dict[str, Any]]:
        """The groups of errors of a project, the newest first."""
        listed = self.get("/api/errors", project=project, resolved="all", limit=200)["errors"]
        return list(listed)

    def count(self, project: str) -> int:
        """How many errors of a project arrived."""
        return sum(group["count"] for group in self.groups(project))

    def error(self, project: str) -> dict[str, Any]:
        """The one error of a project, with its occurrences, once it is there."""
        (group,) = eventually(lambda: self.groups(project))
        return dict(self.get(f"/api/errors/{group['id']}"))

    def series(self, name: str, project: str, *group_by: str) -> dict[tuple[str, ...], float]:
        """The sum of a metric by the values of these labels."""
        answer = self.get(
            "/api/metrics", name=name, project=project, period="1h", group_by=",".join(group_by)
        )
        return {
            tuple(group["labels"][label] for label in group_by): sum(
                point["sum"] for point in group["data"]
            )
            for group in answer["groups"]
        }

    def points(self, name: str, project: str) -> dict[str, float]:
        """Count, sum, least and greatest of a metric's samples."""
        data = self.get("/api/metrics", name=name, project=project, period="1h")["data"]
        return {
            "count": sum(point["count"] for point in data),
            "sum": sum(point["sum"] for point in data),
            "min": min((point["min"] for point in data), default=0),
            "max": max((point["max"] for point in data), default=0),
        }


def deno() -> list[str]:
    """The command of Deno: what the tests of the repository run on, else what there is."""
    named = os.environ.get("MONLIGHT_DENO") or shutil.which("deno")
    if named:
        return [named]
    version = "2.9.6"
    path = subprocess.run(
        ["npx", "-y", f"deno@{version}", "eval", "console.log(Deno.execPath())"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return [path]


@dataclass
class Received:
    """A request as a stub got it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Stub:
    """A server that answers as it is told: an answer is bytes, sent as they are, or what to do with
    the connection. The last one answers all further requests."""

    answers: list[bytes | Callable[[socket.socket], None]]
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    _listener: socket.socket = field(default_factory=socket.socket)
    _open: list[socket.socket] = field(default_factory=list)

    def start(self) -> None:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(50)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as stream:
                while request := _read_request(stream):
                    place = min(len(self.received), len(self.answers) - 1)
                    self.received.append(request)
                    answer = self.answers[place]
                    if callable(answer):
                        answer(connection)
                        return
                    connection.sendall(answer)
        except OSError:
            pass


def _read_request(stream: Any) -> Received | None:
    first = stream.readline().decode()
    if not first:
        return None
    headers = {}
    while line := stream.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Received(
        first.split(" ")[1], headers, stream.read(int(headers.get("content-length", 0)))
    )


def answer(status: int, body: object = None, **headers: str) -> bytes:
    """An HTTP answer, its body JSON unless it is bytes."""
    text = body if isinstance(body, bytes) else json.dumps(body or {"status": "ok"}).encode()
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(text)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + text


@contextmanager
def stub(*answers: bytes | Callable[[socket.socket], None]) -> Iterator[Stub]:
    server = Stub(list(answers) or [answer(200)])
    server.start()
    try:
        yield server
    finally:
        server.close()


def hang(connection: socket.socket) -> None:
    """Answers nothing, until the client goes away."""
    while connection.recv(1024):
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sender_threads() -> set[threading.Thread]:
    """Threads of clients in this process."""
    return {one for one in threading.enumerate() if one.name == "monlight-sender"}


def run_script(code: str, *, timeout: float = 30, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs a program of its own with this interpreter; its coverage is counted too."""
    process = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process
