"""What a partner offers, and what some of its records would look like here: a look before the first harvest."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from msgspec import Struct

from harvest import asking
from harvest.asking import Asker, Identity
from harvest.client import Fetch
from harvest.crosswalk import cross
from harvest.errors import NotOaiPmh, PartnerError, RefusedByPartner
from harvest.negotiation import FALLBACK, Offer, ranked
from harvest.report import Fault, fault
from harvest.response import Item
from repository.errors import MutualisError
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.record import Record
from vocabularies.terms import Terms

RECORDS: Final = 20
_PAGES: Final = 5

Told = TypeVar("Told")


class Set(Struct, frozen=True):
    """A set of a repository. Source: OAI-PMH 2.0 section 4.6."""

    spec: str
    name: str


class Seen(Struct, frozen=True):
    """A record as it would be here, or why it would go into quarantine. `placeless` are words of the partner, by where
    they stood, that found no place in a vocabulary or the profile."""

    identifier: str
    record: Record | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    fault: Fault | None = None

    @property
    def placeless(self) -> tuple[tuple[str, str], ...]:
        return tuple((each.element, each.text.value) for each in self.record.source_word) if self.record else ()


class Discovery(Struct, frozen=True, kw_only=True):
    """What a look at a repository found. `readable` are the prefixes that can be read here, the richest first, and
    `prefix` the one that was looked at; `announced` is how many records its list is said to have; `untold` tells what
    the repository did not say, and why."""

    url: str
    identity: Identity
    offers: tuple[Offer, ...]
    readable: tuple[str, ...]
    sets: tuple[Set, ...]
    prefix: str
    seen: tuple[Seen, ...]
    announced: int | None
    untold: tuple[Fault, ...]


def discover(
    url: str, fetch: Fetch, terms: Terms, *, prefix: str = "", set_spec: str = "", formats: Sequence[Format] = FORMATS
) -> Discovery:
    """Ask a repository who it is and what it has, and read the first twenty records of it; nothing is stored.

    Raises HarvestError where it cannot be reached; what it merely does not say is told.
    """
    untold: list[Fault] = []
    identity = _asked(lambda: asking.identify(url, fetch), Identity(), untold)
    offers: list[Offer] = _asked(lambda: asking.offers(url, fetch), [], untold)
    sets: list[Set] = _asked(lambda: [Set(*each) for each in asking.sets(url, fetch)], [], untold)
    readable = tuple(each.prefix for each in ranked(offers, formats, kin=identity.is_kin))
    chosen = prefix or (readable[0] if readable else FALLBACK)
    nothing: tuple[list[Item], int | None] = ([], None)
    items, announced = _asked(lambda: _first(url, fetch, chosen, set_spec), nothing, untold)
    return Discovery(
        url=url,
        identity=identity,
        offers=tuple(offers),
        readable=readable,
        sets=tuple(sets),
        prefix=chosen,
        seen=tuple(_seen(item, chosen, formats, terms) for item in items),
        announced=announced,
        untold=tuple(untold),
    )


def _asked(ask: Callable[[], Told], otherwise: Told, untold: list[Fault]) -> Told:
    """What a repository says, or `otherwise` where it does not, which is noted."""
    try:
        return ask()
    except (NotOaiPmh, PartnerError, RefusedByPartner) as error:
        untold.append(fault(error))
        return otherwise


def _first(url: str, fetch: Fetch, prefix: str, set_spec: str) -> tuple[list[Item], int | None]:
    """The first twenty records that are not deleted, out of the first few pages, and how many there are said to be."""
    asker = Asker(url, fetch)
    asked = {"verb": "ListRecords", "metadataPrefix": prefix, **({"set": set_spec} if set_spec else {})}
    found: dict[str, Item] = {}
    announced = None
    for _ in range(_PAGES):
        page = asker.ask(asked)
        if page.errors and not page.items:
            if asking.codes(page) == {"noRecordsMatch"}:
                break
            raise asking.partner_error(url, page)
        announced = page.announced if announced is None else announced
        found |= {item.identifier or item.place: item for item in page.items if not item.deleted}
        if len(found) >= RECORDS or not page.token:
            break
        asked = {"verb": "ListRecords", "resumptionToken": page.token}
    return list(found.values())[:RECORDS], announced


def _seen(item: Item, prefix: str, formats: Sequence[Format], terms: Terms) -> Seen:
    try:
        if item.fault is not None:
            raise item.fault
        crossed = cross(item, prefix, formats, terms)
    except MutualisError as error:
        return Seen(item.identifier or item.place, fault=fault(error))
    return Seen(item.identifier, crossed.record, crossed.notes, crossed.warnings)
