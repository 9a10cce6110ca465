"""Sending one request; imported when the first request is sent, because the HTTP library is slow to load."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import httpx

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.http.message import HttpTask
from tiercel.tasks.http.options import AuthOptions, HttpOptions, Logged, ProxyType

_MULTIPART = "multipart/form-data"
_FORM = "application/x-www-form-urlencoded"
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_LONGEST_BODY_BYTES = 128 * 1024 * 1024
_LONGEST_SHOWN = 2_000


@contextmanager
def opened(ctx: RunContext, task: HttpTask) -> Generator[httpx.Response]:
    """Send the request and give the answer, its body still to be read.

    Raises:
        TaskError: It cannot be sent, or the answer says that it failed.
    """
    options = task.options
    timeout = httpx.Timeout(options.read_seconds(), connect=options.connect_seconds())
    try:
        with (
            ExitStack() as files,
            ctx.http.client(
                timeout=timeout,
                proxy=_proxy(options) or "",
                retries=0,
                follow_redirects=options.follow_redirects,
                is_insecure=task.is_insecure,
                keeps_alive=options.enabled_tcp_extended_keep_alive,
            ) as client,
        ):
            response = client.send(_request(ctx, client, task, files), stream=True, auth=_auth(options.used_auth()))
            with closing(response):
                _log(ctx, task, response)
                if not task.accepts(response.status_code):
                    raise TaskError(_failure(response, options))
                yield response
    except httpx.InvalidURL as error:
        raise TaskError(f"'{task.uri}' is not the address of a web resource: {error}") from None
    except httpx.HTTPError as error:
        raise TaskError(f"{task.method} {task.uri} failed: {str(error) or type(error).__name__}") from error


def read_text(response: httpx.Response, options: HttpOptions) -> str:
    """Read the body as text.

    Raises:
        TaskError: It is too long.
    """
    longest = options.max_content_length or _LONGEST_BODY_BYTES
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > longest:
            raise TaskError(f"The answer is longer than {longest} bytes; use http.Download for large ones")
    charset = response.charset_encoding or options.default_charset
    try:
        return content.decode(charset, errors="replace")
    except LookupError:
        raise TaskError(f"'{charset}' is not a charset such as UTF-8") from None


def header_lists(response: httpx.Response) -> dict[str, list[str]]:
    """Give the headers of an answer, each with all its values."""
    return {name: response.headers.get_list(name) for name in dict.fromkeys(response.headers.keys())}


def stream(ctx: RunContext, response: httpx.Response) -> Iterator[bytes]:
    """Read the body in pieces, until the run is cancelled."""
    for chunk in response.iter_bytes():
        if ctx.is_cancelled:
            raise TaskError("The transfer was cancelled")
        yield chunk


def _request(ctx: RunContext, client: httpx.Client, task: HttpTask, files: ExitStack) -> httpx.Request:
    url = httpx.URL(task.uri)
    if url.scheme not in {"http", "https"}:
        raise httpx.InvalidURL("it begins with neither http:// nor https://")
    if task.params:
        url = url.copy_with(params=[*url.params.multi_items(), *_query(task.params)])
    headers = httpx.Headers(task.headers or {})
    method = task.method.upper()
    if task.form_data is not None:
        if task.content_type == _MULTIPART:
            return client.build_request(method, url, headers=headers, files=_parts(ctx, task.form_data, files))
        form = {name: _text(value) for name, value in task.form_data.items()}
        headers.setdefault("Content-Type", _FORM)
        return client.build_request(method, url, headers=headers, data=form)
    if task.body is None:
        return client.build_request(method, url, headers=headers)
    headers.setdefault("Content-Type", task.content_type)
    return client.build_request(method, url, headers=headers, content=task.body.encode())


def _query(params: Mapping[str, Json]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        pairs += [(name, _text(item)) for item in (value if isinstance(value, list) else [value])]
    return pairs


def _parts(ctx: RunContext, form: Mapping[str, Json], files: ExitStack) -> list[tuple[str, Any]]:
    """Make the parts of a multipart body: stored files as files, all else as text."""
    parts: list[tuple[str, Any]] = []
    for name, value in form.items():
        if isinstance(value, dict) and "content" in value:
            content = _text(value["content"])
            file_name = _text(value.get("name") or PurePosixPath(content).name)
            parts.append((name, (file_name, _file(ctx, content, files) if _is_stored(content) else content.encode())))
        elif isinstance(value, str) and _is_stored(value):
            parts.append((name, (PurePosixPath(value).name, _file(ctx, value, files))))
        else:
            parts.append((name, (None, _text(value))))
    return parts


def _is_stored(text: str) -> bool:
    return text.startswith(("kestra://", "nsfile://"))


def _file(ctx: RunContext, uri: str, files: ExitStack) -> IO[bytes]:
    """Copy a stored file to where the library can read it until the request is done."""
    file: IO[bytes] = files.enter_context(SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 (the stack closes it)
    for chunk in ctx.files.open(uri):
        file.write(chunk)
    file.seek(0)
    return file


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _auth(options: AuthOptions | None) -> httpx.Auth | None:
    if options is None:
        return None
    name, password = options.username or "", options.password or ""
    match options.type:
        case "BASIC":
            return httpx.BasicAuth(name, password)
        case "DIGEST":
            return httpx.DigestAuth(name, password)
        case "BEARER":
            return _Bearer(options.token or "")


class _Bearer(httpx.Auth):
    """Sends a token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _proxy(options: HttpOptions) -> httpx.Proxy | None:
    proxy = options.used_proxy()
    if proxy is None:
        return None
    scheme = "socks5" if proxy.type is ProxyType.SOCKS else "http"
    auth = (proxy.username, proxy.password or "") if proxy.username else None
    return httpx.Proxy(f"{scheme}://{proxy.address}:{proxy.port}", auth=auth)


def _log(ctx: RunContext, task: HttpTask, response: httpx.Response) -> None:
    wanted = task.options.logs or ()
    if Logged.REQUEST_HEADERS in wanted:
        ctx.log.debug("Request headers: %s", _shown_headers(response.request.headers))
    if Logged.REQUEST_BODY in wanted and task.body is not None:
        ctx.log.debug("Request body: %s", task.body[:_LONGEST_SHOWN])
    if Logged.RESPONSE_HEADERS in wanted:
        ctx.log.debug("Response headers: %s", _shown_headers(response.headers))
    if Logged.RESPONSE_BODY in wanted and (response.headers.get("content-type") or "").startswith("text"):
        ctx.log.debug("Response content type: %s", response.headers["content-type"])


def _shown_headers(headers: httpx.Headers) -> str:
    hidden = {"authorization", "proxy-authorization", "cookie", "set-cookie"}
    return ", ".join(f"{name}: {'******' if name in hidden else value}" for name, value in headers.items())


def _failure(response: httpx.Response, options: HttpOptions) -> str:
    body = read_text(response, options)
    text = f"Failed http request with response code '{response.status_code}'"
    return f"{text} and body:\n{body[:_LONGEST_SHOWN]}" if body else text
