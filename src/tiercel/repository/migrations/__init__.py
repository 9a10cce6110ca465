"""Steps from one schema to the next, run by Alembic when a database of an older version is opened.

A new database is made from the snapshot of its backend instead; a test holds that both ways end in the same schema.
"""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from tiercel.errors import UnavailableError


def upgrade(connection: Connection, version: str | None) -> None:
    """Run every step after ``version``, or all when it is None, inside the transaction of the caller.

    Raises:
        UnavailableError: ``version`` is unknown here: a newer Tiercel wrote the database.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    if version is not None:
        _require_known(scripts, version)
    config.attributes["connection"] = connection
    from alembic import command  # noqa: PLC0415 (loads the autogenerate machinery)

    command.upgrade(config, "head")


def _require_known(scripts: ScriptDirectory, version: str) -> None:
    try:
        scripts.get_revision(version)
    except CommandError as error:
        raise UnavailableError(
            f"the database is at schema {version}, which this version does not know: a newer Tiercel wrote it; "
            "start that version, or restore a backup"
        ) from error
