"""Triggers over HTTP: seen, switched, unlocked, backfilled, one by one and many at once."""

from __future__ import annotations

import pytest

from conformance.waiting import until

ROOT = "/api/v1/main/triggers"
KEY = {"namespace": "dev", "flowId": "flow", "triggerId": "tick"}
ONE = f"{ROOT}/dev/flow/tick"


def source(flow_id="flow", *lines):
    own = "".join(f"    {line}\n" for line in lines)
    return (
        f"id: {flow_id}\nnamespace: dev\n"
        "tasks:\n  - {id: hello, type: io.kestra.plugin.core.log.Log, message: hello}\n"
        f"triggers:\n  - id: tick\n    type: io.kestra.plugin.core.trigger.Schedule\n    cron: '0 0 1 1 *'\n{own}"
    )


@pytest.fixture
async def saved(client, save):
    await save(source("flow", "stopAfter: [FAILED]", "labels: {team: data}"))
    return client


async def state(client, flow_id="flow"):
    answer = await client.get(f"{ROOT}/dev/{flow_id}")
    return answer.json()["results"][0]


async def test_a_search_gives_definition_and_state_in_the_words_of_both_versions(saved):
    found = (await saved.get(f"{ROOT}/search")).json()
    assert found["total"] == 1
    item = found["results"][0]
    assert item["trigger"] == item["abstractTrigger"]
    assert item["state"] == item["triggerContext"]
    assert item["trigger"] == {
        "id": "tick",
        "type": "io.kestra.plugin.core.trigger.Schedule",
        "cron": "0 0 1 1 *",
        "labels": [{"key": "team", "value": "data"}],
        "stopAfter": ["FAILED"],
        "disabled": False,
    }
    assert KEY.items() <= item["state"].items()
    assert (item["state"]["kind"], item["state"]["disabled"], item["state"]["locked"]) == ("SCHEDULE", False, False)


async def test_searches_have_filters_and_orders(saved, save):
    await save(source("other"))
    await saved.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": True})
    for filters, wanted in (
        ({"filters[flowId][EQUALS]": "other"}, ["other"]),
        ({"filters[triggerState][EQUALS]": "DISABLED"}, ["flow"]),
        ({"filters[triggerState][EQUALS]": "ENABLED"}, ["other"]),
        ({"filters[locked][EQUALS]": "true"}, []),
        ({"filters[workerId][EQUALS]": "w"}, []),
        ({"filters[workerId][NOT_EQUALS]": "w", "filters[source][NOT_EQUALS]": "s"}, ["flow", "other"]),
        ({"q": "oth"}, ["other"]),
        ({"sort": "flowId:desc"}, ["other", "flow"]),
        ({"filters[namespace][PREFIX]": "prod"}, []),
    ):
        found = (await saved.get(f"{ROOT}/search", params=filters)).json()
        assert [one["state"]["flowId"] for one in found["results"]] == wanted, filters
    assert (await saved.get(f"{ROOT}/search", params={"filters[nothing][EQUALS]": "x"})).status_code == 400


async def test_one_is_given_with_the_sentence_that_says_what_it_waits_for(saved):
    shown = (await saved.get(ONE)).json()["state"]
    while "nextExecutionDate" not in shown:  # the scheduler is about to look at it
        shown = (await saved.get(ONE)).json()["state"]
    assert shown["nextExecutionDate"] == shown["nextEvaluationDate"]
    assert shown["nextExecutionDate"].endswith("-01-01T00:00:00Z")
    assert shown["reason"] == f"It waits for {shown['nextExecutionDate']}."
    assert shown["lag"] == "PT0S"
    assert (await saved.get(f"{ROOT}/dev/flow/none")).status_code == 404


async def test_switching_off_and_on(saved):
    off = await saved.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": True})
    assert off.json()["disabled"] is True
    assert off.json()["reason"] == "It was switched off by hand."
    on = await saved.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": False})
    assert on.json()["disabled"] is False
    unknown = await saved.put(f"{ROOT}/set-disabled", json={**KEY, "flowId": "none"})
    assert unknown.status_code == 404
    assert (await saved.put(f"{ROOT}/set-disabled", json={"flowId": "flow"})).status_code == 422


async def test_one_disabled_in_the_source_cannot_be_switched_on(saved, save):
    await save(source("other", "disabled: true"))
    answer = await saved.put(f"{ROOT}/set-disabled", json={**KEY, "flowId": "other", "disabled": False})
    assert answer.status_code == 409
    assert "enable it there" in answer.json()["message"]


async def test_unlocking_what_is_not_locked_is_refused_and_beginning_anew_is_not(saved):
    assert (await saved.post(f"{ONE}/unlock")).status_code == 409
    assert (await saved.post(f"{ONE}/restart")).json()["triggerId"] == "tick"
    assert (await saved.post(f"{ROOT}/dev/flow/none/restart")).status_code == 404


async def test_one_that_the_flow_declares_cannot_be_deleted(saved):
    answer = await saved.delete(ONE)
    assert answer.status_code == 409
    assert "because the flow still declares it" in answer.json()["message"]
    many = await saved.request("DELETE", f"{ROOT}/delete/by-triggers", json=[KEY])
    assert (many.status_code, many.json()["totalItems"]) == (202, 0)


async def test_a_backfill_from_its_preview_to_its_end(saved):
    await saved.put(f"{ROOT}/set-disabled", json={**KEY, "disabled": True})
    wanted = {"start": "2020-01-01T00:00:00Z", "end": "2022-06-01T00:00:00Z", "labels": [{"key": "a", "value": "b"}]}
    body = {**KEY, "backfill": wanted}
    shown = (await saved.post(f"{ROOT}/backfill/preview", json=body)).json()
    dates = ["2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2022-01-01T00:00:00Z"]
    assert shown == {"count": 3, "complete": True, "dates": dates}
    begun = (await saved.put(f"{ROOT}/backfill/create", json=body)).json()["backfill"]
    assert begun == {
        "start": wanted["start"],
        "end": wanted["end"],
        "currentDate": dates[0],
        "paused": False,
        "onlyMissing": False,
        "labels": wanted["labels"],
    }
    assert (await saved.put(f"{ROOT}/backfill/create", json=body)).status_code == 409
    assert (await saved.put(f"{ROOT}/backfill/pause", json=KEY)).json()["backfill"]["paused"] is True
    assert (await saved.put(f"{ROOT}/backfill/unpause", json=KEY)).json()["backfill"]["paused"] is False
    assert "backfill" not in (await saved.post(f"{ROOT}/backfill/delete", json=KEY)).json()
    assert (await saved.post(f"{ROOT}/backfill/delete", json=KEY)).status_code == 409


@pytest.mark.parametrize(
    "backfill",
    [None, {}, {"start": "soon"}, {"start": "2020-01-01T00:00:00Z", "labels": [{"key": "system.x", "value": "1"}]}],
)
async def test_a_backfill_that_cannot_be_read_is_refused(saved, backfill):
    answer = await saved.put(f"{ROOT}/backfill/create", json={**KEY, "backfill": backfill})
    assert answer.status_code in {400, 422}


async def test_a_trigger_sent_as_a_whole_by_an_older_client(saved):
    off = await saved.put(ROOT, json={**KEY, "disabled": True})
    assert off.json()["disabled"] is True
    begun = await saved.put(ROOT, json={**KEY, "disabled": True, "backfill": {"start": "2020-01-01T00:00:00Z"}})
    assert begun.json()["backfill"]["currentDate"] == "2020-01-01T00:00:00Z"


async def test_many_at_once(saved, save):
    await save(source("other"))
    both = [KEY, {**KEY, "flowId": "other"}]
    body = {"triggers": [*both, {**KEY, "flowId": "none"}], "disabled": True}
    off = await saved.post(f"{ROOT}/set-disabled/by-triggers", json=body)
    assert (off.status_code, off.json()["count"]) == (202, 2)
    assert (await state(saved, "other"))["disabled"] is True
    on = await saved.post(
        f"{ROOT}/set-disabled/by-query", params={"filters[flowId][EQUALS]": "other", "disabled": "false"}
    )
    assert on.json()["totalItems"] == 1
    assert (await state(saved, "other"))["disabled"] is False
    assert (await state(saved))["disabled"] is True
    assert (await saved.post(f"{ROOT}/unlock/by-triggers", json=both)).json()["count"] == 0
    await saved.put(f"{ROOT}/backfill/create", json={**KEY, "backfill": {"start": "2020-01-01T00:00:00Z"}})
    held = await saved.post(f"{ROOT}/backfill/pause/by-query")
    assert held.json()["count"] == 1
    ended = await saved.post(f"{ROOT}/backfill/delete/by-triggers", json=both)
    assert ended.json()["count"] == 1
    assert (await saved.post(f"{ROOT}/nothing/by-triggers", json=both)).status_code == 404


async def test_a_table_to_take_away(saved):
    answer = await saved.get(f"{ROOT}/export/by-query/csv")
    lines = answer.text.splitlines()
    assert answer.headers["content-disposition"] == 'attachment; filename="triggers.csv"'
    assert lines[0].startswith("namespace,flowId,triggerId")
    assert lines[1].startswith("dev,flow,tick,SCHEDULE,false,false")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


async def test_a_span_of_time_is_about_the_dates_that_are_asked_for(saved):
    async def is_planned():
        return "nextExecutionDate" in await state(saved)

    assert await until(is_planned, 60)  # the scheduler looks at what was saved in its own time
    span = {"filters[startDate][GREATER_THAN]": "2000-01-01T00:00:00Z"}
    for name, count in (("NEXT_EXECUTION_DATE", 1), ("LAST_TRIGGERED_DATE", 0)):
        found = (await saved.get(f"{ROOT}/search", params={"dateFilter": name, **span})).json()
        assert found["total"] == count, name
    assert (await saved.get(f"{ROOT}/search", params=span)).status_code == 400
    assert (await saved.get(f"{ROOT}/search", params={"dateFilter": "START_DATE", **span})).status_code == 422


async def test_a_task_switches_a_trigger(saved, save, start):
    toggle = "{id: t, type: io.kestra.plugin.core.trigger.Toggle, flowId: flow, trigger: tick, enabled: false}"
    await save(f"id: toggler\nnamespace: dev\ntasks:\n  - {toggle}\n")
    execution = await start("toggler")
    assert execution["state"]["current"] == "SUCCESS"
    assert (await state(saved))["disabled"] is True
