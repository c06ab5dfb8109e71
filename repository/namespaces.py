"""The namespaces of the application profile and the addresses that never depend on an installation."""

from typing import Final

MU: Final = "https://w3id.org/mutualis/ns#"
"""Our own properties and classes; published as RDF at its own address (see `repository.profile.ontology`)."""

SHAPE: Final = "https://w3id.org/mutualis/shape/"
"""Every SHACL property shape of the profile is `SHAPE + name`."""

VOCABULARY: Final = "https://w3id.org/mutualis/vocabulary/"
"""Shipped schemes are `VOCABULARY + scheme`, their concepts `VOCABULARY + scheme + "/" + notation`."""

COUNTRY: Final = "http://publications.europa.eu/resource/authority/country/"
LANGUAGE_EU: Final = "http://publications.europa.eu/resource/authority/language/"
LANGUAGE_ISO: Final = "http://lexvo.org/id/iso639-3/"
ISCO: Final = "http://data.europa.eu/esco/isco/C"
ISCED_F: Final = "http://data.europa.eu/snb/isced-f/"

PREFIXES: Final[dict[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "mu": MU,
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix -> namespace, as used in the profile's table, in Turtle and in the SPARQL page."""


def expand(name: str) -> str:
    """Turn a prefixed name of `PREFIXES` ("dcterms:title") into its IRI; raises KeyError on an unknown prefix."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
