"""Class 1: what stands around or inside a path, a Host or a header never leads past the guard.

The public list is frozen in ``tests/api/test_routes.py``; ``tests/api/test_roles.py`` walks every route as nobody, as
somebody with a wrong password or token, and as each kind of user.
"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from api.test_routes import CALLS, PAGES, filled, table
from api.users import ADMIN, basic
from security.raw import HOST, application, send
from tiercel.api.gate import PUBLIC

GUARDED = sorted({path for method, path in table() if (method, path) not in PUBLIC | PAGES | CALLS})
BEFORE = ["", "/ping/..", "/health/..;", "/api/v1/configs/login/..", "/.", "/ping%2f..", "/ping;", "/%2e%2e", "//"]
AFTER = [
    "",
    "/",
    "//",
    ";",
    ";x=/ping",
    "/..;/ping",
    "%2f..%2fping",
    "/.",
    "?/ping",
    "%00",
    "#/ping",
    "/configs",
    ".json",
]
HOSTILE_HOSTS = [
    *(b"", b"evil.example", b"localhost.evil.example", b"evil.example:8080", b"localhost@evil.example", b"[", b"[::1"),
    *(
        b"localhost, evil.example",
        b"127.0.0.1.evil.example",
        b"\xff\xfe",
        b"localhost%00.evil.example",
        b"a:b:c",
        b"][",
    ),
]


@pytest.fixture
async def app(guarded):
    async with guarded() as client:
        yield application(client)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(GUARDED), before=st.sampled_from(BEFORE), after=st.sampled_from(AFTER), upper=st.booleans())
async def test_no_spelling_of_a_guarded_path_answers_a_stranger(app, path, before, after, upper):
    spelled = before + (filled(path).upper() if upper else filled(path)) + after
    if spelled.startswith(("/ui/", "/ping?")):
        return
    answer = await send(app, spelled.partition("?")[0].partition("#")[0], query=spelled.partition("?")[2].encode())
    assert answer.status in {400, 401}, spelled


async def test_no_other_host_is_answered_even_with_the_right_password(app):
    known = (b"authorization", basic(ADMIN)["authorization"].encode())
    assert (await send(app, "/api/v1/main/configs", headers=[HOST, known])).status == 200
    for host in HOSTILE_HOSTS:
        answer = await send(app, "/api/v1/main/configs", headers=[(b"host", host), known])
        assert answer.status == 403, host
        assert b"version" not in answer.body
    assert (await send(app, "/api/v1/main/configs", headers=[HOST, (b"host", b"evil.example"), known])).status == 400


OF_PROXIES = [
    *(b"x-forwarded-host", b"x-forwarded-for", b"x-real-ip", b"x-original-url", b"x-rewrite-url", b"forwarded"),
    *(b"x-forwarded-user", b"remote-user", b"x-tiercel-client", b"x-http-method-override"),
]


async def test_headers_of_proxies_let_nobody_in(app):
    for header, value in product(OF_PROXIES, (b"127.0.0.1", b"localhost", b"/ping", b"admin@x.org", b"GET")):
        answer = await send(app, "/api/v1/main/flows/search", headers=[HOST, (header, value)])
        assert answer.status == 401, (header, value)


HALVES = [
    *(b"", b"Basic", b"Basic ", b"Basic :", b"Basic Og==", b"Basic \xff", b"Bearer", b"Bearer ", b"Bearer null"),
    *(b"Negotiate x", b"basic YWRtaW5AeC5vcmc6", b"Bearer tiercel_", b"Digest username=admin", b"Basic " + b"A" * 9999),
]


async def test_half_an_authorization_is_none(app):
    for value in HALVES:
        answer = await send(app, "/api/v1/main/flows/search", headers=[HOST, (b"authorization", value)])
        assert answer.status == 401, value


async def test_a_method_of_another_name_finds_no_other_way(app):
    for method in ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "CONNECT", "X"):
        answer = await send(app, "/api/v1/main/flows/search", method)
        assert answer.status in {400, 401, 405}, method
        assert b"results" not in answer.body
