"""What each graph of the triple store says, as N-Triples lines. Pure; no blank nodes anywhere.

The store can tell a node twice only when it has a name: replaying a step doubles blank nodes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import pyoxigraph as ox

from harvest.source import Source
from repository.catalogue import Stored
from repository.kit import Kit, KitKey, Part, memberships, part_type, parts
from repository.messages import LANGUAGES
from repository.namespaces import MU, expand
from repository.profile import forms, ontology
from repository.profile.disclosure import disclosed
from repository.profile.nquads import quoted, text_term, triples
from repository.profile.spelling import source_iri
from repository.record import Text
from vocabularies import skos
from vocabularies.terms import Terms, choose

VOID: Final = "http://rdfs.org/ns/void#"
TYPE: Final = f"<{expand('rdf:type')}>"
KIT_KEYS: Final = {
    "occupation": MU + "occupation",
    "level": expand("dcterms:educationLevel"),
    "country": expand("dcterms:spatial"),
}
"""Attribute of a kit's key -> its property."""

TITLES: Final = (expand("dcterms:title"), expand("rdfs:label"))
_PART_OF: Final = f"<{expand('dcterms:isPartOf')}>"


def graph_iri(name: str, terms: Terms) -> str:
    """The named graph of a record (its id), of a kit ("kit/" and its id), or of another part of the store."""
    return _safe(f"{terms.base_iri}graph/{name}")


def kit_iri(id: str, terms: Terms) -> str:
    return _safe(f"{terms.base_iri}kit/{id}")


def dataset_iri(terms: Terms) -> str:
    """The catalogue as a whole, as a void:Dataset."""
    return f"{terms.base_iri}dataset"


def of_record(stored: Stored, terms: Terms) -> list[str]:
    """A published record: the profile's statements, its kits, and what is to be said of the graph itself."""
    record, graph = stored.record, f"<{graph_iri(stored.record.id, terms)}>"
    resource = f"<{_safe(terms.resource_iri(record.id))}>"
    kits = dict.fromkeys(each.kit for each in memberships(record, terms))
    lines = triples(disclosed(record, terms), terms)
    lines += [f"{resource} {_PART_OF} <{kit_iri(kit, terms)}> ." for kit in kits]
    lines.append(f"{graph} <{expand('foaf:primaryTopic')}> {resource} .")
    lines.append(f'{graph} <{expand("dcterms:modified")}> "{stored.state.datestamp}"^^<{expand("xsd:dateTime")}> .')
    lines.append(f"{graph} <{VOID}inDataset> <{dataset_iri(terms)}> .")
    if stored.state.source and forms.is_source_id(stored.state.source):
        lines.append(f"{graph} <{expand('dcterms:source')}> <{source_iri(stored.state.source, terms)}> .")
    return lines


def of_kit(kit: Kit, terms: Terms) -> list[str]:
    """A kit: its key, its names, and each part with its status, so that a missing one can be asked for."""
    subject = f"<{kit_iri(kit.id, terms)}>"
    lines = [f"{subject} {TYPE} <{MU}Kit> ."]
    lines += [f"{subject} <{name}> <{_safe(getattr(kit.key, key))}> ." for key, name in KIT_KEYS.items()]
    lines += kit_titles(kit.id, kit.key, terms)
    for part in parts(kit, terms):
        lines += _of_part(kit.id, part, terms)
    return lines


def kit_titles(id: str, key: KitKey, terms: Terms) -> list[str]:
    """A kit's name in each language in which its métier has one: "Électricien bâtiment, CQP, Bénin"."""
    subject, lines = f"<{kit_iri(id, terms)}>", []
    for language in LANGUAGES:
        named = [_label(terms, iri, language) for iri in (key.occupation, key.level, key.country)]
        if (first := named[0]) and (first.language or "").split("-")[0] == language:
            words = ", ".join(text.value for text in named if text)
            lines += [f"{subject} <{name}> {text_term(Text(words, language))} ." for name in TITLES]
    return lines


def _of_part(kit: str, part: Part, terms: Terms) -> Iterator[str]:
    concept = terms.concept(part.type)
    name = (concept.notation if concept else None) or part.type.rsplit("/", 1)[-1]
    subject, whole = f"<{_safe(f'{terms.base_iri}kit/{kit}#{name}')}>", f"<{kit_iri(kit, terms)}>"
    yield f"{whole} <{MU}part> {subject} ."
    yield f"{subject} {TYPE} <{MU}KitPart> ."
    yield f"{subject} <{MU}partType> <{_safe(part.type)}> ."
    yield f"{subject} <{MU}partStatus> <{_safe(part.status)}> ."
    for document in part.documents:
        yield f"{subject} <{MU}document> <{_safe(terms.resource_iri(document))}> ."
    yield from _of_declaration(subject, part)


def _of_declaration(subject: str, part: Part) -> Iterator[str]:
    """Where a part is said to be, and since when; who said it stays inside."""
    if part.declaration is None:
        return
    for where in part.declaration.where:
        yield f"{subject} <{MU}declaredWhere> {text_term(where)} ."
    if part.declaration.url and (iri := forms.absolute_iri(part.declaration.url)):
        yield f"{subject} <{MU}declaredUrl> <{iri}> ."
    if date := part.declaration.date:
        kind = forms.date_type(date)
        datatype = f"^^<{expand('xsd:' + kind)}>" if kind else ""
        yield f"{subject} <{MU}declaredDate> {quoted(date)}{datatype} ."


def of_scheme(scheme: str, terms: Terms) -> list[str]:
    """A scheme with its concepts, the inverse links included; nothing for one that is not known."""
    described = terms.schemes.get(scheme)
    if described is None:
        return []
    lines = skos.triples(described)
    for concept in terms.in_scheme(scheme):
        lines += skos.triples(concept, terms.schemes)
    return lines


def of_collection(iri: str, terms: Terms) -> list[str]:
    return skos.triples(terms.collections[iri]) if iri in terms.collections else []


def of_sources(sources: Iterable[Source], terms: Terms) -> list[str]:
    """The registered sources: their names and the partners' terms. Their addresses may hold keys and stay inside."""
    lines: list[str] = []
    for source in sources:
        subject = f"<{source_iri(source.id, terms)}>"
        lines.append(f"{subject} {TYPE} <{expand('dcat:Catalog')}> .")
        lines += [f"{subject} <{expand('dcterms:title')}> {text_term(name)} ." for name in source.name]
        lines += [f"{subject} <{expand('dcterms:rights')}> {text_term(each)} ." for each in source.terms]
    return lines


def of_clusters(represented: Iterable[tuple[str, str]], terms: Terms) -> list[str]:
    """Descriptions of one resource: each (record, the one that stands for it)."""
    return [
        f"<{_safe(terms.resource_iri(id))}> <{MU}representedBy> <{_safe(terms.resource_iri(other))}> ."
        for id, other in represented
    ]


@cache
def of_ontology() -> tuple[str, ...]:
    """Our own properties and classes, as they are published at their address."""
    return tuple(f"{quad.triple} ." for quad in ox.parse(ontology.turtle(), ox.RdfFormat.TURTLE))


def expected_parts(terms: Terms) -> Sequence[str]:
    """What every kit's graph depends on beside the kit: the parts it is expected to have, in their order."""
    ranks: Mapping[str, object] = {
        each.iri: each.property_values(MU + "rank") for each in terms.in_scheme("resource-type")
    }
    return [f"{iri} {part_type(iri, terms)} {rank}" for iri, rank in ranks.items()]


def _label(terms: Terms, iri: str, language: str) -> Text | None:
    concept = terms.concept(iri)
    return choose(concept.pref_label, language) if concept else None


def _safe(iri: str) -> str:
    """An address without the characters that no RDF syntax can hold."""
    return forms.known_iri(iri) or iri
