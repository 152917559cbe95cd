"""Holds README and the example to the code."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from typing import Any

import httpx
import pytest
from support import API_KEY, PACKAGE, Monlight, eventually

from monlight import ErrorClient, MetricsClient, check, setup_monlight

README = (PACKAGE / "README.md").read_text()


def table_after(text: str, column: str) -> dict[str, str]:
    """First and second cells of the first table after a text whose head begins with `column`."""
    rest = README[README.index(text) :]
    rest = rest[rest.index(f"| {column}") :]
    rows = rest[: rest.index("\n\n")].splitlines()[2:]
    cells = [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]
    return {row[0]: row[1] for row in cells}


def parameters(function: Any) -> dict[str, str]:
    """Names and defaults as README writes them."""
    return {
        one.name: "required"
        if one.default is inspect.Parameter.empty
        else str(one.default).replace("'", '"')
        if not isinstance(one.default, str)
        else f'"{one.default}"'
        for one in inspect.signature(function).parameters.values()
        if one.kind is not inspect.Parameter.VAR_KEYWORD
    }


@pytest.mark.parametrize(
    ("heading", "function"), [("\n## Errors\n", ErrorClient), ("\n## Metrics\n", MetricsClient)]
)
def test_every_parameter_of_a_client_is_told(heading: str, function: Any) -> None:
    assert table_after(heading, "Parameter") == parameters(function)


def test_every_parameter_of_setup_monlight_is_told() -> None:
    told = table_after("`setup_monlight(app, …)` takes:", "Parameter")
    own = parameters(setup_monlight)
    own.pop("app")
    assert told == {**own, "timeout": "5.0", "and": ""}
    others = set(parameters(ErrorClient)) - set(told) - {"base_url"}
    row = next(line for line in README.splitlines() if line.startswith("| and "))
    assert set(re.findall(r"`(\w+)`", row.partition("of [")[0])) == others


@pytest.mark.parametrize("client", [ErrorClient, MetricsClient])
def test_every_call_is_told(client: Any) -> None:
    heading = "\n## Errors\n" if client is ErrorClient else "\n## Metrics\n"
    told = " ".join(table_after(heading, "Call"))
    internal = {"report_text", "record", "after_fork", "hurry", "drain"}
    for name in vars(client):
        assert name.startswith("_") or name in internal or name in told, name


def test_every_flag_of_the_command_is_told() -> None:
    flags = re.findall(r"--[a-z-]+-url|--project", check._parser().format_help())
    assert set(flags) <= set(re.findall(r"--[a-z-]+", README))


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_every_program_can_be_compiled(block: str) -> None:
    compile(block, "README.md", "exec")


def test_the_example_runs(monlight: Monlight) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "fastapi_app:app", "--port", "0"],
        cwd=PACKAGE / "examples",
        env={
            **os.environ,
            "MONLIGHT_URL": monlight.url,
            "MONLIGHT_API_KEY": API_KEY,
            "MONLIGHT_ENVIRONMENT": "example",
        },
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"running on (http://\S+)", line)
        if found:
            break
    else:
        raise AssertionError("the example did not start")
    assert httpx.get(f"{found[1]}/orders/4").json() == {"share": 25}
    assert httpx.get(f"{found[1]}/orders/0").status_code == 500
    process.terminate()
    process.stderr.read()
    process.stderr.close()
    # 0, or that of the signal, depending on the version of uvicorn.
    assert process.wait(10) in (0, -15)
    errors = monlight.get("/api/errors", environment="example")["errors"]
    assert [error["exception_type"] for error in errors] == ["ZeroDivisionError"]
    assert eventually(lambda: monlight.points("order_share", "shop")["sum"]) == 25
