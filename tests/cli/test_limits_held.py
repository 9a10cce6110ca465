"""Limits of a server that is killed and started again, under starts, replays, restarts, kills and backfills."""

from __future__ import annotations

import time

import pytest

from cli.served import API, save_flow, serving, variables_of
from executor.test_limit_crash import most_at_once

FLOW = """
id: limited
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
BACKFILL = {"namespace": "dev", "flowId": "limited", "triggerId": "hourly"}
RANGE = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T19:00:00Z"}
DIALECTS = pytest.mark.parametrize("dialect", ["1.3", "2.0"])


@pytest.fixture
def serve(tmp_path):
    def serve(dialect="auto"):
        return serving(variables_of(tmp_path, TIERCEL_DIALECT=dialect), tmp_path)

    return serve


def start(client, **inputs):
    parts = {name: (None, str(value)) for name, value in inputs.items()}
    answer = client.post(f"{API}/executions/dev/limited", files=parts or None)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def all_of(client):
    """Every execution, whole."""
    found = client.get(f"{API}/executions/search", params={"size": 100}).json()["results"]
    return [client.get(f"{API}/executions/{one['id']}").json() for one in found]


def until_ended(client, count):
    """Wait until there are so many and all have ended."""
    while True:
        states = [one["state"]["current"] for one in all_of(client)]
        if len(states) == count and not {"CREATED", "QUEUED", "RUNNING", "RESTARTED", "KILLING"} & set(states):
            return all_of(client)
        time.sleep(0.05)  # the executions are in the server


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


@DIALECTS
def test_a_queue_holds_through_kills_replays_and_restarts(serve, dialect):
    with serve(dialect) as (process, client):
        save_flow(client, FLOW % "QUEUE")
        ids = [start(client, fails=number == 0) for number in range(7)]
        client.delete(f"{API}/executions/{ids[6]}/kill").raise_for_status()
        process.kill()
        process.wait()
    with serve(dialect) as (_, client):
        executions = until_ended(client, 7)
        assert states(executions) == ["FAILED", "KILLED", *["SUCCESS"] * 5]
        client.put(f"{API}/namespaces/dev/kv/mended", content="true", headers={"content-type": "text/plain"})
        again = [client.post(f"{API}/executions/{one}/actions/replay").json()["id"] for one in ids[1:5]]
        assert client.post(f"{API}/executions/{ids[0]}/actions/restart").status_code == 200
        limit = client.get(f"{API}/concurrency-limit/dev/limited").json()
        assert limit["running"] <= 2
        executions = until_ended(client, 7 + len(again))
        assert states(executions) == ["KILLED", *["SUCCESS"] * 10]
        assert most_at_once(spans(executions)) == 2


@DIALECTS
@pytest.mark.parametrize(("behavior", "state"), [("CANCEL", "CANCELLED"), ("FAIL", "FAILED")])
def test_what_is_refused_is_refused_to_replays_and_restarts_too(serve, dialect, behavior, state):
    with serve(dialect) as (process, client):
        save_flow(client, FLOW % behavior)
        held = [start(client, holds=True), start(client, holds=True)]
        refused = start(client)
        replayed = client.post(f"{API}/executions/{held[0]}/actions/replay").json()["id"]
        for one in (refused, replayed):
            found = client.get(f"{API}/executions/{one}").json()
            assert (found["state"]["current"], found.get("taskRunList") or []) == (state, [])
        if state == "FAILED":
            assert client.post(f"{API}/executions/{refused}/actions/restart").status_code == 200
            assert client.get(f"{API}/executions/{refused}").json()["state"]["current"] == "FAILED"
        process.kill()
        process.wait()
    with serve(dialect) as (_, client):
        late = start(client)
        assert client.get(f"{API}/executions/{late}").json()["state"]["current"] == state  # the dead server's are held
        client.delete(f"{API}/executions/{late}").raise_for_status()
        for one in held:
            until_paused(client, one)
            client.post(f"{API}/executions/{one}/actions/resume").raise_for_status()
        assert states(until_ended(client, 4)) == sorted(["SUCCESS", "SUCCESS", state, state])
        after = start(client)
        assert states(until_ended(client, 5)) == sorted(["SUCCESS"] * 3 + [state] * 2)
        assert client.get(f"{API}/executions/{after}").json()["state"]["current"] == "SUCCESS"


@DIALECTS
def test_a_backfill_queues_at_the_limit_and_runs_each_date_once_although_the_server_is_killed(serve, dialect):
    with serve(dialect) as (process, client):
        save_flow(client, FLOW % "QUEUE")
        client.put(f"{API}/triggers/backfill/create", json={**BACKFILL, "backfill": RANGE}).raise_for_status()
        while client.get(f"{API}/executions/search").json()["total"] < 5:
            time.sleep(0.01)  # the backfill is in the server
        process.kill()
        process.wait()
    with serve(dialect) as (_, client):
        own = start(client)
        executions = until_ended(client, 21)
    assert states(executions) == ["SUCCESS"] * 21
    dates = sorted(one["trigger"]["variables"]["date"][:13] for one in executions if one["id"] != own)
    assert dates == [f"2026-01-01T{hour:02}" for hour in range(20)]
    assert most_at_once(spans(executions)) == 2


@DIALECTS
def test_a_backfill_over_the_limit_is_refused_date_by_date(serve, dialect):
    with serve(dialect) as (_, client):
        save_flow(client, FLOW % "CANCEL")
        client.put(f"{API}/triggers/backfill/create", json={**BACKFILL, "backfill": RANGE}).raise_for_status()
        executions = until_ended(client, 20)
    assert set(states(executions)) == {"CANCELLED", "SUCCESS"}
    assert most_at_once(spans(executions)) <= 2
    assert len({one["trigger"]["variables"]["date"] for one in executions}) == 20
