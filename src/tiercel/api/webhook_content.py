"""The body of a call as webhooks read it: only when they ask for it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from litestar.datastructures import UploadFile

from tiercel.api.forms import Form, read_form
from tiercel.api.requests import Incoming, body_of, environment_of, form_of
from tiercel.operations.uploads import Upload
from tiercel.operations.webhook_contents import SentFile, SentForm

_TEXT = re.compile(r"^text/|json|xml|yaml|csv|x-www-form-urlencoded")


class RequestContent:
    """Reads a request; fulfils ``Content``."""

    def __init__(self, request: Incoming) -> None:
        self._request = request
        self._type = request.headers.get("content-type", "")
        self._body: bytes | None = None

    @property
    def is_urlencoded(self) -> bool:
        """Whether the body is a form in the way of a query."""
        return self._type.lower().startswith("application/x-www-form-urlencoded")

    @property
    def is_binary(self) -> bool:
        """Whether the kind of body that is named is none of text; where none is named it is taken for text."""
        kind = self._type.partition(";")[0].strip().lower()
        return bool(kind) and _TEXT.search(kind) is None

    async def whole(self) -> bytes:
        """Give the body as it was sent.

        Raises:
            RequestError: It is longer than what is held in memory may be.
        """
        if self._body is None:
            self._body = await body_of(self._request)
        return self._body

    async def form(self) -> SentForm | None:
        """Give the parts of a form; files of one that was not read as a whole go to the disk as they come.

        Raises:
            RequestError: It cannot be read as a form.
        """
        if not self._type.lower().startswith("multipart/form-data"):
            return None
        if self._body is None:
            return _sent(await form_of(self._request))
        limit = environment_of(self._request).settings.server.body_limit_bytes
        return _sent(await read_form(self._type, _pieces(self._body), limit, self._request.scope["state"]["at_end"]))


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _sent(form: Form) -> SentForm:
    fields: dict[str, list[str]] = {}
    files: list[SentFile] = []
    for name, values in form.items():
        for value in values:
            if isinstance(value, UploadFile):
                upload = Upload(value.filename, value.file)
                files.append(SentFile(name=name, upload=upload, content_type=value.content_type))
            else:
                fields.setdefault(name, []).append(value)
    return SentForm(fields, files)
