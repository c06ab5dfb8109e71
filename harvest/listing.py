"""Reading one list of a partner, page by page, to its end or as far as the partner lets us.

A page is stored, or kept back, and only then passed: the token of the next page is kept with it, so that a run that
is killed goes on where it was. Source: OAI-PMH 2.0 sections 2.5 and 3.5.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from harvest.ahead import Ahead
from harvest.asking import Asker, codes, identify, partner_error
from harvest.drift import Sample
from harvest.errors import (
    EndlessList,
    ListIncomplete,
    NotOaiPmh,
    PartnerError,
    RefusedByPartner,
    ResponseCut,
    SourceStopped,
    TokenExpired,
)
from harvest.journal import Checkpoint, Journal, Pending
from harvest.report import count, fault
from harvest.response import Page
from harvest.source import Source
from harvest.storing import Storing, store
from harvest.withheld import Withheld
from repository.errors import Message
from repository.store.changes import written

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
class Listing:
    """A list being read.

    `pages`: a digest of each page that came; `stale`: how many pages in a row brought nothing new; `started`: the
    responseDate of its first page; `earliest`: the `from` it is asked with; `reached`: where it begins; `saved`: the
    checkpoint as it is stored; `fetched`: how many records came; `withheld`: its pages, where they are judged before
    they are stored, else `sample` counts what they look like; `unfinished` tells that the next run goes on before
    anything is judged.
    """

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


def read(listing: Listing) -> bool:
    """Read the list to its end, page by page; true where nothing is known to be missing."""
    if pending := listing.reached.pending:
        listing.token, listing.earliest, listing.started = pending.token, pending.earliest, pending.started
    else:
        listing.earliest = _earliest(listing)
    while True:
        page = listing.ahead.ask(_arguments(listing))
        if _asked_wrongly(listing, page):
            continue
        listing.started = listing.started or _moment(listing, page)
        if page.token and not page.cut:
            listing.ahead.begin(_next(page.token))
        _pass(listing, page)
        if not page.token:
            return _finish(listing)
        listing.token = page.token


def _asked_wrongly(listing: Listing, page: Page) -> bool:
    """Whether to ask again, otherwise: the token is no longer known, or `from` is too fine."""
    if listing.token and "badResumptionToken" in codes(page):
        _begin_again(listing)
        return True
    if not listing.token and len(listing.earliest) > _DAY and "badArgument" in codes(page):
        listing.earliest = listing.earliest[:_DAY]
        count(listing.to.report.notes, "day-granularity")
        return True
    return False


def _begin_again(listing: Listing) -> None:
    """Ask for the list from its beginning; what came already is recognised by its identifiers."""
    listing.restarts += 1
    if listing.restarts > _RESTARTS:
        remember(listing)
        raise TokenExpired(url=listing.source.base_url)
    count(listing.to.report.notes, "list-restarted")
    listing.token, listing.started = "", ""
    listing.pages.clear()
    if listing.withheld:
        listing.withheld.begin_again()
    listing.stale = 0
    listing.announced = None


def _pass(listing: Listing, page: Page) -> None:
    """Store one page; raises HarvestError where the list cannot go on after it."""
    report = listing.to.report
    if page.errors and not page.items:
        if codes(page) == {"noRecordsMatch"}:
            return
        raise partner_error(listing.source.base_url, page)
    known = listing.distinct
    _take(listing, page)
    if page.errors:
        count(report.notes, "error-beside-records", len(page.errors))
    refuse_stopped(listing.to.journal, listing.source)
    _guard(listing, page, brought=listing.distinct - known)
    listing.announced = page.announced if page.announced is not None else listing.announced
    listing.progress(listing.fetched, listing.announced)
    if page.cut:
        raise ResponseCut(url=listing.source.base_url, reason=Message("a page has no end"))


def _take(listing: Listing, page: Page) -> None:
    """Store a page, or keep it back, together with the token of the next one."""
    listing.fetched += len(page.items)
    if page.token and not page.cut:
        pending = Pending(token=page.token, earliest=listing.earliest, started=listing.started)
        listing.saved = msgspec.structs.replace(listing.saved, pending=pending, not_before="")
    if listing.withheld:
        listing.withheld.take(page, listing.saved)
        return
    listing.sample.take(page.items)
    settled = store(listing.to, page)
    listing.to.journal.note(listing.to.act.id, listing.to.report, settled, listing.saved)


def refuse_stopped(journal: Journal, source: Source) -> None:
    """Raise SourceStopped where a person has stopped the source, also while the run goes on."""
    if who := journal.source(source.id).stopped_by:
        raise SourceStopped(source=source.id, who=who)


def _guard(listing: Listing, page: Page, brought: int) -> None:
    """Stop a list without end. Identifiers are compared, since a token may stay the same while pages advance.

    Four pages in a row that bring nothing and came before are a circle; empty ones may be twenty, as long as
    their tokens advance. Records that cannot be read have no identifier to be known by, and are compared as they came.
    """
    name = hash(tuple((item.identifier, item.datestamp, item.received) for item in page.items))
    came_before = name in listing.pages
    listing.pages.add(name)
    listing.stale = 0 if brought and not came_before else listing.stale + 1
    stuck = not page.items and bool(page.token) and page.token == listing.token
    circling = bool(page.items) and came_before and listing.stale >= _STALE_PAGES
    if page.token and (stuck or circling or (not page.items and listing.stale > _EMPTY_PAGES)):
        remember(listing)
        raise EndlessList(url=listing.source.base_url)


def _finish(listing: Listing) -> bool:
    """The list is through. Where records are missing, the next run begins where this one did."""
    report, announced, received = listing.to.report, listing.announced, listing.distinct
    if announced is not None and received < announced and _from_start(listing):
        report.missing = announced - received
        error = ListIncomplete(url=listing.source.base_url, announced=announced, received=received)
        report.problems.append(fault(error))
        remember(listing)
        return False
    begun = _read_moment(listing.started) - OVERLAP
    remember(listing, earliest=written(begun))
    return True


def _from_start(listing: Listing) -> bool:
    """Whether this run has read the list from its first page, so that its length can be compared."""
    return listing.reached.pending is None or listing.restarts > 0


def _arguments(listing: Listing) -> Mapping[str, str]:
    if listing.token:
        return _next(listing.token)
    source = listing.source
    asked = {"metadataPrefix": source.prefix, "from": listing.earliest, "set": source.set_spec}
    return {"verb": "ListRecords", **{name: value for name, value in asked.items() if value}}


def _next(token: str) -> Mapping[str, str]:
    return {"verb": "ListRecords", "resumptionToken": token}


def remember(listing: Listing, **changed: Any) -> None:
    """Note how far the source was read: by default no further than before this run, with no list open.

    When a partner asks to be left alone, the open list stays open.
    """
    if "not_before" not in changed:
        changed = {"pending": None, "not_before": "", **changed}
    listing.saved = msgspec.structs.replace(listing.saved, **changed)
    listing.to.journal.set_checkpoint(listing.source.id, listing.saved)


def _earliest(listing: Listing) -> str:
    """`from` as the repository wants it written; nothing is asked of one that was never read."""
    earliest = listing.reached.earliest
    if not earliest:
        return ""
    try:
        by_day = identify(listing.source.base_url, listing.asker.fetch).by_day
    except (NotOaiPmh, PartnerError, RefusedByPartner):
        count(listing.to.report.notes, "identify-unreadable")
        return earliest
    return earliest[:_DAY] if by_day else earliest


def _moment(listing: Listing, page: Page) -> str:
    """The repository's own time when the list began, or a day before ours where it does not tell."""
    try:
        return written(_read_moment(page.response_date))
    except ValueError:
        count(listing.to.report.notes, "response-date-missing")
        return written(listing.to.clock() - _UNDATED)


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
