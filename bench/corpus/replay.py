"""Taking the whole folder into a catalogue: lists through the harvester over HTTP, files through import."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.corpus.counting import in_file, in_table
from bench.corpus.deliveries import MAPPINGS, Batch, Listing, batches, listings
from bench.corpus.rows import Row
from bench.corpus.serving import Partners, serving
from harvest.client import Client, Limits
from harvest.report import Report
from harvest.run import harvest
from harvest.source import IMPORTED, Source
from repository.identity import slug
from repository.importing import import_files
from repository.services import Services
from repository.tabular import read_mapping

Tell = Callable[[str], None]


def replay(folder: Path, services: Services, tell: Tell) -> tuple[list[Row], list[str]]:
    """Take everything in; the rows of the table, and a line for each record or list that was not stored."""
    rows: dict[str, Row] = {}
    refused: list[str] = []
    with serving(list(listings(folder))) as partners:
        for listing in partners.listings.values():
            report = _harvest(listing, partners, services)
            row = rows.setdefault(listing.group, Row(listing.group))
            row.add(partners.offered(listing), report, ended=listing.ended)
            refused += _refusals(f"{listing.group} {listing.name}", report)
            tell(f"{listing.group} {listing.name}")
    for batch in batches(folder):
        report = _import(batch, services)
        row = rows.setdefault(batch.group, Row(batch.group))
        row.add(sum(_offered(batch, path) for path in batch.paths), report)
        tell(f"{batch.group} {batch.paths[0].name}")
    return [rows[name] for name in sorted(rows)], sorted([*refused, *_quarantined(services)])


def _harvest(listing: Listing, partners: Partners, services: Services) -> Report:
    source = Source(
        id=_source_id(listing),
        base_url=partners.url(listing),
        prefix=listing.prefix,
        allow_private=True,
    )
    services.journal.register(source)
    client = Client(clock=services.now, allow_private=True, limits=Limits(first_wait=0.01, tries=2))
    try:
        return harvest(
            source,
            catalogue=services.catalogue,
            journal=services.journal,
            fetch=client.fetch,
            clock=services.now,
            act=services.act("corpus", listing.name),
        )
    finally:
        client.close()


def _source_id(listing: Listing) -> str:
    folder = listing.group.partition("/")[0]
    return slug(f"{folder} {listing.name}")[:60].strip("-")


def _import(batch: Batch, services: Services) -> Report:
    mapping = None
    if batch.mapping:
        path = MAPPINGS / f"{batch.mapping}.toml"
        mapping = read_mapping(path.read_bytes(), path.name)
    return import_files(
        batch.paths,
        catalogue=services.catalogue,
        journal=services.journal,
        clock=services.now,
        act=services.act("corpus", batch.group),
        mapping=mapping,
    ).total


def _offered(batch: Batch, path: Path) -> int:
    body = path.read_bytes()
    return in_table(body) if batch.mapping else in_file(body)


def _refusals(name: str, report: Report) -> list[str]:
    """A line for a list that could not be read at all; one that is merely not whole has its row in the table."""
    if report.offered:
        return []
    return [_line("list", name, re.sub(r"http://127\S+", "…", each.told("en"))) for each in report.problems]


def _quarantined(services: Services) -> Iterator[str]:
    for source in services.journal.sources():
        for held in services.journal.quarantined(source.id, limit=100_000):
            place = held.place if source.id == IMPORTED else f"{source.id} {held.identifier or held.place}"
            yield _line("record", place, held.fault.told("en"))


def _line(*words: str) -> str:
    return "\t".join(" ".join(word.split()) for word in words)
