"""Holds every answer that a test of the API gets to the description of the interface."""

from __future__ import annotations

import re
from functools import cache

import jsonschema_rs

from tiercel.api.app import ROUTES
from tiercel.api.openapi.document import build_document
from tiercel.api.routes.description import VERBS_OF_PATHS
from tiercel.api.tenancy import TenantError, canonical_path


@cache
def document():
    return build_document(ROUTES, "0", VERBS_OF_PATHS)


async def keep(response):
    """Fail when an answer is none of those that its route is described with."""
    broken = await _broken(response)
    assert broken is None, f"{response.request.method} {response.request.url.path} {broken}"


async def _broken(response):
    method = response.request.method
    try:
        described = _described(method.lower(), canonical_path(method, response.request.url.path))
    except TenantError:
        return None
    if described is None:
        return None  # none of ours
    name, operation = described
    if "default" in operation["responses"]:
        return None  # flows say what it answers
    status = str(response.status_code)
    key = next((one for one in (status, f"{status[0]}XX", "default") if one in operation["responses"]), None)
    known = operation["responses"].get(key)
    if known is None:
        return f"answers {status}, which is not described"
    media = response.headers.get("content-type", "").partition(";")[0]
    content = known.get("content")
    if content is None or "*/*" in content or media == "text/event-stream":
        return None
    if media not in content and _group(media) not in content:
        return f"answers {status} with '{media}', not with {', '.join(content)}"
    if media.endswith("json"):
        await response.aread()
        for error in _validator(name, key, media).iter_errors(response.json()):
            return f"answers {status}: {list(error.instance_path)} {error.message[:400]}"
    return None


def _group(media):
    # A file is what it is, whatever a description can say of it.
    return "application/octet-stream" if media.startswith(("image/", "application/")) else media


@cache
def _templates():
    return [
        (re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path)
        for path in sorted(document()["paths"], key=lambda path: (path.count("{"), -len(path)))
    ]


@cache
def _path_of(path):
    return [template for pattern, template in _templates() if pattern.match(path)]


def _described(method, path):
    for template in _path_of(path):
        operation = document()["paths"][template].get(method)
        if operation is not None:
            return (method, template), operation
    return None


@cache
def _validator(name, status, media):
    method, template = name
    content = document()["paths"][template][method]["responses"][status]["content"]
    schema = content.get(media, {}).get("schema", {})
    return jsonschema_rs.validator_for(schema | {"components": document()["components"]})
