"""What is kept out of reports, and how they are made to fit; without a server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monlight._report import MAX_BYTES, ReportOptions, build_report, encode
from monlight._scrub import (
    describe,
    excluded_names,
    filter_headers,
    filter_url,
    frame_variables,
    is_secret_name,
    jsonable,
)
from monlight._text import cut_middle

SECRET = ["password", "PASSWD", "api_key", "apikey", "X-Api-Key", "access_token", "client_secret"]
SECRET += ["Authorization", "auth", "cookie", "sessionid", "card_number", "pin", "user_pin", "csrf"]
PLAIN = ["author", "amount", "passed", "shipping", "user", "spinner", "key", "name"]


@pytest.mark.parametrize("name", SECRET)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", PLAIN)
def test_names_of_no_secrets(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example.org/a?b=1&c", "https://shop.example.org/a?b=1&c"),
        ("https://ann:hunter2@shop.example.org:8080/a", "https://shop.example.org:8080/a"),
        ("/login?token=abc&next=%2F", "/login?token=[filtered]&next=%2F"),
        ("/a?API_KEY=x&api-key=y", "/a?API_KEY=[filtered]&api-key=[filtered]"),
        ("http://[broken?token=abc", "http://[broken"),
        ("", ""),
    ],
)
def test_urls(url: str, expected: str) -> None:
    assert filter_url(url) == expected


def test_headers_that_are_none() -> None:
    for headers in (None, 7, [1, ("a",), ("a", "b", "c")], object()):
        assert filter_headers(headers, excluded_names(None)) == {}
    many = {f"h{number}": "x" for number in range(1000)}
    assert len(filter_headers(many, excluded_names(7))) == 100


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (2**53 + 1, str(2**53 + 1)),
        pytest.param(2**100_000, "<integer of 100001 bits>", id="huge"),
        (float("nan"), "nan"),
        ({1: (2, {3})}, {"1": [2, [3]]}),
        ({"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}}}, None),
        ("\ud800", "\\ud800"),
    ],
)
def test_jsonable(value: Any, expected: Any) -> None:
    made = jsonable(value)
    json.dumps(made, allow_nan=False)
    assert expected is None or made == expected
    assert expected is not None or "{…}" in json.dumps(made, ensure_ascii=False)


class Dangerous:
    def __repr__(self) -> str:
        raise AssertionError("asked")


def test_variables_are_described_without_running_their_code() -> None:
    def fail(
        order: object, token: str, url: str, settings: dict[Any, Any], many: list[int]
    ) -> None:
        raise ValueError

    try:
        fail(
            Dangerous(),
            "hidden-1",
            "postgres://ann:hidden-2@db/shop",
            {
                "db": {"PASSWORD": "hidden-3", "name": "shop"},
                Dangerous(): 1,
                b"k": {1: {2: {3: 4}}},
            },
            list(range(1000)),
        )
    except ValueError as error:
        variables: Any = frame_variables(error.__traceback__)[-1]["variables"]
    assert "hidden" not in json.dumps(variables)
    assert variables["order"] == f"<{__name__}.Dangerous>"
    assert variables["url"] == "postgres://ann:[filtered]@db/shop"
    assert variables["settings"]["db"] == {"PASSWORD": "[filtered]", "name": "shop"}
    assert len(variables["many"]) == 20


def test_long_variables_are_cut() -> None:
    assert len(str(describe("text", "x" * 10_000))) == 200
    assert len(str(describe("data", b"x" * 10_000))) <= 210


def test_only_the_last_frames_are_told() -> None:
    def down(count: int) -> None:
        if count == 0:
            raise ValueError
        down(count - 1)

    try:
        down(50)
    except ValueError as error:
        assert len(frame_variables(error.__traceback__)) == 10


@pytest.mark.parametrize("text", ["x", '"', "\n", "\x01", "é", "\U0001f600", "\ud800"])
def test_every_report_fits(text: str) -> None:
    context = {
        "request_url": text * 100_000,
        "request_headers": {f"h{n}": text * 10_000 for n in range(100)},
        "user_id": text * 10_000,
        "extra": {f"e{n}": text * 10_000 for n in range(100)},
    }
    options = ReportOptions(project=text * 1000, environment=text * 1000, include_locals=True)
    try:
        message = text * 1_000_000
        raise ValueError(message)
    except ValueError as error:
        report = build_report(error, context, options)
    body = encode(report)
    assert len(body) <= MAX_BYTES
    read = json.loads(body)
    assert read["exception_type"] == "ValueError"
    assert read["traceback"].startswith("Traceback")


def test_a_report_that_nearly_fits_keeps_its_error() -> None:
    report = {"message": "m" * 100, "traceback": "t" * 120_000, "extra": {"x": "y" * 200_000}}
    read = json.loads(encode(report))
    assert read["traceback"] == report["traceback"]
    assert read["extra"]["monlight"].startswith("left out")


def test_cut_middle_keeps_both_ends() -> None:
    text = cut_middle("a" * 1000 + "z" * 1000, 100)
    assert len(text) <= 110
    assert text.startswith("a") and text.endswith("z")
    assert "characters left out" in text


def test_headers_that_are_addresses_and_names_of_cgi() -> None:
    headers = {
        "Referer": "https://user:pw@shop.example/reset?token=abc&page=2",
        "HTTP_REFERER": "https://shop.example/?%74oken=abc",
        "HTTP_COOKIE": "id=1",
        "HTTP_AUTHORIZATION": "Basic x",
        "HTTP_X_SECRET": "s",
        "HTTP_ACCEPT": "*/*",
    }
    assert filter_headers(headers, excluded_names(["X-Secret"])) == {
        "Referer": "https://shop.example/reset?token=[filtered]&page=2",
        "HTTP_REFERER": "https://shop.example/?%74oken=[filtered]",
        "HTTP_ACCEPT": "*/*",
    }


def test_what_is_too_much_to_be_told_is_cut_in_time() -> None:
    lists: Any = []
    for _ in range(20):
        lists = [lists] * 100
    nodes: list[dict[str, Any]] = [{} for _ in range(50)]
    for node in nodes:
        node["others"] = nodes
    for endless in (lists, nodes):
        assert len(json.dumps(jsonable(endless))) < 1_000_000
        assert len(json.dumps(describe("name", endless))) < 1_000_000

    def fail() -> None:
        inner, outer = nodes, lists  # noqa: F841
        raise ValueError("n/a")

    try:
        fail()
    except ValueError as error:
        frames = frame_variables(error.__traceback__)
    assert {"inner", "outer"} <= set(frames[-1]["variables"])  # type: ignore[call-overload]


class NoItems(dict[str, int]):
    def items(self) -> Any:
        raise RuntimeError("no items")


def test_what_raises_is_named_and_the_rest_is_told() -> None:
    told = jsonable({"bad": NoItems(a=1), "good": [1, NoItems()]})
    assert told == {"bad": "<unprintable NoItems>", "good": [1, "<unprintable NoItems>"]}


class Body(type):
    @classmethod
    def __prepare__(cls, *_: Any) -> Any:
        return NoItems()


def test_variables_that_cannot_be_listed_leave_the_frame() -> None:
    try:

        class Failing(metaclass=Body):
            raise ValueError("n/a")
    except ValueError as error:
        assert [one["variables"] for one in frame_variables(error.__traceback__)][-1] == {}
