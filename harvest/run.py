"""One harvest of one source, from its first request to the report."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from harvest import gone
from harvest.ahead import Ahead
from harvest.alone import alone
from harvest.asking import Asker
from harvest.client import Clock, Fetch
from harvest.drift import Sample
from harvest.errors import ComeBackLater, HarvestError, Interrupted, OutOfTime, SourceStopped, UnlikeItself
from harvest.journal import Checkpoint, Journal, outcome_of
from harvest.listing import Listing, Progress, read, refuse_stopped, remember
from harvest.report import Report, count, fault
from harvest.source import Source
from harvest.stopping import stoppable
from harvest.storing import Storing
from harvest.withheld import Withheld, is_known, refuse_while_open
from repository.catalogue import Catalogue
from repository.errors import MutualisError
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.store.changes import Act, written
from repository.thrift import collecting_seldom

__all__ = ["Progress", "harvest"]


def harvest(
    source: Source,
    *,
    catalogue: Catalogue,
    journal: Journal,
    fetch: Fetch,
    clock: Clock,
    act: Act,
    progress: Progress = lambda _done, _total: None,
    tell: Callable[[Sequence[str]], None] = lambda _identifiers: None,
    namespace: str = "",
    full: bool = False,
    formats: Sequence[Format] = FORMATS,
) -> Report:
    """Fetch what is new at a source, or with `full` everything, and store it; the source must be registered.

    The run's id is that of `act`; `tell` gets the OAI identifiers of what was stored or deleted, page by page.
    `namespace` is the domain name in our own OAI identifiers, by which our own records are known when they return.
    Errors of the source end up in the report; those of the catalogue (a full disk, say) are raised, and the next run
    goes on from the last page that was stored. Raises SourceStopped where a person stopped it, ComeBackLater at once
    where the partner asked to be left alone until a later moment, and SourceBusy where another run of this source goes
    on. A run that is interrupted, or ended by SIGTERM, writes down that it was.
    """
    with alone(catalogue.database, source.id), stoppable(), collecting_seldom():
        refuse_stopped(journal, source)
        refuse_while_open(journal, source)
        held = journal.checkpoint(source.id)
        if held.not_before > written(clock()):
            raise ComeBackLater(url=source.base_url, until=held.not_before)
        to = Storing(source, catalogue, journal, clock, act, formats, Report(source=source.id))
        to.tell, to.namespace = tell, namespace
        asker = Asker(source.base_url, fetch)
        listing = Listing(source, to, asker, Ahead(asker.ask), progress, held, Checkpoint() if full else held)
        listing.sample = Sample(source.prefix)
        if is_known(to):
            listing.withheld = Withheld(to, msgspec.structs.replace(held, pending=None, not_before=""))
        journal.begin(act.id, source.id, written(clock()))
        _run(listing, full)
    return to.report


def _run(listing: Listing, full: bool) -> None:
    """Read the list and write down how that ended, whatever ended it; only a process that dies leaves it open."""
    report, whole = listing.to.report, False
    try:
        whole = _fetched(listing)
        if not listing.unfinished:
            _release(listing)
        report.vanished = gone.ask(listing.to) if full and whole else 0
    except UnlikeItself as error:
        whole = False
        report.problems.append(fault(error))
    except BaseException as error:
        report.problems.append(fault(error if isinstance(error, MutualisError) else Interrupted()))
        with suppress(Exception):  # what went wrong first is raised; the database may be what went wrong
            _end(listing, whole=False)
        raise
    _end(listing, whole=whole)


def _fetched(listing: Listing) -> bool:
    """Read the list as far as the partner lets us; true where nothing is known to be missing."""
    try:
        return read(listing)
    except HarvestError as error:
        listing.to.report.problems.append(fault(error))
        listing.unfinished = isinstance(error, OutOfTime | SourceStopped)
        if isinstance(error, ComeBackLater):
            remember(listing, not_before=str(error.values["until"]))
        return False


def _release(listing: Listing) -> None:
    """Store what was kept back, and remember what the source looks like. Raises UnlikeItself."""
    held = listing.saved
    if listing.withheld is None:
        now = listing.sample.usual()
        usual = held.usual.then(now) if now.records else held.usual
    else:
        try:
            usual = listing.withheld.release(held)
        except UnlikeItself:
            listing.saved = listing.withheld.before
            listing.to.journal.set_checkpoint(listing.source.id, listing.saved)
            raise
    if usual != held.usual:
        listing.saved = msgspec.structs.replace(held, usual=usual)
        listing.to.journal.set_checkpoint(listing.source.id, listing.saved)


def _end(listing: Listing, *, whole: bool) -> None:
    to = listing.to
    to.report.kept_back = listing.withheld.waiting() if listing.withheld else 0
    for note in listing.asker.notes:
        count(to.report.notes, note)
    to.report.outcome = outcome_of(to.report, whole=whole)
    to.journal.end(to.act.id, written(to.clock()), to.report)
