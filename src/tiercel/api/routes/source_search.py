"""The sources of flows: searched, and changed in many places at once."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response, get, post

from tiercel.api.errors import BodyError
from tiercel.api.paging import read_page
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, flag, json_of, one, query_of
from tiercel.api.routes.flow_keys import read_flow_keys
from tiercel.api.shapes.flows import flow_shape, source_match_shape
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations import source_search
from tiercel.operations.actor import Action, Resource
from tiercel.operations.flows import FlowKey
from tiercel.operations.source_search import Match, Scope, Skipped, Wanted

_ROOT = "/api/v1/main/flows/source"
_MOST_FLOWS = 1000


@get(_ROOT)
async def search(request: Incoming) -> Response[bytes]:
    """Give one page of flows whose source holds a text, with the lines that hold it."""
    actor_of(request).require(Resource.FLOW, Action.READ)
    query = query_of(request)
    page = read_page(query)
    text = one(query, "q")
    if text is None:
        return answer({"results": [], "total": 0})
    wanted = Wanted(
        query=text,
        is_cased=flag(query, "caseSensitive"),
        is_whole_word=flag(query, "wholeWord"),
        is_regex=flag(query, "regex"),
        scope=_scope(one(query, "scope")),
        namespace=one(query, "namespace"),
    )
    found = await source_search.search_matches(environment_of(request), actor_of(request), wanted)
    if any(order.is_descending for order in page.sort):
        found.reverse()
    first = (page.page - 1) * page.size
    results: list[Json] = [source_match_shape(flow) for flow in found[first : first + page.size]]
    return answer({"results": results, "total": len(found)})


@post(_ROOT + "/replace/preview", status_code=200)
async def preview(request: Incoming) -> Response[bytes]:
    """Tell what a replacement would change; nothing is saved."""
    body = await _body_of(request)
    found = await source_search.search_matches(
        environment_of(request), actor_of(request), _wanted(body), _text(body, "replacement")
    )
    shapes: list[Json] = [
        {
            "namespace": flow.flow.namespace,
            "id": flow.flow.id,
            "editable": True,
            "matches": [_change_shape(match) for match in flow.matches],
        }
        for flow in found
    ]
    count = sum(len(flow.matches) for flow in found)
    return answer({"totalMatches": count, "totalFlows": len(found), "editableFlowCount": len(found), "flows": shapes})


@post(_ROOT + "/replace/apply", status_code=200)
async def apply(request: Incoming) -> Response[bytes]:
    """Replace in the flows named, each a new revision; those that cannot be are told with the reason."""
    body = await _body_of(request)
    saved, skipped = await source_search.replace_in_flows(
        environment_of(request), actor_of(request), _wanted(body), _text(body, "replacement"), _keys(body.get("flows"))
    )
    return answer(
        {
            "updated": [flow_shape(one_saved, with_source=True) for one_saved in saved],
            "skipped": [_skipped_shape(one_skipped) for one_skipped in skipped],
        }
    )


@post(_ROOT + "/replace/line", status_code=200)
async def replace_line(request: Incoming) -> Response[bytes]:
    """Replace on one line of one flow."""
    body = await _body_of(request)
    line = body.get("line")
    if not isinstance(line, int) or isinstance(line, bool) or line < 1:
        raise InvalidError([Violation("must be a number from 1", path="line")])
    saved = await source_search.replace_in_line(
        environment_of(request),
        actor_of(request),
        _wanted(body),
        _text(body, "replacement"),
        (_text(body, "namespace"), _text(body, "id")),
        line,
    )
    return answer(flow_shape(saved, with_source=True))


async def _body_of(request: Incoming) -> Mapping[str, Json]:
    body = await json_of(request)
    if not isinstance(body, dict):
        raise BodyError("Send a JSON object with query and replacement")
    return body


def _wanted(body: Mapping[str, Json]) -> Wanted:
    for name in ("caseSensitive", "wholeWord", "regex"):
        if not isinstance(body.get(name, False), bool):
            raise InvalidError([Violation("must be true or false", path=name)])
    namespace = body.get("namespace")
    return Wanted(
        query=_text(body, "query"),
        is_cased=body.get("caseSensitive", False),
        is_whole_word=body.get("wholeWord", False),
        is_regex=body.get("regex", False),
        scope=_scope(body.get("scope")),
        namespace=_text(body, "namespace") if namespace is not None else None,
    )


def _scope(text: Json) -> Scope:
    if text is None:
        return Scope.ALL
    if text not in list(Scope):
        raise InvalidError([Violation(f"must be one of {', '.join(Scope)}", path="scope")])
    return Scope(text)


def _text(body: Mapping[str, Json], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise InvalidError([Violation("must be a text", path=name)])
    return value


def _keys(given: Json) -> list[FlowKey]:
    if not isinstance(given, list) or not 1 <= len(given) <= _MOST_FLOWS:
        raise InvalidError([Violation(f"must be a list of 1 to {_MOST_FLOWS} flows", path="flows")])
    return read_flow_keys(given)


def _change_shape(match: Match) -> dict[str, Json]:
    return {"line": match.line, "before": match.text, "after": match.replaced}


def _skipped_shape(skipped: Skipped) -> dict[str, Json]:
    shape: dict[str, Json] = {"namespace": skipped.key[0], "id": skipped.key[1], "reason": skipped.reason}
    return shape if skipped.message is None else shape | {"message": skipped.message}


ROUTES = (search, preview, apply, replace_line)
