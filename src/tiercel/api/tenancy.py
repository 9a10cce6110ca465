"""One spelling for every path, so that each route is declared once.

Paths of the published API name a tenant, here always ``main``; the same paths without one are accepted too. Starting an
execution and acting on one share a form in older versions: which is meant is decided here, not by the routes.
"""

from __future__ import annotations

import re

from tiercel.errors import TiercelError

PREFIX = "/api/v1/"
TENANT = "main"

TENANTED = frozenset(
    {
        "ai",
        "basicAuth",
        "blueprints",
        "cluster",
        "concurrency-limit",
        "dashboards",
        "events",
        "executions",
        "expressions",
        "flows",
        "kv",
        "logs",
        "mcp",
        "mcp-servers",
        "metrics",
        "namespaces",
        "outputs",
        "secrets",
        "templates",
        "triggers",
        "usages",
    }
)
"""First words of the paths that have a tenant before them."""


ACTIONS = frozenset(
    {
        "change-status",
        "eval",
        "force-run",
        "kill",
        "labels",
        "pause",
        "replay",
        "replay-with-inputs",
        "restart",
        "resume",
        "resume-from-breakpoint",
        "review",
        "state",
        "unqueue",
    }
)
"""What can be done to an execution; after an execution's id these words never name a flow."""

EXECUTIONS = f"{PREFIX}{TENANT}/executions/"
SERVERS = f"{PREFIX}{TENANT}/mcp-servers"
OLDER_SERVERS = f"{PREFIX}{TENANT}/mcp/servers"
_EXECUTION_ID = re.compile(r"[a-zA-Z0-9]{16,}")
_WITHOUT_HEAD = frozenset({"follow", "follow-dependencies", "events", "mcp", "webhook"})
_MANY = frozenset({"by-ids", "by-query"})
_STARTS = frozenset({"trigger", "webhook"})


class TenantError(TiercelError):
    """A path names another tenant."""


def canonical_path(method: str, path: str) -> str:
    """Give the one spelling of a path.

    Raises:
        TenantError: The tenant is not ``main``.
    """
    path = _with_tenant(path)
    if path == OLDER_SERVERS or path.startswith(f"{OLDER_SERVERS}/"):
        path = SERVERS + path[len(OLDER_SERVERS) :]
    if path.startswith(EXECUTIONS) and method in {"POST", "DELETE"}:
        steps = path[len(EXECUTIONS) :].split("/")
        return EXECUTIONS + "/".join(_start_or_action(method, steps))
    return path


def is_older_action(path: str, canonical: str) -> bool:
    """Whether a path named an action as 1.x does, without the step ``actions``."""
    return "/actions/" in canonical and "/actions/" not in path


def has_head(path: str) -> bool:
    """Whether the head of an answer may be asked for: not of a stream, which never ends, nor of what starts things."""
    return _WITHOUT_HEAD.isdisjoint(path.split("/"))


def _with_tenant(path: str) -> str:
    if not path.startswith(PREFIX):
        return path
    first, _, rest = path[len(PREFIX) :].partition("/")
    if first == TENANT:
        return path
    if first in TENANTED:
        return f"{PREFIX}{TENANT}/{first}/{rest}" if rest else f"{PREFIX}{TENANT}/{first}"
    if rest.partition("/")[0] in TENANTED and first not in {"plugins", "pebble", "configs"}:
        raise TenantError("Tenant must be 'main' for OSS version")
    return path


def _start_or_action(method: str, steps: list[str]) -> list[str]:
    """Give an action the form ``<id>/actions/<action>`` and a start the form ``trigger/<namespace>/<flow>``."""
    first, second = steps[0], steps[1] if len(steps) > 1 else ""
    if second in {"", "actions", *_MANY} or first in _STARTS:
        return steps
    if _EXECUTION_ID.fullmatch(first) and second in ACTIONS:
        return [first, "actions", *steps[1:]]
    return ["trigger", *steps] if method == "POST" else steps
