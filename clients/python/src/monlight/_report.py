"""Makes the body of `POST /api/errors` of an exception, so that the server takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from monlight._scrub import (
    excluded_names,
    filter_headers,
    filter_url,
    frame_variables,
    jsonable,
)
from monlight._text import clean, cut, cut_middle, safe_str
from monlight._traceback import exception_message, format_exception

#: A report: the fields of `POST /api/errors`.
Report = dict[str, object]

#: Bytes of a report; the server takes 256 KiB.
MAX_BYTES = 250_000

#: Characters, as the server bounds them.
_PROJECT = 100
_TYPE = 200
_METHOD = 20
_URL = 8192
_USER = 500
#: Characters, so that one field leaves room for the others.
_MESSAGE = 20_000
_TRACEBACK = 120_000


@dataclass(frozen=True)
class ReportOptions:
    """What all reports of a client have in common."""

    project: str = "default"
    environment: str = "production"
    excluded_headers: object = None
    release: str | None = None
    server_name: str | None = None
    include_locals: bool = False


def build_report(
    exc: BaseException, context: Mapping[str, object] | None, options: ReportOptions
) -> Report:
    """The report of an exception and of the request it happened in."""
    report = describe(
        type(exc).__name__, exception_message(exc), format_exception(exc), context, options
    )
    if options.include_locals:
        extra = report.get("extra")
        report["extra"] = {
            **(extra if isinstance(extra, dict) else {}),
            "locals": frame_variables(exc.__traceback__),
        }
    return report


def describe(
    exception_type: str,
    message: str,
    traceback: str,
    context: Mapping[str, object] | None,
    options: ReportOptions,
) -> Report:
    """A report of these texts."""
    given: Mapping[str, object] = context if isinstance(context, Mapping) else {}
    report: Report = {
        "project": _name(options.project, "default"),
        "environment": _name(options.environment, "production"),
        "exception_type": clean(cut(exception_type, _TYPE)) or "Exception",
        "message": cut_middle(clean(message), _MESSAGE),
        "traceback": cut_middle(clean(traceback), _TRACEBACK),
    }
    url, method = given.get("request_url"), given.get("request_method")
    if url is not None:
        report["request_url"] = clean(cut(filter_url(safe_str(url)[: 2 * _URL]), _URL))
    if method is not None:
        report["request_method"] = clean(cut(safe_str(method), _METHOD))
    if given.get("request_headers") is not None:
        report["request_headers"] = given["request_headers"]
    if given.get("user_id") is not None:
        report["user_id"] = clean(cut(safe_str(given["user_id"]), _USER))
    extra: dict[str, object] = {}
    if options.release is not None:
        extra["release"] = options.release
    if options.server_name is not None:
        extra["server_name"] = options.server_name
    own = given.get("extra")
    if isinstance(own, Mapping):
        extra.update({safe_str(key): value for key, value in own.items()})
    elif own is not None:
        extra["extra"] = own
    if extra:
        report["extra"] = jsonable(extra)
    return without_secrets(report, options)


def without_secrets(report: Report, options: ReportOptions) -> Report:
    """The report without the headers that are never sent."""
    headers = report.get("request_headers")
    if headers is None:
        return report
    return {
        **report,
        "request_headers": filter_headers(headers, excluded_names(options.excluded_headers)),
    }


def encode(report: Report) -> bytes:
    """The report as JSON, cut until it fits the server's limit: first what is around the error,
    then the longest texts."""
    body = _dump(report)
    if len(body) <= MAX_BYTES:
        return body
    report = dict(report)
    size = len(body)
    if "extra" in report:
        report["extra"] = {"monlight": f"left out: the report was {size} bytes"}
    if len(body := _dump(report)) <= MAX_BYTES:
        return body
    report.pop("request_headers", None)
    texts = {
        name: text
        for name in ("traceback", "message", "request_url")
        if isinstance(text := report.get(name), str)
    }
    limit = _TRACEBACK
    while len(body := _dump(report)) > MAX_BYTES and limit > 100:
        limit //= 2
        report.update({name: cut_middle(text, limit) for name, text in texts.items()})
    return body


def _dump(report: Report) -> bytes:
    # UTF-8 rather than escapes, which would be up to three times as long.
    text = json.dumps(
        report, ensure_ascii=False, separators=(",", ":"), default=safe_str, skipkeys=True
    )
    return text.encode("utf-8", "backslashreplace")


def _name(value: object, fallback: str) -> str:
    return clean(cut(safe_str(value), _PROJECT)).strip() or fallback
