"""Templates of 1.x, on the paths they had there; only where the installation has switched them on."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from tiercel.api.requests import Incoming, actor_of, answer, environment_of, source_of, valid_ids
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations import templates
from tiercel.operations.templates import StoredTemplate

_ROOT = "/api/v1/main/templates"


@post(_ROOT, status_code=200)
async def create_template(request: Incoming) -> Response[bytes]:
    """Store a template given as YAML or JSON, in place of the one of that name if there is one."""
    return answer(
        _shape(await templates.save_template(environment_of(request), actor_of(request), await source_of(request)))
    )


@put(_ROOT + "/{namespace:str}/{template_id:str}", status_code=200)
async def update_template(request: Incoming, namespace: FromPath[str], template_id: FromPath[str]) -> Response[bytes]:
    """Store a template that is there in another form."""
    valid_ids(namespace, template_id)
    environment, actor = environment_of(request), actor_of(request)
    known = await templates.get_template(environment, actor, namespace, template_id)
    text = await source_of(request)
    given = templates.read_template(text)
    if (given.namespace, given.id) != (known.namespace, known.id):
        raise InvalidError([Violation(f"must stay {known.namespace}.{known.id}", path="id", code="template-renamed")])
    return answer(_shape(await templates.save_template(environment, actor, text)))


@get(_ROOT + "/{namespace:str}/{template_id:str}")
async def get_template(request: Incoming, namespace: FromPath[str], template_id: FromPath[str]) -> Response[bytes]:
    """Give a template."""
    valid_ids(namespace, template_id)
    found = await templates.get_template(environment_of(request), actor_of(request), namespace, template_id)
    return answer(_shape(found))


@get(_ROOT + "/{namespace:str}")
async def list_templates(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """List the templates of exactly one namespace."""
    valid_ids(namespace)
    found = await templates.list_templates(environment_of(request), actor_of(request), namespace)
    return answer([_shape(one) for one in found])


@delete(_ROOT + "/{namespace:str}/{template_id:str}", status_code=204)
async def delete_template(request: Incoming, namespace: FromPath[str], template_id: FromPath[str]) -> None:
    """Remove a template."""
    valid_ids(namespace, template_id)
    await templates.delete_template(environment_of(request), actor_of(request), namespace, template_id)


def _shape(template: StoredTemplate) -> dict[str, Json]:
    return {**template.document, "id": template.id, "namespace": template.namespace, "deleted": False}


ROUTES = (create_template, update_template, get_template, list_templates, delete_template)
