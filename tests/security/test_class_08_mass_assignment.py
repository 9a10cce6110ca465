"""Class 8: what a request holds beyond what it may say is refused, and never becomes a right, an owner or a state."""

from __future__ import annotations

import json

from api.calls import SOURCE, filled_with
from api.users import ADMIN, EDITOR, VIEWER, YAML, basic

ROOT = "/api/v1/main"
RAISING = [
    {"roles": [{"role": "admin"}]},
    {"grants": [{"role": "admin"}]},
    {"isAdmin": True, "admin": True, "superAdmin": True},
    {"disabled": False, "roles": [{"role": "admin", "namespace": ""}]},
    {"username": "admin@x.org"},
    {"permissions": ["USER:CREATE"]},
]


async def test_nobody_gives_themselves_a_role(guarded):
    async with guarded() as client:
        for name in (EDITOR, VIEWER):
            for change in RAISING:
                own = f"{ROOT}/users/{name}"
                for method, path in (("PUT", own), ("PATCH", own), ("POST", f"{ROOT}/users"), ("POST", own)):
                    answer = await client.request(method, path, json=change, headers=basic(name))
                    assert answer.status_code in {403, 404, 405}, (name, method, path, change)
                tokens = await client.post(f"{own}/tokens", json={"name": "x"} | change, headers=basic(name))
                if tokens.status_code < 300:
                    token = tokens.json()
                    key = next(value for value in token.values() if str(value).startswith("tiercel_"))
                    with_it = {"authorization": f"Bearer {key}"}
                    assert (await client.get(f"{ROOT}/users", headers=with_it)).status_code == 403
                password = {"password": "Correct-Horse-2", "currentPassword": "wrong"} | change
                assert (await client.put(f"{own}/password", json=password, headers=basic(name))).status_code != 204
            me = (await client.get(f"{ROOT}/me", headers=basic(name))).json()
            assert "admin" not in json.dumps(me.get("roles")), name


async def test_fields_a_user_has_not_are_refused(guarded):
    async with guarded() as client:
        new = {"username": "new@x.org", "password": "Correct-Horse-1", "roles": []}
        for extra in ({"passwordHash": "x"}, {"createdAt": 1}, {"isSystem": True}, {"tenantId": "other"}):
            answer = await client.post(f"{ROOT}/users", json=new | extra, headers=basic(ADMIN))
            assert answer.status_code == 422, extra
        answer = await client.put(
            f"{ROOT}/namespaces/team/secrets", json={"key": "A", "value": "x" * 9, "owner": "me"}, headers=basic(ADMIN)
        )
        assert answer.status_code == 422


async def test_a_flow_is_saved_where_its_text_says_and_as_nobody_else(guarded):
    async with guarded() as client:
        source = SOURCE.format(namespace="team")
        assert (await client.post(f"{ROOT}/flows", content=source, headers=basic(EDITOR) | YAML)).status_code == 200
        lines = ["revision: 99", "deleted: true", "updated: 2020-01-01T00:00:00Z", "tenantId: other", "author: root"]
        for line in lines:
            body = f"{source}{line}\n"
            answer = await client.put(f"{ROOT}/flows/team/hello", content=body, headers=basic(EDITOR) | YAML)
            found = await client.get(f"{ROOT}/flows/team/hello", headers=basic(EDITOR))
            if answer.status_code == 200:
                assert found.json()["revision"] < 99, line
                assert found.json().get("tenantId", "main") == "main"
                assert not found.json().get("deleted")
            else:
                assert answer.status_code == 422, line


async def test_a_start_says_inputs_and_labels_and_nothing_of_the_state(guarded):
    async with guarded() as client:
        await filled_with(client, "team")
        start = f"{ROOT}/executions/team/hello"
        for name in ("system.correlationId", "system.username", "system.from", "system.readOnly"):
            answer = await client.post(start, params={"labels": f"{name}:forged"}, headers=basic(EDITOR))
            forged = answer.status_code == 200 and {"key": name, "value": "forged"} in answer.json()["labels"]
            assert not forged or name == "system.correlationId", name
        form = {
            "state": (None, "SUCCESS"),
            "id": (None, "x" * 22),
            "namespace": (None, "other"),
            "outputs": (None, "{}"),
        }
        answer = await client.post(start, params={"wait": "true"}, files=form, headers=basic(EDITOR))
        if answer.status_code == 200:
            made = answer.json()
            assert (made["namespace"], made["id"] == "x" * 22) == ("team", False)
        else:
            assert answer.status_code == 422
