"""The one table from error classes to HTTP, and the body that readers of both published versions understand."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, MethodNotAllowedException

from tiercel.api.tenancy import has_head
from tiercel.errors import (
    ConflictError,
    ExistsError,
    ExpressionError,
    ForbiddenError,
    InvalidArgumentError,
    InvalidEntityError,
    InvalidError,
    NotFoundError,
    PluginError,
    StaleError,
    TiercelError,
    UnavailableError,
    Violation,
)
from tiercel.model.json import Json
from tiercel.operations.attempts import TooManyAttemptsError
from tiercel.operations.call_rates import TooManyCallsError
from tiercel.operations.drafting import DraftError
from tiercel.operations.webhooks import CallError

_logger = logging.getLogger("tiercel.api")
PROBLEMS = "https://kestra.io/docs/api-reference/problems/"
_PLAIN = "/!$&'()*+,;=:@~"
_INTERNAL = "An unexpected error occurred. Quote the traceId when contacting support."


class RequestError(TiercelError):
    """The request itself is malformed, whatever it asks for."""

    def __init__(self, status: int, slug: str, message: str, violations: Sequence[Violation] = ()) -> None:
        self.status = status
        self.slug = slug
        self.violations = list(violations)
        super().__init__(message)


class BodyError(InvalidError):
    """The body was read, and has another shape than the route asks for."""


STATUS: tuple[tuple[type[TiercelError], int, str], ...] = (
    (BodyError, 422, "invalid-json"),
    (DraftError, 422, "ai-request-failed"),
    (CallError, 422, "invalid-request-body"),
    (InvalidArgumentError, 422, "invalid-argument"),
    (InvalidEntityError, 422, "invalid-entity"),
    (InvalidError, 422, "validation-failed"),
    (NotFoundError, 404, "not-found"),
    (StaleError, 412, "precondition-failed"),
    (ExistsError, 409, "entity-already-exists"),
    (ConflictError, 409, "conflict"),
    (ForbiddenError, 403, "forbidden"),
    (TooManyAttemptsError, 429, "too-many-requests"),
    (TooManyCallsError, 429, "too-many-requests"),
    (UnavailableError, 503, "service-unavailable"),
    (ExpressionError, 422, "invalid-argument"),
    (PluginError, 500, "internal-error"),
)
_SLUGS = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "request-timeout",
    410: "resource-expired",
    413: "payload-too-large",
    415: "unsupported-media-type",
    422: "invalid-entity",
    429: "too-many-requests",
    503: "service-unavailable",
}
_TITLES = {
    "ai-request-failed": "AI request failed",
    "forbidden": "Access denied",
    "internal-error": "Internal server error",
    "invalid-format": "Invalid value format",
    "invalid-json": "Invalid JSON",
    "not-found": "Resource not found",
    "resource-expired": "Resource has expired",
    "unauthenticated": "Authentication required",
}
"""Where a title is not its word; clients may tell kinds of problems by them, hence they are the published ones."""


def answer_error(request: Request[object, object, State], error: Exception) -> Response[bytes]:
    """Turn any exception of a handler into its answer."""
    status, slug, violations = _classify(error)
    if status == 409 and _is_older_action(request):  # noqa: PLR2004 (a status)
        status = 422
    message = _INTERNAL if status == 500 else _message(error)  # noqa: PLR2004 (a status)
    trace_id = None
    if status >= 500:  # noqa: PLR2004 (a status)
        trace_id = _log(request, error)
    asked = request.scope["state"].get("asked_path", request.url.path)
    body = problem(status, slug, message, asked, violations=violations, trace_id=trace_id)
    headers = _headers(error, request)
    return Response(
        msgspec.json.encode(body), status_code=status, media_type="application/problem+json", headers=headers
    )


def _headers(error: Exception, request: Request[object, object, State]) -> dict[str, str] | None:
    if isinstance(error, TooManyAttemptsError | TooManyCallsError):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, MethodNotAllowedException):
        return {"Allow": _allowed(error, request.url.path)}
    return {"ETag": f'"{error.revision}"'} if isinstance(error, StaleError) else None


def _allowed(error: MethodNotAllowedException, path: str) -> str:
    """Name the methods a path has, HEAD among them where the guard answers it."""
    methods = set((error.headers or {}).get("allow", "").split(", "))
    if "GET" in methods and has_head(path):
        methods.add("HEAD")
    return ", ".join(sorted(methods))


def problem(
    status: int,
    slug: str,
    message: str,
    path: str,
    *,
    violations: list[Violation] | None = None,
    trace_id: str | None = None,
) -> dict[str, Json]:
    """Build the body: members of RFC 9457 beside ``message``, ``_links`` and ``_embedded``.

    Args:
        status: The status of the answer.
        slug: The kind of problem, as the last step of its ``type``.
        message: What is wrong.
        path: The path that was asked for, decoded.
        violations: Each thing that is wrong with what was sent.
        trace_id: Where the log tells more.
    """
    place = quote(path, safe=_PLAIN)
    body: dict[str, Json] = {
        "type": PROBLEMS + slug,
        "title": _TITLES.get(slug) or slug.replace("-", " ").capitalize(),
        "status": status,
        "detail": message,
        "instance": place,
        "message": message,
        "_links": {"self": [{"href": place, "templated": False}]},
    }
    if violations:
        body["errors"] = [violation_shape(violation) for violation in violations]
        body["_embedded"] = {"errors": [{"message": str(violation)} for violation in violations]}
    if trace_id is not None:
        body["traceId"] = trace_id
    return body


def violation_shape(violation: Violation) -> dict[str, Json]:
    """Give one violation with its place in the document and in the text."""
    shape: dict[str, Json] = {"detail": violation.message, "code": violation.code}
    if violation.path:
        shape |= {"path": violation.path, "pointer": _pointer_of(violation.path)}
    if violation.task_id:
        shape["taskId"] = violation.task_id
    if violation.line:
        shape |= {"line": violation.line, "column": violation.column}
    if violation.hint:
        shape["hint"] = violation.hint
    return shape


def _pointer_of(path: str) -> str:
    """Give a place as RFC 6901 writes it."""
    steps = path.replace("[", ".").replace("]", "").removeprefix(".").split(".")
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def _classify(error: Exception) -> tuple[int, str, list[Violation]]:
    if isinstance(error, RequestError):
        return error.status, error.slug, error.violations
    for kind, status, slug in STATUS:
        if isinstance(error, kind):
            violations = error.violations if isinstance(error, InvalidError) else []
            return status, slug, violations
    if isinstance(error, HTTPException):
        return error.status_code, _SLUGS.get(error.status_code, "internal-error"), []
    return 500, "internal-error", []


def _is_older_action(request: Request[object, object, State]) -> bool:
    """Whether 1.x would have been asked: it answers 422 where an execution is not in the right state."""
    is_older = bool(request.scope["state"].get("is_older_form"))
    return is_older and not request.url.path.endswith("/kill")


def _message(error: Exception) -> str:
    if isinstance(error, HTTPException):
        return error.detail
    return str(error)


def _log(request: Request[object, object, State], error: Exception) -> str:
    trace_id: str = request.app.state["environment"].new_id()
    if isinstance(error, UnavailableError) and error.__cause__ is None:  # said on purpose: where is no question
        told = " ".join([str(error), *error.details])
        _logger.warning("request %r cannot be answered now, trace %s: %s", request.url.path, trace_id, told)
    else:
        _logger.error("request %r failed, trace %s", request.url.path, trace_id, exc_info=error)
    return trace_id
