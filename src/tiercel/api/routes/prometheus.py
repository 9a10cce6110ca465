"""The numbers of this process as Prometheus reads them, under the names that dashboards for Kestra know."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from litestar import Response, get
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from tiercel.api.requests import Incoming, actor_of, environment_of
from tiercel.operations.measuring import Measures, TriggerWatch, measure

_OF_EXECUTIONS = ("tenant_id", "namespace_id", "flow_id", "state")
_MICROS = 1_000_000


@get(["/prometheus", "/metrics"])
async def expose(request: Incoming) -> Response[bytes]:
    """Give the numbers of this process in the text format of Prometheus."""
    measures = await measure(environment_of(request), actor_of(request))
    text = await asyncio.to_thread(_write, measures)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


class _Measured(Collector):
    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def collect(self) -> Iterable[Metric]:
        """Give every family."""
        measures = self._measures
        ended = CounterMetricFamily(
            "kestra_executor_execution_end_count", "Executions that are over.", labels=_OF_EXECUTIONS
        )
        took = SummaryMetricFamily(
            "kestra_executor_execution_duration_seconds", "How long executions took.", labels=_OF_EXECUTIONS
        )
        for key, ends in measures.ends.items():
            labels = ("main", key.namespace, key.flow_id, key.state)
            ended.add_metric(labels, ends.count)
            took.add_metric(labels, ends.count, ends.micros / _MICROS)
        live = GaugeMetricFamily("tiercel_executions_live", "Executions that are not over.", labels=("state",))
        for state, count in sorted(measures.live.items()):
            live.add_metric((state,), count)
        return (
            ended,
            took,
            live,
            CounterMetricFamily("kestra_worker_started_count", "Jobs handed to workers.", value=measures.dispatched),
            GaugeMetricFamily("kestra_scheduler_trigger_count", "Triggers of flows.", value=measures.triggers),
            GaugeMetricFamily("tiercel_flows_stopped", "Flows that the breaker stopped.", value=measures.stopped),
            GaugeMetricFamily("tiercel_gathered_events", "Events that triggers gather.", value=measures.gathered),
            *_limits(measures),
            *_work(measures),
            *_triggers(measures.watch),
        )


def _work(measures: Measures) -> Iterable[Metric]:
    """What the worker did, and what it does now."""
    labels = ("tenant_id", "namespace_id", "flow_id", "task_type", "state")
    ended = CounterMetricFamily("kestra_worker_ended_count", "Attempts of tasks that ended.", labels=labels)
    took = SummaryMetricFamily("kestra_worker_ended_duration_seconds", "How long attempts took.", labels=labels)
    work = measures.work
    for key, done in work.ended.items():
        values = ("main", key.namespace, key.flow_id, key.task_type, key.state)
        ended.add_metric(values, done.count)
        took.add_metric(values, done.count, done.micros / _MICROS)
    load = work.load()
    return (
        ended,
        took,
        SummaryMetricFamily(
            "kestra_worker_queued_duration_seconds",
            "How long attempts waited for a thread.",
            count_value=work.queued.count,
            sum_value=work.queued.micros / _MICROS,
        ),
        CounterMetricFamily("kestra_worker_killed_count", "Attempts that were killed.", value=work.killed),
        CounterMetricFamily("kestra_worker_timeout_count", "Attempts whose time was over.", value=work.timed_out),
        GaugeMetricFamily("kestra_worker_job_running", "Jobs that the worker carries out.", value=load.running),
        GaugeMetricFamily("kestra_worker_job_pending", "Jobs that wait for a thread.", value=load.pending),
        GaugeMetricFamily("kestra_worker_job_thread", "Synchronous tasks at once.", value=measures.threads),
        GaugeMetricFamily("kestra_sse_connections_active", "Followers of notifications.", value=measures.followers),
    )


def _limits(measures: Measures) -> Iterable[Metric]:
    """How many slots there are of flows and pools, how many are held, and how many executions wait for one."""
    labels = ("kind", "namespace", "name")
    slots = GaugeMetricFamily("tiercel_limit_slots", "Slots of a limit.", labels=labels)
    held = GaugeMetricFamily("tiercel_limit_running", "Executions that hold a slot.", labels=labels)
    queued = GaugeMetricFamily("tiercel_limit_queued", "Executions that wait for a slot.", labels=labels)
    for limit in measures.limits:
        name = ("flow", limit.namespace, limit.flow_id)
        if limit.limits.limit is not None:
            slots.add_metric(name, limit.limits.limit)
        held.add_metric(name, limit.running)
        queued.add_metric(name, limit.queued)
    for pool in measures.pools:
        name = ("pool", "", pool.name)
        slots.add_metric(name, pool.slots)
        held.add_metric(name, pool.running)
        queued.add_metric(name, pool.queued)
    return slots, held, queued


def _triggers(watch: TriggerWatch) -> Iterable[Metric]:
    fired = CounterMetricFamily("tiercel_triggers_fired", "Executions that triggers started.", labels=("type",))
    for name, count in sorted(watch.fired.items()):
        fired.add_metric((name,), count)
    gauges = (
        ("tiercel_triggers_due", "Triggers that should have been looked at.", watch.due),
        ("tiercel_triggers_lag_seconds", "For how long the first of them waits.", watch.lag_micros / _MICROS),
        ("tiercel_triggers_failing", "Triggers whose last look or start failed.", watch.failing),
        ("tiercel_triggers_locked", "Triggers that wait for an execution of theirs.", watch.locked),
        ("tiercel_triggers_looking", "Polling triggers that workers look for.", watch.looks),
        ("tiercel_triggers_listening", "Realtime triggers that listen.", watch.listeners),
        ("tiercel_scheduler_idle_seconds", "Since the scheduler did all that was due.", watch.idle_micros / _MICROS),
    )
    counts = (
        ("tiercel_scheduler_faults", "Steps of the scheduler that failed.", watch.faults),
        ("tiercel_scheduler_restarts", "How often the scheduler was begun again.", watch.restarts),
    )
    return (
        fired,
        *(GaugeMetricFamily(name, text, value=value) for name, text, value in gauges),
        *(CounterMetricFamily(name, text, value=value) for name, text, value in counts),
    )


def _write(measures: Measures) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Measured(measures))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return generate_latest(registry)


ROUTES = (expose,)
