"""The keys and values of the run's namespace as a task sees them."""

from __future__ import annotations

from datetime import timedelta

from tiercel.model.json import Json
from tiercel.plugins.host import Host


class Keys:
    """Reads and writes entries that outlive the execution."""

    __slots__ = ("_host", "_namespace")

    def __init__(self, host: Host, namespace: str) -> None:
        self._host = host
        self._namespace = namespace

    def get(self, key: str) -> Json:
        """Give a value, None when there is none.

        Raises:
            TaskError: There was one, and its time is over.
        """
        entry: Json = self._host.call("kv.get", {"namespace": self._namespace, "key": key})
        return entry["value"] if isinstance(entry, dict) else None

    def set(self, key: str, value: Json, *, ttl: timedelta | None = None, overwrite: bool = True) -> None:
        """Store a value.

        Args:
            key: Letters, digits, dots, dashes and underscores.
            value: What JSON can express.
            ttl: How long it is kept; None = until it is deleted.
            overwrite: False raises `TaskError` when there is one already.
        """
        seconds = None if ttl is None else ttl.total_seconds()
        self._host.call(
            "kv.set",
            {
                "namespace": self._namespace,
                "key": key,
                "value": value,
                "ttl_seconds": seconds,
                "overwrite": overwrite,
            },
        )

    def delete(self, key: str) -> bool:
        """Delete a value; answer whether there was one."""
        return bool(self._host.call("kv.delete", {"namespace": self._namespace, "key": key}))

    def list(self, prefix: str = "") -> list[str]:
        """Give the keys that begin so, in order."""
        found: list[str] = self._host.call("kv.list", {"namespace": self._namespace, "prefix": prefix})
        return found
