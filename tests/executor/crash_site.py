"""A process that starts executions until it is killed: ``python -m executor.crash_site HOME COUNT``.

Every start that was acknowledged is printed. Run again on the same folder it takes up what was left and starts more.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path

from executor.stage import Stage, open_stage

FLOWS = {
    "inline": """
id: inline
namespace: crash
tasks:
  - {id: a, type: io.kestra.plugin.core.output.OutputValues, values: {x: "1"}}
  - {id: b, type: io.kestra.plugin.core.log.Log, message: "x is {{ outputs.a.values.x }}"}
""",
    "worker": """
id: worker
namespace: crash
tasks:
  - {id: a, type: io.kestra.plugin.core.log.Log, message: "first", timeout: PT1M}
  - {id: b, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.02S}
  - {id: c, type: io.kestra.plugin.core.log.Log, message: "third {{ kv('none', errorOnMissing=false) ?? 'no' }}"}
""",
    "each": """
id: each
namespace: crash
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, 40) }}"
    concurrencyLimit: 7
    tasks:
      - {id: a, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}
      - {id: b, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.a[taskrun.value].value }}"}
""",
    "parent": """
id: parent
namespace: crash
tasks:
  - {id: child, type: io.kestra.plugin.core.flow.Subflow, namespace: crash, flowId: worker, wait: true}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "child is done"}
""",
    "paused": """
id: paused
namespace: crash
tasks:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT0.05S}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "on again"}
""",
    "directory": """
id: directory
namespace: crash
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    inputFiles: {a.txt: hello}
    outputFiles: ["*.txt"]
    tasks:
      - {id: a, type: io.kestra.plugin.core.log.Log, message: "inside"}
""",
    "limited": """
id: limited
namespace: crash
concurrency: {limit: 2, behavior: QUEUE}
tasks:
  - {id: a, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.01S}
""",
    "loop": """
id: loop
namespace: crash
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.Loop
    values: [a, b, c, d, e]
    concurrencyLimit: 2
    tasks:
      - {id: a, type: io.kestra.plugin.core.log.Log, message: "{{ item.value }}"}
""",
    "stored": """
id: stored
namespace: crash
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.Loop
    values: [a, b, c]
    fetchType: STORE
    outputs: [{id: o, type: STRING, value: "{{ item.value }}"}]
    tasks:
      - {id: a, type: io.kestra.plugin.core.log.Log, message: "{{ item.value }}"}
  - {id: read, type: io.kestra.plugin.core.log.Log, message: "{{ read(outputs.loop.outputs[2].outputs.uri) }}"}
""",
    "items": """
id: items
namespace: crash
tasks:
  - {id: w, type: io.kestra.plugin.core.storage.Write, content: "a\\nb\\nc\\nd\\n"}
  - id: each
    type: io.kestra.plugin.core.flow.ForEachItem
    items: "{{ outputs.w.uri }}"
    namespace: crash
    flowId: inline
""",
    "listener": """
id: listener
namespace: crash
triggers:
  - id: each
    type: io.kestra.plugin.core.trigger.Flow
    states: [RUNNING, SUCCESS]
    conditions:
      - {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: crash, flowId: inline}
  - id: pairs
    type: io.kestra.plugin.core.trigger.Flow
    preconditions:
      id: pair
      flows:
        - {namespace: crash, flowId: worker, states: [SUCCESS]}
        - {namespace: crash, flowId: paused, states: [SUCCESS]}
tasks:
  - {id: a, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.state }}"}
""",
}
STARTED = [name for name in FLOWS if name != "listener"]
"""The flows that are started by hand."""


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def work(home: Path, count: int) -> None:
    """Start ``count`` more executions, several at a time, then wait until none is left."""
    async with open_stage(home, is_durable=False) as stage:
        flows = {name: await stage.save(source) for name, source in FLOWS.items()}
        say("open")
        steps = iter(range(count))

        async def client() -> None:
            for step in steps:
                execution = await stage.prepare(flows[STARTED[step % len(STARTED)]])
                await stage.executor.start(execution)
                say(f"started {execution.id}")

        await asyncio.gather(*(client() for _ in range(8)))
        await until_all_is_over(stage)
        say("over")


async def until_all_is_over(stage: Stage) -> None:
    """Wait until no execution is open and nothing more follows from those that were."""
    while True:
        rows, announcements = await stage.environment.database.read(
            lambda connection: (
                connection.fetch("SELECT id FROM executions WHERE is_over = 0"),
                connection.fetch("SELECT id FROM announcements"),
            )
        )
        if rows:
            await asyncio.wait([asyncio.ensure_future(stage.executor.wait(one)) for (one,) in rows])
        elif announcements:
            await asyncio.sleep(0.01)  # the process answers them in its own time
        else:
            return


if __name__ == "__main__":
    gc.freeze()
    asyncio.run(work(Path(sys.argv[1]), int(sys.argv[2])))
