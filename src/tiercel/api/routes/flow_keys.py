"""What bodies of requests about several flows hold: their names."""

from __future__ import annotations

from tiercel.api.errors import BodyError
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations.flows import FlowKey


def read_flow_keys(given: Json) -> list[FlowKey]:
    """Read a list of names of flows; a flow may be ``id`` or ``flowId``.

    Raises:
        InvalidError: It is no list, or a part of a name is missing.
    """
    if not isinstance(given, list):
        raise BodyError("Send a JSON array of {namespace, id}")
    keys = []
    for number, item in enumerate(given):
        if not isinstance(item, dict):
            raise InvalidError([Violation("must be an object with namespace and id", path=f"[{number}]")])
        namespace, flow_id = item.get("namespace"), item.get("id") or item.get("flowId")
        if not isinstance(namespace, str) or not isinstance(flow_id, str):
            name = "id" if isinstance(namespace, str) else "namespace"
            raise InvalidError([Violation("must be there, as a text", path=f"[{number}].{name}")])
        keys.append((namespace, flow_id))
    return keys
