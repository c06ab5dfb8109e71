"""Storing one page of records: each is stored, withdrawn, passed over as a duplicate or put into quarantine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from harvest import own
from harvest.crosswalk import Crossed, cross
from harvest.errors import NotStorable
from harvest.journal import Held, Journal, Settled
from harvest.report import Report, count, fault
from harvest.response import Item, Page
from harvest.source import Source
from repository.catalogue import Catalogue, Entry
from repository.errors import MutualisError
from repository.formats.registry import Format
from repository.record import CatalogRecord, Record
from repository.store.changes import Act, Clock, written


@dataclass(slots=True)
class Storing:
    """Where the records of one run go.

    `seen`: identifier -> the newest datestamp that came in this run; `distinct`: how many different records came,
    faulty ones included; `held`: the identifiers of the source that are in quarantine, once they are known; `ids`: the
    ids here of the records of the page; `namespace`: the domain name in our own OAI identifiers. `tell` is called after
    each page with the OAI identifiers that it stored or deleted, each once in a run.
    """

    source: Source
    catalogue: Catalogue
    journal: Journal
    clock: Clock
    act: Act
    formats: Sequence[Format]
    report: Report
    seen: dict[str, str] = field(default_factory=dict)
    distinct: int = 0
    held: set[str] | None = None
    tell: Callable[[Sequence[str]], None] = lambda _identifiers: None
    namespace: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    def id(self, identifier: str) -> str:
        """The id here of a record of the page."""
        return self.ids[identifier]


@dataclass(slots=True)
class _Sorted:
    """A page sorted: the newest of each identifier, and those identifiers that an earlier page brought already
    (their records are counted as duplicates, whatever becomes of them now)."""

    chosen: dict[str, Item]
    again: set[str]
    held: list[Held]


def store(to: Storing, page: Page) -> Settled:
    """Take in everything of one page; afterwards the report balances. Returns what it did to the quarantine, which
    the journal keeps together with how far the source was read."""
    report, terms = to.report, to.catalogue.terms()
    report.pages += 1
    report.offered += len(page.items)
    for rule, times in page.repairs.items():
        count(report.repaired, rule, times)
    page_sorted = _sort(to, page.items)
    _pass_over_own(to, page_sorted)
    to.ids = own.ids(to.source, page_sorted.chosen, to.catalogue)
    entries = []
    now = written(to.clock())
    for item in page_sorted.chosen.values():
        if item.deleted:
            continue
        try:
            crossed = cross(item, _prefix(to, item), to.formats, terms, to.source.choices)
        except MutualisError as error:
            _hold(to, page_sorted, item, error)
            continue
        _note(to, item, crossed)
        entries.append(_entry(to, item, crossed.record, now))
    _put(to, page_sorted, entries)
    _withdraw(to, page_sorted)
    bad = {each.identifier for each in page_sorted.held}
    to.tell([name for name in page_sorted.chosen if name not in bad and name not in page_sorted.again])
    return _settle(to, page_sorted)


def _sort(to: Storing, items: Sequence[Item]) -> _Sorted:
    found = _Sorted({}, set(), [])
    for item in items:
        to.distinct += item.fault is not None or item.identifier not in to.seen
        if item.fault is not None:
            _hold(to, found, item, item.fault)
            continue
        known = to.seen.get(item.identifier)
        if known is not None:
            to.report.duplicates += 1
            if item.datestamp <= known:
                continue
            if item.identifier not in found.chosen:
                found.again.add(item.identifier)
        found.chosen[item.identifier] = item
        to.seen[item.identifier] = item.datestamp
    return found


def _pass_over_own(to: Storing, page: _Sorted) -> None:
    """Our own records are neither stored as a partner's nor withdrawn because a partner has."""
    for name in own.own(page.chosen, to.namespace, to.catalogue, to.catalogue.terms()):
        del page.chosen[name]
        to.report.own += name not in page.again


def _note(to: Storing, item: Item, crossed: Crossed) -> None:
    for rule in crossed.notes:
        count(to.report.notes, rule)
    for shape in crossed.warnings:
        count(to.report.warnings, shape)
    if not item.datestamp:
        count(to.report.notes, "datestamp-missing")


def _entry(to: Storing, item: Item, read: Record, now: str) -> Entry:
    source = to.source
    origin = item.origin or CatalogRecord(
        source=source.id,
        identifier=item.identifier,
        datestamp=item.datestamp or None,
        harvested=now,
        format=source.prefix,
        base_url=source.base_url,
        sets=item.sets,
        terms=source.terms,
    )
    record: Record = msgspec.structs.replace(read, id=to.id(item.identifier), catalog_record=(origin,))
    return Entry(record, source.id, item.identifier, (_prefix(to, item), item.metadata))


def _prefix(to: Storing, item: Item) -> str:
    """The metadata prefix under which a record came; the source may be asked for another one by now."""
    return item.origin.format or to.source.prefix if item.origin else to.source.prefix


def _put(to: Storing, page: _Sorted, entries: list[Entry]) -> None:
    """Store the entries; where one spoils its batch, each goes alone and that one into quarantine."""
    try:
        _count(to, page, entries)
    except ValueError:
        for entry in entries:
            try:
                _count(to, page, [entry])
            except ValueError as error:
                item = page.chosen[entry.origin or ""]
                _hold(to, page, item, NotStorable(reason=str(error)))


def _count(to: Storing, page: _Sorted, entries: list[Entry]) -> None:
    done = to.catalogue.put_many(entries, to.act)
    for entry, each in zip(entries, done, strict=True):
        if entry.origin not in page.again:
            setattr(to.report, each.outcome, getattr(to.report, each.outcome) + 1)


def _withdraw(to: Storing, page: _Sorted) -> None:
    gone = [name for name, item in page.chosen.items() if item.deleted]
    to.catalogue.withdraw([to.id(name) for name in gone], to.act)
    to.report.deleted += sum(1 for name in gone if name not in page.again)


def _hold(to: Storing, page: _Sorted, item: Item, error: MutualisError) -> None:
    if item.identifier not in page.again:
        count(to.report.quarantined, error.message)
    held = Held(
        source=to.source.id,
        identifier=item.identifier,
        run=to.act.id,
        noted=written(to.clock()),
        place=item.place,
        fault=fault(error),
        received=item.whole(),
    )
    page.held.append(held)


def _settle(to: Storing, page: _Sorted) -> Settled:
    """Quarantine what could not be stored, and release what now could."""
    bad = {each.identifier for each in page.held}
    if to.held is None:
        to.held = to.journal.held_identifiers(to.source.id)
    released = [name for name in page.chosen if name in to.held and name not in bad]
    to.held = to.held.difference(released) | bad if released or bad else to.held
    return Settled(page.held, released)
