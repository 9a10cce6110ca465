"""What plugins can be besides tasks and triggers: where secrets come from, and where log lines go to.

Their instances are made from the settings when a server starts, once each; there are no expressions in their
properties.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tiercel.errors import PluginError
from tiercel.plugins.plugin import Plugin


class SecretProvider(Plugin):
    """A place where secrets are kept. Subclass it with a ``type``, declare properties as fields, write ``find``.

    Providers are named in ``secrets.providers``, and asked in that order for what neither the process environment nor
    the encrypted store has. What one gives is masked from then on, and remembered for a while.
    """

    def find(self, namespace: str, name: str) -> str | None:  # noqa: ARG002 (for those who override it)
        """Give a secret for a flow of a namespace, None when there is none of that name here.

        Called on any thread, on several at once; it may block, and what it raises fails the task that asks.
        """
        raise PluginError(f"{type(self).__name__} has no find method")

    def close(self) -> None:
        """Let go of what is held open; called when the server stops."""


class LogLine(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """One line of a log, secrets masked; ``timestamp`` is ISO 8601 in UTC."""

    timestamp: str
    level: str
    message: str
    namespace: str
    flow_id: str
    execution_id: str | None = None
    task_id: str | None = None
    task_run_id: str | None = None
    trigger_id: str | None = None
    attempt_number: int | None = None


class LogExporter(Plugin):
    """A place where log lines are sent. Subclass it with a ``type``, declare properties as fields, write ``export``.

    Exporters are named in ``logs.exporters``. Each has a thread of its own and at most one batch under way, so a slow
    one delays nobody: when it is too far behind, the oldest lines are left out and counted.
    """

    def export(self, lines: Sequence[LogLine]) -> None:  # noqa: ARG002 (for those who override it)
        """Send a batch, in order. When it raises, the same batch comes again after a pause that grows."""
        raise PluginError(f"{type(self).__name__} has no export method")

    def close(self) -> None:
        """Let go of what is held open; called when the server stops, after the last batch."""
