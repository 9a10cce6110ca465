"""Stored secrets: written through the API, never readable by it, open to the flows of their namespace."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from itertools import count

from msgspec import structs

from api.users import ADMIN, EDITOR, NOTHING, VIEWER, basic
from conformance.waiting import until
from tiercel.cli.wiring import open_installation
from tiercel.operations.sealing import seal
from tiercel.operations.secret_store import watch_secrets
from tiercel.operations.settings import SecretSettings, Settings
from tiercel.repository import secrets as repository

ROOT = "/api/v1/main/namespaces"
FLOW = """\
id: {id}
namespace: {namespace}
tasks:
  - id: use
    type: io.kestra.plugin.core.debug.Return
    format: "{{{{ {expression} }}}}"
"""


NUMBERS = count()


async def put(client, namespace="team.data", key="API_KEY", value="s3cr3t-value", **more):
    return await client.put(f"{ROOT}/{namespace}/secrets", json={"key": key, "value": value, **more})


async def length_of(save, start, expression, namespace="team.data"):
    """Run a flow that uses a secret without showing it."""
    flow_id = f"f{next(NUMBERS)}"
    await save(FLOW.format(id=flow_id, namespace=namespace, expression=f"{expression} | length"))
    found = await start(flow_id, namespace)
    return found["state"]["current"], (found["taskRunList"][0].get("outputs") or {}).get("value")


async def test_a_secret_is_stored_named_and_removed(client):
    tags = [{"key": "for", "value": "billing"}]
    stored = await put(client, description="of the vendor", tags=tags)
    assert stored.status_code == 200
    (meta,) = stored.json()
    assert {"key": "API_KEY", "namespace": "team.data", "description": "of the vendor", "tags": tags}.items() <= (
        meta.items()
    )
    listed = (await client.get(f"{ROOT}/team.data/secrets")).json()
    assert [one["key"] for one in listed["results"]] == ["TOKEN", "API_KEY"]
    assert listed["readOnly"] is False
    everywhere = (await client.get("/api/v1/main/secrets", params={"filters[q][EQUALS]": "api"})).json()
    assert [(one["namespace"], one["key"]) for one in everywhere["results"]] == [("team.data", "API_KEY")]
    inherited = (await client.get(f"{ROOT}/team.data.eu/inherited-secrets")).json()
    assert inherited == {"team.data.eu": ["TOKEN"], "team.data": ["API_KEY"]}
    assert "s3cr3t-value" not in stored.text + str(listed) + str(everywhere)
    assert (await client.delete(f"{ROOT}/team.data/secrets/API_KEY")).status_code == 204
    assert (await client.delete(f"{ROOT}/team.data/secrets/API_KEY")).status_code == 404


async def test_no_route_gives_a_value(client):
    await put(client)
    for path in (f"{ROOT}/team.data/secrets/API_KEY", f"{ROOT}/team.data/secrets/API_KEY/value"):
        assert (await client.get(path)).status_code in {404, 405}


async def test_what_is_said_of_a_secret_changes_without_its_value(client, save, start):
    await put(client, description="old")
    changed = await client.patch(f"{ROOT}/team.data/secrets/api_key", json={"description": "new", "tags": []})
    assert changed.json()[0]["description"] == "new"
    assert changed.json()[0]["key"] == "API_KEY"
    assert await length_of(save, start, "secret('API_KEY')") == ("SUCCESS", "12")
    assert (await client.patch(f"{ROOT}/team.data/secrets/NONE", json={"description": "x"})).status_code == 404


async def test_flows_read_secrets_of_their_namespace_and_above_only(client, save, start):
    await put(client, "team", "SHARED", "12345")
    await put(client, "team", "NEAR", "far away")
    await put(client, "team.data", "NEAR", "near")
    await put(client, "other", "FOREIGN", "foreign value")
    assert await length_of(save, start, "secret('SHARED')") == ("SUCCESS", "5")
    assert await length_of(save, start, "secret('shared')") == ("SUCCESS", "5")
    assert await length_of(save, start, "secret('NEAR')") == ("SUCCESS", "4")
    assert await length_of(save, start, "secret('NEAR', namespace='team')") == ("SUCCESS", "8")
    assert await length_of(save, start, "secret('TOKEN')") == ("SUCCESS", "9")
    for expression in ("secret('FOREIGN')", "secret('FOREIGN', namespace='other')", "secret('NEAR', namespace='te')"):
        state, _ = await length_of(save, start, expression)
        assert state == "FAILED", expression


async def test_the_environment_wins_over_what_is_stored(client, save, start):
    await put(client, key="TOKEN", value="stored")
    assert await length_of(save, start, "secret('TOKEN')") == ("SUCCESS", "9")


async def test_a_changed_value_is_used_at_once_and_the_old_one_stays_masked(client, save, start):
    await put(client, value="the first value")
    await save(FLOW.format(id="f", namespace="team.data", expression="secret('API_KEY')"))
    before = await start("f", "team.data")
    await put(client, value="second")
    assert await length_of(save, start, "secret('API_KEY')") == ("SUCCESS", "6")
    shown = await client.get(f"/api/v1/main/executions/{before['id']}")
    assert "the first value" not in shown.text
    assert "******" in shown.text


async def test_what_another_process_stores_or_removes_is_known_soon(client):
    """Another process has other memory and the same database: here the database is written past this one's memory."""
    environment = client.installation.environment
    await put(client)
    (stored,) = await environment.database.read(repository.list_secrets)
    watching = asyncio.create_task(watch_secrets(environment, seconds=0.001))

    async def is_known(value):
        async def is_so():
            return environment.secrets.find("API_KEY", "team.data") == value

        return await until(is_so, 60)

    try:
        sealed = seal(environment.secrets_key(), "another-value", ("team.data", "API_KEY"))
        changed = structs.replace(stored, value=sealed, updated_at=stored.updated_at + 1)
        await environment.database.write(lambda connection: repository.save_secret(connection, changed))
        assert await is_known("another-value")
        assert environment.secrets.mask("it is another-value, was s3cr3t-value") == "it is ******, was ******"
        await environment.database.write(
            lambda connection: repository.delete_secret(connection, "team.data", "API_KEY")
        )
        assert await is_known(None)
    finally:
        watching.cancel()


async def test_what_cannot_be_stored_is_explained(client):
    for body, path in (
        ({"key": "A"}, "value"),
        ({"value": "x"}, "key"),
        ({"key": "-", "value": "x"}, "key"),
        ({"key": "A", "value": ""}, "value"),
        ({"key": "A", "value": "x" * 70_000}, "value"),
        ({"key": "A", "value": 5}, "value"),
        ({"key": "A", "value": "x", "tags": ["a"]}, "tags"),
        ({"key": "A", "value": "x", "tags": [{"key": "a"}]}, "tags[0]"),
        ({"key": "A", "value": "x", "description": 1}, "description"),
        ({"key": "A", "value": "x", "valeu": "x"}, "valeu"),
    ):
        response = await client.put(f"{ROOT}/team/secrets", json=body)
        assert response.status_code == 422, body
        assert path in [issue["path"] for issue in response.json()["errors"]], response.text
    assert (await client.put(f"{ROOT}/team/secrets", json=[])).status_code == 422


async def test_writing_needs_its_right_and_names_need_theirs(guarded):
    async with guarded() as client:
        body = {"key": "A", "value": "x" * 20}
        where = f"{ROOT}/team/secrets"
        assert (await client.put(where, json=body, headers=basic(ADMIN))).status_code == 200
        for user in (EDITOR, VIEWER, NOTHING):
            assert (await client.put(where, json=body, headers=basic(user))).status_code == 403
            assert (await client.patch(f"{where}/A", json={}, headers=basic(user))).status_code == 403
            assert (await client.delete(f"{where}/A", headers=basic(user))).status_code == 403
        seen = (await client.get(where, headers=basic(EDITOR))).json()
        assert (seen["readOnly"], [one["key"] for one in seen["results"]]) == (True, ["TOKEN", "A"])
        await client.put(f"{ROOT}/elsewhere/secrets", json=body, headers=basic(ADMIN))
        everywhere = (await client.get("/api/v1/main/secrets", headers=basic(EDITOR))).json()
        assert "elsewhere" not in str(everywhere)
        assert (await client.get(f"{ROOT}/elsewhere/secrets", headers=basic(EDITOR))).status_code == 403
        for user in (VIEWER, NOTHING):
            assert (await client.get(where, headers=basic(user))).status_code == 403
        audit = (await client.get("/api/v1/main/auditlogs/search", headers=basic(ADMIN))).text
        assert "x" * 20 not in audit


async def test_values_are_encrypted_with_a_key_that_only_the_owner_reads(open_server, tmp_path):
    async with open_server() as client:
        assert not (tmp_path / "home" / "secrets.key").exists()
        await put(client)
        key = tmp_path / "home" / "secrets.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    raw = sqlite3.connect(tmp_path / "home" / "tiercel.db")
    assert raw.execute("SELECT count(*) FROM secrets").fetchone() == (1,)
    raw.close()
    for file in (tmp_path / "home").rglob("*"):
        assert not file.is_file() or b"s3cr3t-value" not in file.read_bytes(), file


async def test_two_secrets_cannot_change_places(open_server, tmp_path):
    async with open_server() as client:
        await put(client, key="LOW")
        await put(client, key="HIGH", value="powerful")
    raw = sqlite3.connect(tmp_path / "home" / "tiercel.db")
    raw.execute("UPDATE secrets SET value = (SELECT value FROM secrets WHERE key = 'HIGH') WHERE key = 'LOW'")
    raw.commit()
    raw.close()
    problem = await _problem_of_opening(tmp_path)
    assert "The secret LOW of namespace team.data does not open" in problem


async def test_another_key_is_told_at_the_start(open_server, tmp_path):
    async with open_server() as client:
        await put(client)
    other = tmp_path / "other.key"
    other.write_text("b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3Q=")
    problem = await _problem_of_opening(tmp_path, SecretSettings(key_file=str(other)))
    assert "does not open with the key of this installation" in problem
    assert "secrets.key_file" in problem
    (tmp_path / "home" / "secrets.key").unlink()
    assert "does not open with the key" in await _problem_of_opening(tmp_path)


async def _problem_of_opening(tmp_path, own=None):
    settings = Settings(home=str(tmp_path / "home"), secrets=own or SecretSettings())
    try:
        async with open_installation(settings, {}, is_durable=False, is_discovering=False):
            return "opened"
    except Exception as error:  # noqa: BLE001 (what the message says is looked at)
        return str(error)
