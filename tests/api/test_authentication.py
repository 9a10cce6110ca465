"""Signing in and being known: what lets somebody in, what keeps others out, and for how long."""

from __future__ import annotations

import asyncio
import base64

import pytest

from api.users import ADMIN, EDITOR, PASSWORD, VIEWER, YAML, basic
from tiercel.operations import setup
from tiercel.operations.attempts import WINDOW, Attempts, TooManyAttemptsError
from tiercel.operations.identification import identify_by_password
from tiercel.operations.passwords import verify_password

FLOWS = "/api/v1/main/flows/search"
FLOW = """\
id: hello
namespace: {namespace}
tasks:
  - {{id: say, type: io.kestra.plugin.core.log.Log, message: hi}}
"""


async def signed_in(client, name=ADMIN, password=PASSWORD):
    """Sign in; gives what a browser then sends."""
    response = await client.post("/api/v1/login", json={"username": name, "password": password})
    assert response.status_code == 200, response.text
    cookies = dict(response.cookies)
    client.cookies.clear()
    return {
        "cookie": "; ".join(f"{key}={value}" for key, value in cookies.items()),
        "x-csrf-token": cookies["csrfToken"],
    }


async def status(client, headers, method="GET", path=FLOWS, **rest):
    return (await client.request(method, path, headers=headers, **rest)).status_code


async def test_a_name_and_its_password_let_in(guarded):
    async with guarded() as client:
        assert await status(client, basic(ADMIN)) == 200
        assert await status(client, basic(ADMIN.upper())) == 200
        assert (await client.get("/api/v1/main/me", headers=basic(VIEWER))).json()["username"] == VIEWER


WRONG = [
    "",
    "Basic",
    "Basic !!!",
    "Basic " + base64.b64encode(b"no colon").decode(),
    "Basic " + base64.b64encode(b"\xff:\xff").decode(),
    "Bearer",
    "Bearer tiercel_wrong",
    "Digest x",
    "Basic " + base64.b64encode(f"{ADMIN}:wrong".encode()).decode(),
    "Basic " + base64.b64encode(f"{ADMIN}:".encode()).decode(),
    "Basic " + base64.b64encode(f"{ADMIN} :{PASSWORD}".encode()).decode(),
    "Basic " + base64.b64encode(f"nobody@x.org:{PASSWORD}".encode()).decode(),
    "Basic " + base64.b64encode(b"nobody@x.org:the password of nobody").decode(),
]


async def test_anything_else_does_not(guarded):
    async with guarded() as client:
        for authorization in WRONG:
            response = await client.get(FLOWS, headers={"authorization": authorization})
            assert response.status_code == 401, authorization
            assert response.headers["www-authenticate"] == "Basic"


async def test_a_header_that_is_wrong_is_not_made_up_for_by_a_cookie(guarded):
    async with guarded() as client:
        session = await signed_in(client)
        assert await status(client, session | basic(ADMIN, "wrong")) == 401


async def test_browsers_are_not_led_to_ask_for_a_password_behind_a_page(guarded):
    async with guarded() as client:
        for headers in ({"referer": "http://localhost:8080/ui/login"}, {"sec-fetch-mode": "cors"}):
            response = await client.get(FLOWS, headers=headers)
            assert (response.status_code, "www-authenticate" in response.headers) == (401, False)


async def test_a_session_lets_in_until_it_is_ended(guarded):
    async with guarded() as client:
        session = await signed_in(client)
        assert await status(client, session) == 200
        response = await client.post("/api/v1/logout", headers=session)
        assert response.status_code == 200
        assert all("Max-Age=0" in cookie for cookie in response.headers.get_list("set-cookie"))
        assert await status(client, session) == 401


async def test_the_cookie_of_a_session_is_out_of_reach(guarded):
    async with guarded() as client:
        response = await client.post("/login", json={"username": ADMIN, "password": PASSWORD})
        hidden, shown = response.headers.get_list("set-cookie")
        assert hidden.startswith("tiercel_session=")
        assert "HttpOnly" in hidden
        assert shown.startswith("csrfToken=")
        assert "HttpOnly" not in shown
        assert "SameSite=strict" in hidden
        assert "SameSite=strict" in shown


async def test_a_change_by_cookie_needs_the_other_cookie_as_a_header(guarded):
    async with guarded() as client:
        session = await signed_in(client)
        other = await signed_in(client, VIEWER)
        change = {"method": "POST", "path": "/api/v1/main/users", "json": {}}
        assert await status(client, session, **change) == 422
        only_cookie = {"cookie": session["cookie"]}
        assert await status(client, only_cookie) == 200
        for wrong in ("", "x", other["x-csrf-token"]):
            assert await status(client, only_cookie | {"x-csrf-token": wrong}, **change) == 403
        planted = {"cookie": f"{session['cookie']}; csrfToken=x", "x-csrf-token": "x"}
        assert await status(client, planted, **change) == 403
        assert await status(client, only_cookie | basic(ADMIN), **change) == 422


async def test_signing_in_makes_a_new_session_and_ends_the_one_before(guarded):
    async with guarded() as client:
        first = await signed_in(client)
        body = {"username": VIEWER, "password": PASSWORD}
        response = await client.post("/api/v1/login", json=body, headers={"cookie": first["cookie"]})
        assert response.cookies["tiercel_session"] not in first["cookie"]
        client.cookies.clear()
        assert await status(client, first) == 401


async def test_a_session_given_by_somebody_else_is_none(guarded):
    async with guarded() as client:
        fixed = {"cookie": "tiercel_session=chosen-by-somebody-else"}
        response = await client.post("/api/v1/login", json={"username": ADMIN, "password": PASSWORD}, headers=fixed)
        assert response.status_code == 200
        client.cookies.clear()
        assert await status(client, fixed) == 401


async def test_sessions_end_by_themselves(guarded, monkeypatch):
    async with guarded() as client:
        session = await signed_in(client)
        environment = client.installation.environment
        later = environment.clock() + 169 * 3600 * 1_000_000
        monkeypatch.setattr("tiercel.cli.wiring.time.time_ns", lambda: later * 1000)
        assert await status(client, session) == 401


async def test_nobody_learns_who_exists(guarded):
    async with guarded() as client:
        answers = [
            await client.post("/api/v1/login", json={"username": name, "password": password})
            for name, password in ((ADMIN, "wrong"), ("nobody@x.org", "wrong"), ("no address", "wrong"))
        ]
        assert {(one.status_code, one.json()["message"]) for one in answers} == {
            (401, "The user name or the password is wrong.")
        }


async def test_who_does_not_exist_costs_a_verification_too(guarded, monkeypatch):
    asked = []
    real = "tiercel.operations.identification.verify_password"
    monkeypatch.setattr(real, lambda password_hash, _: bool(asked.append(password_hash)))
    async with guarded() as client:
        assert await status(client, basic(ADMIN)) == 401
        assert await status(client, basic("nobody@x.org")) == 401
    assert len(asked) == 2
    assert asked[1] is None


async def test_a_password_is_verified_once_in_a_while(guarded, monkeypatch):
    asked = []

    def counted(password_hash, password):
        asked.append(password)
        return verify_password(password_hash, password)

    monkeypatch.setattr("tiercel.operations.identification.verify_password", counted)
    async with guarded() as client:
        found = await asyncio.gather(*(status(client, basic(ADMIN)) for _ in range(20)))
        assert set(found) == {200}
        assert len(asked) == 1
        assert await status(client, basic(ADMIN, "wrong")) == 401
        assert await status(client, basic(ADMIN, "wrong")) == 401
        assert len(asked) == 3


async def test_guessing_is_stopped_and_the_right_password_does_not_help(guarded):
    async with guarded() as client:
        for number in range(10):
            assert await status(client, basic(ADMIN, f"wrong{number}")) == 401
        response = await client.get(FLOWS, headers=basic(ADMIN, "wrong"))
        assert response.status_code == 429
        assert 0 < int(response.headers["retry-after"]) <= 300
        assert await status(client, basic(ADMIN)) == 429
        assert await status(client, basic(VIEWER)) == 200
        answer = await client.post("/api/v1/login", json={"username": ADMIN, "password": PASSWORD})
        assert (answer.status_code, "retry-after" in answer.headers) == (429, True)


async def test_guesses_do_not_find_what_another_is_remembered_for(guarded):
    async with guarded() as client:
        environment = client.installation.environment
        for number in range(10):
            assert await identify_by_password(environment, ADMIN, f"wrong{number}", "6.6.6.6") is None
        for _ in range(2):
            assert (await identify_by_password(environment, ADMIN, PASSWORD, "1.1.1.1")).name == ADMIN
        with pytest.raises(TooManyAttemptsError):
            await identify_by_password(environment, ADMIN, PASSWORD, "6.6.6.6")


def test_attempts_are_counted_by_address_and_by_name():
    attempts = Attempts()
    for number in range(30):
        attempts.take(f"user{number}", "1.1.1.1", now=number)
    with pytest.raises(TooManyAttemptsError):
        attempts.take("another", "1.1.1.1", now=40)
    attempts.take("another", "2.2.2.2", now=40)
    attempts.take("another", "1.1.1.1", now=WINDOW)
    for number in range(98):
        attempts.take("user0", f"3.3.3.{number}", now=50)
    attempts.take("user0", "4.4.4.4", now=50)
    with pytest.raises(TooManyAttemptsError) as caught:
        attempts.take("user0", "5.5.5.5", now=50)
    assert caught.value.retry_after <= 300


def test_attempts_that_did_not_fail_count_for_nothing():
    attempts = Attempts()
    for number in range(1000):
        attempts.take("user", "1.1.1.1", now=number)
        attempts.give_back("user", "1.1.1.1")


async def test_an_api_token_lets_in_until_it_is_revoked(guarded):
    async with guarded() as client:
        tokens = f"/api/v1/main/users/{EDITOR}/tokens"
        made = (await client.post(tokens, json={"name": "ci"}, headers=basic(EDITOR))).json()
        bearer = {"authorization": f"Bearer {made['token']}"}
        assert await status(client, bearer) == 200
        listed = (await client.get(tokens, headers=basic(EDITOR))).json()["results"]
        assert [one["name"] for one in listed] == ["ci"]
        assert "usedAt" in listed[0]
        assert made["token"] not in str(listed)
        assert await status(client, basic(VIEWER), "DELETE", f"{tokens}/{made['id']}") == 403
        assert await status(client, basic(EDITOR), "DELETE", f"{tokens}/{made['id']}") == 204
        assert await status(client, bearer) == 401
        assert await status(client, basic(EDITOR), "DELETE", f"{tokens}/{made['id']}") == 404


async def test_an_api_token_makes_no_others_and_changes_no_password(guarded):
    async with guarded() as client:
        own = f"/api/v1/main/users/{ADMIN}"
        made = (await client.post(f"{own}/tokens", json={"name": "ci"}, headers=basic(ADMIN))).json()
        bearer = {"authorization": f"Bearer {made['token']}"}
        assert await status(client, bearer, path="/api/v1/main/users") == 200
        assert await status(client, bearer, "POST", f"{own}/tokens", json={"name": "more"}) == 403
        change = {"password": "Another-Horse-2", "currentPassword": PASSWORD}
        assert await status(client, bearer, "PUT", f"{own}/password", json=change) == 403


async def test_api_tokens_end_by_themselves(guarded, monkeypatch):
    async with guarded() as client:
        tokens = f"/api/v1/main/users/{EDITOR}/tokens"
        made = (await client.post(tokens, json={"name": "ci", "lifetime": "PT1H"}, headers=basic(EDITOR))).json()
        bearer = {"authorization": f"Bearer {made['token']}"}
        assert await status(client, bearer) == 200
        later = client.installation.environment.clock() + 3600 * 1_000_000
        monkeypatch.setattr("tiercel.cli.wiring.time.time_ns", lambda: later * 1000)
        assert await status(client, bearer) == 401


async def test_a_new_password_ends_what_the_old_one_began(guarded):
    async with guarded() as client:
        session = await signed_in(client, EDITOR)
        assert await status(client, basic(EDITOR)) == 200
        path = f"/api/v1/main/users/{EDITOR}/password"
        change = {"password": "Another-Horse-2", "currentPassword": PASSWORD}
        assert await status(client, basic(EDITOR), "PUT", path, json=change | {"currentPassword": "x"}) == 403
        assert await status(client, basic(EDITOR), "PUT", path, json=change | {"password": "short"}) == 422
        assert await status(client, basic(VIEWER), "PUT", path, json=change) == 403
        assert await status(client, basic(EDITOR), "PUT", path, json=change) == 204
        assert await status(client, session) == 401
        assert await status(client, basic(EDITOR)) == 401
        assert await status(client, basic(EDITOR, "Another-Horse-2")) == 200


async def test_a_closed_account_is_closed_at_once(guarded):
    async with guarded() as client:
        session = await signed_in(client, EDITOR)
        tokens = f"/api/v1/main/users/{EDITOR}/tokens"
        made = (await client.post(tokens, json={"name": "ci"}, headers=basic(EDITOR))).json()
        every = [session, basic(EDITOR), {"authorization": f"Bearer {made['token']}"}]
        assert [await status(client, one) for one in every] == [200, 200, 200]
        user = f"/api/v1/main/users/{EDITOR}"
        assert await status(client, basic(ADMIN), "PATCH", user, json={"disabled": True}) == 200
        assert [await status(client, one) for one in every] == [401, 401, 401]
        assert await status(client, basic(ADMIN), "PATCH", user, json={"disabled": False}) == 200
        assert [await status(client, one) for one in every] == [401, 200, 200]


async def test_a_changed_role_counts_at_once(guarded):
    async with guarded() as client:
        assert await status(client, basic(VIEWER)) == 200
        path = f"/api/v1/main/users/{VIEWER}"
        assert await status(client, basic(ADMIN), "PATCH", path, json={"roles": []}) == 200
        assert await status(client, basic(VIEWER)) == 403
        assert await status(client, basic(ADMIN), "PATCH", path, json={"roles": [{"role": "king"}]}) == 422


async def test_somebody_can_always_administer(guarded):
    async with guarded() as client:
        path = f"/api/v1/main/users/{ADMIN}"
        assert await status(client, basic(ADMIN), "PATCH", path, json={"roles": [{"role": "viewer"}]}) == 409
        assert await status(client, basic(ADMIN), "PATCH", path, json={"disabled": True}) == 409
        assert await status(client, basic(ADMIN), path="/api/v1/main/users") == 200


async def test_what_cannot_be_set_is_refused(guarded):
    async with guarded() as client:
        body = {"username": "new@x.org", "password": PASSWORD, "roles": []}
        assert await status(client, basic(ADMIN), "POST", "/api/v1/main/users", json=body | {"createdAt": 1}) == 422
        assert await status(client, basic(ADMIN), "POST", "/api/v1/main/users", json=body) == 200
        assert await status(client, basic(ADMIN), "POST", "/api/v1/main/users", json=body) == 409
        assert "hash" not in (await client.get("/api/v1/main/users", headers=basic(ADMIN))).text


async def test_weak_passwords_are_refused(guarded):
    async with guarded() as client:
        for password in ("Short1", "nouppercase1", "NOLOWERCASE1", "NoDigitsHere", "Aa1" * 90, None, 5):
            body = {"username": "new@x.org", "password": password}
            response = await client.post("/api/v1/main/users", json=body, headers=basic(ADMIN))
            assert response.status_code == 422
            assert response.json()["errors"][0]["path"] == "password"


async def test_the_first_user_needs_the_token_that_was_printed_last(open_server):
    async with open_server(is_open=False) as client:
        environment = client.installation.environment
        path, first = "/api/v1/main/basicAuth", {"username": ADMIN, "password": PASSWORD}
        assert (await client.get("/api/v1/configs/login")).json() == {
            "isBasicAuthInitialized": False,
            "isSignInRequired": True,
        }
        assert await status(client, {"x-setup-token": "x"}, "POST", path, json=first) == 403
        old = await setup.issue_setup_token(environment)
        token = await setup.issue_setup_token(environment)
        for wrong in ({}, {"x-setup-token": old}, {"x-setup-token": ""}):
            assert await status(client, wrong, "POST", path, json=first) == 403
        weak = first | {"password": "weak", "setupToken": token}
        assert await status(client, {}, "POST", path, json=weak) == 422
        assert await status(client, {}, "POST", "/api/v1/basicAuth", json=first | {"setupToken": token}) == 204
        assert await status(client, basic(ADMIN), path="/api/v1/main/users") == 200
        again = {"username": "other@x.org", "password": PASSWORD, "setupToken": token}
        assert await status(client, {}, "POST", path, json=again) == 409
        assert (await client.get("/api/v1/configs/login")).json()["isBasicAuthInitialized"] is True
        assert await setup.issue_setup_token(environment) is None


async def test_set_up_tokens_cannot_be_tried_out(open_server):
    async with open_server(is_open=False) as client:
        await setup.issue_setup_token(client.installation.environment)
        path, body = "/api/v1/main/basicAuth", {"username": ADMIN, "password": PASSWORD}
        found = [await status(client, {"x-setup-token": str(n)}, "POST", path, json=body) for n in range(11)]
        assert found == [403] * 10 + [429]


async def test_a_copy_of_the_database_lets_nobody_in(guarded):
    async with guarded() as client:
        session = await signed_in(client, EDITOR)
        made = await client.post(f"/api/v1/main/users/{EDITOR}/tokens", json={"name": "ci"}, headers=basic(EDITOR))
        secrets = [made.json()["token"], session["cookie"].split(";")[0].partition("=")[2], PASSWORD]
        tables = ("users", "sessions", "api_tokens", "setup_tokens", "audit")
        stored = await client.installation.environment.database.read(
            lambda connection: str([connection.fetch(f"SELECT * FROM {table}") for table in tables])
        )
        assert EDITOR in stored
        assert [secret for secret in secrets if secret in stored] == []


async def test_signing_in_is_written_down(guarded):
    async with guarded() as client:
        await signed_in(client, EDITOR)
        rows = (await client.get("/api/v1/main/audit", headers=basic(ADMIN))).json()["results"]
        assert [(row["actor"], row["resource"], row["id"]) for row in rows] == [(EDITOR, "ACCOUNT", "session")]


async def test_changes_are_written_down_with_who_made_them(guarded):
    async with guarded() as client:
        await client.post("/api/v1/main/flows", content=FLOW.format(namespace="team"), headers=basic(EDITOR) | YAML)
        ran = await client.post("/api/v1/main/executions/team/hello?wait=true", headers=basic(EDITOR))
        await client.put("/api/v1/main/namespaces/team/kv/color", content='"red"', headers=basic(EDITOR))
        await client.delete("/api/v1/main/flows/team/hello", headers=basic(EDITOR))
        denied = await client.delete("/api/v1/main/namespaces/team/kv/color", headers=basic(VIEWER))
        assert denied.status_code == 403
        rows = (await client.get("/api/v1/main/audit", headers=basic(ADMIN))).json()["results"]
        seen = [(row["actor"], row["action"], row["resource"], row["namespace"], row["id"]) for row in reversed(rows)]
        assert seen == [
            (EDITOR, "CREATE", "FLOW", "team", "hello"),
            (EDITOR, "CREATE", "EXECUTION", "team", ran.json()["id"]),
            (EDITOR, "UPDATE", "KV", "team", "color"),
            (EDITOR, "DELETE", "FLOW", "team", "hello"),
        ]
        page = (await client.get("/api/v1/main/audit?size=2", headers=basic(ADMIN))).json()["results"]
        rest = f"/api/v1/main/audit?before={page[-1]['number']}"
        assert (await client.get(rest, headers=basic(ADMIN))).json()["results"] == rows[2:]
        assert await status(client, basic(EDITOR), path="/api/v1/main/audit") == 403


async def test_a_change_of_several_things_names_them(guarded):
    async with guarded() as client:
        as_editor = basic(EDITOR)
        await client.post("/api/v1/main/flows", content=FLOW.format(namespace="team"), headers=as_editor | YAML)
        body = [{"namespace": "team", "id": "hello"}]
        gone = await client.request("DELETE", "/api/v1/main/flows/delete/by-ids", json=body, headers=as_editor)
        assert gone.json() == {"count": 1}
        last = (await client.get("/api/v1/main/audit", headers=basic(ADMIN))).json()["results"][0]
        assert (last["action"], last["resource"], last["id"]) == ("DELETE", "FLOW", "team.hello")


async def test_a_change_that_failed_is_not_written_down(guarded):
    async with guarded() as client:
        broken = await client.post("/api/v1/main/flows", content="id: x", headers=basic(EDITOR) | YAML)
        assert broken.status_code == 422
        rows = (await client.get("/api/v1/main/audit", headers=basic(ADMIN))).json()["results"]
        assert rows == []


def remembered(name, password=PASSWORD):
    """Give the cookie in which older clients keep a name and its password."""
    return {"cookie": f"BASIC_AUTH={base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


async def test_a_cookie_with_name_and_password_lets_in(guarded):
    async with guarded() as client:
        assert await status(client, remembered(VIEWER)) == 200
        for cookie in (remembered(VIEWER, "wrong"), {"cookie": "BASIC_AUTH=!"}, {"cookie": "BASIC_AUTH="}):
            assert await status(client, cookie) == 401
        assert await status(client, remembered(ADMIN) | basic(ADMIN, "wrong")) == 401


async def test_such_a_cookie_alone_changes_nothing(guarded):
    """A page of another site can make a browser send it, with the origin of that page or with none."""
    async with guarded() as client:
        cookie = remembered(ADMIN)
        change = {"method": "POST", "path": "/api/v1/main/flows", "content": FLOW.format(namespace="team")}
        assert await status(client, cookie | YAML, **change) == 403
        assert await status(client, cookie | YAML | {"x-csrf-token": ""}, **change) == 403
        assert await status(client, cookie | YAML | {"x-csrf-token": "a"}, **change) == 403
        assert await status(client, cookie | YAML | {"origin": "http://elsewhere.org"}, **change) == 403
        assert await status(client, cookie | YAML | {"origin": "null"}, **change) == 403
        assert await status(client, cookie | YAML | {"origin": "http://localhost:8080"}, **change) == 200
        repeated = {"cookie": f"{cookie['cookie']}; csrfToken=a", "x-csrf-token": "a"}
        assert await status(client, repeated, method="DELETE", path="/api/v1/main/flows/team/hello") == 204
