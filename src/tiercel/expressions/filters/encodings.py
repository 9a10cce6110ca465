"""Filters that encode and hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from urllib.parse import quote_plus

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions import expect
from tiercel.expressions.base64_text import decode_base64, encode_base64
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Value

_PERCENT = regex.compile(r"(?:%[0-9A-Fa-f]{2})+|%")


def _base64_encode(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else encode_base64(java_text(value).encode("utf-8", "replace"))


def _base64_decode(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else decode_base64(expect.text("base64decode", value)).decode("utf-8", "replace")


def _url_encode(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    return quote_plus(expect.text("urlencode", value), safe="*", errors="replace").replace("~", "%7E")


def _url_decode(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    return _PERCENT.sub(_decode_percent, expect.text("urldecode", value).replace("+", " "))


def _decode_percent(match: regex.Match[str]) -> str:
    if match[0] == "%":
        raise ExpressionError("evaluation", "urldecode: a % needs two hexadecimal digits after it")
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


def _hash(name: str, digest: Callable[[bytes], str]) -> Filter:
    def call(_: Context, value: Value, __: Arguments) -> Value:
        return None if value is None else digest(expect.text(name, value).encode("utf-8", "replace"))

    return Filter(name, call)


FILTERS: tuple[Filter, ...] = (
    Filter("base64encode", _base64_encode),
    Filter("base64decode", _base64_decode),
    Filter("urlencode", _url_encode),
    Filter("urldecode", _url_decode),
    _hash("md5", lambda content: hashlib.md5(content, usedforsecurity=False).hexdigest()),
    _hash("sha1", lambda content: hashlib.sha1(content, usedforsecurity=False).hexdigest()),
    _hash("sha256", lambda content: hashlib.sha256(content).hexdigest()),
    _hash("sha512", lambda content: hashlib.sha512(content).hexdigest()),
)
