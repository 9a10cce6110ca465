"""Calls of webhooks that must prove where they come from, come twice, go on after the key, or want an own answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest

LOG = "{id: log, type: io.kestra.plugin.core.log.Log, message: hello}"
SECRET = "hush-hush"
BODY = b'{"action": "opened", "text": "\xc3\xa9"}'


def flow(more="", task=LOG, outputs=""):
    own = "".join(f"    {line}\n" for line in more.splitlines())
    return (
        f"id: hook\nnamespace: dev\n{outputs}tasks: [{task}]\ntriggers:\n"
        f"  - id: w\n    type: io.kestra.plugin.core.trigger.Webhook\n    key: s3cret\n{own}"
    )


def verified(method, more=""):
    own = "".join(f"  {line}\n" for line in more.splitlines())
    return flow(f"verification:\n  method: {method}\n  secret: \"{{{{ secret('TOKEN') }}}}\"\n{own}")


@pytest.fixture
def call(client):
    async def call(path="", **request):
        return await client.post(f"/api/v1/main/executions/webhook/dev/hook/s3cret{path}", **request)

    return call


def signed(text=BODY, by=SECRET, algorithm="sha256"):
    return hmac.new(by.encode(), text, algorithm).digest()


def github(body=BODY, **how):
    return {"X-Hub-Signature-256": f"sha256={signed(body, **how).hex()}"}


def slack(age=0, body=BODY, **how):
    at = str(int(time.time()) - age)
    text = f"v0:{at}:".encode() + body
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signed(text, **how).hex()}"}


def stripe(age=0, body=BODY, older="", **how):
    at = str(int(time.time()) - age)
    return {"Stripe-Signature": f"t={at},{older}v1={signed(at.encode() + b'.' + body, **how).hex()}"}


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


OWN = "header: X-Sign\nprefix: 'v2,'\nencoding: BASE64\nalgorithm: SHA512\ntimestampHeader: X-Time\ntolerance: PT1M\n"


def own(age=0, **how):
    at = str(int(time.time()) - age)
    text = at.encode() + b"." + BODY
    return {"X-Time": at, "X-Sign": "v2," + base64.b64encode(signed(text, algorithm="sha512", **how)).decode()}


class Proof(NamedTuple):
    """What a webhook may demand, and makers of headers that do and do not fit: signatures hold the time of the call."""

    method: str
    more: str
    right: list[Callable[[], dict[str, object]]]
    wrong: list[Callable[[], dict[str, object]]]


def just(**headers):
    return lambda: {name.replace("_", "-"): value for name, value in headers.items()}


PROOFS = [
    Proof("GITHUB", "", [github], [partial(github, by="x"), partial(github, b"other"), dict]),
    Proof("GITHUB", "", [], [just(X_Hub_Signature_256="sha256="), just(X_Hub_Signature_256=signed().hex())]),
    Proof(
        "SLACK",
        "",
        [slack, partial(slack, age=200)],
        [partial(slack, by="x"), partial(slack, age=400), partial(slack, age=-400), partial(slack, body=b"")],
    ),
    Proof(
        "STRIPE",
        "",
        [stripe, partial(stripe, older="v1=00,v0=zz,")],
        [partial(stripe, age=400), partial(stripe, by="x"), dict, just(Stripe_Signature="t=x,v1=")],
    ),
    Proof(
        "HMAC",
        OWN,
        [own, partial(own, age=20)],
        [partial(own, age=90), partial(own, by="x"), lambda: {"X-Sign": own()["X-Sign"]}],
    ),
    Proof("HMAC", "header: X-S\n", [just(X_S=signed().hex())], [just(X_S="zz"), just(X_S=""), just(X_S="é".encode())]),
    Proof("TOKEN", "", [just(Authorization="Bearer hush-hush")], [just(Authorization="hush-hush"), dict]),
    Proof("TOKEN", "header: X-Own\n", [just(X_Own="hush-hush")], [just(X_Own="hush"), just(X_Own="")]),
    Proof(
        "BASIC",
        "username: me\n",
        [lambda: basic("me", SECRET)],
        [lambda: basic("me", "x"), lambda: basic("x", SECRET), dict, just(Authorization="Basic !")],
    ),
]


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.method)
async def test_a_call_must_prove_where_it_comes_from(save, client, call, proof):
    await save(verified(proof.method, proof.more))
    for make in proof.wrong:
        headers = make()
        answer = await call(content=BODY, headers=headers)
        assert answer.status_code == 401, headers
        assert answer.json()["message"] == "The call could not be verified; nothing was started"
        assert ("www-authenticate" in answer.headers) == (proof.method == "BASIC")
    for make in proof.right:
        answer = await call(content=BODY, headers=make())
        assert answer.status_code == 200, answer.text
    found = (await client.get("/api/v1/main/executions/search")).json()
    assert found["total"] == len(proof.right)


async def test_a_wrong_key_says_nothing_of_the_verification(save, client):
    await save(verified("GITHUB"))
    answer = await client.post("/api/v1/main/executions/webhook/dev/hook/wrong", content=BODY, headers=github())
    assert answer.status_code == 404


async def test_signatures_are_compared_in_constant_time(save, call, monkeypatch):
    await save(verified("GITHUB"))
    compared = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, two: compared.append((one, two)) or compare(one, two))
    await call(content=BODY, headers=github(by="x"))
    assert compared[-1] == (signed(by="x"), signed())


async def test_a_secret_that_is_not_there_lets_nobody_in(save, call):
    await save(verified("TOKEN").replace("TOKEN')", "NONE')"))
    assert (await call(headers={"Authorization": "Bearer "})).status_code == 401
    await save_again(save, flow("verification: {method: TOKEN, secret: '{{ trigger.x ?? \"\" }}'}"))
    assert (await call(headers={"Authorization": "Bearer "})).status_code == 401


async def save_again(save, source):
    await save(source.replace("id: hook", "id: hook2"))


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ("verification: {method: HMAC, secret: '{{ x }}'}", "incomplete-verification", "HMAC needs header"),
        ("verification: {method: BASIC, secret: '{{ x }}'}", "incomplete-verification", "BASIC needs username"),
        (
            "verification: {method: HMAC, header: X, signed: 'x', secret: '{{ x }}'}",
            "incomplete-verification",
            "{body}",
        ),
        (
            "verification: {method: HMAC, header: X, signed: '{timestamp}{body}', secret: '{{ x }}'}",
            "incomplete-verification",
            "timestampHeader",
        ),
        ("verification: {method: GITHUB, secret: readable}", "plain-secret", "can be read by all"),
        ("verification: {method: GITLAB, secret: '{{ x }}'}", "choice", "GITLAB"),
        ("verification: {method: GITHUB}", "required", "null"),
        ("response: {headers: {Set-Cookie: x}}", "forbidden-header", "Set-Cookie"),
    ],
)
async def test_mistakes_are_told_when_the_flow_is_checked(client, more, code, message):
    answer = await client.post(
        "/api/v1/main/flows/validate", content=flow(more), headers={"content-type": "application/x-yaml"}
    )
    text = answer.text
    assert message in text, (code, text)


async def test_a_call_that_comes_again_starts_nothing_and_is_answered_as_the_first(save, client, call):
    await save(flow("deduplicationKey: \"{{ trigger.headers['x-delivery'][0] ?? '' }}\""))
    first, again, other = [(await call(headers={"X-Delivery": one})).json()["id"] for one in ("a", "a", "b")]
    assert (first == again, first == other) == (True, False)
    without = {(await call()).json()["id"] for _ in range(2)}
    assert len(without) == 2
    assert (await client.get("/api/v1/main/executions/search")).json()["total"] == 4


async def test_a_repeated_call_that_waits_is_answered_too(save, call):
    await save(flow("wait: true\ndeduplicationKey: '{{ trigger.body.n }}'"))
    first, again = [(await call(json={"n": 1})).json() for _ in range(2)]
    assert first["id"] == again["id"]
    assert again["state"]["current"] == "SUCCESS"


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        ("orders", {"/orders": "orders"}, ["", "/", "/orders/1", "/other"]),
        ("orders/*", {"/orders/1": "orders/1", "/orders/a/b": "orders/a/b"}, ["/orders", ""]),
        ("*", {"": "", "/any/thing": "any/thing", "/a%20b": "a b"}, ["x", "x/y"]),
    ],
)
async def test_what_may_stand_after_the_key(save, call, pattern, taken, refused):
    await save(flow(f"path: '{pattern}'"))
    for path, seen in taken.items():
        answer = await call(path)
        assert answer.status_code == 200, path
        assert answer.json()["trigger"]["variables"]["path"] == seen
    for path in refused:
        assert (await call(path)).status_code == 404, path


OUTPUTS = "outputs: [{id: o, type: STRING, value: '{{ trigger.body.a }}'}]\n"


async def test_an_answer_of_its_own_sees_what_the_flow_gave(save, call):
    response = (
        "wait: true\nresponse:\n  status: 202\n"
        "  headers: {X-Own: \"{{ execution.id }}\", Location: '/x'}\n"
        '  body: {got: "{{ outputs.o }}", sent: "{{ trigger.body.a }}", list: [1, 2]}'
    )
    await save(flow(response, outputs=OUTPUTS))
    answer = await call(json={"a": "b"})
    assert (answer.status_code, answer.json()) == (202, {"got": "b", "sent": "b", "list": [1, 2]})
    assert len(answer.headers["x-own"]) == 22
    assert answer.headers["location"] == "/x"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_an_answer_at_once_can_meet_a_challenge(save, call):
    await save(flow("response: {body: '{{ trigger.body.challenge }}', contentType: text/plain}"))
    answer = await call(json={"challenge": "{{ 1 + 1 }}"})
    assert (answer.status_code, answer.text) == (200, "{{ 1 + 1 }}")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_headers_of_an_answer_hold_one_line(save, call):
    await save(flow("response: {headers: {X-Own: '{{ trigger.body }}'}}"))
    answer = await call(content=b"a\r\nSet-Cookie: x=1")
    assert answer.headers["x-own"] == "a Set-Cookie: x=1"
    assert "set-cookie" not in answer.headers


async def test_an_answer_that_cannot_be_rendered_names_the_execution(save, call, client):
    await save(flow("response: {body: '{{ nope.x }}'}"))
    answer = await call()
    assert answer.status_code == 422
    (started,) = (await client.get("/api/v1/main/executions/search")).json()["results"]
    assert started["id"] in answer.text


def test_digests_are_those_of_the_services():
    # the example of the services' own documentation: key and text, then the digest in hexadecimal
    made = hmac.new(b"It's a Secret to Everybody", b"Hello, World!", hashlib.sha256).hexdigest()
    assert made == "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
