from __future__ import annotations

import pytest

from tiercel.errors import ForbiddenError
from tiercel.operations.actor import LOCAL, Action, Actor, Permission, Resource, operation


@operation(Resource.FLOW, Action.READ)
async def look(environment: str, actor: Actor, what: str) -> tuple[str, str, str]:
    return environment, actor.name, what


async def test_an_operation_says_what_it_needs_and_checks_it() -> None:
    assert vars(look)["permission"] == Permission(Resource.FLOW, Action.READ)
    assert await look("env", LOCAL, "x") == ("env", "local", "x")
    with pytest.raises(ForbiddenError, match="nobody may not read flows"):
        await look("env", Actor(name="nobody"), "x")


@pytest.mark.parametrize(
    ("granted", "asked", "allowed"),
    [
        ("", "a.b", True),
        ("a", "a", True),
        ("a", "a.b", True),
        ("a", "ab", False),
        ("a.b", "a", False),
        ("a", None, True),
    ],
)
def test_a_permission_covers_its_namespace_and_those_below(granted: str, asked: str | None, allowed: bool) -> None:
    actor = Actor(name="x", permissions=frozenset({Permission(Resource.FLOW, Action.READ, granted)}))
    assert actor.may(Resource.FLOW, Action.READ, asked) is allowed
    assert not actor.may(Resource.FLOW, Action.UPDATE, asked)
