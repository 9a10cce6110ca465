"""Paths of the published API name a tenant, here always ``main``; the same paths without one are accepted too."""

from __future__ import annotations

from tiercel.errors import TiercelError

PREFIX = "/api/v1/"
TENANT = "main"

TENANTED = frozenset(
    {
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
        "mcp-servers",
        "metrics",
        "namespaces",
        "outputs",
        "secrets",
        "triggers",
        "usages",
    }
)
"""First words of the paths that have a tenant before them."""


class TenantError(TiercelError):
    """A path names another tenant."""


def canonical_path(path: str) -> str:
    """Give the path with its tenant.

    Raises:
        TenantError: The tenant is not ``main``.
    """
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
