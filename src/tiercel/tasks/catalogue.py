"""Where each type is: its name, and each of its aliases, to the module that is imported when a flow names it."""

from __future__ import annotations

_MODULES: dict[str, tuple[str, ...]] = {
    "debug.values": (
        "io.kestra.plugin.core.debug.Return",
        "io.kestra.core.tasks.debugs.Return",
        "io.kestra.plugin.core.debug.Echo",
        "io.kestra.core.tasks.debugs.Echo",
    ),
    "execution.ending": (
        "io.kestra.plugin.core.execution.Fail",
        "io.kestra.core.tasks.executions.Fail",
        "io.kestra.plugin.core.execution.Exit",
        "io.kestra.plugin.core.execution.Assert",
    ),
    "execution.labels": (
        "io.kestra.plugin.core.execution.Labels",
        "io.kestra.core.tasks.executions.Labels",
    ),
    "execution.others": (
        "io.kestra.plugin.core.execution.PurgeExecutions",
        "io.kestra.core.tasks.storages.Purge",
        "io.kestra.plugin.core.storage.Purge",
        "io.kestra.plugin.core.execution.Count",
        "io.kestra.core.tasks.executions.Counts",
        "io.kestra.plugin.core.execution.Resume",
    ),
    "execution.variables": (
        "io.kestra.plugin.core.execution.SetVariables",
        "io.kestra.plugin.core.execution.UnsetVariables",
    ),
    "flow.choices": (
        "io.kestra.plugin.core.flow.If",
        "io.kestra.core.tasks.flows.If",
        "io.kestra.plugin.core.flow.Switch",
        "io.kestra.core.tasks.flows.Switch",
    ),
    "flow.foreach_item": (
        "io.kestra.plugin.core.flow.ForEachItem",
        "io.kestra.core.tasks.flows.ForEachItem",
        "io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit",
        "io.kestra.plugin.core.flow.ForEachItem$ForEachItemExecutable",
        "io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs",
    ),
    "flow.loops": (
        "io.kestra.plugin.core.flow.ForEach",
        "io.kestra.plugin.core.flow.EachSequential",
        "io.kestra.core.tasks.flows.EachSequential",
        "io.kestra.plugin.core.flow.EachParallel",
        "io.kestra.core.tasks.flows.EachParallel",
        "io.kestra.plugin.core.flow.Loop",
        "io.kestra.plugin.core.flow.LoopUntil",
        "io.kestra.plugin.core.flow.WaitFor",
    ),
    "flow.pauses": (
        "io.kestra.plugin.core.flow.Pause",
        "io.kestra.core.tasks.flows.Pause",
        "io.kestra.plugin.core.flow.Approval",
    ),
    "flow.purge_flows": ("io.kestra.plugin.core.flow.PurgeFlows",),
    "flow.sequences": (
        "io.kestra.plugin.core.flow.Sequential",
        "io.kestra.core.tasks.flows.Sequential",
        "io.kestra.plugin.core.flow.Parallel",
        "io.kestra.core.tasks.flows.Parallel",
        "io.kestra.plugin.core.flow.Dag",
        "io.kestra.core.tasks.flows.Dag",
        "io.kestra.plugin.core.flow.AllowFailure",
        "io.kestra.core.tasks.flows.AllowFailure",
    ),
    "flow.sleep": ("io.kestra.plugin.core.flow.Sleep",),
    "flow.subflow": (
        "io.kestra.plugin.core.flow.Subflow",
        "io.kestra.core.tasks.flows.Flow",
        "io.kestra.core.tasks.flows.Subflow",
        "io.kestra.plugin.core.flow.Template",
        "io.kestra.core.tasks.flows.Template",
    ),
    "flow.working_directory": (
        "io.kestra.plugin.core.flow.WorkingDirectory",
        "io.kestra.core.tasks.flows.Worker",
        "io.kestra.core.tasks.flows.WorkingDirectory",
    ),
    "http.download": (
        "io.kestra.plugin.core.http.Download",
        "io.kestra.plugin.fs.http.Download",
    ),
    "http.request": (
        "io.kestra.plugin.core.http.Request",
        "io.kestra.plugin.fs.http.Request",
    ),
    "http.sse": ("io.kestra.plugin.core.http.SseRequest",),
    "kv.deleting": (
        "io.kestra.plugin.core.kv.Delete",
        "io.kestra.plugin.core.kv.PurgeKV",
    ),
    "kv.reading": (
        "io.kestra.plugin.core.kv.Get",
        "io.kestra.plugin.core.kv.GetKeys",
    ),
    "kv.writing": (
        "io.kestra.plugin.core.kv.Set",
        "io.kestra.plugin.core.kv.Put",
    ),
    "log.log": (
        "io.kestra.plugin.core.log.Log",
        "io.kestra.core.tasks.log.Log",
    ),
    "log.others": (
        "io.kestra.plugin.core.log.Fetch",
        "io.kestra.core.tasks.log.Fetch",
        "io.kestra.plugin.core.log.PurgeLogs",
    ),
    "metric.publish": ("io.kestra.plugin.core.metric.Publish",),
    "namespace.files": (
        "io.kestra.plugin.core.namespace.UploadFiles",
        "io.kestra.plugin.core.namespace.DownloadFiles",
        "io.kestra.plugin.core.namespace.DeleteFiles",
        "io.kestra.plugin.core.namespace.PurgeFiles",
    ),
    "output.output_values": ("io.kestra.plugin.core.output.OutputValues",),
    "state.tasks": (
        "io.kestra.plugin.core.state.Set",
        "io.kestra.core.tasks.states.Set",
        "io.kestra.plugin.core.state.Get",
        "io.kestra.core.tasks.states.Get",
        "io.kestra.plugin.core.state.Delete",
        "io.kestra.core.tasks.states.Delete",
    ),
    "storage.contents": (
        "io.kestra.plugin.core.storage.Write",
        "io.kestra.plugin.core.storage.Concat",
        "io.kestra.core.tasks.storages.Concat",
        "io.kestra.plugin.core.storage.Split",
        "io.kestra.core.tasks.storages.Split",
        "io.kestra.plugin.core.storage.Reverse",
        "io.kestra.core.tasks.storages.Reverse",
    ),
    "storage.files": (
        "io.kestra.plugin.core.storage.Size",
        "io.kestra.core.tasks.storages.Size",
        "io.kestra.plugin.core.storage.Delete",
        "io.kestra.core.tasks.storages.Delete",
        "io.kestra.plugin.core.storage.LocalFiles",
        "io.kestra.core.tasks.storages.LocalFiles",
        "io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles",
        "io.kestra.core.tasks.storages.PurgeExecution",
        "io.kestra.plugin.core.storage.PurgeExecution",
        "io.kestra.plugin.core.storage.PurgeStorage",
    ),
    "storage.items": (
        "io.kestra.plugin.core.storage.FilterItems",
        "io.kestra.core.tasks.storages.FilterItems",
        "io.kestra.plugin.core.storage.DeduplicateItems",
        "io.kestra.core.tasks.storages.DeduplicateItems",
    ),
    "templating.templated": (
        "io.kestra.plugin.core.templating.TemplatedTask",
        "io.kestra.core.tasks.templating.TemplatedTask",
    ),
    "trigger.toggle": (
        "io.kestra.plugin.core.trigger.Toggle",
        "io.kestra.core.tasks.trigger.Toggle",
    ),
}

TYPES: dict[str, str] = {name: f"tiercel.tasks.{module}" for module, names in _MODULES.items() for name in names}
