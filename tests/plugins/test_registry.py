from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tiercel.errors import NotFoundError
from tiercel.model.flow import TaskKind
from tiercel.model.types import TypeKind
from tiercel.plugins import Task
from tiercel.plugins.registry import Registry

PLUGIN = '''
from tiercel.plugins import RunContext, Task

class Greet(Task, type="com.acme.Greet", aliases=("com.acme.Hello",)):
    """Greets somebody."""
    name: str
    def run(self, ctx: RunContext) -> dict[str, str]:
        return {"greeting": f"Hello {self.name}"}
'''


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry(["tiercel.tasks"], is_discovering=False)


def test_a_type_is_found_by_its_name_and_its_aliases(registry: Registry) -> None:
    facts = registry.find_type("io.kestra.plugin.core.log.Log")
    assert facts is not None
    assert registry.find_type("io.kestra.core.tasks.log.Log") is facts
    assert (facts.kind, facts.task_kind, facts.is_inline) == (TypeKind.TASK, TaskKind.RUNNABLE, True)
    assert facts.properties == {"message", "level"}
    assert registry.find_type("io.kestra.plugin.core.log.Nope") is None


def test_a_flowable_knows_its_branches(registry: Registry) -> None:
    facts = registry.find_type("io.kestra.plugin.core.flow.If")
    assert facts is not None
    assert (facts.task_kind, facts.control) == (TaskKind.FLOWABLE, "if")
    assert facts.branches.keys() == {"then", "else", "errors", "finally"}
    assert facts.required_branches == {"then"}
    assert facts.outputs == {"evaluationResult"}


def test_only_what_can_be_run_is_a_task_class(registry: Registry) -> None:
    assert issubclass(registry.get_task("io.kestra.plugin.core.debug.Return"), Task)
    for name in ("io.kestra.plugin.core.flow.Sequential", "io.kestra.plugin.core.trigger.Schedule", "nope"):
        with pytest.raises(NotFoundError):
            registry.get_task(name)


def test_types_are_listed_by_kind_in_order(registry: Registry) -> None:
    triggers = [facts.type for facts in registry.list_types(TypeKind.TRIGGER)]
    assert triggers == sorted(triggers)
    assert "io.kestra.plugin.core.trigger.Webhook" in triggers
    assert len(triggers) < len(list(registry.list_types()))


def test_a_plugins_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "acme_greet.py").write_text(PLUGIN)
    (tmp_path / "_ignored.py").write_text("raise RuntimeError")
    registry = Registry(folders=[tmp_path], is_discovering=False)
    facts = registry.find_type("com.acme.Hello")
    assert facts is not None
    assert (facts.type, facts.title, facts.properties) == ("com.acme.Greet", "Greets somebody.", frozenset({"name"}))
    assert registry.problems == []


def test_a_broken_plugin_takes_nothing_with_it(tmp_path: Path) -> None:
    (tmp_path / "acme_broken.py").write_text("import nothing_of_that_name")
    (tmp_path / "acme_whole.py").write_text(PLUGIN.replace("com.acme", "com.whole"))
    registry = Registry(folders=[tmp_path], is_discovering=False)
    assert registry.find_type("com.whole.Greet") is not None
    assert len(registry.problems) == 1
    assert "acme_broken.py cannot be loaded: No module named 'nothing_of_that_name'" in registry.problems[0]


def test_the_first_to_claim_a_name_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "acme_log.py").write_text(PLUGIN.replace("com.acme.Hello", "io.kestra.plugin.core.log.Log"))
    registry = Registry(["tiercel.tasks"], folders=[tmp_path], is_discovering=False)
    assert registry.get_task("io.kestra.plugin.core.log.Log").__name__ == "Log"
    assert registry.find_type("com.acme.Greet") is not None
    assert registry.get_task("io.kestra.plugin.core.log.Log").__name__ == "Log"


def test_finding_a_type_loads_only_what_it_needs() -> None:
    program = (
        "import sys; from tiercel.plugins.registry import Registry; "
        "Registry(['tiercel.tasks']).find_type('io.kestra.plugin.core.log.Log'); "
        "print([name for name in sys.modules if name in "
        "('httpx', 'amazon', 'jq', 'importlib.metadata', 'tiercel.tasks.http.request', 'tiercel.tasks.flow.loops')])"
    )
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert printed.stdout.strip() == "[]"
