"""Schedules of a server that is killed for days, or stands still for a while: what is made up for, and what is not.

A process cannot be made to believe in another time, so it is the stored dates that are moved three days back while it
is dead: it finds what it would find after three days.
"""

from __future__ import annotations

import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from cli.served import API, save_flow, serving, variables_of

POLICIES = {"all": "ALL", "last": "LAST", "none": "NONE", "unsaid": None}
DAYS = timedelta(days=3)
LOG = "{id: log, type: io.kestra.plugin.core.log.Log, message: hello}"
TICK = "id: tick, type: io.kestra.plugin.core.trigger.Schedule"
MOVED = ("next_at", "look_at", "last_at", "fired_at", "evaluated_at", "begin_at", "updated_at")


def flow(flow_id, more):
    return f"id: {flow_id}\nnamespace: dev\ntasks: [{LOG}]\ntriggers: [{{{TICK}, {more}}}]\n"


def trigger_of(client, flow_id):
    return client.get(f"{API}/triggers/dev/{flow_id}/tick").json()["state"]


def dates_of(client, flow_id):
    query = {"filters[flowId][EQUALS]": flow_id, "size": 200}
    found = client.get(f"{API}/executions/search", params=query).json()["results"]
    return sorted(datetime.fromisoformat(one["trigger"]["variables"]["date"]) for one in found)


def until_looked_at(client, flow_ids):
    """Wait until each has a date of the future."""
    for flow_id in flow_ids:
        while (
            datetime.fromisoformat(trigger_of(client, flow_id).get("nextEvaluationDate", "1970-01-01T00:00Z")) <= now()
        ):
            time.sleep(0.05)  # the scheduler is in the server


def now():
    return datetime.now(UTC)


def every_six_hours():
    """Far enough from now that no date comes while the test runs."""
    return f"0 {(now().hour + 3) % 6}-23/6 * * *"


def move_back(home, by):
    """Make the stored dates of all triggers earlier."""
    moved = ", ".join(f"{name} = {name} - {by // timedelta(microseconds=1)}" for name in MOVED)
    with closing(sqlite3.connect(f"{home}/tiercel.db")) as database, database:
        database.execute(f"UPDATE triggers SET {moved}")


@pytest.mark.parametrize("dialect", ["1.3", "2.0"])
def test_three_days_without_a_server_are_made_up_for_as_each_trigger_says(tmp_path, dialect):
    variables = variables_of(tmp_path, TIERCEL_DIALECT=dialect)
    with serving(variables, tmp_path) as (process, client):
        for flow_id, policy in POLICIES.items():
            own = "" if policy is None else f", recoverMissedSchedules: {policy}"
            save_flow(client, flow(flow_id, f"cron: '{every_six_hours()}'{own}"))
        until_looked_at(client, POLICIES)
        begun_at = now() - DAYS
        assert {flow_id: dates_of(client, flow_id) for flow_id in POLICIES} == {flow_id: [] for flow_id in POLICIES}
        process.kill()
        process.wait()
    move_back(tmp_path, DAYS)
    with serving(variables, tmp_path) as (_, client):
        until_looked_at(client, POLICIES)
        found = {flow_id: dates_of(client, flow_id) for flow_id in POLICIES}
        first = begun_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
        every = [first + timedelta(hours=6 * number) for number in range(12)]
        assert found == {"all": every, "unsaid": every, "last": every[-1:], "none": []}
        assert trigger_of(client, "none")["reason"].startswith("It waits for ")


def test_dates_too_late_are_not_made_up_for(tmp_path):
    with serving(variables_of(tmp_path), tmp_path) as (process, client):
        save_flow(client, flow("late", f"cron: '{every_six_hours()}', lateMaximumDelay: PT24H"))
        until_looked_at(client, ["late"])
        process.kill()
        process.wait()
    move_back(tmp_path, DAYS)
    with serving(variables_of(tmp_path), tmp_path) as (_, client):
        until_looked_at(client, ["late"])
        found = dates_of(client, "late")
        assert len(found) == 4
        assert found[0] >= now() - timedelta(hours=24, minutes=1)


@pytest.mark.parametrize("stop", ["kill", "pause"])
def test_every_second_fires_once_although_the_server_is_killed_or_stands_still(tmp_path, stop):
    variables = variables_of(tmp_path)
    with serving(variables, tmp_path) as (process, client):
        save_flow(client, flow("seconds", "cron: '* * * * * *', withSeconds: true, allowConcurrent: true"))
        until_fired(client, 2)
        if stop == "kill":
            process.kill()
            process.wait()
        else:
            process.send_signal(signal.SIGSTOP)
            resume_at = now() + timedelta(seconds=3)
            while now() < resume_at:
                time.sleep(0.1)  # it is another process that stands still
            process.send_signal(signal.SIGCONT)
            check_seconds(client, 6)
            return
    with serving(variables, tmp_path) as (_, client):
        check_seconds(client, 5)


def until_fired(client, count):
    while len(dates_of(client, "seconds")) < count:
        time.sleep(0.1)  # the schedule is in the server


def check_seconds(client, count):
    until_fired(client, count)
    client.put(
        f"{API}/triggers/set-disabled",
        json={"namespace": "dev", "flowId": "seconds", "triggerId": "tick", "disabled": True},
    ).raise_for_status()
    dates = dates_of(client, "seconds")
    assert max(Counter(dates).values()) == 1
    assert dates == [dates[0] + timedelta(seconds=number) for number in range(len(dates))]
