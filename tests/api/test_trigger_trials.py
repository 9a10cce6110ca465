"""Triggers tried out without starting anything, and removals of triggers taken back."""

from __future__ import annotations

import pytest

from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.tools import fire_tool

ROOT = "/api/v1/main/triggers"
KEY = {"namespace": "dev", "flowId": "flow", "triggerId": "t"}
YAML = {"content-type": "application/x-yaml"}


def flow(trigger, inputs="", flow_id="flow"):
    triggers = f"triggers:\n  - {{id: t, type: io.kestra.plugin.core.{trigger}}}\n" if trigger else ""
    return (
        f"id: {flow_id}\nnamespace: dev\n{inputs}{triggers}"
        "tasks:\n  - {id: hello, type: io.kestra.plugin.core.log.Log, message: hello}\n"
    )


SCHEDULE = "trigger.Schedule, cron: '0 0 1 1 *', inputs: {x: '{{ trigger.date }}'}, labels: {a: b}"
INPUT = "inputs: [{id: x, type: STRING}]\n"


@pytest.fixture
def try_out(client):
    async def try_out(**body):
        answer = await client.post(f"{ROOT}/dev/flow/t/test", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return try_out


async def count(client):
    return (await client.get("/api/v1/main/executions/search")).json()["total"]


async def test_a_schedule_tells_its_date_and_what_it_would_start(save, client, try_out):
    await save(flow(SCHEDULE, INPUT))
    trial = await try_out(date="2030-06-01T00:00:00Z")
    assert (trial["fires"], trial["reason"]) == (True, "It would start an execution.")
    assert trial["date"].startswith("2031-01-01T00:00:00")
    assert trial["inputs"] == {"x": trial["variables"]["date"]}
    assert {"key": "a", "value": "b"} in trial["labels"]
    assert await count(client) == 0


async def test_conditions_and_inputs_that_do_not_fit_are_told(save, try_out, client):
    await save(flow("trigger.Schedule, cron: '0 0 * * *', when: '{{ false }}'"))
    assert (await try_out())["reason"] == "Its conditions do not hold at that date."
    await client.put(
        "/api/v1/main/flows/dev/flow",
        content=flow("trigger.Schedule, cron: '0 0 * * *', inputs: {x: '{{ nope.x }}'}", INPUT),
        headers=YAML,
    )
    trial = await try_out()
    assert trial["reason"].startswith("It would start an execution that fails at once: The inputs")
    assert await count(client) == 0


async def test_a_webhook_is_shown_what_it_would_see(save, client, try_out):
    await save(flow("trigger.Webhook, key: s3cret, when: '{{ trigger.body.n > 1 }}'"))
    assert (await try_out(variables={"body": {"n": 1}}))["fires"] is False
    trial = await try_out(variables={"body": {"n": 2}})
    assert (trial["fires"], trial["variables"]) == (True, {"body": {"n": 2}})
    assert await count(client) == 0


async def test_a_polling_trigger_looks_once(save, client, try_out):
    await save(flow("http.Trigger, uri: 'http://127.0.0.1:9/', interval: PT24H, disabled: true"))
    trial = await try_out()
    assert trial["fires"] is False
    assert trial["reason"].startswith("The look failed: ")
    assert await count(client) == 0


async def test_what_cannot_be_tried_out_says_so(save, client):
    await save(flow("trigger.Flow"))
    answer = await client.post(f"{ROOT}/dev/flow/t/test")
    assert (answer.status_code, "run one of them" in answer.text) == (409, True)
    assert (await client.post(f"{ROOT}/dev/flow/x/test")).status_code == 404
    assert (await client.post(f"{ROOT}/dev/flow/t/test", json={"variables": 1})).status_code == 422


async def update(client, source):
    return await client.put("/api/v1/main/flows/dev/flow", content=source, headers=YAML)


async def state(client):
    return (await client.get(f"{ROOT}/dev/flow")).json()["results"]


async def test_a_save_names_the_triggers_it_removes_and_their_state_comes_back(save, client):
    await save(flow(SCHEDULE, INPUT))
    await client.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": True})
    saved = await update(client, flow("", INPUT))
    assert "trigger 't' was removed" in saved.text
    assert await state(client) == []
    await update(client, flow(SCHEDULE, INPUT) + "description: again\n")
    (found,) = await state(client)
    assert found["disabled"] is True


async def test_a_removal_can_be_taken_back(save, client):
    await save(flow(SCHEDULE, INPUT))
    await client.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": True})
    assert (await client.post(f"{ROOT}/dev/flow/t/undo")).status_code == 409
    await update(client, flow("", INPUT))
    answer = await client.post(f"{ROOT}/dev/flow/t/undo")
    assert (answer.status_code, answer.json()["disabled"]) == (200, True)
    source = (await client.get("/api/v1/main/flows/dev/flow")).json()
    assert [one["id"] for one in source["triggers"]] == ["t"]
    assert (await client.post(f"{ROOT}/dev/flow/other/undo")).status_code == 404


async def test_a_removal_is_not_taken_back_together_with_later_changes(save, client):
    await save(flow(SCHEDULE, INPUT))
    await update(client, flow("", INPUT))
    await update(client, flow("", INPUT) + "description: later\n")
    answer = await client.post(f"{ROOT}/dev/flow/t/undo")
    assert (answer.status_code, "declare the trigger again" in answer.text) == (409, True)


async def test_a_deleted_flow_comes_back_with_the_state_of_its_triggers(save, client):
    await save(flow(SCHEDULE, INPUT))
    await client.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": True})
    await client.delete("/api/v1/main/flows/dev/flow")
    assert (await client.post(f"{ROOT}/dev/flow/t/undo")).status_code == 200
    (found,) = await state(client)
    assert found["disabled"] is True


TOOL = "trigger.McpToolTrigger, toolName: greet, title: Greet, toolDescription: Greets"


async def test_a_tool_starts_its_flow_with_its_arguments(save, client):
    await save(flow(TOOL, INPUT))
    environment = client.installation.environment
    ended = await fire_tool(environment, LOCAL, ("dev", "flow", "t"), {"x": "you"})
    assert (ended.state, ended.inputs, ended.trigger.id) == (State.SUCCESS, {"x": "you"}, "t")
    begun = await fire_tool(environment, LOCAL, ("dev", "flow", "t"), {"x": "you"}, is_waiting=False)
    assert begun.id != ended.id
    assert [(one.get("kind", ""), one["owner"]) for one in await state(client)] == [("", "server")]


@pytest.mark.parametrize(
    ("trigger", "arguments", "error"),
    [
        (TOOL, {}, "InvalidEntityError"),
        (TOOL + ", disabled: true", {"x": "a"}, "NotFoundError"),
        ("trigger.Webhook, key: k", {"x": "a"}, "NotFoundError"),
        (TOOL + ", when: '{{ false }}'", {"x": "a"}, "ConflictError"),
    ],
)
async def test_a_tool_that_cannot_be_called_says_why(save, client, trigger, arguments, error):
    await save(flow(trigger, INPUT))
    with pytest.raises(Exception) as raised:  # noqa: PT011 (the class is a parameter)
        await fire_tool(client.installation.environment, LOCAL, ("dev", "flow", "t"), arguments)
    assert type(raised.value).__name__ == error
    assert await count(client) == 0


async def test_a_tool_that_is_switched_off_starts_nothing(save, client):
    await save(flow(TOOL, INPUT))
    await client.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": True})
    with pytest.raises(Exception, match="switched off"):
        await fire_tool(client.installation.environment, LOCAL, ("dev", "flow", "t"), {"x": "a"})
