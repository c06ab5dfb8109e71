"""Pages and files of harvested records: which record names which, and how each was found when last looked at."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, delete, func, select

from harvest.verdict import Link, State
from repository import feed
from repository.catalogue import Catalogue, Stored
from repository.profile import forms
from repository.profile.disclosure import files_are_open
from repository.record import Record
from repository.store import changes, rows
from repository.store.database import Database
from repository.store.tables import link_uses, links

FOLLOWER: Final = "links"
VERSION: Final = 1
_IN_CHUNK: Final = 400
_LONGEST: Final = 2000
"""The longest address, in bytes, that PostgreSQL's index holds."""

_COLUMNS: Final = ("url", "state", "checked", "due", "failures")
_encoder: Final = msgspec.json.Encoder()


class _Rest(Struct, frozen=True, omit_defaults=True):
    """The part of a link that no question looks for."""

    promised: str = ""
    status: int = 0
    reason: Any = None


class Links:
    """The tables of links in the catalogue's database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def follow(self, catalogue: Catalogue, moment: str) -> int:
        """Take in what records have changed since the last time; returns how many were looked at.

        A link that is new here is due at once; one that no record names any more is forgotten.
        """
        return feed.follow(catalogue, FOLLOWER, VERSION, lambda held: lambda connection: _use(connection, held, moment))

    def due(self, moment: str, most: int, source: str = "") -> list[Link]:
        """The links to be looked at by now, those that wait longest first; with `source`, those of its records."""
        wanted = select(links).where(links.c.due <= moment)
        if source:
            wanted = wanted.where(links.c.url.in_(select(link_uses.c.url).where(link_uses.c.source == source)))
        with self.database.reading() as connection:
            return [_link(row) for row in connection.execute(wanted.order_by(links.c.due, links.c.url).limit(most))]

    def sources_of(self, urls: Sequence[str]) -> dict[str, set[str]]:
        """The sources whose records name each link."""
        found: dict[str, set[str]] = {}
        with self.database.reading() as connection:
            for chunk in _chunks(urls):
                wanted = select(link_uses.c.url, link_uses.c.source).where(link_uses.c.url.in_(chunk)).distinct()
                for row in connection.execute(wanted):
                    found.setdefault(row.url, set()).add(row.source)
        return found

    def settle(self, looked: Sequence[Link]) -> None:
        """Keep what was found. A link that is not there any more stays away."""
        with self.database.writing() as connection:
            known = _known(connection, [each.url for each in looked])
            rows.replace(connection, links, [_row(each) for each in looked if each.url in known])
            if any(known[each.url].state != each.state for each in looked if each.url in known):
                changes.write_meta(connection, "links", max(each.checked or "" for each in looked))

    def of(self, urls: Iterable[str]) -> dict[str, Link]:
        """Those of `urls` that are known here."""
        with self.database.reading() as connection:
            return _known(connection, list(urls))

    def stamp(self) -> str:
        """Changes whenever the state of any link has."""
        with self.database.reading() as connection:
            return changes.read_meta(connection, "links") or ""

    def totals(self, source: str) -> dict[State, int]:
        """How many links of a source's records are in each state."""
        named = select(link_uses.c.url).where(link_uses.c.source == source)
        wanted = select(links.c.state, func.count()).where(links.c.url.in_(named)).group_by(links.c.state)
        with self.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(wanted)}

    def dead(self, source: str, most: int) -> list[tuple[str, Link]]:
        """Dead links of a source, each with one of the records that name it, by address."""
        wanted = (
            select(func.min(link_uses.c.record).label("record"), links)
            .join(links, links.c.url == link_uses.c.url)
            .where(link_uses.c.source == source, links.c.state == "dead")
            .group_by(*links.c)
            .order_by(links.c.url)
            .limit(most)
        )
        with self.database.reading() as connection:
            return [(row.record, _link(row)) for row in connection.execute(wanted)]


def urls_of(record: Record) -> dict[str, str]:
    """The addresses that a harvested record gives to everybody: address -> the media type promised, "" for a page."""
    found: dict[str, str] = {}
    if files_are_open(record):
        for each in record.distribution:
            if each.download_url:
                found[each.download_url] = each.media_type or ""
            else:
                found.setdefault(each.access_url, "")
    if record.landing_page:
        found[record.landing_page] = ""
    return {url: kind for url, kind in found.items() if forms.is_web_address(url) and len(url.encode()) <= _LONGEST}


def _use(connection: Connection, held: Mapping[str, Stored], moment: str) -> None:
    """Note which links these records name now; a record of our own, or a withdrawn one, names none."""
    live = {id: each for id, each in held.items() if each.state.source and not each.withdrawn}
    named = {id: urls_of(each.record) for id, each in live.items()}
    left = _release(connection, list(held))
    uses = [(id, url, live[id].state.source) for id, urls in named.items() for url in urls]
    rows.add(connection, link_uses, uses)
    promised = {url: kind for urls in named.values() for url, kind in urls.items()}
    known = _known(connection, list(promised))
    fresh = [Link(url=url, due=moment, promised=kind) for url, kind in promised.items() if url not in known]
    rows.add(connection, links, [_row(each) for each in fresh])
    again = [msgspec.structs.replace(known[url], promised=kind) for url, kind in promised.items() if url in known]
    rows.replace(connection, links, [_row(each) for each in again if each != known[each.url]])
    _forget(connection, left - promised.keys())


def _release(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Take the uses of these records out; returns the links that they named."""
    left: set[str] = set()
    for chunk in _chunks(ids):
        left.update(connection.scalars(select(link_uses.c.url).where(link_uses.c.record.in_(chunk))))
        connection.execute(delete(link_uses).where(link_uses.c.record.in_(chunk)))
    return left


def _forget(connection: Connection, urls: Iterable[str]) -> None:
    used = select(link_uses.c.url).where(link_uses.c.url == links.c.url).exists()
    for chunk in _chunks(sorted(urls)):
        connection.execute(delete(links).where(links.c.url.in_(chunk), ~used))


def _known(connection: Connection, urls: Sequence[str]) -> dict[str, Link]:
    found: dict[str, Link] = {}
    for chunk in _chunks(urls):
        found.update((row.url, _link(row)) for row in connection.execute(select(links).where(links.c.url.in_(chunk))))
    return found


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _IN_CHUNK] for start in range(0, len(values), _IN_CHUNK))


def _row(link: Link) -> tuple[Any, ...]:
    rest = _Rest(link.promised, link.status, link.reason)
    return (*(getattr(link, name) for name in _COLUMNS), _encoder.encode(rest))


def _link(row: Row[Any]) -> Link:
    held = {name: getattr(row, name) for name in _COLUMNS}
    return msgspec.convert({**held, **msgspec.json.decode(row.body)}, Link)
