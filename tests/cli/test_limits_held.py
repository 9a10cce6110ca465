"""Limits of a server that is killed and started again, under starts, replays, restarts, kills and backfills.

Flows of both dialects, each with a limit of its own, are in one server: to start one is most of the work.
"""

from __future__ import annotations

import time

import pytest

from cli.served import API, serving, variables_of
from executor.test_limit_crash import most_at_once

FLOW = """
id: %s
namespace: dev
inputs: [{id: fails, type: BOOL, defaults: false}, {id: holds, type: BOOL, defaults: false}]
concurrency: {limit: 2, behavior: %s}
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.3S}
  - {id: hold, type: io.kestra.plugin.core.flow.Pause, runIf: "{{ inputs.holds }}"}
  - id: bad
    type: io.kestra.plugin.core.execution.Fail
    runIf: "{{ inputs.fails and kv('mended', errorOnMissing=false) is null }}"
triggers:
  - {id: hourly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 * * * *", allowConcurrent: true}
"""
RANGE = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T19:00:00Z"}


@pytest.fixture
def serve(tmp_path):
    def serve():
        return serving(variables_of(tmp_path), tmp_path)

    return serve


def save(client, *behaviors):
    """Save a flow for each behavior in each dialect; gives which behavior each has."""
    flows = {}
    for behavior in behaviors:
        for dialect in ("1.3", "2.0"):
            flow_id = f"{behavior.lower()}_{dialect[0]}"
            flows[flow_id] = behavior
            yaml = {"content-type": "application/x-yaml"}
            source = FLOW % (flow_id, behavior)
            client.post(f"{API}/flows", content=source, params={"dialect": dialect}, headers=yaml).raise_for_status()
    return flows


def start(client, flow_id, **inputs):
    parts = {name: (None, str(value)) for name, value in inputs.items()}
    answer = client.post(f"{API}/executions/dev/{flow_id}", files=parts or None)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def fill(client, flow_id):
    """Begin a backfill of twenty hours."""
    body = {"namespace": "dev", "flowId": flow_id, "triggerId": "hourly", "backfill": RANGE}
    client.put(f"{API}/triggers/backfill/create", json=body).raise_for_status()


def search(client, flow_id):
    """Every execution of a flow, in brief."""
    query = {"size": 100, "filters[flowId][EQUALS]": flow_id}
    return client.get(f"{API}/executions/search", params=query).json()["results"]


def until_ended(client, flow_id, count):
    """Wait until there are so many and all have ended; gives them whole."""
    while True:
        found = search(client, flow_id)
        if len(found) == count and not {"CREATED", "QUEUED", "RUNNING", "RESTARTED", "KILLING"} & set(states(found)):
            return [client.get(f"{API}/executions/{one['id']}").json() for one in found]
        time.sleep(0.1)  # the executions are in the server


def until_paused(client, execution_id):
    while client.get(f"{API}/executions/{execution_id}").json()["state"]["current"] != "PAUSED":
        time.sleep(0.05)  # the execution is in the server


def spans(executions):
    """From when to when each held a slot, as the user is told."""
    found = []
    for one in executions:
        begin = None
        for change in one["state"]["histories"]:
            if change["state"] == "RUNNING" and begin is None:
                begin = change["date"]
            elif change["state"] in {"SUCCESS", "FAILED", "KILLED", "CANCELLED", "RESTARTED"} and begin is not None:
                found.append((begin, change["date"]))
                begin = None
    return found


def states(executions):
    return sorted(one["state"]["current"] for one in executions)


def test_a_queue_holds_through_kills_replays_and_restarts(serve):
    with serve() as (process, client):
        ids = {flow_id: [start(client, flow_id, fails=n == 0) for n in range(7)] for flow_id in save(client, "QUEUE")}
        for started in ids.values():
            client.delete(f"{API}/executions/{started[6]}/kill").raise_for_status()
        process.kill()
        process.wait()
    with serve() as (_, client):
        for flow_id in ids:
            assert states(until_ended(client, flow_id, 7)) == ["FAILED", "KILLED", *["SUCCESS"] * 5]
        client.put(f"{API}/namespaces/dev/kv/mended", content="true", headers={"content-type": "text/plain"})
        for flow_id, started in ids.items():
            for one in started[1:5]:
                client.post(f"{API}/executions/{one}/actions/replay").raise_for_status()
            assert client.post(f"{API}/executions/{started[0]}/actions/restart").status_code == 200
            assert client.get(f"{API}/concurrency-limit/dev/{flow_id}").json()["running"] <= 2
        for flow_id in ids:
            executions = until_ended(client, flow_id, 11)
            assert states(executions) == ["KILLED", *["SUCCESS"] * 10]
            assert most_at_once(spans(executions)) == 2


REFUSED = {"CANCEL": "CANCELLED", "FAIL": "FAILED"}


def test_what_is_refused_is_refused_to_replays_and_restarts_too(serve):
    with serve() as (process, client):
        flows = {flow_id: REFUSED[behavior] for flow_id, behavior in save(client, *REFUSED).items()}
        held = {flow_id: [start(client, flow_id, holds=True), start(client, flow_id, holds=True)] for flow_id in flows}
        for flow_id, state in flows.items():
            check_refused(client, flow_id, held[flow_id], state)
        process.kill()
        process.wait()
    with serve() as (_, client):
        for flow_id, state in flows.items():
            check_held(client, flow_id, held[flow_id], state)


def check_refused(client, flow_id, held, state):
    """Whoever comes while both slots are held ends at once, and does when it is replayed or restarted."""
    refused = start(client, flow_id)
    replayed = client.post(f"{API}/executions/{held[0]}/actions/replay").json()["id"]
    for one in (refused, replayed):
        found = client.get(f"{API}/executions/{one}").json()
        assert (found["state"]["current"], found.get("taskRunList") or []) == (state, [])
    if state == "FAILED":
        assert client.post(f"{API}/executions/{refused}/actions/restart").status_code == 200
        assert client.get(f"{API}/executions/{refused}").json()["state"]["current"] == "FAILED"


def check_held(client, flow_id, held, state):
    """Slots of a server that died are held by its executions until they end."""
    late = start(client, flow_id)
    assert client.get(f"{API}/executions/{late}").json()["state"]["current"] == state
    client.delete(f"{API}/executions/{late}").raise_for_status()
    for one in held:
        until_paused(client, one)
        client.post(f"{API}/executions/{one}/actions/resume").raise_for_status()
    assert states(until_ended(client, flow_id, 4)) == sorted(["SUCCESS", "SUCCESS", state, state])
    after = start(client, flow_id)
    assert states(until_ended(client, flow_id, 5)) == sorted(["SUCCESS"] * 3 + [state] * 2)
    assert client.get(f"{API}/executions/{after}").json()["state"]["current"] == "SUCCESS"


def test_a_backfill_queues_at_the_limit_and_runs_each_date_once_although_the_server_is_killed(serve):
    with serve() as (process, client):
        flows = save(client, "QUEUE")
        for flow_id in flows:
            fill(client, flow_id)
        while any(len(search(client, flow_id)) < 5 for flow_id in flows):
            time.sleep(0.01)  # the backfill is in the server
        process.kill()
        process.wait()
    with serve() as (_, client):
        own = {start(client, flow_id) for flow_id in flows}
        for flow_id in flows:
            executions = until_ended(client, flow_id, 21)
            assert states(executions) == ["SUCCESS"] * 21
            dates = sorted(one["trigger"]["variables"]["date"][:13] for one in executions if one["id"] not in own)
            assert dates == [f"2026-01-01T{hour:02}" for hour in range(20)]
            assert most_at_once(spans(executions)) == 2


def test_a_backfill_over_the_limit_is_refused_date_by_date(serve):
    with serve() as (_, client):
        flows = save(client, "CANCEL")
        for flow_id in flows:
            fill(client, flow_id)
        for flow_id in flows:
            executions = until_ended(client, flow_id, 20)
            assert set(states(executions)) == {"CANCELLED", "SUCCESS"}
            assert most_at_once(spans(executions)) <= 2
            assert len({one["trigger"]["variables"]["date"] for one in executions}) == 20
