"""The tools of the product itself: looking around, and starting executions, with the rights of whoever calls.

Each is an operation that the HTTP interface has too. A server offers them only when it says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from msgspec import Struct

from tiercel.api.mcp.exchanges import Exchange, Tell
from tiercel.api.mcp.flow_tools import with_files
from tiercel.api.mcp.outcomes import execution_result, structured_result, wait_for_outcome
from tiercel.api.shapes.executions import execution_shape, light_execution_shape
from tiercel.api.shapes.flows import validation_shape
from tiercel.api.shapes.logs import log_shape
from tiercel.errors import InvalidError
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.operations import control, execution_search, executions, flow_bundles, flow_search, flows, logs
from tiercel.operations.actor import Action, Resource
from tiercel.operations.showing import shown_details, shown_execution
from tiercel.operations.starting import StartRequest, check_labels, start_execution
from tiercel.operations.tools import ORIGIN
from tiercel.repository.log_lines import LineFilter
from tiercel.repository.query import Condition, Filter, Operation, Query
from tiercel.source.json_schemas import check_schema

PREFIX = "tiercel_"
_PAGE = 50
_MOST_LINES = 500
_NAMESPACE: Json = {"type": "string", "description": "A namespace such as company.team."}
_FLOW_ID: Json = {"type": "string", "description": "The id of a flow in that namespace."}
_EXECUTION_ID: Json = {"type": "string", "description": "The id of an execution."}
_PAGE_NUMBER: Json = {"type": "integer", "minimum": 1, "default": 1, "description": f"Which page of {_PAGE}."}

Run = Callable[[Exchange, dict[str, Json], Tell], Awaitable[dict[str, Json]]]


class BuiltIn(Struct, frozen=True, kw_only=True):
    """One tool.

    Attributes:
        required: Names of arguments that must be given.
    """

    title: str
    description: str
    properties: dict[str, Json]
    run: Run
    required: tuple[str, ...] = ()
    is_read_only: bool = True
    is_destructive: bool = False

    @property
    def schema(self) -> dict[str, Json]:
        """What the arguments must be."""
        schema: dict[str, Json] = {"type": "object", "properties": self.properties, "additionalProperties": False}
        return schema | {"required": list(self.required)} if self.required else schema


def describe_built_in(name: str) -> dict[str, Json]:
    """Give the definition of a tool."""
    tool = TOOLS[name]
    hints = {"readOnlyHint": tool.is_read_only, "destructiveHint": tool.is_destructive, "openWorldHint": False}
    return {
        "name": name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.schema,
        "annotations": {"title": tool.title, **hints},
    }


async def call_built_in(exchange: Exchange, name: str, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    """Do what a tool does.

    Raises:
        TiercelError: It cannot be done; the message is for the language model.
    """
    tool = TOOLS[name]
    try:
        check_schema(msgspec.json.encode(tool.schema).decode(), arguments)
    except ValueError as error:
        raise InvalidError(f"The arguments of {name} cannot be taken: {error}") from None
    return await tool.run(exchange, arguments, tell)


async def _list_flows(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    del tell
    where = _where(arguments, {"namespace": Operation.PREFIX, "q": Operation.EQUALS})
    query = Query(where=where, size=_PAGE, page=arguments.get("page", 1))
    found = await flow_search.search_flows(exchange.environment, exchange.actor, query)
    listed = [
        {
            "namespace": one.stored.namespace,
            "id": one.stored.id,
            "revision": one.stored.revision,
            "description": one.stored.description,
            "disabled": one.stored.is_disabled,
        }
        for one in found.items
    ]
    return structured_result({"flows": listed, "total": found.total})


async def _get_flow(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    del tell
    key = (arguments["namespace"], arguments["id"])
    found = await flows.get_flow(exchange.environment, exchange.actor, key, revision=arguments.get("revision"))
    stored = found.stored
    return structured_result({"revision": stored.revision, "disabled": stored.is_disabled, "source": stored.source})


async def _validate_flow(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    del tell
    texts = [("", arguments["source"])]
    checked = await flow_bundles.validate_texts(exchange.environment, exchange.actor, texts)
    issues = [issue for index, one in enumerate(checked) for issue in validation_shape(index, one)["issues"]]
    return structured_result({"valid": all(one["severity"] != "error" for one in issues), "issues": issues})


async def _start_execution(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    environment, actor = exchange.environment, exchange.actor
    key = (arguments["namespace"], arguments["id"])
    actor.require(Resource.EXECUTION, Action.CREATE, key[0])
    labels = list(arguments.get("labels", {}).items())
    check_labels(labels)
    flow = await flows.load_flow(environment, key)
    request = StartRequest(
        namespace=key[0],
        flow_id=key[1],
        inputs=with_files(flow, arguments.get("inputs", {})),
        labels=[*labels, *exchange.labels],
        origin=ORIGIN,
        has_system_labels=True,
    )
    execution = await start_execution(environment, actor, request)
    if arguments.get("wait", True):
        execution = await wait_for_outcome(exchange, execution, tell)
    return await execution_result(exchange, execution, is_structured=False)


async def _list_executions(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    del tell
    operations = {"namespace": Operation.PREFIX, "flowId": Operation.EQUALS, "state": Operation.EQUALS}
    query = Query(where=_where(arguments, operations), size=_PAGE, page=arguments.get("page", 1))
    found = await execution_search.search_executions(exchange.environment, exchange.actor, query)
    listed = [light_execution_shape(shown_execution(exchange.environment, one)) for one in found.items]
    kept = ("id", "namespace", "flowId", "flowRevision", "state", "labels")
    brief = [{name: one[name] for name in kept} | {"state": one["state"]["current"]} for one in listed]
    return structured_result({"executions": brief, "total": found.total})


async def _get_execution(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    del tell
    found = await executions.get_execution(exchange.environment, exchange.actor, arguments["executionId"])
    shown = shown_details(exchange.environment, found)
    return structured_result(execution_shape(shown.execution, shown.task_runs))


async def _list_logs(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    del tell
    wanted = LineFilter(
        execution_id=arguments["executionId"],
        lowest=LogLevel(arguments.get("level", LogLevel.INFO)),
        text=arguments.get("text"),
    )
    limit = arguments.get("limit", 100)
    found = await logs.list_range(
        exchange.environment, exchange.actor, wanted, offset=-limit, limit=limit, is_counted=True
    )
    return structured_result({"lines": [log_shape(entry) for entry in found.entries], "total": found.total})


async def _kill_execution(exchange: Exchange, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    del tell
    found = await control.kill(exchange.environment, exchange.actor, arguments["executionId"])
    return await execution_result(exchange, found.execution, is_structured=False)


def _where(arguments: Mapping[str, Json], operations: Mapping[str, Operation]) -> tuple[Condition, ...]:
    return tuple(
        Filter(name, operation, arguments[name]) for name, operation in operations.items() if arguments.get(name)
    )


TOOLS: Mapping[str, BuiltIn] = {
    f"{PREFIX}list_flows": BuiltIn(
        title="List flows",
        description="Lists the flows you may see, by namespace and text.",
        properties={
            "namespace": {"type": "string", "description": "Only flows of this namespace and those below it."},
            "q": {"type": "string", "description": "Only flows whose id or namespace has this text."},
            "page": _PAGE_NUMBER,
        },
        run=_list_flows,
    ),
    f"{PREFIX}get_flow": BuiltIn(
        title="Read a flow",
        description="Gives the YAML source of a flow, at its last revision unless another is asked for.",
        properties={
            "namespace": _NAMESPACE,
            "id": _FLOW_ID,
            "revision": {"type": "integer", "minimum": 1, "description": "Which revision."},
        },
        required=("namespace", "id"),
        run=_get_flow,
    ),
    f"{PREFIX}validate_flow": BuiltIn(
        title="Check a flow",
        description="Says everything that is wrong with the YAML of a flow, with line and column. Saves nothing.",
        properties={"source": {"type": "string", "description": "The YAML of the flow."}},
        required=("source",),
        run=_validate_flow,
    ),
    f"{PREFIX}start_execution": BuiltIn(
        title="Start an execution",
        description="Starts a flow and gives how the execution ended, with its outputs.",
        properties={
            "namespace": _NAMESPACE,
            "id": _FLOW_ID,
            "inputs": {"type": "object", "description": "Values of the inputs of the flow, by their ids."},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Labels to add."},
            "wait": {"type": "boolean", "default": True, "description": "Whether to wait for the end."},
        },
        required=("namespace", "id"),
        run=_start_execution,
        is_read_only=False,
        is_destructive=True,
    ),
    f"{PREFIX}list_executions": BuiltIn(
        title="List executions",
        description="Lists the executions you may see, newest first.",
        properties={
            "namespace": {"type": "string", "description": "Only executions of this namespace and those below it."},
            "flowId": {"type": "string", "description": "Only executions of flows with this id."},
            "state": {"type": "string", "description": "Only executions in this state, such as FAILED."},
            "page": _PAGE_NUMBER,
        },
        run=_list_executions,
    ),
    f"{PREFIX}get_execution": BuiltIn(
        title="Read an execution",
        description="Gives the state, inputs, outputs and task runs of an execution.",
        properties={"executionId": _EXECUTION_ID},
        required=("executionId",),
        run=_get_execution,
    ),
    f"{PREFIX}list_logs": BuiltIn(
        title="Read logs",
        description="Gives the last log lines of an execution, oldest first.",
        properties={
            "executionId": _EXECUTION_ID,
            "level": {"type": "string", "enum": [*LogLevel], "default": "INFO", "description": "The lowest level."},
            "text": {"type": "string", "description": "Only lines that hold this text."},
            "limit": {"type": "integer", "minimum": 1, "maximum": _MOST_LINES, "default": 100},
        },
        required=("executionId",),
        run=_list_logs,
    ),
    f"{PREFIX}kill_execution": BuiltIn(
        title="Stop an execution",
        description="Stops an execution that has not ended, and those it waits for.",
        properties={"executionId": _EXECUTION_ID},
        required=("executionId",),
        run=_kill_execution,
        is_read_only=False,
        is_destructive=True,
    ),
}
