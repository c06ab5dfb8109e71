"""Vocabularies as pages show them: a scheme as a tree, a concept with its words, neighbours and mappings. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from repository.messages import marked
from repository.namespaces import MU
from repository.web import texts
from repository.web.addresses import SCHEMES, Addresses
from repository.web.fields import Reading, Value
from repository.web.fields import concept as concept_value
from repository.web.texts import Shown
from vocabularies.concept import Concept, Scheme
from vocabularies.finding import finder
from vocabularies.terms import Terms, choose, fold

FACET_OF: Final = {scheme: facet for facet, held in SCHEMES.items() for scheme in held}
"""Scheme -> the facet that its concepts are chosen in."""

_MOST_LISTED: Final = 700
"""Concepts that one page lists; a longer scheme is shown by its top concepts, or by a search in it."""

_MAPPINGS: Final = (
    (marked("Exactly the same as"), "exact_match"),
    (marked("Nearly the same as"), "close_match"),
    (marked("Narrower than"), "broad_match"),
    (marked("Broader than"), "narrow_match"),
    (marked("Related to"), "related_match"),
)


@dataclass(frozen=True, slots=True)
class SchemeShown:
    """One scheme in the list of vocabularies."""

    id: str
    iri: str
    title: Shown
    description: Shown | None
    href: str
    size: int
    summary: Shown | None
    licence: Value | None
    version: str
    issued: str
    source: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A concept in a tree with its narrower ones."""

    label: Shown
    notation: str
    href: str
    narrower: tuple["Node", ...] = ()
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class SchemePage:
    """A scheme with its tree. `found` counts the concepts that match the words, where there are any."""

    scheme: SchemeShown
    nodes: tuple[Node, ...]
    found: int
    searchable: bool


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """One concept with everything that is said about it, and how many resources it has."""

    iri: str
    scheme: SchemeShown
    label: Shown
    notation: str
    labels: tuple[tuple[str, str, tuple[str, ...]], ...]
    definition: Shown | None
    notes: tuple[Shown, ...]
    path: tuple[Value, ...]
    narrower: tuple[Value, ...]
    related: tuple[Value, ...]
    mappings: tuple[tuple[str, tuple[Value, ...]], ...]
    links: tuple[tuple[str, tuple[Value, ...]], ...]
    replaced_by: tuple[Value, ...]
    deprecated: bool
    total: int
    search: str
    kits: str
    files: str


def all_schemes(terms: Terms, to: Addresses) -> tuple[SchemeShown, ...]:
    shown = (_scheme(each, terms, to) for each in terms.schemes.values())
    return tuple(sorted(shown, key=lambda each: fold(each.title.value)))


def of_scheme(scheme: Scheme, words: str, terms: Terms, to: Addresses) -> SchemePage:
    """A scheme's tree; with `words`, the concepts that have a name in which all of them begin a word, best first."""
    concepts = terms.in_scheme(scheme.id)
    if words:
        found = [hit.concept for hit in finder(terms, scheme.id).begin(words, to.language, len(concepts))]
        nodes = tuple(Node(*_named(each, terms, to), (), each.deprecated) for each in found[:_MOST_LISTED])
        return SchemePage(_scheme(scheme, terms, to), nodes, len(found), True)
    tops = _tops(terms, scheme.id)
    deep = len(concepts) <= _MOST_LISTED
    nodes = _sorted(_node(each, terms, to, deep, frozenset()) for each in tops)
    return SchemePage(_scheme(scheme, terms, to), nodes, len(concepts), len(concepts) > 30)


def letters(scheme: Scheme, asked: str, terms: Terms, to: Addresses) -> tuple[tuple[str, ...], tuple[Node, ...]]:
    """The letters that names begin with for a reader, and the terms of the one that is asked for, by name."""
    held = _by_letter(terms, scheme.id, to.language)
    nodes = (Node(*_named(each, terms, to), (), each.deprecated) for each in held.get(asked, ()))
    return tuple(sorted(held)), tuple(sorted(nodes, key=lambda node: fold(node.label.value)))


def _by_letter(terms: Terms, scheme: str, language: str) -> Mapping[str, tuple[Concept, ...]]:
    """The concepts of a scheme by the first letter of their names for a reader; made once for each snapshot."""
    return terms.once(("letters", scheme, language), lambda: _lettered(terms, scheme, language))


def _lettered(terms: Terms, scheme: str, language: str) -> Mapping[str, tuple[Concept, ...]]:
    held: dict[str, list[Concept]] = {}
    for each in terms.in_scheme(scheme):
        label = choose(each.pref_label, language)
        first = fold(label.value if label else each.iri)[:1].upper()
        held.setdefault(first if first.isalpha() else "#", []).append(each)
    return {letter: tuple(found) for letter, found in held.items()}


def _tops(terms: Terms, scheme: str) -> tuple[Concept, ...]:
    """The concepts of a scheme that stand below no other of it; looked for once for each snapshot."""

    def found() -> tuple[Concept, ...]:
        held = terms.in_scheme(scheme)
        return tuple(each for each in held if not any(_in(scheme, above, terms) for above in each.broader))

    return terms.once(("tops", scheme), found)


def of_concept(concept: Concept, total: int, facet: str, terms: Terms, to: Addresses) -> ConceptPage:
    reading = Reading(terms, to)
    above = [iri for iri in terms.ancestors(concept.iri) if terms.concept(iri)]
    return ConceptPage(
        iri=concept.iri,
        scheme=_scheme(terms.schemes[concept.scheme], terms, to),
        label=texts.label(terms, concept.iri, to.language),
        notation=concept.notation or "",
        labels=_labels(concept, to.language),
        definition=texts.best(concept.definition, to.language),
        notes=tuple(
            note for held in (concept.scope_note, concept.editorial_note) if (note := texts.best(held, to.language))
        ),
        path=_values(reversed(above), reading),
        narrower=_values(terms.narrower(concept.iri), reading),
        related=_values(concept.related, reading),
        mappings=_mappings(concept, reading),
        links=_links(concept, reading),
        replaced_by=_values(concept.replaced_by, reading),
        deprecated=concept.deprecated,
        total=total,
        search=to.search({facet: [concept.iri]}, terms) if facet else "",
        kits=to.search({facet: [concept.iri]}, terms, show="kits") if facet == "occupation" else "",
        files=to.neutral(f"vocabulary/{concept.scheme}/{concept.notation}") if concept.notation else "",
    )


def _scheme(scheme: Scheme, terms: Terms, to: Addresses) -> SchemeShown:
    return SchemeShown(
        id=scheme.id,
        iri=scheme.iri,
        title=texts.best(scheme.title, to.language) or Shown(scheme.id),
        description=texts.best(scheme.description, to.language),
        href=to.scheme(scheme.id),
        size=len(terms.in_scheme(scheme.id)),
        summary=_first_sentence(texts.best(scheme.description, to.language)),
        licence=_licence(scheme.licence, terms, to) if scheme.licence else None,
        version=scheme.version or "",
        issued=texts.day(scheme.issued, to.language),
        source=tuple(Value(Shown(each), each if texts.is_link(each) else "", outside=True) for each in scheme.source),
    )


def _licence(iri: str, terms: Terms, to: Addresses) -> Value:
    """A licence by its name where the vocabularies have it, leading to its text."""
    name = texts.label(terms, iri, to.language) if terms.concept(iri) else Shown(iri)
    return Value(name, iri if texts.is_link(iri) else "", outside=True)


def _first_sentence(described: Shown | None) -> Shown | None:
    if described is None:
        return None
    first, stop, _ = described.value.partition(". ")
    return replace(described, value=first + stop.rstrip())


def _said(notation: str) -> str:
    """A notation that people use ("BJ", "RMC", "7411", "fon"); "" for one that only repeats the name in an address."""
    return "" if len(notation) > 4 and not any(char.isdigit() or char.isupper() for char in notation) else notation


def _node(concept: Concept, terms: Terms, to: Addresses, deep: bool, above: frozenset[str]) -> Node:
    inside = above | {concept.iri}
    held = [terms.concepts[iri] for iri in terms.narrower(concept.iri) if deep and iri not in inside]
    below = _sorted(_node(each, terms, to, deep, inside) for each in held if each.scheme == concept.scheme)
    return Node(*_named(concept, terms, to), below, concept.deprecated)


def _named(concept: Concept, terms: Terms, to: Addresses) -> tuple[Shown, str, str]:
    label = texts.label(terms, concept.iri, to.language)
    return label, _said(concept.notation or ""), to.concept(concept.iri, terms) or ""


def _sorted(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """By number where the notations are numbers, else by name."""
    held = list(nodes)
    if all(node.notation[:1].isdigit() for node in held):
        return tuple(sorted(held, key=lambda node: node.notation))
    return tuple(sorted(held, key=lambda node: fold(node.label.value)))


def _in(scheme: str, iri: str, terms: Terms) -> bool:
    concept = terms.concept(iri)
    return concept is not None and concept.scheme == scheme


def _labels(concept: Concept, language: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(language tag, preferred label, other labels) of each language, the reader's first."""
    tags = dict.fromkeys(text.language or "" for text in (*concept.pref_label, *concept.alt_label))
    ordered = sorted(tags, key=lambda tag: (tag.split("-")[0] != language, tag))
    return tuple(
        (
            tag,
            next((text.value for text in concept.pref_label if (text.language or "") == tag), ""),
            tuple(text.value for text in concept.alt_label if (text.language or "") == tag),
        )
        for tag in ordered
    )


def _values(iris: Iterable[str], reading: Reading) -> tuple[Value, ...]:
    return tuple(concept_value(iri, reading) for iri in iris)


def _mappings(concept: Concept, reading: Reading) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    found = ((label, getattr(concept, attribute)) for label, attribute in _MAPPINGS)
    return tuple((label, _values(iris, reading)) for label, iris in found if iris)


_LINKS: Final = (
    (marked("Sectors"), MU + "sector"),
    (marked("Country"), "http://purl.org/dc/terms/spatial"),
)


def _links(concept: Concept, reading: Reading) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """Further statements that lead to other concepts: a métier's sectors, a diploma's country."""
    found = ((label, concept.property_values(predicate)) for label, predicate in _LINKS)
    return tuple((label, _values(map(str, held), reading)) for label, held in found if held)
