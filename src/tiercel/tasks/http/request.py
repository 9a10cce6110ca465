"""Requests whose answer becomes an output."""

from __future__ import annotations

from tiercel.plugins import Json, Outputs, RunContext
from tiercel.tasks.http.message import DEPRECATED, HttpTask
from tiercel.tasks.http.options import Logged


class RequestOutputs(Outputs):
    """What a Request gives back.

    Attributes:
        uri: Where the answer came from.
        code: Its status.
        headers: Its headers, each with all its values.
        body: Its body as text.
        encrypted_body: The body, encrypted, in place of ``body``.
        form_data: The form that was sent.
    """

    uri: str
    code: int
    headers: dict[str, list[str]]
    body: str | None = None
    encrypted_body: Json = None
    form_data: dict[str, Json] | None = None


class Request(
    HttpTask,
    type="io.kestra.plugin.core.http.Request",
    aliases=("io.kestra.plugin.fs.http.Request",),
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.core.http.Request
uri: https://example.com/api/orders
method: POST
headers:
  X-Trace: "{{ execution.id }}"
body:
  customer: "{{ inputs.customer }}"
options:
  timeout:
    connectTimeout: PT10S
  auth:
    type: BEARER
    token: "{{ secret('API_TOKEN') }}"
""",
):
    """Sends a request and gives its answer as output.

    Attributes:
        form_data: A form to send instead; with ``multipart/form-data`` stored files are sent as files.
        encrypt_body: Give the body encrypted.
    """

    encrypt_body: bool = False

    def run(self, ctx: RunContext) -> RequestOutputs:
        """Send it and read the answer."""
        from tiercel.tasks.http.client import header_lists, opened, read_text  # noqa: PLC0415 (takes longer to load than a small flow)

        with opened(ctx, self) as response:
            body = read_text(response, self.options)
            if Logged.RESPONSE_BODY in (self.options.logs or ()):
                ctx.log.debug("Response body: %s", body)
            ctx.counter("response.length", len(body))
            return RequestOutputs(
                uri=str(response.url),
                code=response.status_code,
                headers=header_lists(response),
                body=None if self.encrypt_body else body,
                encrypted_body=ctx.encrypt(body) if self.encrypt_body else None,
                form_data=self.form_data,
            )
