"""The description of the interface, and a server that is asked all of it with values nobody thought of."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clients.conftest import SECONDS

WAITING = r"/follow(-dependencies)?$|/main/events$|/webhook/|/main/ai/"
"""Streams have no end, webhooks answer what flows say, and without a language model drafts are answered with 503."""

CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance, status_code_conformance]


@pytest.fixture(scope="session")
def document(open_url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{open_url}/api/v1/openapi", timeout=SECONDS).json()
    return found


@pytest.fixture(scope="session")
def described(lonely_url: str) -> BaseSchema:
    loaded = schemathesis.openapi.from_url(f"{lonely_url}/api/v1/openapi")
    return loaded.exclude(path_regex=WAITING)


def test_the_document_is_whole(document: dict[str, Any], open_url: str) -> None:
    assert document["openapi"] == "3.1.0"
    found = [one for methods in document["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in found}) == len(found)
    assert all(one["summary"] and one["responses"] for one in found)
    assert "verb" not in str(document["paths"].keys())
    written = httpx.get(f"{open_url}/swagger/kestra.yml", timeout=SECONDS)
    assert written.headers["content-type"] == "application/yaml"
    assert written.text.startswith("openapi: 3.1.0\n")
    assert yaml.safe_load(written.text) == document


def test_what_handlers_read_is_described(document: dict[str, Any]) -> None:
    def names(method: str, path: str) -> set[str]:
        return {one["name"] for one in document["paths"][f"/api/v1/main/{path}"][method]["parameters"]}

    assert names("get", "executions/search") >= {"page", "size", "sort", "cursor", "filters"}
    assert names("post", "executions/{execution_id}/actions/change-status") == {"execution_id", "status"}
    files = document["paths"]["/api/v1/main/namespaces/{namespace}/files"]["get"]["parameters"]
    assert {"name": "path", "in": "query", "required": True, "schema": {"type": "string"}} in files
    flows = document["paths"]["/api/v1/main/flows"]["post"]
    assert list(flows["requestBody"]["content"]) == ["application/x-yaml"]


def test_nothing_breaks_the_server_or_its_promises(described: BaseSchema) -> None:
    broken = {}
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        for mode in GenerationMode:
            try:
                ask(operation, mode)
            except BaseExceptionGroup as error:  # all that is wrong is told at once
                broken[f"{operation.label}, {mode.value}"] = str(error)[:2000]
    assert not broken, "\n\n".join(f"{label}\n{error}" for label, error in broken.items())


def ask(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> None:
    """Send a few requests as described, or as not described."""

    @settings(
        max_examples=2,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Case[Any]) -> None:
        case.validate_response(case.call(timeout=60), checks=CHECKS)

    call()
