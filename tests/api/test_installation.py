"""The settings in force, plugins that did not load, and the last executions of several flows."""

from __future__ import annotations

import pytest

from api.users import ADMIN, VIEWER, basic
from tiercel.operations.settings import (
    AiSettings,
    PluginSettings,
    RetentionSettings,
    SecretSettings,
    Settings,
    VariableSettings,
)

QUICK = "id: {}\nnamespace: dev\ntasks: [{{id: a, type: io.kestra.plugin.core.flow.Sleep, duration: PT0S}}]"
LATEST = "/api/v1/main/executions/latest"


async def settings_of(client):
    found = (await client.get("/api/v1/main/settings")).json()
    assert found["total"] == len(found["results"])
    return {one["name"]: (one["value"], one["isDefault"]) for one in found["results"]}


async def test_settings_in_force_tell_what_was_changed(open_server, tmp_path):
    settings = Settings(home=str(tmp_path / "home"), retention=RetentionSettings(days=7), pools={"gpu": 2})
    async with open_server(settings) as client:
        found = await settings_of(client)
    assert found["retention.days"] == (7, False)
    assert found["server.port"] == (8080, True)
    assert found["pools"] == ({"gpu": 2}, False)


async def test_settings_hold_no_secret(open_server, tmp_path):
    settings = Settings(
        home=str(tmp_path / "home"),
        ai=AiSettings(url="http://user:hush@model", key="hush-hush", model="m"),
        secrets=SecretSettings(key="aHVzaC1odXNoLWh1c2gtaHVzaC1odXNoLWh1c2gtaCE="),
        variables=VariableSettings(globals={"any": "hush"}),
        plugins=PluginSettings(configurations=({"type": "a.B", "values": {"x": "hush"}},)),
    )
    async with open_server(settings) as client:
        response = await client.get("/api/v1/main/settings")
        found = await settings_of(client)
    assert "hush" not in response.text
    assert "aHVzaC" not in response.text
    assert found["ai.key"] == ("******", False)
    assert found["ai.url"] == ("http://******@model", False)
    assert found["storage.secret_access_key"] == ("", True)
    assert found["plugins.configurations"] == ("******", False)


async def test_settings_are_for_those_who_may_change_them(guarded):
    async with guarded() as client:
        assert (await client.get("/api/v1/main/settings", headers=basic(VIEWER))).status_code == 403
        assert (await client.get("/api/v1/main/settings", headers=basic(ADMIN))).status_code == 200


@pytest.fixture
def broken_plugins(tmp_path):
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "broken_one.py").write_text("import no_such_module_at_all\n")
    return folder


async def test_plugins_that_do_not_load_are_told(open_server, tmp_path, broken_plugins):
    settings = Settings(home=str(tmp_path / "home"), plugins=PluginSettings(folder=str(broken_plugins)))
    async with open_server(settings) as client:
        await client.get("/api/v1/plugins")
        found = (await client.get("/api/v1/plugins/problems")).json()
    assert found["total"] == len(found["results"])
    assert any("no_such_module_at_all" in problem for problem in found["results"]), found


async def test_the_last_executions_of_flows(client, save, start):
    for name in ("one", "two", "three"):
        await save(QUICK.format(name))
    for name in ("one", "one", "one", "two"):
        await start(name)
    keys = [{"namespace": "dev", "id": name} for name in ("one", "two", "three")]
    found = (await client.post(LATEST, json=keys, params={"each": 2})).json()
    assert [one["flowId"] for one in found] == ["one", "one", "two"]
    assert found[0]["startDate"] > found[1]["startDate"]
    assert all(one["endDate"] for one in found)
    assert [one["flowId"] for one in (await client.post(LATEST, json=keys)).json()] == ["one", "two"]
    assert (await client.post(LATEST, json=keys, params={"each": 51})).status_code == 422
