"""The audit: every act of every account, in order, for ever. Rows are only ever added."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from repository.messages import marked
from repository.store.database import Database
from repository.store.people import audit

ACTIONS: Final = frozenset(
    {
        marked("account added"),
        marked("account changed"),
        marked("account closed"),
        marked("account handed over"),
        marked("invitation accepted"),
        marked("sign-in refused"),
        marked("signed in"),
        marked("signed out"),
        marked("token added"),
        marked("token revoked"),
        marked("term create"),
        marked("term revise"),
        marked("term withdraw"),
        marked("term restore"),
        marked("term merge"),
        marked("term split"),
        marked("term bulk"),
        marked("term sheet"),
        marked("term import"),
        marked("term roll back"),
        marked("change undone"),
        marked("list published"),
        marked("proposal made"),
        marked("proposal commented"),
        marked("proposal accepted"),
        marked("proposal refused"),
        marked("finding waived"),
        marked("finding counted again"),
        marked("match refused"),
        marked("words decided"),
        marked("words decided anew"),
    }
)
"""Every act that is noted, as it is kept; people read it in their language."""


class Noted(Struct, frozen=True):
    """One act: when (UTC, seconds), whose account ("" for nobody's), which act on what, and from which client."""

    number: int
    moment: str
    account: str
    action: str
    object: str
    client: str
    details: Mapping[str, str]


def note(
    connection: Connection,
    moment: str,
    account: str,
    action: str,
    object: str = "",
    client: str = "",
    details: Mapping[str, str] = {},
) -> None:
    """Add one act of `ACTIONS`, in the transaction that does it."""
    if action not in ACTIONS:
        raise KeyError(action)
    body = msgspec.json.encode(dict(details)).decode()
    values = {"account": account, "action": action, "object": object, "client": client, "details": body}
    connection.execute(insert(audit).values(moment=moment, **values))


def counted(connection: Connection, action: str, since: str, *, object: str = "", client: str = "") -> int:
    """How often an act was noted since a moment, on an object or from a client."""
    wanted = select(func.count()).where(audit.c.action == action, audit.c.moment >= since)
    wanted = wanted.where(audit.c.object == object) if object else wanted
    return connection.scalar(wanted.where(audit.c.client == client) if client else wanted) or 0


def newest(database: Database, before: int = 0, limit: int = 100) -> list[Noted]:
    """The acts noted last, newest first; those before a number where it is given."""
    wanted = select(audit).order_by(audit.c.number.desc()).limit(limit)
    with database.reading() as connection:
        rows = connection.execute(wanted.where(audit.c.number < before) if before else wanted)
        return [
            Noted(
                row.number,
                row.moment,
                row.account,
                row.action,
                row.object,
                row.client,
                msgspec.json.decode(row.details),
            )
            for row in rows
        ]
