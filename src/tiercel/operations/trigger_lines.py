"""Lines that belong to no execution: those of triggers, and of flows that nothing may start."""

from __future__ import annotations

from collections.abc import Sequence

from tiercel.model.log import LogEntry
from tiercel.operations.environment import Environment
from tiercel.operations.streams import LogsWritten
from tiercel.repository.logs import save_logs


async def save_lines(environment: Environment, lines: Sequence[LogEntry]) -> None:
    """Store lines of one trigger or flow, and tell those who follow all lines.

    Raises:
        UnavailableError: The database cannot be used.
    """
    if lines:
        await environment.database.write(lambda connection: save_logs(connection, lines))
        environment.streams.publish(LogsWritten("", tuple(lines)))
