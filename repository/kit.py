"""Kits: all documents for one métier at one level from one country, and what is known of each part.

Each part is deposited, existing elsewhere, declared not to exist, or unknown: an absence in the data is never
mistaken for an absence in the world.
"""

from functools import lru_cache
from itertools import product
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from repository.identity import slug
from repository.namespaces import MU, VOCABULARY
from repository.record import Record, Text
from vocabularies.terms import Terms

STATUS = VOCABULARY + "kit-part-status/"
DEPOSITED, ELSEWHERE = STATUS + "deposited", STATUS + "elsewhere"
NONEXISTENT, UNKNOWN = STATUS + "nonexistent", STATUS + "unknown"
_SPATIAL = "http://purl.org/dc/terms/spatial"
_MOST_KITS = 24
_PLAIN = ("country", "level", "occupation")


class KitKey(Struct, frozen=True, order=True):
    """What makes a kit: the IRIs of its country, level and métier."""

    country: str
    level: str
    occupation: str

    def id(self, terms: Terms) -> str:
        """The kit's local id, "BJ/BJ-CQP/electricien-batiment": its address is `base_iri + "kit/" + id`."""
        return f"{_code(terms, self.country)}/{_code(terms, self.level)}/{_code(terms, self.occupation)}"


class Membership(Struct, frozen=True, order=True):
    """A document's place in a kit: the kit, and the type (IRI) of the part that the document is."""

    kit: str
    key: KitKey
    type: str


class Declaration(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """What somebody declared of a part that is not deposited: `status` elsewhere or nonexistent (IRI).

    `where` is an address or a place; `who` declared it on `date`.
    """

    type: str
    status: str
    where: tuple[Text, ...] = ()
    url: str | None = None
    who: str | None = None
    date: str | None = None


class Kit(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """A kit as stored: its key, its documents as (type, record id) and what was declared of other parts."""

    id: str
    key: KitKey
    documents: tuple[tuple[str, str], ...] = ()
    declarations: tuple[Declaration, ...] = ()


class Part(Struct, frozen=True, kw_only=True):
    """One part as shown: its type, status, documents and the declaration that its status rests on."""

    type: str
    status: str
    documents: tuple[str, ...] = ()
    declaration: Declaration | None = None


def memberships(record: Record, terms: Terms) -> tuple[Membership, ...]:
    """The kits that a record belongs to, by its métiers, levels, countries and types.

    A national level counts for its own country alone. A record that names so many that it describes no kit
    (more than 24 combinations) belongs to none.
    """
    keys = [
        KitKey(country, level, occupation)
        for country, level, occupation in product(record.country, record.level, record.occupation)
        if _level_of(country, level, terms)
    ]
    found = {
        Membership(key.id(terms), key, part_type(kind, terms)) for key, kind in product(keys, record.resource_type)
    }
    return tuple(sorted(found)) if len(found) <= _MOST_KITS else ()


def parts(kit: Kit, terms: Terms) -> tuple[Part, ...]:
    """What is known of each part, in the engineering order of the types.

    Parts are those a kit is expected to have, and any other that is deposited or declared.
    """
    documents: dict[str, list[str]] = {}
    for kind, record in kit.documents:
        documents.setdefault(kind, []).append(record)
    declared = {each.type: each for each in kit.declarations}
    kinds = {*documents, *declared, *expected(terms)}
    return tuple(
        _part(kind, tuple(documents.get(kind, ())), declared.get(kind))
        for kind in sorted(kinds, key=lambda iri: (_rank(iri, terms), iri))
    )


@lru_cache(maxsize=2)
def expected(terms: Terms) -> tuple[str, ...]:
    """The types that every kit should have: those that the vocabulary marks as parts of a kit."""
    return tuple(
        concept.iri for concept in terms.in_scheme("resource-type") if True in concept.property_values(MU + "kitPart")
    )


def part_type(kind: str, terms: Terms) -> str:
    """The part that a document of this type is: the type itself, or the broader one that a kit expects."""
    wanted = set(expected(terms))
    return next((iri for iri in (kind, *terms.ancestors(kind)) if iri in wanted), kind)


def _part(kind: str, documents: tuple[str, ...], declaration: Declaration | None) -> Part:
    if documents:
        return Part(type=kind, status=DEPOSITED, documents=documents)
    status = declaration.status if declaration else UNKNOWN
    return Part(type=kind, status=status, declaration=declaration)


def _level_of(country: str, level: str, terms: Terms) -> bool:
    concept = terms.concept(level)
    places = concept.property_values(_SPATIAL) if concept else ()
    return not places or country in places


def _rank(iri: str, terms: Terms) -> int:
    concept = terms.concept(iri)
    ranks = concept.property_values(MU + "rank") if concept else ()
    return int(str(ranks[0])) if ranks else 99


def _code(terms: Terms, iri: str) -> str:
    """A concept's part of an address. Two concepts never share one, or two kits would become one kit.

    Notations are unique in a scheme only: the regional level "3" and ISCED level "3" go by their schemes' names.
    """
    concept = terms.concept(iri)
    if concept is not None and concept.notation:
        return concept.notation if concept.scheme in _PLAIN else f"{concept.scheme}-{concept.notation}"
    return f"{slug(iri.rstrip('/#').rsplit('/', 1)[-1])}-{uuid5(NAMESPACE_URL, iri).hex[:8]}"
