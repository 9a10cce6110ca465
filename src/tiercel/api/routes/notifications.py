"""What a user is told of: failed executions, and what happened to the installation."""

from __future__ import annotations

from collections.abc import AsyncIterator

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.filters import read_instant
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, one, query_of, valid_ids, whole
from tiercel.api.shapes.times import instant
from tiercel.api.sse import event_stream, frame
from tiercel.errors import InvalidArgumentError, Violation
from tiercel.model.json import Json
from tiercel.operations import notifications
from tiercel.operations.noticeboard import Posted
from tiercel.operations.notifications import Told
from tiercel.repository.notifications import Notification

_ROOT = "/api/v1/notifications"
_USUAL = 20
_LARGEST = 100


@get(_ROOT + "/since")
async def list_since(request: Incoming) -> Response[bytes]:
    """Give what is new or changed after the instant ``since``, everything without one."""
    text = one(query_of(request), "since")
    since = read_instant(text, "since") if text is not None else 0
    environment, now = environment_of(request), environment_of(request).clock()
    found = await notifications.list_since(environment, actor_of(request), since)
    return answer({"notifications": _shapes(request, found), "serverTime": instant(now)})


@get(_ROOT + "/history")
async def list_history(request: Incoming) -> Response[bytes]:
    """Give one page, newest first; ``nextCursor``, given back as ``before``, asks for what is older."""
    query = query_of(request)
    limit = whole(query, "limit") or _USUAL
    if not 1 <= limit <= _LARGEST:
        raise InvalidArgumentError([Violation(f"must be from 1 to {_LARGEST}", path="limit")])
    environment, now = environment_of(request), environment_of(request).clock()
    found = await notifications.list_history(environment, actor_of(request), one(query, "before"), limit)
    shape: dict[str, Json] = {"notifications": _shapes(request, found.told), "serverTime": instant(now)}
    return answer(shape | ({"nextCursor": found.next} if found.next is not None else {}))


@get(_ROOT + "/unread-count")
async def count_unread(request: Incoming) -> Response[bytes]:
    """Count what the user has not read."""
    return answer(await notifications.count_unread(environment_of(request), actor_of(request)))


@get(_ROOT + "/follow")
async def follow(request: Incoming) -> Stream:
    """Stream what is new (``created``) or changes (``updated``) for the user from now on."""
    user_name = actor_of(request).name
    followed = await notifications.follow(environment_of(request), actor_of(request))
    return await event_stream(request, _frames(followed, user_name))


@post(_ROOT + "/{notification_id:str}/read", status_code=204)
async def mark_read(request: Incoming, notification_id: FromPath[str]) -> None:
    """Mark one as read by the user."""
    await _mark(request, notification_id, is_read=True)


@post(_ROOT + "/{notification_id:str}/unread", status_code=204)
async def mark_unread(request: Incoming, notification_id: FromPath[str]) -> None:
    """Mark one as not read by the user."""
    await _mark(request, notification_id, is_read=False)


@post(_ROOT + "/read-all", status_code=200)
async def mark_all_read(request: Incoming) -> Response[bytes]:
    """Mark everything as read by the user."""
    return answer({"updated": await notifications.mark_all_read(environment_of(request), actor_of(request))})


async def _mark(request: Incoming, notification_id: str, *, is_read: bool) -> None:
    valid_ids(notification_id)
    await notifications.mark(environment_of(request), actor_of(request), notification_id, is_read=is_read)


async def _frames(followed: AsyncIterator[Posted], user_name: str) -> AsyncIterator[bytes]:
    async for posted in followed:
        kind = "created" if posted.is_new else "updated"
        yield frame(kind, _shape(posted.notification, user_name, is_read=posted.is_read))


def _shapes(request: Incoming, found: list[Told]) -> list[Json]:
    user_name = actor_of(request).name
    return [_shape(told.notification, user_name, is_read=told.is_read) for told in found]


def _shape(notification: Notification, user_name: str, *, is_read: bool) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "id": notification.id,
        "userId": user_name,
        "tenantId": "main",
        "type": notification.type,
        "title": notification.title,
        "referenceId": notification.reference_id,
        "namespace": notification.namespace or None,
        "flowId": notification.flow_id or None,
        "total": notification.total,
        "read": is_read,
        "createdDate": instant(notification.created_at),
        "updatedDate": instant(notification.updated_at),
    }
    return {name: value for name, value in shape.items() if value is not None}


ROUTES = (list_since, list_history, count_unread, follow, mark_read, mark_unread, mark_all_read)
