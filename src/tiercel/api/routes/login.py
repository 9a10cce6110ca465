"""The way in for browsers: what a sign-in page must know, signing in and out, and making the first user."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.datastructures import Cookie

from tiercel.api.authentication import CSRF_COOKIE, SESSION_COOKIE, session_token
from tiercel.api.errors import BodyError, RequestError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, is_open, json_of
from tiercel.api.shapes.times import instant
from tiercel.model.json import Json
from tiercel.operations import setup
from tiercel.operations.identification import SignedIn, sign_in, sign_out

SETUP_HEADER = "x-setup-token"


@get("/api/v1/configs/login")
async def login_configuration(request: Incoming) -> Response[bytes]:
    """Give what a sign-in page must know."""
    is_set_up = is_open(request) or await setup.is_set_up(environment_of(request))
    return answer({"isBasicAuthInitialized": is_set_up, "isSignInRequired": not is_open(request)})


@post(["/api/v1/login", "/login"], status_code=200)
async def login(request: Incoming) -> Response[bytes]:
    """Begin a session: its cookie no script can read, and the one that changes must repeat as ``X-CSRF-TOKEN``."""
    body = await _body(request)
    name, password = body.get("username"), body.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise BodyError("Send a JSON object with username and password")
    environment = environment_of(request)
    signed_in = await sign_in(environment, name, password, address_of(request))
    if signed_in is None:
        raise RequestError(401, "unauthenticated", "The user name or the password is wrong.")
    former = session_token(dict(request.headers.items()))
    if former is not None:
        await sign_out(environment, former)
    shape: dict[str, Json] = {
        "username": signed_in.user_name,
        "csrfToken": signed_in.csrf_token,
        "expiresAt": instant(signed_in.expires_at),
    }
    response = answer(shape)
    response.cookies = _cookies(signed_in, environment.settings.authentication.session_hours * 3600, request)
    return response


@post(["/api/v1/logout", "/logout"], status_code=200)
async def logout(request: Incoming) -> Response[bytes]:
    """End the session and take its cookies back."""
    token = session_token(dict(request.headers.items()))
    if token is not None:
        await sign_out(environment_of(request), token)
    response = answer({"username": actor_of(request).name})
    response.cookies = _cookies(SignedIn("", "", "", 0), 0, request)
    return response


@post("/api/v1/main/basicAuth", status_code=204)
async def set_up(request: Incoming) -> None:
    """Make the first user, for whoever has the token that the server printed."""
    body = await _body(request)
    token = request.headers.get(SETUP_HEADER) or body.get("setupToken")
    if not isinstance(token, str):
        message = "Send the set-up token that the server printed as 'setupToken', or as the header X-Setup-Token."
        raise RequestError(403, "forbidden", message)
    await setup.make_first_user(
        environment_of(request), token, body.get("username"), body.get("password"), address=address_of(request)
    )


def address_of(request: Incoming) -> str:
    """Give the address a request came from."""
    client = request.scope.get("client")
    return client[0] if client else ""


async def _body(request: Incoming) -> dict[str, Json]:
    body = await json_of(request)
    if not isinstance(body, dict):
        raise BodyError("Send a JSON object with username and password")
    return body


def _cookies(signed_in: SignedIn, max_age: int, request: Incoming) -> list[Cookie]:
    is_secure = _is_secure(request)
    return [
        Cookie(name, value=value, max_age=max_age, secure=is_secure, httponly=is_hidden, samesite="strict")
        for name, value, is_hidden in (
            (SESSION_COOKIE, signed_in.token, True),
            (CSRF_COOKIE, signed_in.csrf_token, False),
        )
    ]


def _is_secure(request: Incoming) -> bool:
    """Whether the browser speaks TLS, be it with a proxy: a header that lies only makes the cookies stricter."""
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    url = environment_of(request).settings.server.url
    return "https" in {forwarded, request.url.scheme} or url.startswith("https:")


ROUTES = (login_configuration, login, logout, set_up)
