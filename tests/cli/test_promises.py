"""SLAs and checks in a server of its own, in both dialects, also when the server is killed."""

from __future__ import annotations

import time
from itertools import count

import pytest

from cli.served import API, serving, until, variables_of

BOTH = pytest.mark.parametrize("dialect", ["1.3", "2.0"])
ENDS = pytest.mark.parametrize(("behavior", "state"), [("FAIL", "FAILED"), ("CANCEL", "CANCELLED")])
LOG = "type: io.kestra.plugin.core.log.Log, message: hello"
NAP = "type: io.kestra.plugin.core.flow.Sleep, duration"
AFTER = f"""
errors: [{{id: e, {LOG}}}]
finally: [{{id: f, {LOG}}}]
afterExecution: [{{id: ae, {LOG}}}]
"""
IN_TIME = "sla: [{id: s, type: MAX_DURATION, duration: PT0.5S, behavior: %s, labels: {sla: miss}}]"
PAUSE = "tasks: [{id: z, type: io.kestra.plugin.core.flow.Pause}]"
HOLDS = 'sla: [{id: s, type: EXECUTION_ASSERTION, assert: "%s", behavior: %s, labels: {sla: miss}}]'
_names = count()


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with serving(variables_of(home), home) as (_, client):
        yield client


def save(client, dialect, *parts, tasks=f"tasks: [{{id: z, {NAP}: PT10M}}]", flow_id=""):
    """Save a flow, or another revision of one; gives its id."""
    method, path = ("PUT", f"/dev/{flow_id}") if flow_id else ("POST", "")
    flow_id = flow_id or f"flow{next(_names)}"
    source = "\n".join([f"id: {flow_id}\nnamespace: dev", *parts, tasks])
    yaml = {"content-type": "application/x-yaml"}
    answer = client.request(method, f"{API}/flows{path}", content=source, params={"dialect": dialect}, headers=yaml)
    assert answer.status_code == 200, answer.text
    return flow_id


def start(client, flow_id, **inputs):
    parts = {name: (None, str(value)) for name, value in inputs.items()}
    answer = client.post(f"{API}/executions/dev/{flow_id}", files=parts or None)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def ended(client, execution_id):
    """Wait for an end; gives the execution and its warnings."""
    with client.stream("GET", f"{API}/executions/{execution_id}/follow") as stream:
        stream.read()
    execution = client.get(f"{API}/executions/{execution_id}").json()
    lines = client.get(f"{API}/logs/{execution_id}", params={"minLevel": "WARN"}).json()
    return execution, [line["message"] for line in lines]


def resume(client, execution_id):
    client.post(f"{API}/executions/{execution_id}/actions/resume").raise_for_status()


def told(execution):
    return [f"{one['taskId']} {one['state']['current']}" for one in execution.get("taskRunList") or ()]


def label(execution):
    return next((one["value"] for one in execution["labels"] if one["key"] == "sla"), None)


def history(execution):
    return [one["state"] for one in execution["state"]["histories"]]


@BOTH
@ENDS
def test_one_that_lasts_too_long_is_ended(client, dialect, behavior, state):
    execution, warnings = ended(client, start(client, save(client, dialect, IN_TIME % behavior, AFTER)))
    assert (history(execution), label(execution)) == (["CREATED", "RUNNING", state], "miss")
    last = "e" if state == "FAILED" else "f"
    ends = {"1.3": [f"z {state}", f"{last} KILLED", "ae SUCCESS"], "2.0": ["z KILLED", f"{last} SUCCESS", "ae SUCCESS"]}
    assert told(execution) == ends[dialect]
    assert "SLA s is broken: it lasts longer than PT0.5S" in warnings


@BOTH
def test_one_that_is_only_noted_goes_on(client, dialect):
    begun = start(client, save(client, dialect, IN_TIME % "NONE", tasks=PAUSE))
    until(lambda: label(client.get(f"{API}/executions/{begun}").json()))
    resume(client, begun)
    execution, warnings = ended(client, begun)
    assert (execution["state"]["current"], label(execution)) == ("SUCCESS", "miss")
    assert warnings == ["SLA s is broken: it lasts longer than PT0.5S"]


@BOTH
def test_one_that_ends_in_time_is_left_alone(client, dialect):
    in_time = IN_TIME.replace("PT0.5S", "PT10M")
    flow_id = save(client, dialect, in_time % "FAIL", tasks=f"tasks: [{{id: z, {LOG}}}]")
    execution, warnings = ended(client, start(client, flow_id))
    assert (execution["state"]["current"], label(execution), warnings) == ("SUCCESS", None, [])


@BOTH
@pytest.mark.parametrize(
    "task",
    [
        "{id: p, type: io.kestra.plugin.core.flow.Pause}",
        f"{{id: p, type: io.kestra.plugin.core.flow.Parallel, tasks: [{{id: z, {NAP}: PT10M}}]}}",
    ],
)
def test_what_is_paused_or_inside_is_reached(client, dialect, task):
    execution, _ = ended(client, start(client, save(client, dialect, IN_TIME % "FAIL", tasks=f"tasks: [{task}]")))
    assert execution["state"]["current"] == "FAILED"
    assert not {one["state"]["current"] for one in execution["taskRunList"]} & {"RUNNING", "PAUSED", "CREATED"}


@BOTH
def test_a_child_that_is_too_slow_fails_its_parent(client, dialect):
    child = save(client, dialect, IN_TIME % "FAIL")
    call = f"type: io.kestra.plugin.core.flow.Subflow, namespace: dev, flowId: {child}, wait: true"
    parent = save(client, dialect, tasks=f"tasks: [{{id: call, {call}}}]")
    execution, _ = ended(client, start(client, parent))
    assert (execution["state"]["current"], told(execution)) == ("FAILED", ["call FAILED"])


@BOTH
def test_waiting_for_a_slot_counts(client, dialect):
    flow_id = save(client, dialect, "concurrency: {limit: 1}")
    first = start(client, flow_id)
    save(client, dialect, IN_TIME % "CANCEL", AFTER, "concurrency: {limit: 1}", flow_id=flow_id)
    execution, _ = ended(client, start(client, flow_id))
    assert history(execution) == ["CREATED", "QUEUED", "CANCELLED"]
    assert told(execution) == ["ae SUCCESS"]
    client.delete(f"{API}/executions/{first}/kill").raise_for_status()
    assert ended(client, first)[0]["state"]["current"] == "KILLED"
    third, _ = ended(client, start(client, flow_id))
    assert history(third) == ["CREATED", "RUNNING", "CANCELLED"]  # no slot was lost


@BOTH
@ENDS
def test_what_does_not_hold_at_first_starts_nothing(client, dialect, behavior, state):
    flow_id = save(
        client,
        dialect,
        "inputs: [{id: n, type: INT}]",
        HOLDS % ("{{ inputs.n > 3 }}", behavior),
        AFTER,
        tasks=f"tasks: [{{id: z, {LOG}}}]",
    )
    execution, warnings = ended(client, start(client, flow_id, n=1))
    assert (history(execution), label(execution), told(execution)) == (["CREATED", state], "miss", ["ae SUCCESS"])
    assert warnings == ["SLA s is broken: {{ inputs.n > 3 }} does not hold"]
    execution, warnings = ended(client, start(client, flow_id, n=4))
    assert (execution["state"]["current"], label(execution), warnings) == ("SUCCESS", None, [])


@BOTH
@ENDS
def test_what_holds_no_longer_ends_it_at_the_change(client, dialect, behavior, state):
    flow_id = save(
        client,
        dialect,
        HOLDS % ("{{ outputs.a is not defined }}", behavior),
        tasks=f"tasks: [{{id: a, type: io.kestra.plugin.core.debug.Return, format: x}}, {{id: z, {NAP}: PT30S}}]",
    )
    execution, _ = ended(client, start(client, flow_id))
    assert (execution["state"]["current"], label(execution)) == (state, "miss")
    assert told(execution)[0] == "a SUCCESS"


@BOTH
def test_what_only_is_noted_is_noted_once(client, dialect):
    tasks = f"tasks: [{{id: a, {LOG}}}, {{id: b, {LOG}}}]"
    execution, warnings = ended(
        client, start(client, save(client, dialect, HOLDS % ("{{ false }}", "NONE"), tasks=tasks))
    )
    assert (execution["state"]["current"], label(execution)) == ("SUCCESS", "miss")
    assert warnings == ["SLA s is broken: {{ false }} does not hold"]


def test_what_cannot_be_told_is_no_matter_in_1_3_and_fails_it_in_2_0(client):
    for dialect, state, runs in (("1.3", "SUCCESS", ["z SUCCESS"]), ("2.0", "FAILED", [])):
        flow_id = save(client, dialect, HOLDS % ("{{ nope.x }}", "FAIL"), tasks=f"tasks: [{{id: z, {LOG}}}]")
        execution, warnings = ended(client, start(client, flow_id))
        assert (execution["state"]["current"], told(execution), label(execution)) == (state, runs, None)
        assert warnings[0].startswith("SLA s cannot be told: ")


@BOTH
def test_a_replay_is_promised_anew_and_a_restart_is_not(client, dialect):
    flow_id = save(client, dialect, IN_TIME % "FAIL", tasks=PAUSE)
    failed, _ = ended(client, start(client, flow_id))
    assert failed["state"]["current"] == "FAILED"
    again = client.post(f"{API}/executions/{failed['id']}/actions/replay").json()["id"]
    assert ended(client, again)[0]["state"]["current"] == "FAILED"
    assert client.post(f"{API}/executions/{failed['id']}/actions/restart").status_code == 200
    until(lambda: client.get(f"{API}/executions/{failed['id']}").json()["state"]["current"] == "PAUSED")
    later = ended(client, start(client, flow_id))[0]  # the time of what began after it is over, so its own would be
    assert later["state"]["current"] == "FAILED"
    resume(client, failed["id"])
    assert ended(client, failed["id"])[0]["state"]["current"] == "SUCCESS"


@BOTH
def test_a_deadline_that_passed_while_the_server_was_dead_counts_at_its_start(tmp_path, dialect):
    variables = variables_of(tmp_path)
    with serving(variables, tmp_path) as (process, client):
        flow_id = save(client, dialect, IN_TIME % "FAIL", "concurrency: {limit: 1}")
        first, second = start(client, flow_id), start(client, flow_id)
        process.kill()
        process.wait()
    with serving(variables, tmp_path) as (_, client):
        for one in (first, second):
            execution, _ = ended(client, one)
            assert (execution["state"]["current"], label(execution)) == ("FAILED", "miss")


CHECK = 'checks: [{%s: "{{ inputs.n < 10 }}", message: at most nine, style: ERROR, behavior: %s}]'
INPUT = "inputs: [{id: n, type: INT}]"


def checked(client, dialect, behavior, more="", **parts):
    word = "condition" if dialect == "1.3" else "when"
    tasks = parts.pop("tasks", f"tasks: [{{id: z, {LOG}}}]")
    return save(client, dialect, INPUT, CHECK % (word, behavior), more, tasks=tasks)


@BOTH
def test_a_check_that_blocks_makes_no_execution_and_says_why(client, dialect):
    flow_id = checked(client, dialect, "BLOCK_EXECUTION")
    refused = client.post(f"{API}/executions/dev/{flow_id}", files={"n": (None, "10")})
    assert (refused.status_code, "at most nine" in refused.text) == (422, True)
    found = client.get(f"{API}/executions/search", params={"filters[flowId][EQUALS]": flow_id}).json()
    assert found["total"] == 0
    assert ended(client, start(client, flow_id, n=9))[0]["state"]["current"] == "SUCCESS"


@BOTH
def test_a_check_that_fails_makes_a_failed_execution_that_others_hear_of(client, dialect):
    flow_id = checked(client, dialect, "FAIL_EXECUTION", "concurrency: {limit: 1}")
    heard = (
        "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Flow, states: [FAILED], conditions: "
        f"[{{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: dev, flowId: {flow_id}}}]}}]"
    )
    follower = save(client, "1.3", heard, tasks=f"tasks: [{{id: z, {LOG}}}]")
    execution, _ = ended(client, start(client, flow_id, n=10))
    assert (history(execution), told(execution), execution["error"]) == (["CREATED", "FAILED"], [], "at most nine")
    assert first_of(client, follower)["trigger"]["variables"]["executionId"] == execution["id"]
    assert ended(client, start(client, flow_id, n=9))[0]["state"]["current"] == "SUCCESS"  # it held no slot


@BOTH
def test_a_check_that_only_tells_lets_it_start(client, dialect):
    flow_id = checked(client, dialect, "CREATE_EXECUTION")
    told_first = client.post(f"{API}/executions/dev/{flow_id}/validate", files={"n": (None, "10")}).json()["checks"]
    assert [(one["message"], one["style"], one["behavior"]) for one in told_first] == [
        ("at most nine", "ERROR", "CREATE_EXECUTION")
    ]
    assert ended(client, start(client, flow_id, n=10))[0]["state"]["current"] == "SUCCESS"


@BOTH
def test_checks_are_tested_for_webhooks_and_subflows_too(client, dialect):
    hook = (
        'triggers: [{id: w, type: io.kestra.plugin.core.trigger.Webhook, key: k, inputs: {n: "{{ trigger.body.n }}"}}]'
    )
    flow_id = checked(client, dialect, "BLOCK_EXECUTION", hook)
    call = f"{API}/executions/webhook/dev/{flow_id}/k"
    refused = client.post(call, json={"n": 10})
    assert (refused.status_code, "at most nine" in refused.text) == (422, True)
    assert client.post(call, json={"n": 1}).status_code == 200
    subflow = f"type: io.kestra.plugin.core.flow.Subflow, namespace: dev, flowId: {flow_id}, inputs: {{n: 10}}"
    parent, lines = ended(client, start(client, save(client, dialect, tasks=f"tasks: [{{id: call, {subflow}}}]")))
    assert (parent["state"]["current"], "at most nine" in " ".join(lines)) == ("FAILED", True)


@BOTH
def test_checks_are_tested_for_schedules_too(client, dialect):
    every = "type: io.kestra.plugin.core.trigger.Schedule, cron: '* * * * * *', withSeconds: true"
    flow_id = checked(client, dialect, "BLOCK_EXECUTION", f"triggers: [{{id: t, {every}, inputs: {{n: 10}}}}]")
    found = first_of(client, flow_id)
    client.delete(f"{API}/flows/dev/{flow_id}").raise_for_status()
    execution, _ = ended(client, found["id"])
    assert (execution["state"]["current"], told(execution)) == ("FAILED", [])
    assert "at most nine" in execution["error"]


def first_of(client, flow_id):
    """Wait for the first execution of a flow that starts by itself."""
    query = {"filters[flowId][EQUALS]": flow_id}
    while not (found := client.get(f"{API}/executions/search", params=query).json()["results"]):
        time.sleep(0.05)  # it is the server that starts it
    return client.get(f"{API}/executions/{found[-1]['id']}").json()
