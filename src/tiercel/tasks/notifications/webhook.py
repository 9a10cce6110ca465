"""Sending a message to the address a chat gave for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from tiercel.plugins import Json, Properties, RunContext, Task, TaskError
from tiercel.tasks.http.message import HttpTask
from tiercel.tasks.http.options import HttpOptions, TimeoutOptions


class RequestOptions(Properties):
    """How it is sent.

    Attributes:
        connect_timeout: How long to wait for a connection.
        read_timeout: How long to wait for the answer.
        read_idle_timeout: How long to wait for its next piece.
        connection_pool_idle_timeout: Has no effect: connections are not kept.
        max_content_length: Longest answer, in bytes.
        default_charset: Of the answer, where it says none.
        headers: To send.
    """

    connect_timeout: timedelta | None = None
    read_timeout: timedelta = timedelta(seconds=10)
    read_idle_timeout: timedelta = timedelta(minutes=5)
    connection_pool_idle_timeout: timedelta = timedelta(0)
    max_content_length: int = 10 * 1024 * 1024
    default_charset: str = "UTF-8"
    headers: dict[str, str] | None = None


class WebhookTask(Task):
    """A task that sends one message.

    Attributes:
        url: Address of the webhook.
        payload: Parts of the message, in JSON, over those made here.
        options: How it is sent.
    """

    url: Annotated[str, Field(min_length=1)]
    payload: str | None = None
    options: RequestOptions = Field(default_factory=RequestOptions)

    def send(self, ctx: RunContext, message: Json) -> None:
        """Send a message as JSON; the address never shows, since whoever knows it may write there.

        Raises:
            TaskError: It was not taken.
        """
        post_message(ctx, self.url, json.dumps(message, ensure_ascii=False), self.options)

    def written(self) -> dict[str, Json]:
        """Give the payload as the flow wrote it.

        Raises:
            TaskError: It is not a JSON map.
        """
        return read_payload(self.payload)


def read_payload(text: str | None) -> dict[str, Json]:
    """Read a payload as the flow wrote it; none is an empty one.

    Raises:
        TaskError: It is not a JSON map.
    """
    if not text:
        return {}
    try:
        message = json.loads(text)
    except ValueError as error:
        raise TaskError(f"payload is not JSON: {error}; use toJson for texts of others in it") from None
    if not isinstance(message, dict):
        raise TaskError("payload is not a JSON map")
    return message


def post_message(
    ctx: RunContext, url: str, body: str, options: RequestOptions, headers: Mapping[str, str] | None = None
) -> None:
    """Send a text to an address that never shows.

    Raises:
        TaskError: It was not taken.
    """
    from tiercel.tasks.http.client import opened, read_text  # noqa: PLC0415 (takes longer to load than a small flow)

    request = HttpTask(
        uri=url,
        method="POST",
        body=body,
        headers={**(headers or {}), **(options.headers or {})},
        options=HttpOptions(
            timeout=TimeoutOptions(
                connect_timeout=options.connect_timeout or timedelta(seconds=10),
                read_idle_timeout=min(options.read_timeout, options.read_idle_timeout),
            ),
            max_content_length=options.max_content_length,
            default_charset=options.default_charset,
        ),
    )
    try:
        with opened(ctx, request) as response:
            answer = read_text(response, request.options)
    except TaskError as error:
        raise TaskError(str(error).replace(url, "the webhook")) from None
    ctx.log.debug("The webhook answered: %s", answer)
