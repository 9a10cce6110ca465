"""Triggers that fire when somebody calls, or when a web resource answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from tiercel.plugins import (
    Dialect,
    Json,
    Outputs,
    PollingTrigger,
    Properties,
    Raw,
    RunContext,
    Static,
    Trigger,
    is_truthy,
)
from tiercel.tasks.http.options import HttpOptions, SslOptions
from tiercel.tasks.http.request import Request, RequestOutputs


class Verification(Properties):
    """What a call must prove.

    Attributes:
        method: ``HMAC`` signs the body, ``GITHUB``, ``SLACK`` and ``STRIPE`` as these services do; ``TOKEN`` is a text
            in a header, ``BASIC`` a name with a password.
        secret: The key of the signature, the token or the password.
        username: The name that goes with the password.
        header: Where the signature or the token is.
        prefix: What stands before it there.
        algorithm: Of the signature.
        encoding: How the signature is written.
        timestamp_header: Where the time of the call is, in seconds since 1970; it is signed too then.
        signed: What is signed, with ``{timestamp}`` and ``{body}`` in it.
        tolerance: How far that time may be from now.
    """

    method: Static[Literal["HMAC", "GITHUB", "SLACK", "STRIPE", "TOKEN", "BASIC"]]
    secret: str
    username: str | None = None
    header: Static[str | None] = None
    prefix: Static[str | None] = None
    algorithm: Static[Literal["SHA1", "SHA256", "SHA384", "SHA512"]] = "SHA256"
    encoding: Static[Literal["HEX", "BASE64"]] = "HEX"
    timestamp_header: Static[str | None] = None
    signed: Static[str | None] = None
    tolerance: Static[timedelta] = timedelta(minutes=5)


class CallResponse(Properties):
    """What the caller is answered.

    Attributes:
        status: Of the answer; the outcome decides when nothing is said.
        headers: Of the answer, besides those that keep it apart from the interface.
        body: Text, or a structure that becomes JSON; sees ``trigger``, ``execution`` and, with ``wait``, ``outputs``.
        content_type: Of the body.
    """

    status: int | None = None
    headers: dict[str, str] | None = None
    body: Json = None
    content_type: Static[str | None] = None


class WebhookOutputs(Outputs):
    """What the expressions of a called execution see as ``trigger``.

    Attributes:
        body: What was sent: maps and lists of JSON, else text.
        headers: Each with all its values.
        parameters: Of the query, each with all its values.
        form_fields: Of a form, each with all its values.
        parts: Files of a form.
        uri: The body as a file, when it is stored.
        path: What stands after the key in the address, where the trigger takes that.
    """

    body: Json
    headers: dict[str, list[str]]
    parameters: dict[str, list[str]]
    form_fields: dict[str, list[str]] | None = None
    parts: list[dict[str, Json]] | None = None
    uri: str | None = None
    path: str | None = None


class Webhook(
    Trigger,
    type="io.kestra.plugin.core.trigger.Webhook",
    aliases=("io.kestra.core.models.triggers.types.Webhook",),
    new_properties=("fetchType",),
    outputs=WebhookOutputs,
    example="""
type: io.kestra.plugin.core.trigger.Webhook
key: "{{ secret('WEBHOOK_KEY') }}"
""",
):
    """Starts an execution when its address is called.

    Attributes:
        key: The secret part of the address.
        inputs: Inputs of the execution.
        wait: Whether the call is answered when the execution has ended.
        return_outputs: Whether it is answered with the outputs of the flow.
        response_content_type: Of that answer.
        response_code: Status of that answer.
        fetch_type: Whether the body is given as a value, stored as a file, or left out.
        path: What may stand after the key in the address; ``*`` stands for any text. Nothing may when it is left out.
        verification: What the call must prove besides knowing the key.
        deduplication_key: A call for which it renders to the same text as for an earlier one starts nothing, and is
            answered with the execution of that one.
        response: What the caller is answered in place of the execution or its outputs.
    """

    key: Annotated[str, Field(min_length=1, max_length=256)]
    inputs: dict[str, Json] | None = None
    wait: Static[bool] = False
    return_outputs: Static[bool] = False
    response_content_type: Static[Literal["application/json", "text/plain"] | None] = None
    response_code: int | None = None
    fetch_type: Static[Literal["NONE", "FETCH", "STORE"]] = "FETCH"
    path: Static[Annotated[str, Field(min_length=1, max_length=256)] | None] = None
    verification: Verification | None = None
    deduplication_key: str | None = None
    response: CallResponse | None = None


class Annotations(Properties):
    """What a tool tells its users of itself.

    Attributes:
        read_only: It changes nothing.
        open_world: It reaches beyond the system.
        destructive: It may destroy.
        idempotent: Doing it twice does no more than once.
        return_direct: Its answer is for the user as it stands.
    """

    read_only: bool = False
    open_world: bool = True
    destructive: bool = True
    idempotent: bool = False
    return_direct: bool = False


class McpToolTrigger(
    Trigger,
    type="io.kestra.plugin.core.trigger.McpToolTrigger",
    dialects=(Dialect.V2_0,),
    control="tool",
    example="""
type: io.kestra.plugin.core.trigger.McpToolTrigger
toolName: create_ticket
title: Create a ticket
toolDescription: Creates a ticket and answers with its number
""",
):
    """Offers the flow as a tool to language models.

    Attributes:
        tool_name: Name of the tool.
        title: Its title.
        tool_description: What it does.
        annotations: What it tells its users of itself.
        mcp_server: The server that offers it.
    """

    tool_name: Static[
        Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$")]
    ]
    title: Static[str]
    tool_description: Static[str]
    annotations: Annotations = Field(default_factory=Annotations)
    mcp_server: Static[str] = "default"


class HttpTrigger(
    PollingTrigger,
    type="io.kestra.plugin.core.http.Trigger",
    aliases=("io.kestra.plugin.fs.http.Trigger",),
    deprecated_properties=("sslOptions",),
    outputs=RequestOutputs,
    example="""
type: io.kestra.plugin.core.http.Trigger
uri: https://example.com/status
interval: PT5M
responseCondition: "{{ response.body contains 'ready' }}"
""",
):
    """Asks a web resource now and then, and starts an execution when the answer fits.

    Attributes:
        uri: Where to.
        interval: How often.
        response_condition: Which answer fits; ``response`` has statusCode, body and headers.
        method: Which method.
        body: What to send.
        form_data: A form to send instead.
        params: Added to the query of the address.
        content_type: Of the body.
        headers: To send.
        options: How it is sent.
        encrypt_body: Give the body encrypted.
        ssl_options: Old place of ``options.ssl``.
    """

    uri: str
    interval: Static[timedelta] = timedelta(minutes=1)
    response_condition: Raw[str] = "{{ response.statusCode < 400 }}"
    method: str = "GET"
    body: str | None = None
    form_data: dict[str, Json] | None = None
    params: dict[str, Json] | None = None
    content_type: str = "application/json"
    headers: dict[str, str] | None = None
    options: HttpOptions | None = None
    encrypt_body: bool = False
    ssl_options: SslOptions | None = None

    def evaluate(self, ctx: RunContext) -> RequestOutputs | None:
        """Send the request, and give the answer when it fits."""
        request = Request(
            uri=self.uri,
            method=self.method,
            body=self.body,
            form_data=self.form_data,
            params=self.params,
            content_type=self.content_type,
            headers=self.headers,
            options=self.options or HttpOptions(),
            ssl_options=self.ssl_options,
            allow_failed=True,  # which status fits is what the condition says
        )
        answer = request.run(ctx)
        seen = {"response": {"statusCode": answer.code, "body": answer.body, "headers": answer.headers}}
        if not is_truthy(ctx.render(self.response_condition, seen)):
            ctx.log.debug("The answer %s of %s does not fit", answer.code, answer.uri)
            return None
        if self.encrypt_body:
            return answer.model_copy(update={"body": None, "encrypted_body": ctx.encrypt(answer.body or "")})
        return answer
