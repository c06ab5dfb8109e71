"""The six verbs of OAI-PMH, answered from the catalogue.

A list pages by change number up to the newest one that its first page froze: what changes meanwhile leaves the
list and is delivered by the next one, so nothing is delivered twice and nothing is missed.
Source: OAI-PMH 2.0 section 4; the rule of the responseDate is that of `Catalogue.open_list`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from harvest.source import Source
from repository.catalogue import Catalogue
from repository.errors import MutualisError, RecordNotFound, UnknownFormat
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.messages import tell
from repository.oai import descriptions, token, xml
from repository.oai.dissemination import CHANGE, Dissemination
from repository.oai.errors import BadToken, NoRecordsMatch
from repository.oai.request import Request
from repository.oai.token import Place
from repository.settings import Settings
from repository.store import records
from repository.store.changes import Change, read_meta, written
from repository.store.records import Selection, State
from vocabularies.terms import Terms

TOOLKIT: Final = "Mutualis"
"""By this name another installation knows that nothing is lost between the two in RDF."""

_NO_ID: Final = "00000000-0000-0000-0000-000000000000"
_FEED: Final = 1000


@dataclass(frozen=True)
class Provider:
    """What the verbs answer from. `base_url` is the address of the verbs themselves; `read_secret` gives the key
    that signs tokens, `terms` the vocabularies in force, `clock` the time, `sources` those registered, and `home` the
    address of the portal, ending in "/"."""

    catalogue: Catalogue
    settings: Settings
    base_url: str
    terms: Callable[[], Terms]
    clock: Callable[[], datetime]
    read_secret: Callable[[], bytes]
    sources: Callable[[], Sequence[Source]] = list
    home: str = ""

    @cached_property
    def secret(self) -> bytes:
        return self.read_secret()

    @cached_property
    def formats(self) -> dict[str, Format]:
        """The formats on offer by prefix, in the order of their table."""
        return {each.prefix: each for each in FORMATS if each.oai and each.write is not None}

    def oai_id(self, id: str) -> str:
        return f"oai:{self.settings.oai_namespace}:{id}"

    def moment(self) -> str:
        return written(self.clock())


class _Refused(Exception):
    """An answer that is nothing but errors, at the responseDate that it must have."""

    def __init__(self, *faults: MutualisError, moment: str | None = None) -> None:
        super().__init__(*faults)
        self.faults = faults
        self.moment = moment


class Answer(NamedTuple):
    """The responseDate, the ready element of the verb in parts, how many records it holds, the place of its list."""

    moment: str
    content: Sequence[bytes]
    records: int = 0
    place: Place | None = None


class Told(NamedTuple):
    """A whole answer as it goes out, and for those who keep count its number of records and the place of its list."""

    body: bytes = b""
    records: int = 0
    place: Place | None = None


def answer(provider: Provider, request: Request) -> Told:
    """The whole answer to a request, its errors included; raises only what has nothing to do with the request."""
    try:
        if faults := (*request.faults, *_unknown(provider, request)):
            raise _Refused(*faults)
        found = _VERBS[request.verb or ""](provider, request)
    except _Refused as refused:
        found = Answer(refused.moment or provider.moment(), _told(provider, refused.faults))
    body = xml.envelope(found.moment, provider.base_url, request.arguments, found.content)
    return Told(body, found.records, found.place)


def _told(provider: Provider, faults: tuple[MutualisError, ...]) -> Sequence[bytes]:
    language = provider.settings.default_language
    return xml.faults((fault.oai_code or "badArgument", tell(fault, language)) for fault in faults)


def _unknown(provider: Provider, request: Request) -> Iterator[MutualisError]:
    """What only the catalogue can find wrong; told beside the faults of the request itself."""
    if request.prefix is not None and request.prefix not in provider.formats:
        yield UnknownFormat(prefix=request.prefix, known=", ".join(provider.formats))
    if request.identifier and not provider.catalogue.get_many([_record_id(provider, request.identifier)]):
        yield RecordNotFound(identifier=request.identifier)
    source = _left_out(request.set_spec or "")
    if source and all(each.id != source for each in provider.sources()):
        yield NoRecordsMatch()
    if request.token is not None and request.faults:
        try:
            _resumed(provider, request, provider.catalogue.epoch())
        except BadToken as fault:
            yield fault


def _record_id(provider: Provider, identifier: str) -> str:
    """The id of one of our records by its OAI identifier; "" for an identifier that cannot be ours."""
    scheme = provider.oai_id("")
    return identifier.removeprefix(scheme) if identifier.startswith(scheme) else ""


# Verbs about the repository


def _identify(provider: Provider, request: Request) -> Answer:
    moment = provider.moment()
    sample = next(provider.catalogue.published_ids(), _NO_ID)
    facts = (
        ("repositoryName", provider.settings.name),
        ("baseURL", provider.base_url),
        ("protocolVersion", "2.0"),
        ("adminEmail", provider.settings.admin_email),
        ("earliestDatestamp", provider.catalogue.earliest() or moment),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ("compression", "gzip"),
    )
    told = (
        xml.oai_identifier(provider.settings.oai_namespace, provider.oai_id(sample)),
        descriptions.repository(provider.settings, provider.terms()),
        descriptions.policies(provider.settings, provider.terms()),
        xml.rights_manifest(provider.settings.metadata_licence),
        descriptions.friends(provider.sources()),
        xml.branding(f"{provider.home}static/favicon.svg", provider.home, provider.settings.name),
        xml.toolkit(TOOLKIT, version("mutualis")),
    )
    return Answer(moment, xml.element("Identify", xml.identify(facts, filter(None, told))))


def _list_formats(provider: Provider, request: Request) -> Answer:
    offered = provider.formats.values()
    content = b"".join(xml.metadata_format(each.prefix, each.schema, each.namespace) for each in offered)
    return Answer(provider.moment(), xml.element("ListMetadataFormats", content))


def _list_sets(provider: Provider, request: Request) -> Answer:
    if request.token is not None:
        raise _Refused(BadToken())
    moment, terms = provider.moment(), provider.terms()
    specs = provider.catalogue.set_specs() or descriptions.expected_sets(terms)
    told = [xml.set_entry(spec, *descriptions.record_set(spec, terms)) for spec in specs]
    for source in filter(descriptions.is_partner, provider.sources()):
        told.append(xml.set_entry(f"{descriptions.WITHOUT}:{source.id}", *descriptions.without(source)))
    return Answer(moment, xml.element("ListSets", b"".join(told)))


# Verbs about records


def _get_record(provider: Provider, request: Request) -> Answer:
    moment, id = provider.moment(), _record_id(provider, request.identifier or "")
    shown = _shown(provider, _of_record(request))
    return Answer(moment, xml.element("GetRecord", *shown.write([_row(provider.catalogue.get(id).state, shown)])), 1)


def _list(provider: Provider, request: Request) -> Answer:
    opened = provider.catalogue.open_list() if request.token is None else None
    moment = opened[0] if opened else provider.moment()
    # One connection for the whole page: its epoch and its records are of one state, and it costs half the time.
    with provider.catalogue.database.reading() as connection:
        place = _place(provider, request, _epoch(connection), opened[1] if opened else None)
        shown = _shown(provider, place)
        rows, more = _page(connection, place, shown, provider.settings.oai_page_size)
        if more and not place.cursor:
            place = replace(place, size=records.count(connection, _chosen(place), place.frozen))
    if not rows:
        rows = [_row(state, shown) for state in _overtaken(provider, place)]
    if not rows:
        raise _Refused(NoRecordsMatch(), moment=moment)
    content = xml.element(place.verb, *shown.write(rows), _token(provider, place, rows, more))
    return Answer(moment, content, len(rows), place)


def _place(provider: Provider, request: Request, epoch: str, frozen: int | None) -> Place:
    """Where the list stands: at its beginning, which shows changes up to `frozen`, or where its token leads."""
    if frozen is None:
        try:
            return _resumed(provider, request, epoch)
        except BadToken as fault:
            raise _Refused(fault) from fault
    return Place(
        epoch=epoch,
        verb=request.verb or "",
        prefix=request.prefix or "",
        set_spec=request.set_spec or "",
        earliest=request.earliest or "",
        latest=request.latest or "",
        after=0,
        frozen=frozen,
        cursor=0,
        size=0,
    )


def _page(
    connection: Connection, place: Place, shown: Dissemination, limit: int
) -> tuple[Sequence[Sequence[Any]], bool]:
    """The rows of one page, and whether any follow it."""
    found = records.page(connection, _chosen(place), place.after, place.frozen, limit + 1, shown.columns)
    return found[:limit], len(found) > limit


def _token(provider: Provider, place: Place, rows: Sequence[Sequence[Any]], more: bool) -> bytes:
    """The token after a page: none for a list of one page, an empty one at the end of a longer list."""
    if more:
        following = replace(place, after=rows[-1][CHANGE], cursor=place.cursor + len(rows))
        return xml.token(token.write(following, provider.secret), place.cursor, place.size)
    return xml.token("", place.cursor, place.size) if place.cursor else b""


def _epoch(connection: Connection) -> str:
    return read_meta(connection, "epoch") or ""


def _row(state: State, shown: Dissemination) -> tuple[Any, ...]:
    return tuple(getattr(state, name) for name in shown.columns)


def _chosen(place: Place) -> Selection:
    if source := _left_out(place.set_spec):
        return Selection("", place.earliest, place.latest, source)
    return Selection(place.set_spec, place.earliest, place.latest)


def _left_out(set_spec: str) -> str:
    """The source that a set leaves out, "" for every other set."""
    kind, _, source = set_spec.partition(":")
    return source if kind == descriptions.WITHOUT else ""


def _of_record(request: Request) -> Place:
    return Place("", "GetRecord", request.prefix or "", "", "", "", 0, 0, 0, 0)


def _shown(provider: Provider, place: Place) -> Dissemination:
    """How the records of a list are written. A set that leaves a source out is named in its own lists alone: every
    record is in as many of them as there are partners, which would say nothing and cost much."""
    return Dissemination(
        provider.formats[place.prefix],
        provider.terms(),
        provider.settings.oai_namespace,
        bare=place.verb == "ListIdentifiers",
        licence=provider.settings.metadata_licence,
        also=place.set_spec if _left_out(place.set_spec) else "",
    )


def _resumed(provider: Provider, request: Request, epoch: str) -> Place:
    """The place that a token leads to. Raises BadToken."""
    place = token.read(request.token or "", provider.secret, epoch=epoch, verb=request.verb or "")
    if place.prefix not in provider.formats:
        raise BadToken()
    return place


def _overtaken(provider: Provider, place: Place) -> list[State]:
    """Records for a last page whose own records have all changed since the page before promised them.

    OAI-PMH knows no empty page. What was promised stood between `after` and `frozen`, so it was not delivered
    yet, and its state of today is as true as the one that was due.
    """
    after = place.after if place.cursor else place.frozen
    while due := _due(provider, after, place.frozen):
        after = due[-1].number
        found = provider.catalogue.get_many(list({each.id for each in due}))
        fitting = [stored.state for stored in found.values() if _fits(stored.state, place)]
        if fitting:
            return sorted(fitting, key=lambda state: state.change)[: provider.settings.oai_page_size]
    return []


def _due(provider: Provider, after: int, frozen: int) -> list[Change]:
    feed = provider.catalogue.changes(after, _FEED, ("record",)) if after < frozen else []
    return [each for each in feed if each.number <= frozen]


def _fits(state: State, place: Place) -> bool:
    if source := _left_out(place.set_spec):
        within = state.source != source
    else:
        within = not place.set_spec or place.set_spec in state.sets.split()
    return within and (not place.latest or state.datestamp <= place.latest)


_VERBS: Final[dict[str, Callable[[Provider, Request], Answer]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list,
    "ListRecords": _list,
}
