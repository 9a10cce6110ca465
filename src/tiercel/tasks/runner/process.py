"""Running commands beside the worker."""

from __future__ import annotations

from tiercel.plugins import Runner


class Process(
    Runner,
    type="io.kestra.plugin.core.runner.Process",
    example="type: io.kestra.plugin.core.runner.Process",
):
    """Runs commands as processes of the machine the worker is on.

    Attributes:
        version: Of the plugin; has no effect.
    """

    version: str | None = None
