"""The web interface: files of the build, and its one page for every address below ``/ui``.

The files are those of ``make setup`` or of the wheel, found once; a request names one of them or none, so that no path
can lead out of the directory. Their names hold a digest of their content, hence a browser keeps them for good.
"""

from __future__ import annotations

from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from tiercel.api.errors import RequestError
from tiercel.api.live.hub import Hub
from tiercel.api.requests import Incoming

STATIC = Path(__file__).parent.parent / "static"
"""Where the build puts the interface."""

_PAGE = "index.html"
_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
"""Nothing of another origin, no script in a page; the code editor needs styles of its own."""

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_NOT_BUILT = "The web interface is not built. Run 'make setup' with Node 20.19 or newer, or install the wheel.\n"


@get("/")
async def root() -> Redirect:
    """Lead to the interface."""
    return Redirect("/ui/", status_code=307)


@get(["/ui", "/ui/{path:path}"])
async def interface(request: Incoming, path: FromPath[str] = "") -> Response[bytes]:
    """Give a file of the interface, or its page for any other address."""
    name = path.strip("/")
    found = _files()
    if name in found and name != _PAGE:
        return _file(request, found, name)
    if name.startswith("assets/"):
        raise RequestError(404, "not-found", f"The interface has no file '{name}'; reload the page.")
    if _PAGE not in found:
        return Response(_NOT_BUILT.encode(), status_code=503, media_type="text/plain", headers=_SECURITY)
    hub: Hub = request.app.state["hub"]
    hub.expect()  # the page reads what it shows at once, and then follows from there
    return _file(request, found, _PAGE)


def _file(request: Incoming, found: dict[str, Path], name: str) -> Response[bytes]:
    headers = dict(_SECURITY)
    headers["Cache-Control"] = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
    path = found[name]
    accepted = request.headers.get("accept-encoding", "")
    for encoding, ending in _ENCODINGS:
        if encoding in accepted and name + ending in found:
            path = found[name + ending]
            headers |= {"Content-Encoding": encoding, "Vary": "Accept-Encoding"}
            break
    kind = guess_type(name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), media_type=kind, headers=headers)


def _files() -> dict[str, Path]:
    """Give every file by its path below ``STATIC``; listed again whenever a build changed the page."""
    page = STATIC / _PAGE
    return _listed(STATIC, page.stat().st_mtime_ns if page.is_file() else 0)


@lru_cache(maxsize=1)
def _listed(directory: Path, built_at: int) -> dict[str, Path]:  # noqa: ARG001 (what makes a listing old)
    return {path.relative_to(directory).as_posix(): path for path in directory.rglob("*") if path.is_file()}


ROUTES = (root, interface)
