"""Which namespaces the key-value tasks may reach."""

from __future__ import annotations

from tiercel.plugins import RunContext, TaskError


def reachable(ctx: RunContext, namespace: str) -> str:
    """Give the namespace back when it exists; that of the flow always does.

    Raises:
        TaskError: There is no such namespace.
    """
    if namespace != ctx.facts.namespace and not ctx.call("namespaces.exists", namespace=namespace):
        raise TaskError(f"Cannot access the KV store. The namespace '{namespace}' does not exist.")
    return namespace


def missing(key: str, namespace: str) -> TaskError:
    """Make the error of a key that must be there and is not."""
    return TaskError(f"No value found for key '{key}' in namespace '{namespace}' and `errorOnMissing` is set to true")
