"""What an expression of a flow can name, for editors: by kind, as it would be written."""

from __future__ import annotations

from tiercel.engine.relations import all_tasks
from tiercel.errors import InvalidError
from tiercel.expressions.catalogue import FILTERS, FUNCTIONS
from tiercel.model.dialect import DialectSetting
from tiercel.model.flow import Flow, TaskDefinition
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.parsing import parse
from tiercel.repository.connection import Connection
from tiercel.repository.files import list_files
from tiercel.repository.kv import list_keys

_CONTEXT = (
    "execution.id",
    "execution.originalId",
    "execution.startDate",
    "execution.state",
    "flow.id",
    "flow.namespace",
    "flow.revision",
    "flow.tenantId",
    "labels",
    "parent.outputs",
    "parent.taskrun.value",
    "task.id",
    "task.type",
    "taskrun.attemptsCount",
    "taskrun.id",
    "taskrun.startDate",
    "taskrun.value",
    "trigger",
)


@operation(Resource.FLOW, Action.READ)
async def list_completions(
    environment: Environment,
    actor: Actor,
    source: str,
    *,
    task_id: str | None = None,
    dialect: DialectSetting | None = None,
) -> dict[str, list[str]]:
    """Give what can be named, by kind and in order; secrets and keys by their names only.

    Args:
        environment: Of the installation.
        actor: Who asks; what may not be read is left out.
        source: The text of the flow.
        task_id: The outputs of the tasks before this one; None = of all.
        dialect: What the text is to be read as; None = the setting of the installation.

    Raises:
        InvalidError: The text is no valid flow.
    """
    parsed = parse(environment, source, dialect)
    if parsed.flow is None:
        raise InvalidError(parsed.errors)
    flow, now = parsed.flow, environment.clock()

    def read(connection: Connection) -> tuple[list[str], list[str]]:
        keys = list_keys(connection, flow.namespace, now=now) if _may(actor, Resource.KV, flow) else []
        files = list_files(connection, flow.namespace) if _may(actor, Resource.FILE, flow) else []
        return keys, [one.path for one in files if not one.is_directory]

    keys, files = await environment.database.read(read)
    secrets = environment.secrets.names() if actor.may(Resource.SECRET, Action.READ) else []
    return {
        "taskOutputs": _outputs_before(environment, flow, task_id),
        "executionContext": list(_CONTEXT),
        "inputs": [f"inputs.{declared.id}" for declared in flow.inputs],
        "variables": [f"vars.{name}" for name in flow.variables],
        "secrets": [f"secret('{name}')" for name in secrets],
        "kvPairs": [f"kv('{key}')" for key in keys],
        "namespaceFiles": [f"read('{path}')" for path in files],
        "filters": sorted(FILTERS),
        "functions": sorted(FUNCTIONS),
        "appContext": [],
    }


def _may(actor: Actor, resource: Resource, flow: Flow) -> bool:
    return actor.may(resource, Action.READ, flow.namespace)


def _outputs_before(environment: Environment, flow: Flow, task_id: str | None) -> list[str]:
    named: list[str] = []
    for task in all_tasks(flow):
        if task.id == task_id:
            break
        named += _outputs_of(environment, task)
    return named


def _outputs_of(environment: Environment, task: TaskDefinition) -> list[str]:
    facts = environment.types.find_type(task.type)
    place = f"outputs.{task.id}" if task.id.isidentifier() else f"outputs['{task.id}']"
    return [f"{place}.{name}" for name in sorted(facts.outputs)] if facts is not None else []
