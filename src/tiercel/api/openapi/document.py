"""The OpenAPI 3.1 document: paths from the table of routes, parameters and bodies from what their handlers read."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import yaml
from litestar.handlers import HTTPRouteHandler
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from tiercel.api.openapi.answers import ANSWERS, EMPTY, FURTHER, MEDIA
from tiercel.api.openapi.reading import ROUTES, Kind, Reading, read_route
from tiercel.api.openapi.shapes import BODIES, CHANGE, IDS, LABELS, TEXTS
from tiercel.model.json import Json

_ROOT = "/api/v1/main/"
_INTERFACE = "ui"
_STEP = re.compile(r"\{(\w+):\w+\}")
_PAGING: dict[str, Json] = {
    "page": {"type": "integer", "minimum": 1, "default": 1},
    "size": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10},
    "sort": {"type": "array", "items": {"type": "string", "pattern": r"^[A-Za-z.]+(:(asc|desc))?$"}},
    "cursor": {"type": "string"},
}
_SCHEMAS: dict[Kind, dict[str, Json]] = {
    Kind.TEXT: {"type": "string"},
    Kind.NEEDED: {"type": "string"},
    Kind.FLAG: {"type": "boolean"},
    Kind.NUMBER: {"type": "integer"},
    Kind.LIST: {"type": "array", "items": {"type": "string"}},
}
_FORM: Json = {"type": "object", "additionalProperties": {"type": "string"}}
_TRIGGER_VERBS = {"": ("restart", "set-disabled", "unlock"), "backfill": ("delete", "pause", "unpause")}
_ACTION_BODIES: dict[str, Json] = {"labels": LABELS, "state": CHANGE}
_LABELS_OF_MANY: Json = {
    "type": "object",
    "required": ["executionsId", "executionLabels"],
    "properties": {"executionsId": IDS, "executionLabels": LABELS},
}


Verbs: TypeAlias = Mapping[str, Mapping[str, Callable[..., object] | None]]
"""By module of routes, each verb with the function that carries it out, None when the handler itself does."""


class Operation(Struct, frozen=True, kw_only=True):
    """One method of one path.

    Attributes:
        name: Module and function of the handler.
        verb: What stands in the place of ``{verb}``, empty when there is none.
    """

    method: str
    path: str
    name: str
    summary: str
    status: int
    reading: Reading
    verb: str = ""

    @property
    def module(self) -> str:
        """The module of the handler."""
        return self.name.partition(".")[0]


def build_document(routes: Iterable[ControllerRouterHandler], version: str, verbs: Verbs) -> dict[str, Json]:
    """Make the document of a table of routes.

    Args:
        routes: The table.
        version: Of the product.
        verbs: What may stand in the place of ``{verb}``.
    """
    paths: dict[str, dict[str, Json]] = {}
    for operation in sorted(operations(routes, verbs), key=lambda one: (one.path, one.method)):
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tiercel", "version": version, "license": {"name": "Apache-2.0"}},
        "security": [{"basic": []}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": _components(),
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def operations(routes: Iterable[ControllerRouterHandler], verbs: Verbs) -> Iterator[Operation]:
    """Give every method of every path, those that stand for several once for each."""
    for handler in routes:
        if not isinstance(handler, HTTPRouteHandler):
            continue
        function: Callable[..., object] = handler.fn
        module = function.__module__.rpartition(".")[2]
        if module == _INTERFACE or not function.__module__.startswith(ROUTES):
            continue  # files of the web interface, and what the framework adds
        for path in handler.paths:
            plain = _STEP.sub(r"{\1}", str(path))
            for verb in _verbs(module, plain, verbs):
                for method in handler.http_methods:
                    yield Operation(
                        method=str(getattr(method, "value", method)),
                        path=plain.replace("{verb}", verb),
                        name=f"{module}.{function.__name__}",
                        summary=(inspect.getdoc(function) or "").split("\n")[0].rstrip("."),
                        status=handler.status_code or 200,
                        reading=read_route(verbs.get(module, {}).get(verb) or function),
                        verb=verb,
                    )


def _verbs(module: str, path: str, verbs: Verbs) -> tuple[str, ...]:
    if "{verb}" not in path:
        return ("",)
    if module == "triggers":
        return _TRIGGER_VERBS["backfill" if "/backfill/" in path else ""]
    return tuple(sorted(verbs[module]))


def _operation(operation: Operation) -> dict[str, Json]:
    made: dict[str, Json] = {
        "operationId": _id_of(operation),
        "summary": operation.summary,
        "tags": [operation.module.replace("_", " ").capitalize()],
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation.reading)],
        "responses": _responses(operation),
    }
    body = _body(operation)
    if body is not None:
        made["requestBody"] = body
    return made


def _id_of(operation: Operation) -> str:
    """Name an operation by its method and path, which no other has."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", operation.path.removeprefix(_ROOT)).strip("_")
    return f"{operation.method.lower()}_{words}"


def _path_parameters(path: str) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query_parameters(reading: Reading) -> Iterator[Json]:
    schemas = {name: _SCHEMAS[kind] for name, kind in reading.parameters.items()}
    for name, schema in sorted((schemas | (_PAGING if reading.is_paged else {})).items()):
        is_needed = reading.parameters.get(name) is Kind.NEEDED
        yield {"name": name, "in": "query", "required": is_needed, "schema": schema}
    if reading.is_filtered:
        yield {
            "name": "filters",
            "in": "query",
            "style": "deepObject",
            "explode": True,
            "description": "filters[field][OPERATION]=value; groups are filters[or][0][...] and filters[and][0][...].",
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        }


def _body(operation: Operation) -> Json:
    kinds = operation.reading.bodies
    content: dict[str, Json] = {}
    if "text" in kinds:
        content[TEXTS.get(operation.module, "text/plain")] = {"schema": {"type": "string"}}
    if "form" in kinds:
        content["multipart/form-data"] = {"schema": _FORM}
    if "any" in kinds:
        content["*/*"] = {"schema": {}}
    if "json" in kinds and (schema := _json_body(operation)) is not None:
        content["application/json"] = {"schema": schema}
    return {"required": "json" in kinds or "text" in kinds, "content": content} if content else None


def _json_body(operation: Operation) -> Json:
    if operation.verb and operation.name == "execution_actions.act_on_one":
        return _ACTION_BODIES.get(operation.verb, {"type": "object"})
    if operation.name == "execution_bulk.act_on_ids" and operation.verb == "labels":
        return _LABELS_OF_MANY
    if operation.name == "execution_bulk.act_on_query":
        return LABELS if operation.verb == "labels" else None
    return BODIES.get(operation.name, {"type": "object"})


def _responses(operation: Operation) -> dict[str, Json]:
    problem: dict[str, Json] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    further = FURTHER.get(operation.name, {})
    return {
        str(EMPTY.get(operation.name, operation.status)): _success(operation),
        **{status: {"description": words} for status, words in further.items()},
        "4XX": {"description": "It is refused; the body says why.", "content": problem},
        "5XX": {"description": "It cannot be done now, or the server failed.", "content": problem},
    }


def _success(operation: Operation) -> dict[str, Json]:
    described: dict[str, Json] = {"description": operation.summary}
    if operation.status == 204 or operation.name in EMPTY:  # noqa: PLR2004 (a status)
        return described
    if operation.verb == "export":
        return described | {"content": {"application/octet-stream": {}}}
    shape = ANSWERS.get(operation.name)
    if shape is not None:
        return described | {"content": {"application/json": {"schema": _schema_of(shape)}}}
    return described | {"content": {media: {} for media in MEDIA.get(operation.name, "application/json").split(", ")}}


def _schema_of(shape: str) -> dict[str, Json]:
    reference: dict[str, Json] = {"$ref": f"#/components/schemas/{shape.strip('[]{}')}"}
    if shape.startswith("["):
        return {"type": "array", "items": reference}
    if shape.startswith("{"):
        members: Mapping[str, Json] = {
            "results": {"type": "array", "items": reference},
            "total": {"type": "integer"},
            "nextCursor": {"type": "string"},
        }
        return {"type": "object", "required": ["results", "total"], "properties": members}
    return reference


@lru_cache(maxsize=1)
def _components() -> dict[str, Json]:
    found: dict[str, Json] = {}
    for path in sorted(Path(__file__).parent.glob("components*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
