"""What plugin authors test with, used as they would use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiercel.errors import InvalidError
from tiercel.model.state import State
from tiercel.plugins import RunContext, Task, TaskError
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost


class Greet(Task, type="com.acme.test.Greet"):
    """Greets somebody."""

    name: str

    async def run(self, ctx: RunContext) -> dict[str, str]:
        if not self.name.isalpha():
            raise TaskError(f"{self.name} is no name")
        ctx.log.info("Hello %s, %s", self.name, ctx.secret("GREETING"))
        return {"greeting": f"Hello {self.name}", "uri": ctx.files.write("greeting.txt", b"Hello")}


FLOW = """
id: greet
namespace: dev
inputs:
  - id: who
    type: STRING
tasks:
  - id: greet
    type: com.acme.test.Greet
    name: "{{ inputs.who }}"
outputs:
  - id: said
    type: STRING
    value: "{{ outputs.greet.greeting }}"
"""


def test_a_task_runs_alone(tmp_path: Path) -> None:
    host = MemoryHost(tmp_path)
    host.variables["inputs"] = {"who": "Ana"}
    host.secrets["GREETING"] = "welcome"
    assert host.run(Greet, {"name": "{{ inputs.who }}"})["greeting"] == "Hello Ana"
    assert host.logs == [("INFO", "Hello Ana, welcome")]
    assert list(host.files.values()) == [b"Hello"]


def test_a_flow_runs_whole() -> None:
    run = run_flow(FLOW, {"who": "Ana"}, plugins=[Greet], secrets={"GREETING": "welcome"})
    assert run.state is State.SUCCESS
    assert run.outputs == {"said": "Hello Ana"}
    assert run.outputs_of("greet")["greeting"] == "Hello Ana"
    assert run.files == {run.outputs_of("greet")["uri"]: b"Hello"}
    assert "Hello Ana, ******" in run.messages()


def test_a_failure_is_told() -> None:
    run = run_flow(FLOW, {"who": "4na"}, plugins=[Greet])
    assert run.state is State.FAILED
    assert any("4na is no name" in message for message in run.messages())
    with pytest.raises(LookupError, match="there are greet"):
        run.outputs_of("other")


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(InvalidError, match=r"com\.acme\.test\.Greet"):
        run_flow(FLOW)
