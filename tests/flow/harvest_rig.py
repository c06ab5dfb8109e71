"""A catalogue with a journal, and a clock that stands still, to harvest into."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from harvest_partner import Partner

from harvest.client import Client, Limits
from harvest.journal import Journal
from harvest.report import Report
from harvest.run import Progress, harvest
from harvest.source import Source
from repository import identity
from repository.catalogue import Catalogue
from repository.record import Record
from repository.store.changes import Act
from repository.store.database import Database
from repository.store.tables import metadata
from vocabularies import shipped


@dataclass
class Rig:
    """`now` is the time; sleeping moves it on, and `slept` remembers how long."""

    catalogue: Catalogue
    journal: Journal
    now: list[datetime]
    slept: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now[0]

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now[0] += timedelta(seconds=seconds)

    def client(self, *, limits: Limits | None = None, allow_private: bool = True, **more: Any) -> Client:
        return Client(clock=self.clock, wait=self.sleep, limits=limits, allow_private=allow_private, **more)

    def harvest(
        self,
        there: Partner,
        *,
        full: bool = False,
        limits: Limits | None = None,
        progress: Progress = lambda _done, _total: None,
        **changed: object,
    ) -> Report:
        """Harvest the source "partner", registered at its present address."""
        source = msgspec.structs.replace(Source(id="partner", base_url=there.url), **changed)
        if not any(each.id == source.id and each.stopped_by for each in self.journal.sources()):
            self.journal.register(source)
        client = self.client(limits=limits)
        try:
            return harvest(
                source,
                catalogue=self.catalogue,
                journal=self.journal,
                fetch=client.fetch,
                clock=self.clock,
                act=Act(id=str(uuid4()), who="test", why="test"),
                progress=progress,
                full=full,
            )
        finally:
            client.close()

    @property
    def url(self) -> str:
        """Where the catalogue is, for other processes."""
        return self.catalogue.database.engine.url.render_as_string(hide_password=False)

    def id(self, name: str) -> str:
        return identity.harvested_id("partner", f"oai:partner:{name}")

    def record(self, name: str) -> Record:
        return self.catalogue.get(self.id(name)).record


START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def rig(database_url: str) -> Iterator[Rig]:
    """An empty catalogue with the shipped vocabularies, on SQLite and on PostgreSQL unless a module says otherwise;
    it is noon on the first of March 2026."""
    database = Database(database_url)
    metadata.create_all(database.engine)
    now = [START]
    catalogue = Catalogue(database, shipped.terms, lambda: now[0])
    yield Rig(catalogue, Journal(database), now)
    database.close()
