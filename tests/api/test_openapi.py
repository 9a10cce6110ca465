"""The description of the interface: no route without, and nothing described that is not read or answered."""

from __future__ import annotations

import inspect
import re

import pytest
from litestar.handlers import HTTPRouteHandler

from api.promises import document
from tiercel.api.app import ROUTES
from tiercel.api.openapi.answers import ANSWERS, EMPTY, FURTHER, MEDIA
from tiercel.api.openapi.document import operations
from tiercel.api.openapi.shapes import BODIES, TEXTS
from tiercel.api.routes.description import VERBS_OF_PATHS

OPERATIONS = list(operations(ROUTES, VERBS_OF_PATHS))
HANDLERS = [
    handler
    for handler in ROUTES
    if isinstance(handler, HTTPRouteHandler) and not handler.fn.__module__.endswith(".routes.ui")
]


def described(operation):
    return document()["paths"][operation.path][operation.method.lower()]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: f"{handler.fn.__module__}.{handler.fn.__name__}")
def test_every_method_of_every_path_is_described(handler):
    for path in handler.paths:
        plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", str(path))
        pattern = re.compile("^" + re.escape(plain).replace(re.escape("{verb}"), "[a-z-]+") + "$")
        found = [methods for known, methods in document()["paths"].items() if pattern.match(known)]
        assert found, plain
        wanted = {str(getattr(method, "value", method)).lower() for method in handler.http_methods}
        assert any(wanted <= methods.keys() for methods in found)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_what_is_described_is_read_and_answered(operation):
    found = described(operation)
    parameters = {one["name"]: one for one in found["parameters"]}
    in_path = {name for name, one in parameters.items() if one["in"] == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\}", operation.path))
    in_query = parameters.keys() - in_path - {"filters"}
    assert in_query == operation.reading.parameters.keys() | (
        {"page", "size", "sort", "cursor"} if operation.reading.is_paged else set()
    )
    assert ("filters" in parameters) == operation.reading.is_filtered
    assert {"4XX", "5XX"} < found["responses"].keys()
    success = found["responses"][str(EMPTY.get(operation.name, operation.status))]
    is_empty = operation.status == 204 or operation.name in EMPTY
    assert ("content" in success) != is_empty
    assert found["summary"]
    if not operation.reading.bodies:
        assert "requestBody" not in found


def test_a_parameter_that_is_described_stands_in_the_code():
    sources = {}
    for handler in HANDLERS:
        module = inspect.getmodule(handler.fn)
        sources[module.__name__.rpartition(".")[2]] = inspect.getsource(module)
    everything = "".join(sources.values())
    for operation in OPERATIONS:
        for name in operation.reading.parameters:
            assert f'"{name}"' in everything, f"{operation.name}: {name}"


def test_every_json_answer_has_a_shape():
    loose = {
        operation.name
        for operation in OPERATIONS
        for response in described(operation)["responses"].values()
        for media, content in response.get("content", {}).items()
        if media == "application/json" and "schema" not in content and operation.name not in MEDIA
    }
    assert not loose


def test_nothing_is_said_of_routes_that_are_not_there():
    known = {operation.name for operation in OPERATIONS}
    for table in (ANSWERS, MEDIA, EMPTY, FURTHER, BODIES):
        assert table.keys() <= known, table.keys() - known
    assert TEXTS.keys() <= {operation.module for operation in OPERATIONS}
    assert not ANSWERS.keys() & MEDIA.keys()


def test_every_reference_leads_somewhere_and_every_shape_is_used():
    text = str(document())
    referred = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert referred == document()["components"]["schemas"].keys()
