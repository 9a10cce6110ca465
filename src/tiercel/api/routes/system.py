"""What describes the installation itself, and the expression names an editor completes."""

from __future__ import annotations

from litestar import Response, get, post

from tiercel import __version__
from tiercel.api.errors import BodyError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of
from tiercel.errors import InvalidError, Violation
from tiercel.model.dialect import DialectSetting
from tiercel.model.json import Json
from tiercel.operations import instance

API_VERSION = "2.0.0"
"""Clients read it to choose between the path families they know; the product's own version is beside it."""


@get("/ping")
async def ping() -> Response[bytes]:
    """Tell that the server answers."""
    return Response(b"pong", media_type="text/plain")


@get("/health/liveness")
async def liveness() -> Response[bytes]:
    """Tell that the server answers; without details."""
    return answer({"status": "UP"})


@get(["/health", "/health/readiness"])
async def health(request: Incoming) -> Response[bytes]:
    """Tell whether the server works, triggers included; without details, which ``/prometheus`` has."""
    environment = environment_of(request)
    is_well = not environment.bell.pulse.problem(environment.clock())
    return answer({"status": "UP" if is_well else "DOWN"}, 200 if is_well else 503)


@get("/api/v1/basicAuthValidationErrors")
async def credential_errors() -> Response[bytes]:
    """Say what is wrong with the credentials of the configuration: nothing, since it holds none."""
    return answer([])


@get(["/api/v1/configs", "/api/v1/main/configs"])
async def configuration(request: Incoming) -> Response[bytes]:
    """Describe the installation."""
    environment = environment_of(request)
    settings = environment.settings
    shape: dict[str, Json] = {
        "uuid": instance.instance_id(environment),
        "version": API_VERSION,
        "edition": "OSS",
        "product": "tiercel",
        "productVersion": __version__,
        "chartDefaultDuration": "PT24H",
        "isCustomDashboardsEnabled": True,
        "isAnonymousUsageEnabled": False,
        "isUiAnonymousUsageEnabled": False,
        "isAiEnabled": bool(settings.ai.url and settings.ai.model),
        "isAiApiKeyConfigured": bool(settings.ai.key),
        "isBasicAuthInitialized": True,
        "systemNamespace": "system",
        "hiddenLabelsPrefixes": ["system.", "internal."],
        "preview": {"initial": 100, "max": 5000},
    }
    if settings.server.url:
        shape["url"] = settings.server.url
    if settings.environment.name:
        shape["environment"] = {"name": settings.environment.name, "color": settings.environment.color}
    return answer(shape)


@get("/api/v1/pebble/filters")
async def expression_filters(request: Incoming) -> Response[bytes]:
    """Name the filters of expressions."""
    return answer(await instance.list_filters(environment_of(request), actor_of(request)))


@get("/api/v1/pebble/functions")
async def expression_functions(request: Incoming) -> Response[bytes]:
    """Name the functions of expressions with their arguments."""
    found = await instance.list_functions(environment_of(request), actor_of(request))
    return answer(
        [{"name": one.name, "arguments": [{"name": parameter} for parameter in one.parameters]} for one in found]
    )


@post("/api/v1/main/expressions/render", status_code=200)
async def render_expressions(request: Incoming) -> Response[bytes]:
    """Render a map of expressions, each for itself."""
    body = await json_of(request)
    expressions = body.get("expressions") if isinstance(body, dict) else None
    if not isinstance(expressions, dict) or not all(isinstance(text, str) for text in expressions.values()):
        raise BodyError("Send a JSON object with 'expressions', a map of texts")
    variables, dialect = body.get("variables") or {}, body.get("dialect")
    if not isinstance(variables, dict):
        raise InvalidError([Violation("must be an object", path="variables")])
    if dialect is not None and dialect not in list(DialectSetting):
        raise InvalidError([Violation(f"must be one of {', '.join(DialectSetting)}", path="dialect")])
    rendered = await instance.render_expressions(
        environment_of(request), actor_of(request), expressions, variables, DialectSetting(dialect) if dialect else None
    )
    return answer({"expressions": {name: _rendered(value) for name, value in rendered.items()}})


def _rendered(value: Json | Exception) -> dict[str, Json]:
    return {"error": str(value)} if isinstance(value, Exception) else {"result": value}


ROUTES = (
    ping,
    health,
    liveness,
    credential_errors,
    configuration,
    expression_filters,
    expression_functions,
    render_expressions,
)
