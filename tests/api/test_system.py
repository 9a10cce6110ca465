from __future__ import annotations

LOG = "io.kestra.plugin.core.log.Log"


async def test_clients_find_out_what_this_is(client):
    assert (await client.get("/ping")).text == "pong"
    assert (await client.get("/health")).json() == {"status": "UP"}
    config = (await client.get("/api/v1/configs")).json()
    assert config["version"].startswith("2.")
    assert (config["edition"], config["product"]) == ("OSS", "tiercel")
    assert config["systemNamespace"] == "system"


async def test_expression_words_are_listed(client):
    assert "upper" in (await client.get("/api/v1/pebble/filters")).json()
    functions = {one["name"]: one["arguments"] for one in (await client.get("/api/v1/pebble/functions")).json()}
    assert functions["secret"][0] == {"name": "key"}


async def test_expressions_are_rendered_one_by_one(client):
    body = {"expressions": {"good": "{{ a | upper }}", "bad": "{{ nope }}", "hush": "{{ secret('TOKEN') }}"}}
    body["variables"] = {"a": "x"}
    found = (await client.post("/api/v1/main/expressions/render", json=body)).json()["expressions"]
    assert found["good"] == {"result": "X"}
    assert "nope" in found["bad"]["error"]
    assert found["hush"] == {"result": "******"}
    assert (await client.post("/api/v1/main/expressions/render", json=[])).status_code == 422


async def test_types_have_schemas_and_documentation(client):
    plugins = (await client.get("/api/v1/plugins")).json()
    assert any(LOG in [task["cls"] for task in plugin["tasks"]] for plugin in plugins["results"])
    second = (await client.get("/api/v1/plugins", params={"page": 2, "size": 1})).json()
    assert second == {"results": plugins["results"][1:2], "total": len(plugins["results"]), "problems": []}
    assert (await client.get("/api/v1/plugins", params={"size": -1})).status_code == 422
    documentation = (await client.get(f"/api/v1/plugins/{LOG}")).json()
    assert "message" in documentation["schema"]["properties"]["properties"]
    assert (await client.get("/api/v1/plugins/nope.Nope")).status_code == 404
    assert (await client.get(f"/api/v1/plugins/{LOG}/versions")).json()["type"] == LOG


async def test_the_flow_has_a_schema(client):
    response = await client.get("/api/v1/plugins/schemas/flow")
    assert response.headers["cache-control"] == "no-cache"  # plugins come and go while an editor is open
    assert {"id", "namespace", "tasks"} <= set(response.json()["properties"])
    tasks = (await client.get("/api/v1/plugins/schemas/task", params={"arrayOf": "true"})).json()
    assert (tasks["type"], tasks["items"]["$ref"]) == ("array", "#/definitions/task")
    assert (await client.get("/api/v1/plugins/schemas/nope")).status_code == 404


async def test_input_types_are_listed(client):
    found = (await client.get("/api/v1/plugins/inputs")).json()
    assert {"type": "STRING", "cls": "io.kestra.core.models.flows.input.StringInput"} in found


async def test_one_task_is_checked_alone(client):
    good = await client.post(
        "/api/v1/main/flows/validate/task", params={"section": "TASKS"}, content=f"id: a\ntype: {LOG}\nmessage: x\n"
    )
    assert "constraints" not in good.json()
    bad = await client.post(
        "/api/v1/main/flows/validate/task", params={"section": "TASKS"}, content=f"id: a\ntype: {LOG}\nmesage: x\n"
    )
    assert "mesage" in bad.json()["constraints"]
    assert (await client.post("/api/v1/main/flows/validate/task", params={"section": "X"})).status_code == 422
