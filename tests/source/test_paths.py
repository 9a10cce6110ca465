from __future__ import annotations

import pytest

from tiercel.model.json import Json
from tiercel.source.paths import Path, task_at

LOG = "io.kestra.plugin.core.log.Log"
FLOW: Json = {
    "id": "flow",
    "inputs": [{"id": "size", "type": "INT"}],
    "triggers": [{"id": "daily", "type": "io.kestra.plugin.core.trigger.Schedule"}],
    "tasks": [
        {"id": "plain", "type": LOG, "retry": {"type": "constant"}},
        {"id": "outer", "type": "io.x.Switch", "cases": {"a": [{"id": "inner", "type": LOG}]}, "errors": [{"id": "e"}]},
        {"id": "dag", "type": "io.x.Dag", "tasks": [{"task": {"id": "within", "type": LOG}, "dependsOn": ["x"]}]},
        {"id": "ask", "type": "io.x.Pause", "onResume": [{"id": "reason", "type": "STRING"}]},
        {"id": "typeless"},
        {"type": LOG},
        "nothing",
    ],
    "finally": [{"id": "last", "type": LOG}],
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("tasks", 0, "message"), "plain"),
        (("tasks", 0, "retry", "interval"), "plain"),
        (("tasks", 0), "plain"),
        (("tasks", 1, "cases", "a", 0, "message"), "inner"),
        (("tasks", 1, "cases", "b"), "outer"),
        (("tasks", 1, "errors", 0, "type"), "e"),
        (("tasks", 2, "tasks", 0, "task", "message"), "within"),
        (("tasks", 2, "tasks", 0, "dependsOn", 0), "dag"),
        (("tasks", 3, "onResume", 0, "type"), "ask"),
        (("tasks", 4, "type"), "typeless"),
        (("tasks", 5, "id"), ""),
        (("tasks", 6), ""),
        (("tasks", 9, "id"), ""),
        (("tasks",), ""),
        (("finally", 0, "message"), "last"),
        (("triggers", 0, "cron"), ""),
        (("inputs", 0, "type"), ""),
        (("id",), ""),
        ((), ""),
    ],
)
def test_a_place_in_a_flow_is_in_a_task(path: Path, expected: str) -> None:
    assert task_at(path, FLOW) == expected
