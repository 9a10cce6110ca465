"""What the one who asks keeps on the server for the interface."""

from __future__ import annotations

from litestar import Response, delete, get, put
from litestar.params import FromPath

from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of
from tiercel.operations import preferences

ROOT = "/api/v1/main/me/preferences"


@get(ROOT)
async def list_preferences(request: Incoming) -> Response[bytes]:
    """Give everything that is kept, by key."""
    found = await preferences.list_preferences(environment_of(request), actor_of(request))
    return answer({one.key: one.value for one in found})


@get(ROOT + "/{key:str}")
async def get_preference(request: Incoming, key: FromPath[str]) -> Response[bytes]:
    """Give what is kept under a key."""
    return answer((await preferences.get_preference(environment_of(request), actor_of(request), key)).value)


@put(ROOT + "/{key:str}")
async def save_preference(request: Incoming, key: FromPath[str]) -> Response[bytes]:
    """Keep the JSON of the body under a key."""
    value = await json_of(request)
    kept = await preferences.save_preference(environment_of(request), actor_of(request), key, value)
    return answer(kept.value)


@delete(ROOT + "/{key:str}", status_code=204)
async def delete_preference(request: Incoming, key: FromPath[str]) -> None:
    """Forget what is kept under a key."""
    await preferences.delete_preference(environment_of(request), actor_of(request), key)


ROUTES = (list_preferences, get_preference, save_preference, delete_preference)
