"""The page of HTTP: routes, the parameters they read, filters, errors."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator

from litestar.handlers import HTTPRouteHandler

from reference_pages.calls import SOURCE, calls_of, name_of
from reference_pages.writing import code, preamble, table
from tiercel.api.app import ROUTES
from tiercel.api.errors import _SLUGS, STATUS
from tiercel.api.filter_fields import LISTS_OF, OPERATIONS
from tiercel.api.openapi.reading import read_route

_PAGING = "`page`, `size`, `sort`, `cursor`"


def http_page() -> str:
    """Every route, the parameters it reads, and the errors."""
    routes = sorted(_routes(), key=lambda route: (f"{route[1]}`", route[0]))
    shown = ((code(f"{method} {path}"), summary) for method, path, summary, _ in routes)
    read = (f"- `{method} {path}`: {', '.join(query)}" for method, path, _, query in routes if query)
    parts = [
        preamble("http"),
        table(("Route", "What it does"), shown),
        preamble("http-parameters"),
        "\n".join(read),
        preamble("http-filters"),
        table(("List", "Fields"), ((code(one.resource), ", ".join(map(code, one.names))) for one in LISTS_OF)),
        table(
            ("Field", "Operations"),
            ((code(name), ", ".join(map(code, OPERATIONS[name]))) for name in sorted(OPERATIONS)),
        ),
        preamble("http-errors"),
        table(("Status", "Word"), sorted(set(_problems()))),
    ]
    return "\n\n".join(parts)


def _routes() -> Iterator[tuple[str, str, str, list[str]]]:
    for handler in ROUTES:
        assert isinstance(handler, HTTPRouteHandler)  # noqa: S101 (all of ours are)
        function = handler.fn
        summary = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".")
        query = _query_of(function)
        for path in handler.paths:
            plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", str(path))
            for method in handler.http_methods:
                yield str(getattr(method, "value", method)), plain, summary, query


def _query_of(function: Callable[..., object]) -> list[str]:
    """The parameters a handler reads."""
    found = read_route(function)
    names = sorted(code(name) for name in found.parameters if not (found.is_paged and name in _PAGING))
    return names + [_PAGING] * found.is_paged + ["*filters*"] * found.is_filtered


def _problems() -> Iterator[tuple[str, str]]:
    for status, slug in [*((status, slug) for _, status, slug in STATUS), *_SLUGS.items()]:
        yield str(status), code(slug)
    for path in sorted((SOURCE / "api").rglob("*.py")):
        for call in calls_of(ast.parse(path.read_text(encoding="utf-8"))):
            if name_of(call) in {"RequestError", "_Refusal"} and len(call.args) > 1:
                status_, slug_ = call.args[:2]
                if isinstance(status_, ast.Constant) and isinstance(slug_, ast.Constant):
                    yield str(status_.value), code(slug_.value)
