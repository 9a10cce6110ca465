"""Flows of the tests of executions, and what an execution has gone through."""

from __future__ import annotations

from tiercel.operations import executions
from tiercel.operations.actor import LOCAL

ROOT = "/api/v1/main/executions"

HELLO = """\
id: hello
namespace: dev
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "Hello, World!"
"""

ECHO = """\
id: echo
namespace: dev
inputs:
  - {id: name, type: STRING}
  - {id: times, type: INT, defaults: 2}
tasks:
  - id: say
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.name }} x {{ inputs.times }}"
outputs:
  - {id: said, type: STRING, value: "{{ outputs.say.value }}"}
"""

PAUSE = """\
id: wait
namespace: dev
tasks:
  - id: pause
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - {id: reason, type: STRING}
  - id: after
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.pause.onResume.reason }}"
"""

FAIL = """\
id: fail
namespace: dev
tasks:
  - {id: first, type: io.kestra.plugin.core.debug.Return, format: one}
  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: no luck}
"""


def states(execution):
    return [one["state"] for one in execution["state"]["histories"]]


async def until_state(client, id_, wanted):
    async for details in await executions.follow_execution(client.installation.environment, LOCAL, id_):
        if details.execution.state == wanted:
            return
