"""The numbers that Prometheus reads."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from conformance.waiting import until

HELLO = """\
id: hello
namespace: dev
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT0S}
triggers:
  - {id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}
"""


async def test_what_was_done_is_counted(client, save, start):
    await save(HELLO)
    for _ in range(2):
        await start("hello")
    response = await client.get("/prometheus")
    assert response.headers["content-type"].startswith("text/plain")
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }
    labels = (("flow_id", "hello"), ("namespace_id", "dev"), ("state", "SUCCESS"), ("tenant_id", "main"))
    assert samples["kestra_executor_execution_end_count_total", labels] == 2
    assert samples["kestra_executor_execution_duration_seconds_count", labels] == 2
    assert samples["kestra_worker_started_count_total", ()] == 2
    sleeps = tuple(sorted((*labels, ("task_type", "io.kestra.plugin.core.flow.Sleep"))))
    assert samples["kestra_worker_ended_count_total", sleeps] == 2
    assert samples["kestra_worker_ended_duration_seconds_count", sleeps] == 2
    assert samples["kestra_worker_queued_duration_seconds_count", ()] == 2
    assert samples["kestra_worker_queued_duration_seconds_sum", ()] >= 0
    assert samples["kestra_worker_job_running", ()] == samples["kestra_worker_job_pending", ()] == 0
    assert samples["kestra_worker_job_thread", ()] == 32
    assert samples["kestra_scheduler_trigger_count", ()] == 1
    assert samples["process_resident_memory_bytes", ()] > 0


async def test_nobody_unknown_reads_them(open_server):
    async with open_server(is_open=False) as client:
        assert (await client.get("/prometheus")).status_code == 401
        assert (await client.get("/metrics")).status_code == 401


SLOW = """\
id: slow
namespace: dev
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H%s}
"""


async def read(client):
    text = (await client.get("/prometheus")).text
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.labels
    }


async def test_what_runs_is_shown_and_what_ended_early_is_counted(client, save, start):
    await save(SLOW % "")
    id_ = (await start("slow", wait="false"))["id"]

    async def is_running():
        return (await read(client))["kestra_worker_job_running"] == 1

    assert await until(is_running, 60)
    await client.delete(f"/api/v1/main/executions/{id_}/kill")

    async def is_killed():
        found = await read(client)
        return (found["kestra_worker_killed_count_total"], found["kestra_worker_job_running"]) == (1, 0)

    assert await until(is_killed, 60)
    await client.put("/api/v1/main/flows/dev/slow", content=SLOW % ", timeout: PT0.05S")
    await start("slow")
    assert (await read(client))["kestra_worker_timeout_count_total"] == 1
