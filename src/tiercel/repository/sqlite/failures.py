"""What SQLite's errors mean to those who asked."""

from __future__ import annotations

import sqlite3

from tiercel.errors import ConflictError, InvalidError, UnavailableError

_IN_FUNCTION = "user-defined function raised exception"
"""There is one such function, REGEXP; patterns it cannot compile are refused before they come here."""


def translate(error: Exception, path: str) -> Exception:
    """The error a caller gets; what did not come from SQLite stays as it is."""
    if not isinstance(error, sqlite3.Error):
        return error
    translated: Exception
    if isinstance(error, sqlite3.IntegrityError):
        translated = ConflictError(f"the database refuses the change: {error}")
    elif str(error) == _IN_FUNCTION:
        translated = InvalidError("the regular expression takes too long to match: write a simpler one")
    elif getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        translated = UnavailableError(f"the disk that holds {path} is full; nothing was written, free some space")
    else:
        translated = UnavailableError(f"the database {path} cannot do this now, nothing was written: {error}")
    translated.__cause__ = error
    return translated
