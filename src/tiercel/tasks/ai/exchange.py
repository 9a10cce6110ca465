"""One question to a service of models, and its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.http.message import HttpTask
from tiercel.tasks.http.options import HttpOptions, TimeoutOptions


def ask(
    ctx: RunContext, url: str, body: Mapping[str, Json], headers: Mapping[str, str], waits: timedelta
) -> dict[str, Any]:
    """Send a question as JSON, and read the answer; what is None in the question is left out.

    Args:
        ctx: Of the run.
        url: Where to; it may hold no key, since it shows in errors.
        body: The question.
        headers: Among them the key.
        waits: How long to wait for the next piece of the answer.

    Raises:
        TaskError: There is no answer, it says that it failed, or it is no JSON map.
    """
    from tiercel.tasks.http.client import opened, read_text  # noqa: PLC0415 (takes longer to load than a small flow)

    given = {name: value for name, value in body.items() if value is not None}
    request = HttpTask(
        uri=url,
        method="POST",
        body=json.dumps(given, ensure_ascii=False),
        headers=dict(headers),
        options=options_of(waits),
    )
    with opened(ctx, request) as response:
        text = read_text(response, request.options)
    return read_answer(url, text)


def read_answer(url: str, text: str) -> dict[str, Any]:
    """Read an answer.

    Raises:
        TaskError: It is no JSON map.
    """
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise TaskError(f"{url} answered something that is not JSON: {error}") from None
    if not isinstance(answer, dict):
        raise TaskError(f"{url} answered something that is not a JSON map")
    return answer


def options_of(waits: timedelta) -> HttpOptions:
    """Give how a question is sent."""
    return HttpOptions(timeout=TimeoutOptions(connect_timeout=timedelta(seconds=10), read_idle_timeout=waits))
