"""A process that starts limited flows and calls webhooks until it is killed: ``python -m executor.limit_site HOME N``.

Every start and every call that was acknowledged is printed. Run again on the same folder it takes up what was left.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

from executor.plain import Plain
from tiercel.cli.wiring import Installation, open_installation
from tiercel.operations.actor import LOCAL
from tiercel.operations.flows import save_flow
from tiercel.operations.settings import Settings
from tiercel.operations.starting import StartRequest, prepare_execution
from tiercel.operations.webhooks import Call, call_webhook

POOL, KEY_LIMIT, RATE, PERIOD_SECONDS = 3, 1, 8, 2
_SLEEP = "{id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.02S}"
FLOWS = {
    "keyed": f'concurrency: {{limit: {KEY_LIMIT}, key: "{{{{ inputs.key }}}}", pool: shared}}',
    "pooled": 'concurrency: {pool: shared, priority: "{{ inputs.key | length }}"}',
    "rated": f"concurrency: {{rate: {{limit: {RATE}, period: PT{PERIOD_SECONDS}S}}}}",
}
HOOKED = """
id: hooked
namespace: crash
tasks: [{id: show, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.size }}"}]
triggers:
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: secret, batch: {size: 4, wait: PT0.2S}}
"""


def source_of(name: str, limits: str) -> str:
    """The text of a limited flow."""
    given = "inputs: [{id: key, type: STRING}]\n"
    return f"id: {name}\nnamespace: crash\n{given}{limits}\ntasks: [{_SLEEP}]\n"


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def work(home: str, count: int) -> None:
    """Start and call ``count`` times, then wait until nothing is left."""
    settings = Settings(home=home, pools={"shared": POOL})
    async with open_installation(settings, {}, is_durable=False, is_discovering=False) as installation:
        environment = installation.environment
        for source in (HOOKED, *(source_of(name, limits) for name, limits in FLOWS.items())):
            await save_flow(environment, LOCAL, source)
        say("open")
        steps = iter(range(count))
        await asyncio.gather(*(_client(installation, steps) for _ in range(6)))
        await _until_all_is_over(installation)
        say("over")


async def _client(installation: Installation, steps: Iterator[int]) -> None:
    environment = installation.environment
    names = sorted(FLOWS)
    for step in steps:
        request = StartRequest(
            namespace="crash", flow_id=names[step % 3], inputs={"key": "ab"[step % 2] * (1 + step % 4)}
        )
        execution = await prepare_execution(environment, request)
        await environment.transport.start(execution)
        say(f"started {execution.id}")
        event = environment.new_id()
        call = Call(content=Plain(f'{{"event": "{event}"}}'.encode()), headers={}, parameters={})
        await call_webhook(environment, ("crash", "hooked"), "secret", call)
        say(f"called {event}")


async def _until_all_is_over(installation: Installation) -> None:
    query = "SELECT id FROM executions WHERE is_over = 0 UNION ALL SELECT execution_id FROM gatherings LIMIT 1"
    while True:
        if not await installation.environment.database.read(lambda connection: connection.fetch(query)):
            return
        await asyncio.sleep(0.02)  # the process does the rest in its own time


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
