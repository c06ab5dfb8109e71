"""The `mu:` vocabulary as documented RDF (Turtle), served at its own address.

The properties of the profile are read from its table; the few other terms stand in `OTHERS`. Labels and
comments are in the catalogue of messages, under the terms' IRIs.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from repository.messages import LANGUAGES, translate
from repository.namespaces import MU, PREFIXES, SHAPE
from repository.profile.nodes import RECORD_TYPES, TYPES
from repository.profile.nquads import quoted
from repository.profile.table import NODES, Property, properties
from repository.record import Record

VERSION: Final = "1.0"
ISSUED: Final = "2026-11-23"
LICENCE: Final = "http://creativecommons.org/publicdomain/zero/1.0/"


class Term(NamedTuple):
    """One term: its kind ("Class", "ObjectProperty", "DatatypeProperty", "Datatype"), what has it and its values.

    Several classes in `domain` mean that any of them may have it (schema:domainIncludes).
    """

    kind: str
    domain: tuple[str, ...] = ()
    range: str = ""


OTHERS: Final[Mapping[str, Term]] = {
    "Kit": Term("Class"),
    "KitPart": Term("Class"),
    "SourceWord": Term("Class"),
    "Validation": Term("Class"),
    "malformedLanguage": Term("Datatype"),
    "adaptable": Term("DatatypeProperty", ("skos:Concept",), "xsd:boolean"),
    "declaredDate": Term("DatatypeProperty", ("mu:KitPart",), "rdfs:Literal"),
    "declaredUrl": Term("ObjectProperty", ("mu:KitPart",), "rdfs:Resource"),
    "declaredWhere": Term("DatatypeProperty", ("mu:KitPart",), "rdfs:Literal"),
    "document": Term("ObjectProperty", ("mu:KitPart",), "schema:LearningResource"),
    "followed": Term("DatatypeProperty", (), "xsd:string"),
    "issuedFrom": Term("DatatypeProperty", ("schema:LearningResource",), "xsd:date"),
    "kitPart": Term("DatatypeProperty", ("skos:Concept",), "xsd:boolean"),
    "mainSector": Term("ObjectProperty", ("skos:Concept",), "skos:Concept"),
    "modifiedUntil": Term("DatatypeProperty", ("schema:LearningResource",), "xsd:date"),
    "maxBytes": Term("DatatypeProperty", (), "xsd:integer"),
    "maxCharacters": Term("DatatypeProperty", (), "xsd:integer"),
    "maxNesting": Term("DatatypeProperty", (), "xsd:integer"),
    "maxRows": Term("DatatypeProperty", (), "xsd:integer"),
    "maxSeconds": Term("DatatypeProperty", (), "xsd:integer"),
    "open": Term("DatatypeProperty", ("skos:Concept",), "xsd:boolean"),
    "part": Term("ObjectProperty", ("mu:Kit",), "mu:KitPart"),
    "partStatus": Term("ObjectProperty", ("mu:KitPart",), "skos:Concept"),
    "partType": Term("ObjectProperty", ("mu:KitPart",), "skos:Concept"),
    "rank": Term("DatatypeProperty", ("skos:Concept",), "xsd:integer"),
    "representedBy": Term("ObjectProperty", ("schema:LearningResource",), "schema:LearningResource"),
    "sector": Term("ObjectProperty", ("skos:Concept",), "skos:Concept"),
    "unofficialLabel": Term("DatatypeProperty", ("skos:Concept",), "xsd:string"),
}
"""Terms that no row of the profile holds: classes, properties of concepts and of kits, what a writer derives."""

ALSO_ON_KITS: Final = ("occupation",)
"""Properties of the profile that a kit has as well."""

_RANGES: Final[Mapping[str, str]] = {
    **TYPES,
    "agent": "foaf:Agent",
    "concept": "skos:Concept",
    "date": "rdfs:Literal",
    "resource": "schema:LearningResource",
    "string": "xsd:string",
    "text": "rdfs:Literal",
    "url": "rdfs:Resource",
}
_LITERALS: Final = frozenset({"rdfs:Literal", "xsd:string"})


def turtle() -> bytes:
    """The ontology: a header and every term, in alphabetical order."""
    prefixes = "\n".join(f"@prefix {name}: <{PREFIXES[name]}> ." for name in sorted(PREFIXES))
    found = terms()
    blocks = [prefixes, _header(), *(_term(name, found[name]) for name in sorted(found))]
    return "\n\n".join(blocks).encode() + b"\n"


def terms() -> dict[str, Term]:
    """Every term by its local name."""
    found = dict(OTHERS)
    for domain, struct in (
        (RECORD_TYPES[0], Record),
        *((_RANGES.get(kind, ""), struct) for kind, struct in NODES.items()),
    ):
        for each in properties(struct):
            if each.row.rdf.startswith("mu:"):
                found[each.row.rdf.removeprefix("mu:")] = _of_row(each, domain)
    return found


def _of_row(each: Property, domain: str) -> Term:
    held = _RANGES[each.row.range]
    kind = "DatatypeProperty" if held in _LITERALS else "ObjectProperty"
    also = ("mu:Kit",) if each.row.rdf.removeprefix("mu:") in ALSO_ON_KITS else ()
    return Term(kind, (domain, *also), held)


def _shape_names() -> dict[str, str]:
    """Local name of a term -> name of the property whose label it bears."""
    return {
        each.row.rdf.removeprefix("mu:"): each.name
        for struct in (Record, *NODES.values())
        for each in properties(struct)
        if each.row.rdf.startswith("mu:")
    }


def _header() -> str:
    return (
        f"<{MU}> a owl:Ontology ;\n"
        f"    {_texts('dcterms:title', MU)} ;\n    {_texts('dcterms:description', MU + '/comment')} ;\n"
        f"    dcterms:license <{LICENCE}> ;\n"
        f'    dcterms:issued "{ISSUED}"^^xsd:date ;\n    owl:versionInfo "{VERSION}" .'
    )


def _term(name: str, each: Term) -> str:
    if shape := _shape_names().get(name):
        texts = (_texts("rdfs:label", SHAPE + shape), _texts("rdfs:comment", f"{SHAPE}{shape}/help"))
    else:
        texts = (_texts("rdfs:label", MU + name), _texts("rdfs:comment", f"{MU}{name}/comment"))
    parts = [f"mu:{name} a {_KINDS[each.kind]}", *texts, *_domain(each.domain)]
    if each.range:
        parts.append(f"rdfs:range {each.range}")
    return " ;\n    ".join([*parts, f"rdfs:isDefinedBy <{MU}>"]) + " ."


_KINDS: Final = {
    "Class": "owl:Class , rdfs:Class",
    "Datatype": "rdfs:Datatype",
    "DatatypeProperty": "owl:DatatypeProperty , rdf:Property",
    "ObjectProperty": "owl:ObjectProperty , rdf:Property",
}


def _domain(classes: tuple[str, ...]) -> list[str]:
    if len(classes) == 1:
        return [f"rdfs:domain {classes[0]}"]
    return ["schema:domainIncludes " + " , ".join(classes)] if classes else []


def _texts(predicate: str, message: str) -> str:
    texts = (f"{quoted(translate(message, tag))}@{tag}" for tag in LANGUAGES)
    return f"{predicate} {' , '.join(texts)}"
