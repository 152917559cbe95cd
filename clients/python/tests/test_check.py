"""`monlight-check`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import API_KEY, Monlight, free_port

from monlight.check import main


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MONLIGHT_")]:
        if name != "MONLIGHT_DENO":
            monkeypatch.delenv(name)


def test_sends_one_of_each_and_says_so(monlight: Monlight, project: str) -> None:
    command = Path(sys.executable).with_name("monlight-check")
    run = subprocess.run(
        [command, "--project", project],
        env={**os.environ, "MONLIGHT_URL": f"{monlight.url}/", "MONLIGHT_API_KEY": API_KEY},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    first, second = run.stdout.splitlines()
    assert first.startswith(f"Error Tracker at {monlight.url}: created, group ")
    assert second == f"Metrics Collector at {monlight.url}: accepted"
    assert monlight.error(project)["exception_type"] == "MonlightCheck"
    assert monlight.points("monlight_check", project)["sum"] == 1


def test_tells_what_the_server_says(
    monlight: Monlight, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONLIGHT_API_KEY", "wrong")
    assert main(["--error-tracker-url", monlight.url]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"Error Tracker at {monlight.url}: the server answered 401 (Invalid API key)\n"
    )


def test_tells_that_nobody_listens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONLIGHT_API_KEY", "key")
    url = f"http://127.0.0.1:{free_port()}"
    assert main(["--metrics-collector-url", url, "--timeout", "1"]) == 1
    assert f"Metrics Collector at {url}: ConnectError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no address: set MONLIGHT_URL, or see --help"),
        (["--error-tracker-url", "http://127.0.0.1:1"], "no key: set MONLIGHT_API_KEY"),
        (["--error-tracker-url", "localhost:5010"], "'localhost:5010' is no HTTP address"),
    ],
)
def test_tells_what_is_missing(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(words) == 2
    assert said in capsys.readouterr().err
