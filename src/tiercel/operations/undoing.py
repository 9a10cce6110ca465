"""Taking back that a save removed a trigger: the flow is saved again as it was before, and the trigger is as it was."""

from __future__ import annotations

from tiercel.errors import ConflictError, NotFoundError
from tiercel.operations import flows
from tiercel.operations.actor import Action, Actor, Resource
from tiercel.operations.environment import Environment
from tiercel.operations.triggers import get_trigger
from tiercel.repository.removed_triggers import KEPT_MICROS, find_removed_at
from tiercel.repository.triggers import StoredTrigger, TriggerKey, find_trigger


async def undo_removal(environment: Environment, actor: Actor, key: TriggerKey) -> StoredTrigger:
    """Bring back a trigger that the last save of its flow removed.

    Raises:
        NotFoundError: It was not removed within a day.
        ConflictError: It is there, or the flow was saved since, so that more would be taken back than that.
        InvalidError: The former revision no longer parses.
    """
    actor.require(Resource.FLOW, Action.UPDATE, key[0])
    name = ".".join(key)
    found, removed_at = await environment.database.read(
        lambda connection: (find_trigger(connection, key), find_removed_at(connection, key))
    )
    if found is not None:
        raise ConflictError(f"Trigger {name} is there; nothing is to be taken back")
    if removed_at is None or removed_at < environment.clock() - KEPT_MICROS:
        raise NotFoundError("trigger that was removed within a day", name)
    revisions = await flows.list_revisions(environment, actor, key[:2])
    last, former = revisions[-1].stored, revisions[-2].stored if len(revisions) > 1 else None
    if last.is_deleted:
        source = last.source
    elif former is not None and last.created_at == removed_at:
        source = former.source
    else:
        raise ConflictError(
            f"Flow {key[0]}.{key[1]} was saved since trigger {name} was removed: "
            "declare the trigger again, and it is as it was"
        )
    await flows.save_flow(environment, actor, source)
    return await get_trigger(environment, actor, key)
