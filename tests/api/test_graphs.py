from __future__ import annotations

YAML = {"content-type": "application/x-yaml"}
ROOT = "/api/v1/main"
FLOW = """\
id: drawn
namespace: dev
tasks:
  - id: fork
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: left
        type: io.kestra.plugin.core.log.Log
        message: "Hello"
      - id: right
        type: io.kestra.plugin.core.log.Log
        message: there
  - id: child
    type: io.kestra.plugin.core.flow.Subflow
    namespace: dev
    flowId: drawn_child
errors:
  - id: alarm
    type: io.kestra.plugin.core.log.Log
    message: failed
    disabled: true
"""
CHILD = """\
id: drawn_child
namespace: dev
tasks:
  - id: inner
    type: io.kestra.plugin.core.log.Log
    message: hi
"""


async def test_a_text_is_drawn_without_being_saved(client):
    graph = (await client.post(f"{ROOT}/flows/graph", content=FLOW, headers=YAML)).json()
    nodes = {node["uid"]: node for node in graph["nodes"]}
    assert nodes["root.fork.left"]["task"] == {
        "id": "left",
        "type": "io.kestra.plugin.core.log.Log",
        "message": "Hello",
    }
    assert nodes["root.fork.left"]["type"] == "io.kestra.core.models.hierarchies.GraphTask"
    assert nodes["root.alarm"]["branchType"] == "ERROR"
    assert nodes["root.alarm"]["task"]["disabled"] is True
    assert nodes["root.child"]["type"].endswith(".SubflowGraphTask")
    edges = {(edge["source"], edge["target"]): edge["relation"] for edge in graph["edges"]}
    assert edges["root.fork", "root.fork.right"] == {"relationType": "PARALLEL"}
    assert edges["root.-start", "root.alarm"] == {"relationType": "ERROR"}
    (cluster,) = graph["clusters"]
    assert cluster["cluster"]["taskNode"]["uid"] == "root.fork"
    assert cluster["start"] in cluster["nodes"]
    assert graph["flowables"] == ["root.fork"]
    assert (await client.get(f"{ROOT}/flows/dev/drawn")).status_code == 404


async def test_a_text_that_is_no_flow_is_refused_with_its_places(client):
    response = await client.post(f"{ROOT}/flows/graph", content=FLOW.replace("message: hi", ""), headers=YAML)
    assert response.status_code == 200
    wrong = await client.post(f"{ROOT}/flows/graph", content=FLOW.replace("core.log.Log", "core.log.Lg"), headers=YAML)
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["path"] == "tasks[0].tasks[0].type"


async def test_a_stored_flow_is_drawn_with_the_flows_it_starts(client, save):
    await save(CHILD)
    await save(FLOW)
    plain = (await client.get(f"{ROOT}/flows/dev/drawn/graph")).json()
    assert not any("inner" in node["uid"] for node in plain["nodes"])
    query = {"subflows": "root.child"}
    expanded = (await client.get(f"{ROOT}/flows/dev/drawn/graph", params=query)).json()
    assert any(node["uid"] == "root.child.inner" for node in expanded["nodes"])
    missing = await client.get(f"{ROOT}/flows/dev/drawn/graph", params={"subflows": "root.fork"})
    assert missing.status_code == 404


async def test_an_execution_is_drawn_without_what_tasks_are_told(client, save, start):
    await save(CHILD)
    execution = await start("drawn_child")
    graph = (await client.get(f"{ROOT}/executions/{execution['id']}/graph")).json()
    tasks = [node["task"] for node in graph["nodes"] if "task" in node]
    assert tasks == [{"id": "inner", "type": "io.kestra.plugin.core.log.Log"}]
