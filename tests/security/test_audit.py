"""Every change somebody known makes over HTTP leaves a row in the audit log, and no row holds what is secret."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap

from api.calls import filled_with, requests_for
from api.test_roles import OWN, READING, ROUTES
from api.users import ADMIN, basic
from tiercel import operations
from tiercel.operations.actor import Action

TOLD_OTHERWISE = {
    "/api/v1/main/expressions/render": "tries expressions out; nothing is changed",
    "/api/v1/main/executions/{execution_id:str}/actions/eval": "tries an expression out; nothing is changed",
    "/api/v1/main/executions/{execution_id:str}/actions/eval/{task_run_id:str}": "the same",
    "/api/v1/main/triggers/{namespace:str}/{flow_id:str}/{trigger_id:str}/test": "tries a trigger out",
}
ORDER = {"PUT": 0, "PATCH": 1, "POST": 2, "DELETE": 3}
NOT_ABOUT_RIGHTS = {
    ("mcp_sessions", "begin_session"): "a client of the protocol comes, and owns nothing by it",
    ("mcp_sessions", "end_session"): "and goes",
    ("notifications", "mark"): "what somebody has read is nobody else's business",
    ("notifications", "mark_all_read"): "the same",
}


async def count_of(client):
    return await client.installation.environment.database.read(
        lambda connection: connection.fetch("SELECT count(*) FROM audit")[0][0]
    )


async def test_every_route_that_changed_something_left_a_row(guarded):
    async with guarded() as client:
        place = await filled_with(client, "team")
        changing = [route for route in ROUTES if route[0] != "GET" and route not in READING | OWN]
        missing, changed = [], 0
        for method, path in sorted(changing, key=lambda route: ORDER[route[0]]):
            if path.endswith("/password") or path in TOLD_OTHERWISE or "/validate" in path or "/export" in path:
                continue
            for request in requests_for(method, path, place):
                if "/export/" in request["url"]:
                    continue
                before = await count_of(client)
                response = await client.request(**request | {"headers": request.get("headers", {}) | basic(ADMIN)})
                client.cookies.clear()
                if response.status_code >= 300 or '"count":0' in response.text:
                    continue
                changed += 1
                if await count_of(client) == before:
                    missing.append((method, path, request["url"], response.status_code, response.text[:100]))
        assert changed > 20
        assert missing == []
        rows = await client.installation.environment.database.read(lambda c: str(c.fetch("SELECT * FROM audit")))
        assert "Correct-Horse" not in rows
        assert "argon2" not in rows
        assert "dark-green" not in rows


def declared():
    for module in pkgutil.iter_modules(operations.__path__):
        loaded = importlib.import_module(f"tiercel.operations.{module.name}")
        for name, function in vars(loaded).items():
            if hasattr(function, "permission") and function.__module__ == loaded.__name__:
                yield module.name, name, function


def test_no_operation_that_declares_to_read_writes():
    """A write under the name of reading would need no right to it, and leave no row."""
    writing = {
        (module, name)
        for module, name, function in declared()
        if function.permission.action is Action.READ and _writes(inspect.unwrap(function))
    }
    assert writing <= NOT_ABOUT_RIGHTS.keys()
    assert len(list(declared())) > 150


def _writes(function):
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in {"write", "put", "delete_prefix"} for call in calls)
