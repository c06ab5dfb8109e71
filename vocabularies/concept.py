"""Concepts and schemes as typed, frozen values. Source: SKOS Reference (W3C, 2009)."""

from msgspec import Struct

from repository.record import Text

MAPPINGS = ("exact_match", "close_match", "broad_match", "narrow_match", "related_match")


class Concept(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """One concept of one scheme. All links are IRIs; all texts carry their language.

    `scheme` is the scheme's short id ("sector"); `notation` its code there; `top` true for a top concept;
    `properties` holds every other statement as (predicate IRI, value), where a value is an IRI, a Text or a
    number, e.g. (mu:rank, 4) or (dcterms:spatial, country IRI). `replaced_by` is set on a deprecated concept.
    """

    iri: str
    scheme: str
    notation: str | None = None
    pref_label: tuple[Text, ...] = ()
    alt_label: tuple[Text, ...] = ()
    hidden_label: tuple[Text, ...] = ()
    definition: tuple[Text, ...] = ()
    scope_note: tuple[Text, ...] = ()
    editorial_note: tuple[Text, ...] = ()
    top: bool = False
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    exact_match: tuple[str, ...] = ()
    close_match: tuple[str, ...] = ()
    broad_match: tuple[str, ...] = ()
    narrow_match: tuple[str, ...] = ()
    related_match: tuple[str, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
    properties: tuple[tuple[str, str | int | bool | Text], ...] = ()

    def property_values(self, predicate: str) -> tuple[str | int | bool | Text, ...]:
        """The values of one further property, in the order they were read."""
        return tuple(value for name, value in self.properties if name == predicate)


class Scheme(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """A concept scheme. `id` is its short name in addresses ("sector"), `iri` its published address."""

    id: str
    iri: str
    title: tuple[Text, ...] = ()
    description: tuple[Text, ...] = ()
    licence: str | None = None
    rights: tuple[Text, ...] = ()
    source: tuple[str, ...] = ()
    version: str | None = None
    issued: str | None = None


class Collection(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """A labelled group of concepts, such as the countries that take part. Source: SKOS, section 9."""

    iri: str
    label: tuple[Text, ...] = ()
    member: tuple[str, ...] = ()


class Vocabulary(Struct, frozen=True):
    """One scheme with its concepts, as read from or written to one SKOS file."""

    scheme: Scheme
    concepts: tuple[Concept, ...] = ()
