"""The kinds of columns, constraints and indexes that the tables are made of."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, MetaData, SmallInteger, Text, text

from tiercel.model.state import PASSING, State

metadata = MetaData()

# Ids and names are compared byte by byte on both databases, so that their order is that of time and of ASCII.
Name = Text().with_variant(Text(collation="C"), "postgresql")
Micros = BigInteger()
# SQLite numbers rows by itself only when the key is a plain INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")
STORED_STATES = tuple(state for state in State if state not in PASSING)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """The column holds one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def is_flag(column: str) -> CheckConstraint:
    """The column holds 0 or 1."""
    return CheckConstraint(f"{column} IN (0, 1)", name=f"{column}_flag")


def partial(name: str, *columns: str, only: str) -> Index:
    """An index of the rows that meet a condition, which both databases know."""
    condition = text(only)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def flag(name: str) -> Column[int]:
    """A column that is 0 unless said otherwise."""
    return Column(name, SmallInteger, nullable=False, server_default="0")


def name(name: str, *, is_key: bool = False) -> Column[str]:
    """A column for a name or an id; never null."""
    return Column(name, Name, nullable=False, primary_key=is_key)
