"""`monlight-check`: sends one error and one metric, and says what came of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from monlight import _arguments as arguments
from monlight._delivery import Connection, Delivery, Outcome
from monlight._environment import setting
from monlight._report import ReportOptions, describe, encode
from monlight._version import __version__

_USAGE = """Sends one error and one metric to Monlight and says what came of it.
Exit codes: 0 both were taken, 1 one was not, 2 something is missing or wrong."""


def main(arguments_given: Sequence[str] | None = None) -> int:
    """Runs the command; gives its exit code."""
    options = _parser().parse_args(arguments_given)
    errors = arguments.base_url(options.error_tracker_url or setting("ERROR_TRACKER_URL"))
    metrics = arguments.base_url(options.metrics_collector_url or setting("METRICS_COLLECTOR_URL"))
    key = setting("API_KEY")
    problems = [
        f"{name}: {url!r} is no HTTP address"
        for name, url in (("Error Tracker", errors), ("Metrics Collector", metrics))
        if url and not arguments.is_http(url)
    ]
    if not errors and not metrics:
        problems.append("no address: set MONLIGHT_URL, or see --help")
    if not key:
        problems.append("no key: set MONLIGHT_API_KEY")
    if problems:
        for problem in problems:
            print(f"monlight-check: {problem}", file=sys.stderr)
        return 2
    ok = True
    if errors:
        ok &= _tell("Error Tracker", errors, _send_error(errors, key, options))
    if metrics:
        ok &= _tell("Metrics Collector", metrics, _send_metric(metrics, key, options))
    return 0 if ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="monlight-check",
        description=_USAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="The key is read from MONLIGHT_API_KEY, never from the command line. MONLIGHT_URL "
        "is the address of both where they are one process.",
    )
    parser.add_argument("--error-tracker-url", help="unless given: MONLIGHT_ERROR_TRACKER_URL")
    parser.add_argument(
        "--metrics-collector-url", help="unless given: MONLIGHT_METRICS_COLLECTOR_URL"
    )
    parser.add_argument("--project", default=setting("PROJECT") or "default")
    parser.add_argument("--environment", default=setting("ENVIRONMENT") or "production")
    parser.add_argument("--timeout", type=float, default=5.0, help="seconds, 5 unless given")
    parser.add_argument("--version", action="version", version=f"monlight {__version__}")
    return parser


def _send_error(url: str, key: str, options: argparse.Namespace) -> Outcome:
    report = describe(
        "MonlightCheck",
        "This is a test: the application can report errors",
        'Traceback (most recent call last):\n  File "monlight-check", line 1, in main\n'
        "MonlightCheck: This is a test: the application can report errors",
        None,
        ReportOptions(options.project, options.environment),
    )
    return _attempt(f"{url}/api/errors", key, options, encode(report))


def _send_metric(url: str, key: str, options: argparse.Namespace) -> Outcome:
    sample = {"name": "monlight_check", "type": "counter", "value": 1, "project": options.project}
    return _attempt(f"{url}/api/metrics", key, options, json.dumps([sample]).encode())


def _attempt(url: str, key: str, options: argparse.Namespace, body: bytes) -> Outcome:
    timeout = arguments.seconds(options.timeout, 5.0)
    return Connection(url, key, timeout).attempt(Delivery(body))


def _tell(service: str, url: str, outcome: Outcome) -> bool:
    if outcome.problem is not None:
        print(f"{service} at {url}: {outcome.problem}", file=sys.stderr)
        return False
    answer = outcome.answer or {}
    group = f", group {answer['id']}" if "id" in answer else ""
    print(f"{service} at {url}: {answer.get('status')}{group}")
    return True


if __name__ == "__main__":
    sys.exit(main())
