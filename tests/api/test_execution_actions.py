"""What can be done with executions that are there: go on, again, otherwise, or away."""

from __future__ import annotations

from api.execution_flows import ECHO, FAIL, HELLO, PAUSE, ROOT, states


async def test_a_paused_execution_goes_on_with_inputs(client, save, start):
    await save(PAUSE)
    execution = await start("wait", wait="false")
    path = f"{ROOT}/{execution['id']}"
    missing = await client.post(f"{path}/actions/resume")
    assert missing.status_code == 422
    checked = await client.post(f"{path}/actions/resume/validate")
    assert [one["input"]["id"] for one in checked.json()["inputs"]] == ["reason"]
    resumed = await client.post(f"{path}/actions/resume", files=[("reason", (None, b"because"))])
    assert resumed.status_code == 200
    async with client.stream("GET", f"{path}/follow") as stream:
        await stream.aread()
    ended = (await client.get(path)).json()
    assert ended["state"]["current"] == "SUCCESS"
    assert ended["taskRunList"][1]["outputs"] == {"value": "because"}
    assert (await client.post(f"{path}/actions/resume")).status_code == 409


async def test_both_spellings_of_an_action(client, save, start):
    await save(PAUSE)
    for path, status in (("kill", 202), ("actions/kill", 200)):
        execution = await start("wait", wait="false")
        killed = await client.delete(f"{ROOT}/{execution['id']}/{path}")
        assert killed.status_code == status
        assert killed.json()["state"]["current"] in {"KILLED", "KILLING"}


async def test_paths_of_1_x_answer_as_1_x_did(client, save, start):
    await save(PAUSE)
    execution = await start("wait", wait="false")
    answer = await client.post(f"{ROOT}/{execution['id']}/resume", files={"reason": (None, b"because")})
    assert (answer.status_code, answer.content) == (204, b"")
    for verb in ("restart", "unqueue", "force-run", "pause", "resume"):
        answer = await client.post(f"{ROOT}/{execution['id']}/{verb}")
        assert (answer.status_code, answer.json()["status"]) == (422, 422), verb
    assert (await client.post(f"{ROOT}/unknown/labels", json=[{"key": "a", "value": "b"}])).status_code == 404


async def test_an_action_that_does_not_fit_the_state_is_a_conflict(client, save, start):
    await save(HELLO)
    execution = await start("hello")
    for verb in ("pause", "resume", "restart", "force-run", "unqueue", "resume-from-breakpoint"):
        response = await client.post(f"{ROOT}/{execution['id']}/actions/{verb}")
        assert (response.status_code, execution["id"] in response.json()["message"]) == (409, True), verb
    assert (await client.post(f"{ROOT}/{execution['id']}/actions/dance")).status_code == 404
    for verb in ("pause", "kill"):
        method = "DELETE" if verb == "kill" else "POST"
        assert (await client.request(method, f"{ROOT}/{'x' * 20}/actions/{verb}")).status_code == 404


async def test_a_failed_execution_is_restarted_under_its_id(client, save, start):
    await save(FAIL)
    execution = await start("fail")
    restarted = await client.post(f"{ROOT}/{execution['id']}/restart")
    assert (restarted.status_code, restarted.json()["id"]) == (200, execution["id"])
    async with client.stream("GET", f"{ROOT}/{execution['id']}/follow") as stream:
        await stream.aread()
    again = (await client.get(f"{ROOT}/{execution['id']}")).json()
    assert states(again) == ["CREATED", "RUNNING", "FAILED", "RESTARTED", "RUNNING", "FAILED"]
    assert again["metadata"]["attemptNumber"] == 2
    assert {"key": "system.restarted", "value": "true"} in again["labels"]


async def test_a_replay_is_a_new_execution(client, save, start):
    await save(ECHO)
    execution = await start("echo", files=[("name", (None, b"Ana"))])
    replayed = (await client.post(f"{ROOT}/{execution['id']}/actions/replay")).json()
    assert replayed["id"] != execution["id"]
    assert (replayed["originalId"], replayed["inputs"]) == (execution["id"], execution["inputs"])
    assert {"key": "system.replay", "value": "true"} in replayed["labels"]
    old = (await client.get(f"{ROOT}/{execution['id']}")).json()
    assert {"key": "system.replayed", "value": "true"} in old["labels"]


async def test_a_replay_can_take_other_inputs(client, save, start):
    await save(ECHO)
    execution = await start("echo", files=[("name", (None, b"Ana"))])
    path = f"{ROOT}/{execution['id']}/actions/replay-with-inputs"
    assert (await client.post(path)).status_code == 422
    replayed = (await client.post(path, files=[("name", (None, b"Bo"))])).json()
    assert replayed["inputs"] == {"name": "Bo", "times": 2}


async def test_a_replay_can_begin_in_the_middle(client, save, start):
    await save(FAIL)
    execution = await start("fail")
    first, boom = execution["taskRunList"]
    query = {"taskRunId": boom["id"]}
    replayed = (await client.post(f"{ROOT}/{execution['id']}/actions/replay", params=query)).json()
    async with client.stream("GET", f"{ROOT}/{replayed['id']}/follow") as stream:
        await stream.aread()
    ended = (await client.get(f"{ROOT}/{replayed['id']}")).json()
    assert [run["taskId"] for run in ended["taskRunList"]] == ["first", "boom"]
    assert ended["taskRunList"][0]["outputs"] == first["outputs"]
    unknown = await client.post(f"{ROOT}/{execution['id']}/actions/replay", params={"taskRunId": "nope"})
    assert unknown.status_code == 404


async def test_states_are_set_by_hand(client, save, start):
    await save(FAIL)
    execution = await start("fail")
    path = f"{ROOT}/{execution['id']}/actions"
    assert (await client.post(f"{path}/change-status", params={"status": "RUNNING"})).status_code == 422
    changed = await client.post(f"{path}/change-status", params={"status": "WARNING"})
    assert changed.json()["state"]["current"] == "WARNING"
    body = {"taskRunId": execution["taskRunList"][1]["id"], "state": "SUCCESS"}
    assert (await client.post(f"{path}/state", json=body)).status_code == 200
    async with client.stream("GET", f"{ROOT}/{execution['id']}/follow") as stream:
        await stream.aread()
    assert (await client.get(f"{ROOT}/{execution['id']}")).json()["state"]["current"] == "SUCCESS"


async def test_labels_are_replaced(client, save, start):
    await save(HELLO)
    execution = await start("hello", labels="a:1")
    path = f"{ROOT}/{execution['id']}/actions/labels"
    labelled = (await client.post(path, json=[{"key": "b", "value": "2"}])).json()
    assert [label["key"] for label in labelled["labels"]] == ["b", "system.from", "system.correlationId"]
    for wrong in ({"key": "system.x", "value": "2"}, {"key": None, "value": None}, {"key": "a"}, "a:b"):
        assert (await client.post(path, json=[wrong])).status_code == 422
    await save(PAUSE)
    live = await start("wait", wait="false")
    refused = await client.post(f"{ROOT}/{live['id']}/actions/labels", json=[{"key": "b", "value": "2"}])
    assert (refused.status_code, "must have ended" in refused.json()["message"]) == (400, True)


async def test_what_a_query_must_say_is_named(client, save, start):
    await save(HELLO)
    id_ = (await start("hello"))["id"]
    for method, path, name in (
        ("POST", f"executions/{id_}/actions/change-status", "status"),
        ("POST", "executions/change-status/by-ids", "newStatus"),
        ("GET", "executions/distinct-field-values", "field"),
        ("DELETE", "flows/dev/hello/revisions", "revisions"),
        ("GET", f"executions/{id_}/file", "path"),
    ):
        body = [id_] if path.endswith("by-ids") else None
        answer = await client.request(method, f"/api/v1/main/{path}", json=body)
        assert (answer.status_code, answer.json()["message"]) == (400, f"{name} is required"), path


async def test_deleting_takes_everything_with_it(client, save, start):
    await save(HELLO)
    execution = await start("hello")
    assert (await client.delete(f"{ROOT}/{execution['id']}")).status_code == 204
    assert (await client.get(f"{ROOT}/{execution['id']}")).status_code == 404
    assert (await client.get(f"/api/v1/main/logs/{execution['id']}")).status_code == 404


async def test_many_are_deleted_or_none(client, save, start):
    await save(PAUSE)
    await save(HELLO)
    ended, live = await start("hello"), await start("wait", wait="false")
    ids = [ended["id"], live["id"]]
    refused = await client.request("DELETE", f"{ROOT}/by-ids", json=ids)
    assert (refused.status_code, refused.json()["invalids"][0]["invalidValue"]) == (400, live["id"])
    problem = f"{live['id']}: execution has not ended, it is "
    assert refused.json()["message"].startswith(f"invalid bulk deletion, nothing was done: {problem}")
    assert (await client.get(f"{ROOT}/{ended['id']}")).status_code == 200
    done = await client.request("DELETE", f"{ROOT}/by-ids", json=ids, params={"includeNonTerminated": "true"})
    assert done.json() == {"count": 2}


async def test_many_are_acted_on(client, save, start):
    await save(PAUSE)
    ids = [(await start("wait", wait="false"))["id"] for _ in range(2)]
    unknown = await client.request("DELETE", f"{ROOT}/kill/by-ids", json=[*ids, "x" * 20])
    assert unknown.status_code == 400
    told = f"invalid bulk kill, nothing was done: {'x' * 20}: execution not found"
    assert unknown.json()["message"] == told
    killed = await client.request("DELETE", f"{ROOT}/kill/by-query", params={"filters[flowId][EQUALS]": "wait"})
    assert (killed.status_code, killed.json()["totalItems"], killed.json()["count"]) == (202, 2, 2)
    for one in ids:
        async with client.stream("GET", f"{ROOT}/{one}/follow") as stream:
            await stream.aread()
        assert (await client.get(f"{ROOT}/{one}")).json()["state"]["current"] == "KILLED"
    refused = (await client.post(f"{ROOT}/resume/by-ids", json=ids)).json()
    assert refused["message"].startswith(f"invalid bulk resume, nothing was done: {ids[0]}: ")
    assert refused["message"].endswith(", and 1 more under errors")
    assert [one["path"] for one in refused["errors"]] == ids


async def test_nothing_is_done_when_one_of_many_is_in_another_state(client, save, start):
    await save(PAUSE)
    await save(HELLO)
    paused, ended = (await start("wait", wait="false"))["id"], (await start("hello"))["id"]
    for verb, method in (("resume", "POST"), ("pause", "POST"), ("unqueue", "POST"), ("restart", "POST")):
        answer = await client.request(method, f"{ROOT}/{verb}/by-ids", json=[paused, ended, "x" * 20])
        problem = answer.json()
        assert answer.status_code == 400, verb
        assert problem["message"].startswith(f"invalid bulk {verb}, nothing was done: ")
        assert problem["done"] == 0
        kinds = {one["path"]: one["type"].rpartition("/")[2] for one in problem["errors"]}
        assert (kinds["x" * 20], kinds[ended]) == ("not-found", "conflict"), verb
        assert all(one["detail"] for one in problem["errors"])
    for verb, query in (("change-status", {"newStatus": "FAILED"}), ("force-run", {}), ("labels", {})):
        body = {"executionsId": [ended, paused], "executionLabels": [{"key": "a", "value": "b"}]}
        sent = body if verb == "labels" else [ended, paused]
        answer = await client.post(f"{ROOT}/{verb}/by-ids", json=sent, params=query)
        assert (answer.status_code, "nothing was done" in answer.text) == (400, True), verb
    states = [(await client.get(f"{ROOT}/{one}")).json()["state"]["current"] for one in (paused, ended)]
    assert states == ["PAUSED", "SUCCESS"]
    labels = (await client.get(f"{ROOT}/{ended}")).json()["labels"]
    assert all(one["key"].startswith("system.") for one in labels)


async def test_none_is_resumed_when_the_pause_of_one_asks_for_an_input(client, save, start):
    await save(PAUSE)
    await save(PAUSE.replace("id: wait\n", "id: free\n", 1).replace("STRING}", "STRING, defaults: none}"))
    asking, free = (await start("wait", wait="false"))["id"], (await start("free", wait="false"))["id"]
    for query in (None, {"filters[flowId][IN]": "wait,free"}):
        ids = [free, asking, "x" * 20] if query is None else None
        response = await client.post(f"{ROOT}/resume/by-{'ids' if ids else 'query'}", json=ids, params=query)
        problem = response.json()
        assert (response.status_code, problem["done"]) == (400, 0)
        assert problem["message"].startswith("invalid bulk resume, nothing was done: ")
        found = {one["path"]: one for one in problem["errors"]}
        assert set(found) == ({asking, "x" * 20} if ids else {asking})
        assert found[asking]["type"].endswith("/invalid-entity")
        assert "reason: Invalid input" in found[asking]["detail"]
    states = [(await client.get(f"{ROOT}/{one}")).json()["state"]["current"] for one in (asking, free)]
    assert states == ["PAUSED", "PAUSED"]
    assert (await client.post(f"{ROOT}/resume/by-ids", json=[free])).json()["count"] == 1
    async with client.stream("GET", f"{ROOT}/{free}/follow") as stream:
        await stream.aread()
    assert (await client.get(f"{ROOT}/{free}")).json()["state"]["current"] == "SUCCESS"


APPROVAL = """\
id: approve
namespace: dev
tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Approval
    commentRequired: ON_DENY
    denyBehavior: FAIL
    inputs:
      - {id: amount, type: INT, required: false}
"""


async def test_an_approval_is_decided_once(client, save, start):
    await save(APPROVAL)
    execution = await start("approve", wait="false")
    path = f"{ROOT}/{execution['id']}/actions/review"
    for wrong in ({"decision": "MAYBE"}, {"decision": "DENIED"}, {"decision": "APPROVED", "inputs": {"amount": "x"}}):
        assert (await client.post(path, json=wrong)).status_code == 422, wrong
    assert (await client.post(path, json={"decision": "APPROVED", "taskId": "other"})).status_code == 404
    approved = await client.post(path, json={"decision": "APPROVED", "comment": "fine", "inputs": {"amount": "7"}})
    outputs = approved.json()["taskRunList"][0]["outputs"]
    assert (outputs["decision"], outputs["comment"], outputs["inputs"]) == ("APPROVED", "fine", {"amount": 7})
    again = await client.post(path, json={"decision": "DENIED", "comment": "no"})
    assert (again.status_code, "is not paused" in again.json()["message"]) == (409, True)


async def test_a_denial_does_what_the_task_says(client, save, start):
    await save(APPROVAL)
    execution = await start("approve", wait="false")
    path = f"{ROOT}/{execution['id']}/actions/review"
    denied = (await client.post(path, json={"decision": "DENIED", "comment": "no"})).json()
    assert denied["state"]["current"] == "FAILED"
    assert "PAUSING" in states(denied)
