"""The description of the interface for people: one page without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import msgspec
from litestar import Response, get

from tiercel.api.requests import Incoming
from tiercel.api.routes.description import CACHED, description_of
from tiercel.model.json import Json

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HTTP interface of Tiercel</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
td {{ padding: .15rem .6rem; vertical-align: top }}
</style>
</head>
<body>
<h1>HTTP interface of Tiercel</h1>
<p>The same as an OpenAPI document, for programs: <a href="/api/v1/openapi">/api/v1/openapi</a>.</p>
<table>
{rows}
</table>
</body>
</html>
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


@get("/api")
async def show(request: Incoming) -> Response[bytes]:
    """Show every route with what it does as a page."""
    document = msgspec.json.decode(await description_of(request))
    text = _PAGE.format(rows="\n".join(_rows(document["paths"])))
    return Response(text.encode(), media_type="text/html", headers=CACHED | {"Content-Security-Policy": _POLICY})


def _rows(paths: dict[str, Json]) -> Iterable[str]:
    for path, methods in sorted(paths.items()):
        for method, one in sorted(methods.items()):
            cells = (method.upper(), path, one["summary"])
            yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


ROUTES = (show,)
