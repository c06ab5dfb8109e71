"""Many rows at once, as the drivers take them.

For rows by the thousand SQLAlchemy's own way, which turns each into a mapping and each value into a bound one,
takes longer than the database. SQLite takes one row after another; PostgreSQL takes whole columns as arrays, since
each row of its own is a message there and back. Values are text, numbers, bytes or None, as the drivers know them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, LargeBinary, Table

_ARRAYS: Final = ((BigInteger, "bigint[]"), (Boolean, "boolean[]"), (LargeBinary, "bytea[]"), (Integer, "integer[]"))


def add(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each with a value for every column of the table, in their order."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insertion(table), list(rows))
    else:
        connection.exec_driver_sql(_insertion_of_arrays(table), _columns(rows))


def replace(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Give the rows that exist, by their first column, the values of all the others; each row once."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_replacement(table), [(*row[1:], row[0]) for row in rows])
    else:
        connection.exec_driver_sql(_replacement_of_arrays(table), _columns(rows))


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))


def _names(table: Table) -> list[str]:
    return [f'"{column.name}"' for column in table.columns]


def _arrays(table: Table) -> str:
    return ", ".join(f"%b::{_array(column)}" for column in table.columns)


def _array(column: Column[Any]) -> str:
    return next((name for kind, name in _ARRAYS if isinstance(column.type, kind)), "text[]")


# Only names of our own tables and columns go into these statements, never a value.


@lru_cache(maxsize=32)
def _insertion(table: Table) -> str:
    names = _names(table)
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608


@lru_cache(maxsize=32)
def _replacement(table: Table) -> str:
    first, *others = _names(table)
    given = ", ".join(f"{name} = ?" for name in others)
    return f"UPDATE {table.name} SET {given} WHERE {first} = ?"  # noqa: S608


@lru_cache(maxsize=32)
def _insertion_of_arrays(table: Table) -> str:
    names = ", ".join(_names(table))
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({_arrays(table)})"  # noqa: S608


@lru_cache(maxsize=32)
def _replacement_of_arrays(table: Table) -> str:
    names = _names(table)
    first, *others = names
    given = ", ".join(f"{name} = given.{name}" for name in others)
    source = f"unnest({_arrays(table)}) AS given({', '.join(names)})"
    return f"UPDATE {table.name} SET {given} FROM {source} WHERE {table.name}.{first} = given.{first}"  # noqa: S608
