"""Asking a service by its REST interface, and asking again until it has done something."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.http.message import HttpTask
from tiercel.tasks.http.options import HttpOptions

_TOO_MANY, _FAILS = 429, 500
_CONFLICT = 409
_LONGEST_SHOWN = 2000
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service, and how it is asked.

    Attributes:
        address: What all addresses begin with; it holds no key, since it shows in errors.
        headers: Among them what it is logged in with.
        options: As the flow gives them.
        attempts: How often it is asked when it is busy, or could not tell.
        pause: How long to wait before the second time; twice as long before each further one.
    """

    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    options: HttpOptions = field(default_factory=HttpOptions)
    attempts: int = 1
    pause: timedelta = timedelta(seconds=1)

    def ask(
        self, ctx: RunContext, method: str, path: str, body: Mapping[str, Json] | None = None
    ) -> dict[str, Any] | None:
        """Ask; None says that what is asked for is going on already.

        Raises:
            TaskError: It answered that it failed, or something that is no JSON map.
        """
        status, text = self._send(ctx, method, path, body)
        for attempt in range(1, self.attempts):
            if not _can_ask_again(method, status):
                break
            if ctx.wait(self.pause.total_seconds() * 2 ** (attempt - 1)):
                raise TaskError("The task was stopped")
            status, text = self._send(ctx, method, path, body)
        if status == _CONFLICT:
            return None
        if status >= 400:  # noqa: PLR2004 (errors begin at 400)
            raise TaskError(f"{method} {self._url(path)} answered {status}: {text[:_LONGEST_SHOWN]}")
        try:
            found = json.loads(text) if text.strip() else {}
        except ValueError:
            raise TaskError(f"{method} {self._url(path)} answered something that is not JSON") from None
        if not isinstance(found, dict):
            raise TaskError(f"{method} {self._url(path)} answered something that is not a JSON map")
        return found

    def get(self, ctx: RunContext, path: str) -> dict[str, Any]:
        """Ask for something."""
        return self.ask(ctx, "GET", path) or {}

    def fetch(self, ctx: RunContext, path: str) -> str | None:
        """Ask for a text; None when there is none."""
        status, text = self._send(ctx, "GET", path, None)
        return text if status < 400 else None  # noqa: PLR2004 (errors begin at 400)

    def logged_in(self, **headers: str) -> Service:
        """Give the service with more headers."""
        return replace(self, headers={**self.headers, **headers})

    def _send(self, ctx: RunContext, method: str, path: str, body: Mapping[str, Json] | None) -> tuple[int, str]:
        from tiercel.tasks.http.client import opened, read_text  # noqa: PLC0415 (takes longer to load than a small flow)

        given = None if body is None else {name: value for name, value in body.items() if value is not None}
        request = HttpTask(
            uri=self._url(path),
            method=method,
            body=None if given is None else json.dumps(given, ensure_ascii=False),
            headers=dict(self.headers),
            options=self.options,
            allow_failed=True,
        )
        with opened(ctx, request) as response:
            return response.status_code, read_text(response, request.options)

    def _url(self, path: str) -> str:
        return f"{self.address.rstrip('/')}/{path}"


def _can_ask_again(method: str, status: int) -> bool:
    """Tell whether asking again does no harm: what failed in the service may have begun there all the same."""
    return status == _TOO_MANY or (status >= _FAILS and method == "GET")


def wait_for(ctx: RunContext, look: Callable[[], R | None], *, every: timedelta, longest: timedelta, what: str) -> R:
    """Look again and again until there is something to give.

    Raises:
        TaskError: It took too long, or the task was stopped.
    """
    until = time.monotonic() + longest.total_seconds()
    while (found := look()) is None:
        if time.monotonic() >= until:
            raise TaskError(f"{what} has not ended after {longest}; it goes on there")
        if ctx.wait(max(every.total_seconds(), 0.01)):
            raise TaskError(f"The task was stopped; {what} goes on there")
    return found
