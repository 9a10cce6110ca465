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
    "log.log": (
        "io.kestra.plugin.core.log.Log",
        "io.kestra.core.tasks.log.Log",
    ),
    "output.output_values": ("io.kestra.plugin.core.output.OutputValues",),
}

TYPES: dict[str, str] = {name: f"tiercel.tasks.{module}" for module, names in _MODULES.items() for name in names}
