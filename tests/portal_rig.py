"""A whole catalogue opened as the server opens it, with the portal's samples, two sources and a search index."""

from pathlib import Path

import portal_catalogue as samples

from harvest.report import Fault, Report
from harvest.source import Source
from repository.catalogue import Entry
from repository.kit import KitKey
from repository.projections import Follower
from repository.record import Record, Text
from repository.search import SearchProjection
from repository.services import Services, create

LIBRARY = Source(
    id="biblioteca", base_url="https://biblioteca.example.org/oai", name=(Text("Biblioteca nacional", "pt"),)
)
NEVER = Source(id="pmb-cotonou", base_url="https://pmb.example.org/oai", prefix="lom")


def opened(folder: Path, **chosen: str) -> Services:
    """Everything that `serve` would open, filled, with settings that are `chosen`; nothing follows the feed until
    `follow` is called."""
    services = create(folder, chosen)
    services.catalogue.put_many([entry(record) for record in samples.samples()], samples.ACT)
    services.catalogue.withdraw([samples.WITHDRAWN], samples.ACT)
    key = KitKey(samples.BENIN, samples.concept("level", "BJ-CQP"), samples.ELECTRICIAN)
    services.catalogue.declare(key, samples.declarations(), samples.ACT)
    for source in (LIBRARY, NEVER):
        services.journal.register(source)
    report = Report(
        source="biblioteca",
        outcome="partial",
        offered=12,
        created=9,
        quarantined={"no title": 3},
        problems=[Fault("There is nothing at {path}; check the address, or start from the home page.", {"path": "/x"})],
    )
    services.journal.begin("run-1", "biblioteca", "2026-03-01T10:00:00Z")
    services.journal.end("run-1", "2026-03-01T10:02:00Z", report)
    follow(services)
    return services


def follow(services: Services) -> None:
    """Bring the search index up to the newest change, as the follower does."""
    projection = SearchProjection(services.catalogue)
    follower = Follower(services.catalogue, projection, services.settings.data / "search")
    follower.catch_up()
    follower.close()


def entry(record: Record) -> Entry:
    if not record.catalog_record:
        return Entry(record)
    origin = record.catalog_record[0]
    return Entry(record, source=origin.source, origin=origin.identifier)
