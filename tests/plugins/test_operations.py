from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tiercel
from tiercel.plugins.operations import OPERATIONS

ROOT = Path(tiercel.__file__).parent
DOCUMENTED = {
    operation.name: {argument.partition(" ")[0].rstrip("?") for argument in operation.arguments}
    for operation in OPERATIONS
}


def calls() -> Iterator[tuple[str, set[str]]]:
    """Every operation the SDK and the core tasks ask for, with its arguments."""
    for path in [*ROOT.glob("tasks/**/*.py"), *ROOT.glob("plugins/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "call":
                continue
            if not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            names = {keyword.arg or "" for keyword in node.keywords}
            for further in node.args[1:]:
                if isinstance(further, ast.Dict):
                    names |= {str(key.value) for key in further.keys if isinstance(key, ast.Constant)}
            yield str(node.args[0].value), names


def test_every_operation_that_is_called_is_documented_with_its_arguments() -> None:
    called = list(calls())
    assert len(called) > 20
    for name, arguments in called:
        assert arguments <= DOCUMENTED[name], name


def test_nothing_is_documented_that_nobody_calls() -> None:
    assert {name for name, _ in calls()} == DOCUMENTED.keys()
    assert len(DOCUMENTED) == len(OPERATIONS)
    assert all(operation.answer for operation in OPERATIONS)
