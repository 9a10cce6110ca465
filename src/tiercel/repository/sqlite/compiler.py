"""SQLAlchemy statements as SQLite text and parameters. Apart, so that only lists pay for importing SQLAlchemy."""

from __future__ import annotations

from sqlalchemy import Select
from sqlalchemy.dialects.sqlite import dialect

_DIALECT = dialect(paramstyle="qmark")


def compile_select(statement: object) -> tuple[str, list[object]]:
    """The text and its parameters in order."""
    if not isinstance(statement, Select):
        raise TypeError(f"a SQLAlchemy Select is needed, not {type(statement).__name__}")
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = compiled.params
    return str(compiled), [values[name] for name in compiled.positiontup or ()]
