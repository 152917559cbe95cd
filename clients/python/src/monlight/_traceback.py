"""Tracebacks as text, whole where that is sane, and bounded where it is not."""

from __future__ import annotations

import sys
import traceback
from collections import deque
from types import TracebackType

from monlight._text import attribute, clean, cut_middle, safe_str

#: Frames of one exception that are told from its beginning and its end.
HEAD_FRAMES = 50
TAIL_FRAMES = 100
#: Exceptions of one report: causes, contexts, members of groups.
MAX_EXCEPTIONS = 30
#: Levels of groups within groups.
_GROUP_DEPTH = 8

_HEADER = "Traceback (most recent call last):\n"
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def exception_message(exc: BaseException) -> str:
    """`str(exc)`, or a stand-in where that raises."""
    return clean(safe_str(exc))


def format_exception(exc: BaseException) -> str:
    """As Python prints it, with causes, groups and notes. Deep recursion and long chains are cut in
    their middle; what cannot be printed is named. Raises nothing."""
    try:
        if _is_sane(exc):
            lines = traceback.format_exception(type(exc), exc, exc.__traceback__)
            return clean("".join(lines)).rstrip("\n")
    except Exception:
        # An exception may raise whatever is asked of it; then piece by piece.
        pass
    try:
        return clean(_Formatter().chain(exc, 0)).rstrip("\n")
    except Exception as problem:
        return f"{type(exc).__name__}: <no traceback: {type(problem).__name__}>"


def members(exc: BaseException) -> tuple[BaseException, ...] | None:
    """The exceptions of a group, that of Python 3.11 or its backport; None of another exception."""
    found = attribute(exc, "exceptions")
    if not isinstance(found, tuple) or not isinstance(attribute(exc, "message"), str):
        return None
    inner = tuple(one for one in found if isinstance(one, BaseException))
    return inner or None


def earlier(exc: BaseException) -> tuple[BaseException | None, str]:
    """What came before it, and how Python says so."""
    if exc.__cause__ is not None:
        return exc.__cause__, _CAUSE
    if exc.__context__ is not None and not exc.__suppress_context__:
        return exc.__context__, _CONTEXT
    return None, ""


def _is_sane(exc: BaseException) -> bool:
    """Whether Python's own formatting is bounded: few exceptions, few frames, shallow groups."""
    pending: list[tuple[BaseException, int]] = [(exc, 0)]
    seen: set[int] = set()
    while pending:
        one, depth = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        inner = members(one) or ()
        # Before 3.11 only a patched `traceback` knows groups.
        if inner and sys.version_info < (3, 11):
            return False
        if len(seen) > MAX_EXCEPTIONS or depth > _GROUP_DEPTH:
            return False
        if _count_frames(one.__traceback__, HEAD_FRAMES + TAIL_FRAMES) is None:
            return False
        # Python walks both, whichever it prints.
        pending += [(e, depth) for e in (one.__cause__, one.__context__) if e is not None]
        pending += [(e, depth + 1) for e in inner]
    return True


def _count_frames(tb: TracebackType | None, most: int) -> int | None:
    count = 0
    while tb is not None:
        count += 1
        if count > most:
            return None
        tb = tb.tb_next
    return count


class _Formatter:
    """Formats piece by piece, with a budget of exceptions."""

    def __init__(self) -> None:
        self._left = MAX_EXCEPTIONS
        self._seen: set[int] = set()

    def chain(self, exc: BaseException, depth: int) -> str:
        """An exception after its causes, the first cause first."""
        line: list[tuple[BaseException, str]] = []
        current: BaseException | None = exc
        while current is not None and id(current) not in self._seen:
            self._seen.add(id(current))
            before, how = earlier(current)
            line.append((current, how))
            current = before
        # The nearest and the farthest tell the most.
        head, tail = MAX_EXCEPTIONS // 3, MAX_EXCEPTIONS // 3
        left_out = len(line) - head - tail
        parts: list[str] = []
        for place in range(len(line) - 1, -1, -1):
            if left_out > 0 and head <= place < head + left_out:
                if place == head:
                    parts.append(f"\n… {left_out} exceptions between left out …\n\n")
                continue
            one, how = line[place]
            parts.append(how if parts and place < len(line) - 1 else "")
            parts.append(self._single(one, depth))
        return "".join(parts)

    def _single(self, exc: BaseException, depth: int) -> str:
        if self._left <= 0:
            return f"{type(exc).__name__}: <left out>\n"
        self._left -= 1
        text = _frames(exc.__traceback__) + _last_lines(exc)
        inner = members(exc)
        if inner is None:
            return text
        if depth >= _GROUP_DEPTH:
            return text + f"… {len(inner)} exceptions of this group left out …\n"
        for number, one in enumerate(inner, 1):
            if self._left <= 0:
                text += f"… {len(inner) - number + 1} exceptions of this group left out …\n"
                break
            text += f"---------------- {number} of {len(inner)} ----------------\n"
            text += _indent(self.chain(one, depth + 1))
        return text


def _indent(text: str) -> str:
    return "".join(f"  {line}" for line in text.splitlines(keepends=True))


def _frames(tb: TracebackType | None) -> str:
    if tb is None:
        return ""
    head: list[TracebackType] = []
    tail: deque[TracebackType] = deque(maxlen=TAIL_FRAMES)
    count = 0
    while tb is not None:
        if count < HEAD_FRAMES:
            head.append(tb)
        else:
            tail.append(tb)
        count += 1
        tb = tb.tb_next
    left_out = count - len(head) - len(tail)
    between = f"  … {left_out} frames left out …\n" if left_out else ""
    return _HEADER + _lines(head) + between + _lines(tail)


def _lines(entries: list[TracebackType] | deque[TracebackType]) -> str:
    """Copies of the entries, joined anew: the exception itself stays as it is."""
    joined: TracebackType | None = None
    for entry in reversed(entries):
        joined = TracebackType(joined, entry.tb_frame, entry.tb_lasti, entry.tb_lineno or 0)
    return "".join(traceback.format_tb(joined))


def _last_lines(exc: BaseException) -> str:
    """Type, message and notes, and of a SyntaxError the place."""
    text = ""
    message = safe_str(exc)
    if isinstance(exc, SyntaxError):
        message = safe_str(exc.msg)
        text += f'  File "{safe_str(exc.filename or "<string>")}", line {safe_str(exc.lineno)}\n'
        if exc.text:
            text += f"    {safe_str(exc.text).strip()}\n"
    kind = type(exc)
    module = kind.__module__
    name = (
        kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"
    )
    message = cut_middle(message, 20_000)
    text += f"{name}: {message}\n" if message else f"{name}\n"
    notes = attribute(exc, "__notes__")
    if isinstance(notes, (list, tuple)):
        text += "".join(f"{cut_middle(safe_str(note), 2000)}\n" for note in notes[:20])
    return text
