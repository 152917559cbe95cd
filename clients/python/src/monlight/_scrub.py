"""Keeps secrets and endless values out of what is sent."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from types import FrameType, TracebackType
from typing import TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

from monlight._text import UNPRINTABLE, clean, cut, safe_repr, safe_str

#: Headers that are never sent, whatever their case.
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"}
)
#: Headers that are addresses, filtered as such.
_ADDRESSES = frozenset({"referer", "referrer"})
FILTERED = "[filtered]"

#: Parts of names of variables, keys and parameters whose values are secrets.
_SECRET_NAME = re.compile(
    r"passw|passphrase|passcode|pwd|secret|token|credential|auth(?!or(?!i))|api_?key|private_?key"
    r"|access_?key|signature|cookie|session|csrf|xsrf|card"
    r"|(?:^|_)(?:pass|pin|otp|dsn|iban|ssn|cvv|cvc)(?:_|$)",
    re.IGNORECASE,
)

#: Levels of nesting that are sent; the server takes 32.
_DEPTH = 8
#: Items of a mapping or list that are sent.
_ITEMS = 100
_TEXT = 8192
#: Values of a context that are sent in all, and of local variables.
_VALUES = 10_000
#: Integers beyond are not exact in JSON readers, so they go as text.
_EXACT = 2**53

Item = TypeVar("Item")

_LOCALS_FRAMES = 10
_LOCALS_PER_FRAME = 40
_LOCALS_TEXT = 200


def is_secret_name(name: str) -> bool:
    return _SECRET_NAME.search(name.replace("-", "_")) is not None


def filter_headers(headers: object, excluded: frozenset[str]) -> dict[str, str]:
    """Headers as text, without those whose lower-case name is excluded. Takes a mapping, or pairs
    of text or bytes."""
    kept: dict[str, str] = {}
    for name, value in pairs(headers):
        name = header_text(name).strip()
        plain = _plain_name(name)
        if plain in excluded or plain.removeprefix("http-") in excluded or not name:
            # The names of CGI, as in `environ` and `request.META`, begin with HTTP_.
            continue
        text = header_text(value)
        if plain.removeprefix("http-") in _ADDRESSES:
            text = filter_url(text[: 2 * _TEXT])
        kept[cut(clean(name), 200)] = cut(clean(text), _TEXT)
        if len(kept) >= _ITEMS:
            break
    return kept


def excluded_names(names: object) -> frozenset[str]:
    """The names that are always left out, and these; one text is one name."""
    given = [names] if isinstance(names, str) else names if isinstance(names, Iterable) else []
    return SECRET_HEADERS | {_plain_name(header_text(name).strip()) for name in given}


def _plain_name(name: str) -> str:
    return name.lower().replace("_", "-")


def pairs(headers: object) -> list[tuple[object, object]]:
    items = headers.items() if isinstance(headers, Mapping) else headers
    if not isinstance(items, Iterable):
        return []
    return [
        (item[0], item[1]) for item in items if isinstance(item, (tuple, list)) and len(item) == 2
    ]


def header_text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else safe_str(value)


def filter_url(url: str) -> str:
    """Without user and password, and without the values of parameters that are named as secrets."""
    try:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
        query = "&".join(_filter_parameter(one) for one in parts.query.split("&"))
        if place == parts.netloc and query == parts.query:
            return url
        return urlunsplit(parts._replace(netloc=place, query=query))
    except ValueError:
        return url.partition("?")[0].rpartition("@")[2]


def _filter_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    return f"{name}={FILTERED}" if equals and is_secret_name(unquote(name)) else parameter


class _Budget:
    """How many values are still told. Without it lists of lists, or objects that refer to each
    other, would be more than there is time for."""

    def __init__(self, values: int) -> None:
        self._left = values

    def spend(self) -> bool:
        """Takes one; False when none is left."""
        self._left -= 1
        return self._left >= 0


def jsonable(value: object, depth: int = _DEPTH, budget: _Budget | None = None) -> object:
    """The value as JSON can say it, at most 8 levels of 100 items and 10,000 values in all; other
    objects by their `str`, and what raises by its type."""
    budget = budget or _Budget(_VALUES)
    if not budget.spend():
        return "…"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(cut(str.__str__(value), _TEXT))
    try:
        if isinstance(value, int):
            return int(value) if -_EXACT < value < _EXACT else _integer_text(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else str(float(value))
        if isinstance(value, Mapping):
            if depth == 0:
                return "{…}"
            return {
                clean(cut(safe_str(key), 200)): jsonable(one, depth - 1, budget)
                for key, one in _first(value.items())
            }
        if isinstance(value, (list, tuple, set, frozenset)):
            if depth == 0:
                return "[…]"
            return [jsonable(one, depth - 1, budget) for one in _first(value)]
    except Exception:
        # A class of the application, or one that another thread changes meanwhile.
        return UNPRINTABLE.format(type(value).__name__)
    return clean(cut(safe_str(value), _TEXT))


def _first(items: Iterable[Item], most: int = _ITEMS) -> list[Item]:
    return list(islice(items, most))


def _integer_text(value: int) -> str:
    # str() refuses integers of many thousand digits.
    return str(value) if value.bit_length() < 10_000 else f"<integer of {value.bit_length()} bits>"


def frame_variables(traceback: TracebackType | None) -> list[dict[str, object]]:
    """Local variables of the last frames, the failing one last. Names that tell of secrets are
    filtered; objects are named, not asked for their `repr`, which could do anything."""
    frames: list[tuple[FrameType, int]] = []
    while traceback is not None:
        frames.append((traceback.tb_frame, traceback.tb_lineno))
        if len(frames) > _LOCALS_FRAMES:
            del frames[0]
        traceback = traceback.tb_next
    budget = _Budget(_VALUES)
    # The failing frame has the first claim on it.
    told = [_frame(frame, line, budget) for frame, line in reversed(frames)]
    return told[::-1]


def _frame(frame: FrameType, line: int, budget: _Budget) -> dict[str, object]:
    variables: dict[str, object] = {}
    try:
        for name, value in _first(frame.f_locals.items(), _LOCALS_PER_FRAME):
            if not name.startswith("__"):
                variables[clean(cut(name, 200))] = describe(name, value, budget=budget)
    except Exception:
        # The body of a class, whose names another class keeps; or what another thread changes.
        pass
    code = frame.f_code
    return {
        "frame": clean(f"{code.co_filename}:{line} in {code.co_name}"),
        "variables": variables,
    }


def describe(name: str, value: object, depth: int = 3, budget: _Budget | None = None) -> object:
    """A variable for people: plain values cut short, of objects the class."""
    budget = budget or _Budget(_VALUES)
    if not budget.spend():
        return "…"
    if is_secret_name(name):
        return FILTERED
    kind = type(value)
    if value is None or kind in (bool, int, float):
        return jsonable(value)
    if kind is str or kind is bytes:
        # A connection string carries its password within.
        text = value if isinstance(value, str) else safe_repr(value[:_LOCALS_TEXT])  # type: ignore[index]
        text = re.sub(r"(://[^/\s:@]*:)[^/\s@]+@", rf"\1{FILTERED}@", text[: 4 * _LOCALS_TEXT])
        return clean(cut(text, _LOCALS_TEXT))
    if kind is dict and isinstance(value, dict):
        if depth == 0:
            return "{…}"
        return {
            clean(cut(_key(key), 100)): describe(_key(key), one, depth - 1, budget)
            for key, one in _first(value.items(), 20)
        }
    if kind in (list, tuple, set, frozenset) and isinstance(value, Iterable):
        if depth == 0:
            return "[…]"
        return [describe("", one, depth - 1, budget) for one in _first(value, 20)]
    return f"<{kind.__module__}.{kind.__qualname__}>"


def _key(key: object) -> str:
    return safe_str(key) if isinstance(key, (str, int, float, bytes)) else f"<{type(key).__name__}>"
