"""The profile as a SHACL shapes graph in Turtle, generated from the same table as the field rules.

One property shape per property and constraint, so that each has its own address and sentence. Nested nodes are
reached through the property that leads to them and never by their class, or their faults would be reported
twice. Only SHACL Core is used. Source: SHACL (W3C, 2017).
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from repository.messages import LANGUAGES, translate
from repository.namespaces import PREFIXES, SHAPE
from repository.profile import forms
from repository.profile.constraints import (
    FORM,
    IDENTIFIABLE,
    KIT,
    LANGUAGE,
    MAX,
    MIN,
    ORDER,
    SENTENCES,
    UNIQUE_LANGUAGE,
    constraints,
    sentence,
    shape_iri,
    terms_for,
)
from repository.profile.labels import help_text, label, say
from repository.profile.nodes import AGENT_IDENTIFIER, ORDERED
from repository.profile.nquads import quoted
from repository.profile.row import Range
from repository.profile.rules import is_kit_type
from repository.profile.spelling import ALGORITHM, IANA
from repository.profile.table import NODES, Property, properties
from repository.record import Record
from vocabularies.terms import Terms

LISTED: Final = 64
"""Schemes of up to this many concepts are listed (sh:in); larger ones are told by the form of their IRIs."""

TARGET: Final = "schema:LearningResource"


def graph(terms: Terms, need: Literal["deposit", "harvest"] = "deposit") -> bytes:
    """The shapes graph. For harvested records all but `identifiable` is a warning, as in `rules.check`."""
    severity = "sh:Violation" if need == "deposit" else "sh:Warning"
    names = {"rdfs": PREFIXES["rdfs"]} | {name: PREFIXES[name] for name in _USED}
    blocks = [f"@prefix {prefix}: <{names[prefix]}> ." for prefix in sorted(names)]
    blocks.append(_node_shape())
    for struct in (Record, *NODES.values()):
        for each in properties(struct):
            blocks.extend(_shape(each, name, severity, terms) for name in constraints(each) if name != KIT)
    if need == "deposit":
        blocks.extend(_kit_shape(each, severity, terms) for each in properties(Record) if each.row.kit)
    else:
        blocks.append(_identifiable())
    return "\n\n".join(blocks).encode() + b"\n"


_USED: Final = ("adms", "dcat", "dcterms", "foaf", "mu", "prov", "rdf", "schema", "sh", "spdx", "xsd")


def _node_shape() -> str:
    return f"<{SHAPE}record> a sh:NodeShape ;\n    sh:targetClass {TARGET}{_links(Record)} ."


def _links(struct: type) -> str:
    """The property shapes of a node, one to a line."""
    iris = [shape_iri(each.name, name) for each in properties(struct) for name in constraints(each) if name != KIT]
    return "".join(f" ;\n    sh:property <{iri}>" for iri in iris)


def _shape(each: Property, constraint: str, severity: str, terms: Terms) -> str:
    iri = shape_iri(each.name, constraint)
    path = each.row.rdf or AGENT_IDENTIFIER
    if constraint == ORDER:
        path = next(f"mu:{keys[0]}" for ordered, keys in ORDERED if ordered == each)
    parts = [f"<{iri}> a sh:PropertyShape", f"sh:path {path}", _constraint(each, constraint, terms)]
    if constraint == FORM:
        parts.append(_texts("sh:name", {tag: label(each.name, tag) for tag in LANGUAGES}))
        parts.append(_texts("sh:description", {tag: help_text(each.name, tag) for tag in LANGUAGES}))
    parts.append(_message(iri, sentence(each, constraint), terms))
    parts.append(f"sh:severity {severity}")
    nested = _links(NODES[each.row.range]) if constraint == FORM and each.row.range in NODES else ""
    return " ;\n    ".join(parts) + nested + " ."


def _texts(predicate: str, texts: Mapping[str, str]) -> str:
    return f"{predicate} " + " , ".join(f"{quoted(text)}@{tag}" for tag, text in texts.items())


def _message(iri: str, message: str, terms: Terms) -> str:
    return _texts(
        "sh:message",
        {tag: say(iri, message, tag, translate("the value found", tag), terms) for tag in LANGUAGES},
    )


def _constraint(each: Property, constraint: str, terms: Terms) -> str:
    if constraint == ORDER:
        return next(f"sh:lessThanOrEquals mu:{keys[1]}" for ordered, keys in ORDERED if ordered == each)
    if constraint != FORM:
        return _PLAIN[constraint]
    if each.row.range == "concept":
        return "sh:nodeKind sh:IRI ; " + _concepts(each, terms)
    return "sh:nodeKind sh:IRI" if each.row.range in NODES else _FORMS[each.row.range]


_PLAIN: Final[Mapping[str, str]] = {
    MIN: "sh:minCount 1",
    MAX: "sh:maxCount 1",
    LANGUAGE: "sh:or ( [ sh:datatype rdf:langString ] [ sh:datatype xsd:string ] )",
    UNIQUE_LANGUAGE: "sh:uniqueLang true",
}


def _pattern(expression: str) -> str:
    return f"sh:pattern {quoted(expression)}"


_NOT_BLANK: Final = _pattern(forms.NOT_BLANK)

_FORMS: Final[Mapping[Range, str]] = {
    "text": f"sh:nodeKind sh:Literal ; {_NOT_BLANK}",
    "string": f"sh:datatype xsd:string ; {_NOT_BLANK}",
    "resource": "sh:nodeKind sh:IRI",
    "source": "sh:nodeKind sh:IRI",
    "url": f"sh:nodeKind sh:IRI ; {_pattern(forms.HTTP)}",
    "date": "sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:gYear ] )",
    "timestamp": f"sh:datatype xsd:dateTime ; {_pattern('(Z|[+]00:00)$')}",
    "duration": f"sh:datatype xsd:duration ; {_pattern(forms.DURATION)}",
    "integer": "sh:datatype xsd:nonNegativeInteger",
    "media-type": f"sh:nodeKind sh:IRI ; {_pattern(f'^{re.escape(IANA)}{forms.MEDIA_TYPE}$')}",
    "hexadecimal": f"sh:datatype xsd:hexBinary ; {_pattern('^([0-9a-f][0-9a-f])+$')}",
    "checksum-algorithm": f"sh:in ( {' '.join(f'<{ALGORITHM}{name}>' for name in forms.CHECKSUMS)} )",
}


def _concepts(each: Property, terms: Terms) -> str:
    iris = [concept.iri for concept in terms_for(each, terms)]
    if len(iris) <= LISTED:
        return f"sh:in ( {' '.join(f'<{iri}>' for iri in iris)} )"
    spaces = sorted({iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris})
    return _pattern(f"^({'|'.join(map(_literal, spaces))})[^/#]+$")


def _literal(words: str) -> str:
    """An expression for exactly these words; of the punctuation in IRIs only these signs mean something."""
    return re.sub(r"([.?+*()$\[\]{}|^\\])", r"\\\1", words)


def _kit_shape(each: Property, severity: str, terms: Terms) -> str:
    """Kit documents need the property: no type of a kit, or a value. A node shape, since it joins two paths."""
    kinds = [concept.iri for concept in terms.in_scheme("resource-type") if is_kit_type(concept.iri, terms)]
    listed = " ".join(f"<{iri}>" for iri in kinds)
    iri = shape_iri(each.name, KIT)
    return (
        f"<{iri}> a sh:NodeShape ;\n    sh:targetClass {TARGET} ;\n    sh:or (\n"
        f"        [ sh:property [ sh:path dcterms:type ; sh:qualifiedMaxCount 0 ;\n"
        f"            sh:qualifiedValueShape [ sh:in ( {listed} ) ] ] ]\n"
        f"        [ sh:property [ sh:path {each.row.rdf} ; sh:minCount 1 ] ]\n    ) ;\n"
        f"    {_message(iri, SENTENCES[KIT], terms)} ;\n    sh:severity {severity} ."
    )


def _identifiable() -> str:
    some = " ".join(
        f"[ sh:property [ sh:path {path} ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ {_NOT_BLANK} ] ] ]"
        for path in ("dcterms:title", "dcterms:identifier")
    )
    texts = {tag: translate(SENTENCES["identifiable"], tag) for tag in LANGUAGES}
    return (
        f"<{IDENTIFIABLE}> a sh:NodeShape ;\n    sh:targetClass {TARGET} ;\n    sh:or ( {some} ) ;\n"
        f"    {_texts('sh:message', texts)} ;\n    sh:severity sh:Violation ."
    )
