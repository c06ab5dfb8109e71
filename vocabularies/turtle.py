"""SKOS written down: readable Turtle for files, N-Triples lines for the triple store. No blank nodes."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from repository.formats.ntriples import iri, literal
from repository.namespaces import PREFIXES, expand
from repository.record import Text
from vocabularies.concept import Collection, Concept, Scheme, Vocabulary
from vocabularies.statements import (
    DEPRECATED,
    LINKS,
    NOTATION,
    SCHEME_STRINGS,
    SCHEME_TEXTS,
    SKOS,
    TEXTS,
    TYPE,
    text_order,
    value_order,
)

Value: TypeAlias = str | int | bool | Text
Statement: TypeAlias = tuple[str, Value]

_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_IS_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def write(vocabulary: Vocabulary) -> bytes:
    """One scheme with its concepts as Turtle: the same vocabulary always gives the same bytes."""
    scheme = vocabulary.scheme
    concepts = sorted(vocabulary.concepts, key=lambda each: (each.notation or "", each.iri))
    tops = [(SKOS + "hasTopConcept", each.iri) for each in concepts if each.top]
    blocks = [_block(scheme.iri, [*_of_scheme(scheme), *tops])]
    blocks += [_block(each.iri, list(_of_concept(each, scheme.iri))) for each in concepts]
    body = "\n".join(blocks)
    used = [name for name in sorted(PREFIXES) if re.search(rf"(?<![\w<\"]){name}:[A-Za-z]", body)]
    header = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in used)
    return f"{header}\n{body}".encode()


def triples(value: Concept | Scheme | Collection, schemes: Mapping[str, Scheme] | None = None) -> list[str]:
    """The statements about one thing as N-Triples lines (each ends in " ."), the inverse links included.

    `schemes` are the known ones by id, such as `Terms.schemes`; a concept of another gets no skos:inScheme.
    """
    if isinstance(value, Concept):
        scheme = (schemes or {}).get(value.scheme)
        inverse = list(_inverse(value, scheme.iri if scheme else ""))
        return [*_lines(value.iri, _of_concept(value, scheme.iri if scheme else "")), *inverse]
    return _lines(value.iri, _of_scheme(value) if isinstance(value, Scheme) else _of_collection(value))


def _lines(subject: str, statements: Iterator[Statement]) -> list[str]:
    return [f"{iri(subject)} {iri(predicate)} {_term(value)} ." for predicate, value in statements]


def _inverse(concept: Concept, scheme_iri: str) -> Iterator[str]:
    for broader in concept.broader:
        yield f"{iri(broader)} {iri(SKOS + 'narrower')} {iri(concept.iri)} ."
    if concept.top and scheme_iri:
        yield f"{iri(scheme_iri)} {iri(SKOS + 'hasTopConcept')} {iri(concept.iri)} ."


def _of_scheme(scheme: Scheme) -> Iterator[Statement]:
    yield TYPE, SKOS + "ConceptScheme"
    for attribute, (name, *_) in SCHEME_TEXTS:
        for text in sorted(getattr(scheme, attribute), key=text_order):
            yield expand(name), text
    for attribute, (name, *_) in SCHEME_STRINGS:
        if held := getattr(scheme, attribute):
            yield expand(name), held if _IS_IRI.fullmatch(held) else Text(held)
    for source in scheme.source:
        yield expand("dcterms:source"), source if _IS_IRI.fullmatch(source) else Text(source)


def _of_concept(concept: Concept, scheme_iri: str) -> Iterator[Statement]:
    yield TYPE, SKOS + "Concept"
    if concept.notation is not None:
        yield NOTATION, Text(concept.notation)
    for predicate, attribute in TEXTS.items():
        for text in sorted(getattr(concept, attribute), key=text_order):
            yield predicate, text
    if scheme_iri:
        yield SKOS + "inScheme", scheme_iri
        if concept.top:
            yield SKOS + "topConceptOf", scheme_iri
    for predicate, attribute in LINKS.items():
        for target in sorted(getattr(concept, attribute)):
            yield predicate, target
    if concept.deprecated:
        yield DEPRECATED, True
    yield from sorted(concept.properties, key=lambda pair: (pair[0], value_order(pair[1])))


def _of_collection(collection: Collection) -> Iterator[Statement]:
    yield TYPE, SKOS + "Collection"
    for text in sorted(collection.label, key=text_order):
        yield SKOS + "prefLabel", text
    for member in collection.member:
        yield SKOS + "member", member


def _term(value: Value) -> str:
    """A value as N-Triples writes it; dates keep their type by their form."""
    if isinstance(value, Text):
        dated = value.language is None and _DATE.fullmatch(value.value)
        return literal(value.value, value.language, "date" if dated else "")
    if isinstance(value, bool):
        return literal("true" if value else "false", datatype="boolean")
    return literal(str(value), datatype="integer") if isinstance(value, int) else iri(value)


def _block(subject: str, statements: list[Statement]) -> str:
    grouped: dict[str, list[str]] = {}
    for predicate, value in statements:
        grouped.setdefault(predicate, []).append(_short(value))
    parts = [
        f"    {'a' if predicate == TYPE else _name(predicate)} " + " ,\n        ".join(held)
        for predicate, held in grouped.items()
    ]
    return f"{_name(subject)}\n" + " ;\n".join(parts) + " .\n"


def _short(value: Value) -> str:
    if isinstance(value, str):
        return _name(value)
    if isinstance(value, Text):
        return _term(value).replace("^^<http://www.w3.org/2001/XMLSchema#date>", "^^xsd:date")
    return str(value).lower()


def _name(value: str) -> str:
    """An IRI by its prefix where the rest is a plain name, else in full."""
    for prefix, start in PREFIXES.items():
        if value.startswith(start) and _LOCAL.fullmatch(value[len(start) :]):
            return f"{prefix}:{value[len(start) :]}"
    return iri(value)
