"""Reading again what a partner sent, without the partner: after a crosswalk was improved, or a choice was made.

The metadata of every published record are kept as they came, and so is each record in quarantine. All of them go
the same way as in a harvest; what comes out as it was gets no new change, so that a replay tells partners of ours
only what really differs.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from harvest import response
from harvest.alone import alone
from harvest.client import Clock
from harvest.errors import FilesAgain, NotWellFormed
from harvest.journal import Held, Journal, outcome_of
from harvest.report import Report
from harvest.response import Item, Page
from harvest.source import IMPORTED, Source
from harvest.stopping import stoppable
from harvest.storing import Storing, store
from repository.catalogue import BATCH, Catalogue, Stored
from repository.errors import MutualisError
from repository.formats import xml
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.store.changes import Act

Progress = Callable[[int, int | None], None]
"""Called with how many records were read again."""

_PLACE: Final = "/record"


def replay(
    source: Source,
    *,
    catalogue: Catalogue,
    journal: Journal,
    clock: Clock,
    act: Act,
    progress: Progress = lambda _done, _total: None,
    formats: Sequence[Format] = FORMATS,
) -> Report:
    """Read everything kept of a source again; the report is that of a harvest in which nothing was asked.

    Raises SourceBusy where a harvest of it goes on, and FilesAgain for files imported by hand.
    """
    if source.id == IMPORTED:
        raise FilesAgain()
    with alone(catalogue.database, source.id), stoppable():
        to = Storing(source, catalogue, journal, clock, act, formats, Report(source=source.id))
        for items in (*_stored(to), *_quarantined(to)):
            settled = store(to, Page(verb="ListRecords", items=items))
            journal.note(act.id, to.report, settled)
            progress(to.report.offered, None)
        to.report.pages = 0
        to.report.outcome = outcome_of(to.report, whole=True)
    return to.report


def _stored(to: Storing) -> Iterator[list[Item]]:
    """The published records of the source, with the bytes that they were read from."""
    ids: list[str] = []
    for id in to.catalogue.published_ids(to.source.id):
        ids.append(id)
        if len(ids) == BATCH:
            yield _items(to.catalogue, ids)
            ids = []
    if ids:
        yield _items(to.catalogue, ids)


def _items(catalogue: Catalogue, ids: Sequence[str]) -> list[Item]:
    held, received = catalogue.get_many(ids), catalogue.received_many(ids)
    return [_item(held[id], received[id][1]) for id in ids if id in received and held[id].record.catalog_record]


def _item(stored: Stored, metadata: bytes) -> Item:
    """A stored record as an answer would carry it, with what is known of where it came from."""
    origin = stored.record.catalog_record[0]
    item = Item(
        identifier=origin.identifier or "",
        datestamp=origin.datestamp or "",
        sets=origin.sets,
        metadata=metadata,
        place=_PLACE,
        origin=origin,
    )
    try:
        item.node = xml.parse(metadata)
    except MutualisError as error:
        item.fault, item.received = error, metadata
    else:
        item.element = str(item.node.tag)
    return item


def _quarantined(to: Storing) -> Iterator[list[Item]]:
    """The records in quarantine, in the order of their keys: those that stay there keep theirs."""
    after = ""
    while held := to.journal.held_after(to.source.id, after, BATCH):
        after = held[-1][0]
        yield [_again(each) for _, each in held]


def _again(held: Held) -> Item:
    """A record in quarantine as it came, or the reason why it cannot be read any better now."""
    try:
        page = response.parse(held.received, enveloped=False)
        (item,) = page.items or [_bare(held, page)]
    except (MutualisError, ValueError) as error:
        fault = NotWellFormed(reason=str(error))
        return Item(identifier=held.identifier, place=held.place, fault=fault, received=held.received)
    item.place = held.place
    return item


def _bare(held: Held, page: Page) -> Item:
    """Metadata that are kept without their record."""
    element = str(page.root.tag) if page.root is not None else ""
    return Item(identifier=held.identifier, metadata=held.received, node=page.root, element=element)
