"""One harvest of one source, from its first request to the report.

A page is read, brought into the profile, checked, stored and only then passed: the token of the next page is
kept after each, so that a run that is killed goes on where it was. Source: OAI-PMH 2.0 sections 2.5 and 3.5.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from harvest import gone
from harvest.ahead import Ahead
from harvest.alone import alone
from harvest.asking import Asker, codes, identify, partner_error
from harvest.client import Clock, Fetch
from harvest.drift import Sample
from harvest.errors import (
    ComeBackLater,
    EndlessList,
    HarvestError,
    Interrupted,
    ListIncomplete,
    NotOaiPmh,
    OutOfTime,
    PartnerError,
    RefusedByPartner,
    ResponseCut,
    SourceStopped,
    TokenExpired,
    UnlikeItself,
)
from harvest.journal import Checkpoint, Journal, Pending, outcome_of
from harvest.report import Report, count, fault
from harvest.response import Page
from harvest.source import Source
from harvest.stopping import stoppable
from harvest.storing import Storing, store
from harvest.withheld import Withheld, is_known, refuse_while_open
from repository.catalogue import Catalogue
from repository.errors import Message, MutualisError
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.store.changes import Act, written
from repository.thrift import collecting_seldom

OVERLAP: Final = timedelta(seconds=120)
"""How far before the last list's responseDate the next harvest begins: many indexes lag behind their records."""

_UNDATED: Final = timedelta(days=1)
_DAY: Final = len("YYYY-MM-DD")
_RESTARTS: Final = 2
_STALE_PAGES: Final = 4
_EMPTY_PAGES: Final = 20

Progress = Callable[[int, int | None], None]
"""Called after each page with how many records came and how many were announced (None: not said)."""


@dataclass(slots=True)
class _Reading:
    """A list being read. `pages`: a digest of each page that came; `stale`: how
    many pages in a row brought nothing new; `started`: the responseDate of its first page;
    `earliest`: the `from` it is asked with; `reached`: where it begins; `saved`: the checkpoint as it is stored;
    `fetched`: how many records came; `withheld`: its pages, where they are judged before they are stored, else `sample`
    counts what they look like; `unfinished` tells that the next run goes on before anything is judged."""

    source: Source
    to: Storing
    asker: Asker
    ahead: Ahead
    progress: Progress
    saved: Checkpoint
    reached: Checkpoint
    earliest: str = ""
    token: str = ""
    started: str = ""
    restarts: int = 0
    pages: set[int] = field(default_factory=set)
    stale: int = 0
    announced: int | None = None
    fetched: int = 0
    withheld: Withheld | None = None
    sample: Sample = field(default_factory=lambda: Sample(""))
    unfinished: bool = False

    @property
    def distinct(self) -> int:
        return self.withheld.distinct if self.withheld else self.to.distinct


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
        _refuse_stopped(journal, source)
        refuse_while_open(journal, source)
        held = journal.checkpoint(source.id)
        if held.not_before > written(clock()):
            raise ComeBackLater(url=source.base_url, until=held.not_before)
        to = Storing(source, catalogue, journal, clock, act, formats, Report(source=source.id))
        to.tell, to.namespace = tell, namespace
        asker = Asker(source.base_url, fetch)
        reading = _Reading(source, to, asker, Ahead(asker.ask), progress, held, Checkpoint() if full else held)
        reading.sample = Sample(source.prefix)
        if is_known(to):
            reading.withheld = Withheld(to, msgspec.structs.replace(held, pending=None, not_before=""))
        journal.begin(act.id, source.id, written(clock()))
        _run(reading, full)
    return to.report


def _run(reading: _Reading, full: bool) -> None:
    """Read the list and write down how that ended, whatever ended it; only a process that dies leaves it open."""
    report, whole = reading.to.report, False
    try:
        whole = _fetched(reading)
        if not reading.unfinished:
            _release(reading)
        report.vanished = gone.ask(reading.to) if full and whole else 0
    except UnlikeItself as error:
        whole = False
        report.problems.append(fault(error))
    except BaseException as error:
        report.problems.append(fault(error if isinstance(error, MutualisError) else Interrupted()))
        with suppress(Exception):  # what went wrong first is raised; the database may be what went wrong
            _end(reading, whole=False)
        raise
    _end(reading, whole=whole)


def _fetched(reading: _Reading) -> bool:
    """Read the list as far as the partner lets us; true where nothing is known to be missing."""
    try:
        return _read(reading)
    except HarvestError as error:
        reading.to.report.problems.append(fault(error))
        reading.unfinished = isinstance(error, OutOfTime | SourceStopped)
        if isinstance(error, ComeBackLater):
            _remember(reading, not_before=str(error.values["until"]))
        return False


def _release(reading: _Reading) -> None:
    """Store what was kept back, and remember what the source looks like. Raises UnlikeItself."""
    held = reading.saved
    if reading.withheld is None:
        now = reading.sample.usual()
        usual = held.usual.then(now) if now.records else held.usual
    else:
        try:
            usual = reading.withheld.release(held)
        except UnlikeItself:
            reading.saved = reading.withheld.before
            reading.to.journal.set_checkpoint(reading.source.id, reading.saved)
            raise
    if usual != held.usual:
        reading.saved = msgspec.structs.replace(held, usual=usual)
        reading.to.journal.set_checkpoint(reading.source.id, reading.saved)


def _end(reading: _Reading, *, whole: bool) -> None:
    to = reading.to
    to.report.kept_back = reading.withheld.waiting() if reading.withheld else 0
    for note in reading.asker.notes:
        count(to.report.notes, note)
    to.report.outcome = outcome_of(to.report, whole=whole)
    to.journal.end(to.act.id, written(to.clock()), to.report)


def _read(reading: _Reading) -> bool:
    """Read the list to its end, page by page; true where nothing is known to be missing."""
    if pending := reading.reached.pending:
        reading.token, reading.earliest, reading.started = pending.token, pending.earliest, pending.started
    else:
        reading.earliest = _earliest(reading)
    while True:
        page = reading.ahead.ask(_arguments(reading))
        if _asked_wrongly(reading, page):
            continue
        reading.started = reading.started or _moment(reading, page)
        if page.token and not page.cut:
            reading.ahead.begin(_next(page.token))
        _pass(reading, page)
        if not page.token:
            return _finish(reading)
        reading.token = page.token


def _asked_wrongly(reading: _Reading, page: Page) -> bool:
    """Whether to ask again, otherwise: the token is no longer known, or `from` is too fine."""
    if reading.token and "badResumptionToken" in codes(page):
        _begin_again(reading)
        return True
    if not reading.token and len(reading.earliest) > _DAY and "badArgument" in codes(page):
        reading.earliest = reading.earliest[:_DAY]
        count(reading.to.report.notes, "day-granularity")
        return True
    return False


def _begin_again(reading: _Reading) -> None:
    """Ask for the list from its beginning; what came already is recognised by its identifiers."""
    reading.restarts += 1
    if reading.restarts > _RESTARTS:
        _remember(reading)
        raise TokenExpired(url=reading.source.base_url)
    count(reading.to.report.notes, "list-restarted")
    reading.token, reading.started = "", ""
    reading.pages.clear()
    if reading.withheld:
        reading.withheld.begin_again()
    reading.stale = 0
    reading.announced = None


def _pass(reading: _Reading, page: Page) -> None:
    """Store one page; raises HarvestError where the list cannot go on after it."""
    report = reading.to.report
    if page.errors and not page.items:
        if codes(page) == {"noRecordsMatch"}:
            return
        raise partner_error(reading.source.base_url, page)
    known = reading.distinct
    _take(reading, page)
    if page.errors:
        count(report.notes, "error-beside-records", len(page.errors))
    _refuse_stopped(reading.to.journal, reading.source)
    _guard(reading, page, brought=reading.distinct - known)
    reading.announced = page.announced if page.announced is not None else reading.announced
    reading.progress(reading.fetched, reading.announced)
    if page.cut:
        raise ResponseCut(url=reading.source.base_url, reason=Message("a page has no end"))


def _take(reading: _Reading, page: Page) -> None:
    """Store a page, or keep it back, together with the token of the next one."""
    reading.fetched += len(page.items)
    if page.token and not page.cut:
        pending = Pending(token=page.token, earliest=reading.earliest, started=reading.started)
        reading.saved = msgspec.structs.replace(reading.saved, pending=pending, not_before="")
    if reading.withheld:
        reading.withheld.take(page, reading.saved)
        return
    reading.sample.take(page.items)
    settled = store(reading.to, page)
    reading.to.journal.note(reading.to.act.id, reading.to.report, settled, reading.saved)


def _refuse_stopped(journal: Journal, source: Source) -> None:
    """Raise SourceStopped where a person has stopped the source, also while the run goes on."""
    if who := journal.source(source.id).stopped_by:
        raise SourceStopped(source=source.id, who=who)


def _guard(reading: _Reading, page: Page, brought: int) -> None:
    """Stop a list without end. Identifiers are compared, since a token may stay the same while pages advance.

    Four pages in a row that bring nothing and came before are a circle; empty ones may be twenty, as long as
    their tokens advance.
    """
    name = hash(tuple((item.identifier, item.datestamp) for item in page.items))
    came_before = name in reading.pages
    reading.pages.add(name)
    reading.stale = 0 if brought else reading.stale + 1
    stuck = not page.items and bool(page.token) and page.token == reading.token
    circling = bool(page.items) and came_before and reading.stale >= _STALE_PAGES
    if page.token and (stuck or circling or (not page.items and reading.stale > _EMPTY_PAGES)):
        _remember(reading)
        raise EndlessList(url=reading.source.base_url)


def _finish(reading: _Reading) -> bool:
    """The list is through. Where records are missing, the next run begins where this one did."""
    report, announced, received = reading.to.report, reading.announced, reading.distinct
    if announced is not None and received < announced and _from_start(reading):
        report.missing = announced - received
        error = ListIncomplete(url=reading.source.base_url, announced=announced, received=received)
        report.problems.append(fault(error))
        _remember(reading)
        return False
    begun = _read_moment(reading.started) - OVERLAP
    _remember(reading, earliest=written(begun))
    return True


def _from_start(reading: _Reading) -> bool:
    """Whether this run has read the list from its first page, so that its length can be compared."""
    return reading.reached.pending is None or reading.restarts > 0


def _arguments(reading: _Reading) -> Mapping[str, str]:
    if reading.token:
        return _next(reading.token)
    source = reading.source
    asked = {"metadataPrefix": source.prefix, "from": reading.earliest, "set": source.set_spec}
    return {"verb": "ListRecords", **{name: value for name, value in asked.items() if value}}


def _next(token: str) -> Mapping[str, str]:
    return {"verb": "ListRecords", "resumptionToken": token}


def _remember(reading: _Reading, **changed: Any) -> None:
    """Note how far the source was read: by default no further than before this run, with no list open.

    When a partner asks to be left alone, the open list stays open.
    """
    if "not_before" not in changed:
        changed = {"pending": None, "not_before": "", **changed}
    reading.saved = msgspec.structs.replace(reading.saved, **changed)
    reading.to.journal.set_checkpoint(reading.source.id, reading.saved)


def _earliest(reading: _Reading) -> str:
    """`from` as the repository wants it written; nothing is asked of one that was never read."""
    earliest = reading.reached.earliest
    if not earliest:
        return ""
    try:
        by_day = identify(reading.source.base_url, reading.asker.fetch).by_day
    except (NotOaiPmh, PartnerError, RefusedByPartner):
        count(reading.to.report.notes, "identify-unreadable")
        return earliest
    return earliest[:_DAY] if by_day else earliest


def _moment(reading: _Reading, page: Page) -> str:
    """The repository's own time when the list began, or a day before ours where it does not tell."""
    try:
        return written(_read_moment(page.response_date))
    except ValueError:
        count(reading.to.report.notes, "response-date-missing")
        return written(reading.to.clock() - _UNDATED)


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
