"""The properties all HTTP tasks share."""

from __future__ import annotations

from pydantic import Field

from tiercel.plugins import Json, Task
from tiercel.tasks.http.options import HttpOptions, SslOptions

DEPRECATED = ("allowFailed", "sslOptions")


class HttpTask(Task):
    """A task that sends one request.

    Attributes:
        uri: Where to.
        method: Which method.
        body: What to send; maps and lists become JSON.
        form_data: A form to send instead.
        params: Added to the query of the address.
        content_type: Of the body.
        headers: To send.
        options: How it is sent.
        ssl_options: Old place of ``options.ssl``.
        allow_failed: Old place of ``options.allowFailed``.
    """

    uri: str
    method: str = "GET"
    body: str | None = None
    form_data: dict[str, Json] | None = None
    params: dict[str, Json] | None = None
    content_type: str = "application/json"
    headers: dict[str, str] | None = None
    options: HttpOptions = Field(default_factory=HttpOptions)
    ssl_options: SslOptions | None = None
    allow_failed: bool | None = None

    @property
    def is_insecure(self) -> bool:
        """Whether the certificate of the server is not checked."""
        ssl = self.options.ssl or self.ssl_options
        return ssl is not None and ssl.insecure_trust_all_certificates

    def accepts(self, status: int) -> bool:
        """Tell whether an answer of that status is no failure."""
        if status < 400 or self.allow_failed or self.options.allow_failed:  # noqa: PLR2004 (errors begin at 400)
            return True
        return status in (self.options.allowed_response_codes or ())
