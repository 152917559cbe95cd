"""Text that may be anything: cut to a length and made sendable, without ever raising."""

from __future__ import annotations

#: Stands in place of a text that could not be had.
UNPRINTABLE = "<unprintable {}>"


def clean(text: str) -> str:
    """Without lone surrogates and NULs, which no database keeps; they are shown escaped."""
    if "\0" in text:
        text = text.replace("\0", "\\x00")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def cut(text: str, limit: int) -> str:
    """The first `limit` characters; the last one tells that there were more."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def cut_middle(text: str, limit: int) -> str:
    """Beginning and end of a long text, at most `limit` characters together with the mark."""
    if len(text) <= limit:
        return text
    mark = f"\n… {len(text) - limit} characters left out …\n"
    room = max(0, limit - len(mark))
    head = room // 3
    return text[:head] + mark + text[len(text) - (room - head) :]


def safe_str(value: object) -> str:
    """`str(value)`, or a stand-in where that raises or gives no text."""
    return _safely(str, value)


def safe_repr(value: object) -> str:
    return _safely(repr, value)


def _safely(convert: type[str] | object, value: object) -> str:
    try:
        # A subclass of str may override what is done with it next.
        return str.__str__(convert(value))  # type: ignore[operator]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return UNPRINTABLE.format(type(value).__name__)


def attribute(value: object, name: str) -> object:
    """The attribute, None where there is none, or where to ask for it raises."""
    try:
        return getattr(value, name, None)
    except Exception:
        return None
