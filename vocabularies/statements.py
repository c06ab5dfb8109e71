"""Which RDF statement says which attribute of a concept or scheme: the tables of reading and writing SKOS."""

from typing import Final

from repository.namespaces import expand
from repository.record import Text

SKOS: Final = expand("skos:")
TEXTS: Final = {
    SKOS + "prefLabel": "pref_label",
    SKOS + "altLabel": "alt_label",
    SKOS + "hiddenLabel": "hidden_label",
    SKOS + "definition": "definition",
    SKOS + "scopeNote": "scope_note",
    SKOS + "editorialNote": "editorial_note",
}
LINKS: Final = {
    SKOS + "broader": "broader",
    SKOS + "related": "related",
    SKOS + "exactMatch": "exact_match",
    SKOS + "closeMatch": "close_match",
    SKOS + "broadMatch": "broad_match",
    SKOS + "narrowMatch": "narrow_match",
    SKOS + "relatedMatch": "related_match",
    expand("dcterms:isReplacedBy"): "replaced_by",
}
XL: Final = "http://www.w3.org/2008/05/skos-xl#"
TYPE: Final = expand("rdf:type")
NOTATION: Final = SKOS + "notation"
DEPRECATED: Final = expand("owl:deprecated")

SCHEME_TEXTS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("title", ("dcterms:title", "dc:title", "skos:prefLabel", "rdfs:label")),
    ("description", ("dcterms:description", "dc:description", "skos:definition", "rdfs:comment")),
    ("rights", ("dcterms:rights", "dc:rights", "skos:note")),
)
SCHEME_STRINGS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("licence", ("dcterms:license",)),
    ("version", ("owl:versionInfo", "dcterms:hasVersion", "schema:version")),
    ("issued", ("dcterms:issued", "dcterms:created", "dcterms:modified")),
)


def text_order(text: Text) -> tuple[str, str]:
    """Texts by language, those without one first."""
    return (text.language or "", text.value)


def value_order(value: str | int | bool | Text) -> tuple[str, str, str]:
    """Values of mixed kinds in one fixed order."""
    kind = type(value).__name__
    return (kind, *text_order(value)) if isinstance(value, Text) else (kind, "", str(value))
