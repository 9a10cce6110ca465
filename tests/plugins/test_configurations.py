"""``plugins.configurations``: weakest defaults of properties, and what a plugin reads for itself."""

from __future__ import annotations

from tiercel.model.json import Json
from tiercel.operations.settings import PluginSettings, Settings
from tiercel.plugins import RunContext, Task
from tiercel.testing.flows import run_flow


class Send(Task, type="com.acme.configured.Send", aliases=("com.acme.configured.Post",)):
    """Sends something."""

    to: str = "nobody"
    text: str = ""

    def run(self, ctx: RunContext) -> dict[str, Json]:
        return {"to": self.to, "text": self.text, "own": dict(ctx.configuration())}


FLOW = """
id: configured
namespace: dev
tasks:
  - id: plain
    type: com.acme.configured.Send
  - id: written
    type: com.acme.configured.Post
    to: Ben
"""


def outputs(**plugins: Json) -> list[Json]:
    settings = Settings(plugins=PluginSettings(**plugins))
    run = run_flow(FLOW, plugins=[Send], settings=settings)
    return [run.outputs_of(name) for name in ("plain", "written")]


def test_properties_have_defaults_and_the_rest_is_read_by_the_plugin() -> None:
    values = {"to": "Ana", "text": "{{ flow.id }}", "server": "mail"}
    plain, written = outputs(configurations=({"type": "com.acme.configured.Send", "values": values},))
    assert plain == {"to": "Ana", "text": "configured", "own": values}
    assert written == {"to": "Ben", "text": "configured", "own": values}


def test_defaults_are_stronger() -> None:
    plain, _ = outputs(
        configurations=({"type": "com.acme.configured.Send", "values": {"to": "Ana", "text": "a"}},),
        defaults=({"type": "com.acme.configured.Send", "values": {"to": "Cem"}},),
    )
    assert (plain["to"], plain["text"]) == ("Cem", "a")
