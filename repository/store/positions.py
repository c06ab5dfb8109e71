"""How far each follower of the change feed that keeps no place of its own has come."""

from sqlalchemy import Connection, insert, select

from repository.store.tables import positions


def read(connection: Connection, name: str, version: int) -> int:
    """The number of the last change that a follower has taken in; 0 where it never ran, or as another version."""
    wanted = select(positions.c.change).where(positions.c.name == name, positions.c.version == version)
    return connection.scalar(wanted) or 0


def write(connection: Connection, name: str, change: int, version: int) -> None:
    """Note the last change that a follower has taken in, in the transaction in which it did."""
    values = {"change": change, "version": version}
    done = connection.execute(positions.update().where(positions.c.name == name).values(**values))
    if not done.rowcount:
        connection.execute(insert(positions).values(name=name, **values))
