"""Tracebacks of strange exceptions, without a server."""

from __future__ import annotations

import re
import sys
import traceback
from typing import Any

import pytest

from monlight._traceback import MAX_EXCEPTIONS, exception_message, format_exception


def caught(action: Any) -> BaseException:
    try:
        action()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def chained() -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error
    except ValueError:
        raise RuntimeError("third")  # noqa: B904


def test_is_what_python_prints() -> None:
    error = caught(chained)
    printed = "".join(traceback.format_exception(error)).rstrip("\n")
    assert format_exception(error) == printed
    assert printed.count("Traceback (most recent call last):") == 3
    assert "direct cause" in printed and "During handling" in printed


def test_of_an_exception_that_was_never_raised() -> None:
    assert format_exception(ValueError("n/a")) == "ValueError: n/a"


def test_context_that_is_suppressed_is_not_told() -> None:
    def action() -> None:
        try:
            raise KeyError("hidden")
        except KeyError:
            raise ValueError("shown") from None

    assert "hidden" not in format_exception(caught(action)).splitlines()[-1]
    assert "KeyError" not in format_exception(caught(action))


def test_syntax_error_has_its_place() -> None:
    error = caught(lambda: compile("x = = 1", "orders.py", "exec"))
    text = format_exception(error)
    assert 'File "orders.py", line 1' in text
    assert text.splitlines()[-1].startswith("SyntaxError: ")


def deep(count: int, message: str) -> None:
    if count == 0:
        raise ValueError(message)
    # Two functions, so that Python does not fold the lines.
    deeper(count - 1, message)


def deeper(count: int, message: str) -> None:
    deep(count, message)


def test_deep_recursion_keeps_its_beginning_and_its_end() -> None:
    text = format_exception(caught(lambda: deep(300, "at the bottom")))
    assert "in caught" in text
    assert text.splitlines()[-1] == "ValueError: at the bottom"
    assert re.search(r"… \d{3} frames left out …", text)
    assert text.count('  File "') == 150
    assert "raise ValueError(message)" in text.splitlines()[-2] + text.splitlines()[-3]


def test_endless_recursion_is_short() -> None:
    def endless(x: int) -> int:
        return endless(x + 1)

    text = format_exception(caught(lambda: endless(1)))
    assert "RecursionError: maximum recursion depth exceeded" in text
    assert len(text) < 60_000


def test_a_recursion_of_a_hundred_thousand_frames_is_formatted() -> None:
    limit = sys.getrecursionlimit()
    error: BaseException = ValueError("x")
    frame = sys._getframe()
    from types import TracebackType

    joined = None
    for _ in range(100_000):
        joined = TracebackType(joined, frame, frame.f_lasti, frame.f_lineno)
    text = format_exception(error.with_traceback(joined))
    assert "99850 frames left out" in text
    assert sys.getrecursionlimit() == limit


def test_a_long_chain_keeps_the_nearest_and_the_farthest() -> None:
    error: BaseException = ValueError("0")
    for number in range(1, 1000):
        following = ValueError(f"{number}")
        following.__cause__ = error
        error = following
    text = format_exception(error)
    assert text.startswith("ValueError: 0\n")
    assert text.endswith("\nValueError: 999")
    assert "exceptions between left out" in text
    assert text.count("ValueError: ") <= MAX_EXCEPTIONS


def test_a_chain_that_is_a_circle_ends() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    text = format_exception(one)
    assert "ValueError: one" in text and "ValueError: other" in text


class Unprintable(Exception):
    def __str__(self) -> str:
        raise SystemError("no text")

    __repr__ = __str__


class NotText(Exception):
    def __str__(self) -> Any:
        return 7


class Evil(Exception):
    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


@pytest.mark.parametrize("kind", [Unprintable, NotText])
def test_exceptions_without_text_are_named(kind: type[Exception]) -> None:
    error = kind()
    assert exception_message(error) == f"<unprintable {kind.__name__}>"
    assert kind.__name__ in format_exception(error)


def test_an_exception_that_raises_at_every_turn_is_named() -> None:
    assert "Evil" in format_exception(Evil("x"))


def test_surrogates_and_nuls_are_escaped() -> None:
    error = ValueError("lone \udcff and \0")
    assert exception_message(error) == "lone \\udcff and \\x00"
    format_exception(error).encode()


def test_notes_are_told() -> None:
    deep_error: Any = caught(lambda: deep(300, "x"))
    # As `add_note` does since 3.11; where there is none, libraries set them by hand.
    deep_error.__notes__ = ["while reading row 7"]
    assert format_exception(deep_error).endswith("ValueError: x\nwhile reading row 7")
    if sys.version_info >= (3, 11):
        error = ValueError("x")
        error.add_note("while reading row 7")
        assert format_exception(error) == "ValueError: x\nwhile reading row 7"


def group_of(members: list[Exception], backport: bool = False) -> Any:
    if backport or sys.version_info < (3, 11):
        from exceptiongroup import ExceptionGroup as Group
    else:
        Group = ExceptionGroup  # noqa: F821, N806
    return Group("several", members)


def test_groups_have_all_their_members() -> None:
    error = caught(lambda: raise_group([ValueError("one"), group_of([KeyError("two")])]))
    text = format_exception(error)
    assert "ValueError: one" in text and "KeyError: 'two'" in text


def raise_group(members: list[Exception]) -> None:
    raise group_of(members)


class BackportLike(Exception):
    """Shaped like a group, as the backport is to Python 3.10."""

    def __init__(self, message: str, exceptions: list[Exception]) -> None:
        super().__init__(message)
        self.message = message
        self.exceptions = tuple(exceptions)


def test_large_and_deep_groups_are_cut() -> None:
    text = format_exception(group_of([ValueError(f"{n}") for n in range(1000)]))
    assert "exceptions of this group left out" in text
    assert text.count("ValueError: ") <= MAX_EXCEPTIONS
    nested: Any = ValueError("inmost")
    for _ in range(200):
        nested = group_of([nested])
    assert "left out" in format_exception(nested)


def test_what_is_shaped_like_a_group_is_told_where_python_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monlight._traceback.sys.version_info", (3, 10))
    error = caught(lambda: raise_like_a_group())
    text = format_exception(error)
    assert ("1 of 2" in text and "    ValueError: one" in text) or "  ValueError: one" in text
    assert "KeyError: 'two'" in text


def raise_like_a_group() -> None:
    raise BackportLike("several", [ValueError("one"), KeyError("two")])


def test_long_syntax_errors_and_types_are_formatted_by_hand_too() -> None:
    error: BaseException = caught(lambda: compile("x = = 1", "orders.py", "exec"))
    for _ in range(50):
        following = Unprintable()
        following.__context__ = error
        error = following
    text = format_exception(error)
    assert 'File "orders.py", line 1' in text
    assert "SyntaxError: " in text and "Unprintable: <unprintable Unprintable>" in text


class Forwarding(Exception):
    """Looks up what it does not have, in a way that is often written and wrong."""

    def __getattr__(self, name: str) -> Any:
        return {}[name]


def test_an_exception_that_raises_when_asked_for_what_it_has_not_is_whole() -> None:
    try:
        raise Forwarding("n/a")
    except Forwarding as error:
        text = format_exception(error)
    assert "in test_an_exception_that_raises_when_asked" in text
    assert "Forwarding: n/a" in text
