"""What SQLite's errors mean to those who asked."""

from __future__ import annotations

import sqlite3

from tiercel.errors import ConflictError, InvalidArgumentError, UnavailableError

_IN_FUNCTION = "user-defined function raised exception"
"""There is one such function, REGEXP; patterns it cannot compile are refused before they come here."""


def translate(error: Exception, path: str) -> Exception:
    """The error a caller gets; what did not come from SQLite stays as it is."""
    if not isinstance(error, sqlite3.Error):
        return error
    translated: Exception
    if isinstance(error, sqlite3.IntegrityError):
        translated = ConflictError(f"nothing was changed: {_refusal(error)}")
    elif str(error) == _IN_FUNCTION:
        translated = InvalidArgumentError("the regular expression takes too long to match: write a simpler one")
    elif getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        reason = "the disk that holds the database is full; nothing was written, free some space"
        translated = UnavailableError(reason, f"The database is {path}.")
    else:
        reason = "the database cannot do this now, nothing was written, and the same call may be repeated"
        translated = UnavailableError(f"{reason}: {error}", f"The database is {path}.")
    translated.__cause__ = error
    return translated


def _refusal(error: sqlite3.IntegrityError) -> str:
    """Say which promise of the tables a change would break; SQLite names columns or the constraint after a colon."""
    names = str(error).partition(": ")[2]
    match error.sqlite_errorcode:
        case sqlite3.SQLITE_CONSTRAINT_UNIQUE | sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
            table = names.partition(".")[0]
            columns = [name.rpartition(".")[2] for name in names.split(", ")]
            return f"in {table} there is one with the same {' and '.join(columns)} already"
        case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
            return "it names something that does not exist, or is named by something that does"
        case sqlite3.SQLITE_CONSTRAINT_NOTNULL:
            return f"{names} must have a value"
        case sqlite3.SQLITE_CONSTRAINT_CHECK:
            return f"a value is not one of those allowed (rule {names})"
        case _:
            return str(error)
