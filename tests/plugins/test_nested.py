from __future__ import annotations

from pathlib import Path

import pytest

from plugins.memory_host import MemoryHost
from tiercel.errors import InvalidError, NotFoundError
from tiercel.plugins import TaskError
from tiercel.plugins.nested import run_described
from tiercel.plugins.registry import Registry

OWN = "io.kestra.plugin.core.templating.TemplatedTask"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry(["tiercel.tasks"], is_discovering=False)


def run(registry: Registry, directory: Path, spec: str) -> object:
    host = MemoryHost(directory)
    ctx = host.run_context(registry.get_task(OWN))
    return run_described(registry, spec, ctx, host.context())


def test_the_described_task_runs_in_place(registry: Registry, tmp_path: Path) -> None:
    spec = "id: inner\ntype: io.kestra.plugin.core.debug.Return\nformat: in {{ flow.id }}"
    assert run(registry, tmp_path, spec) == {"value": "in demo"}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("just text", "must be a runnable task"),
        ("x: 1", "must be a runnable task"),
        ("type: io.kestra.plugin.core.flow.Sequential", "must be a runnable task"),
        (f"type: {OWN}\nspec: x", f"cannot be of type '{OWN}'"),
    ],
)
def test_what_cannot_run_is_refused(registry: Registry, tmp_path: Path, spec: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run(registry, tmp_path, spec)


def test_unknown_types_and_broken_yaml_are_refused(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nope"):
        run(registry, tmp_path, "type: nope")
    with pytest.raises(InvalidError):
        run(registry, tmp_path, "type: [")
