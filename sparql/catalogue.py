"""The catalogue as a dataset: what it is, under which licence, how much there is, where it is asked and taken home.

Sources: DCAT 3 (W3C, 2024); DCAT-AP 3.0.1 (SEMIC), whose mandatory properties all are there; VoID (W3C, 2011).
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from repository.messages import LANGUAGES, translate
from repository.namespaces import PREFIXES, expand
from repository.profile.nquads import quoted
from sparql.counts import Counts
from sparql.dumps import Dump, citation, iri

VOID: Final = "http://rdfs.org/ns/void#"
_DESCRIPTION: Final = (
    "The descriptions of documents and tools of vocational training that the participating countries share."
)
_SPARQL_PROTOCOL: Final = "http://www.w3.org/TR/sparql11-protocol/"
_OAI_PMH: Final = "http://www.openarchives.org/OAI/2.0/"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/"
_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"
_CODES: Final = {"fr": "FRA", "pt": "POR", "en": "ENG"}
_SHA256: Final = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


class About(Struct, frozen=True, kw_only=True):
    """What an installation says of itself: its address and the settings `name`, `metadata_licence`, `admin_email`."""

    base_iri: str
    title: str
    licence: str
    email: str


def of_catalogue(about: About, dumps: Sequence[Dump], releases: Sequence[Dump]) -> list[str]:
    """The catalogue, its services, its newest dump with the counts that were true of it, and its releases."""
    return list(_of_catalogue(about, dumps, releases))


def _of_catalogue(about: About, dumps: Sequence[Dump], releases: Sequence[Dump]) -> Iterator[str]:
    subject, base = f"<{about.base_iri}dataset>", about.base_iri
    for kind in (VOID + "Dataset", expand("dcat:Catalog"), expand("dcat:Dataset")):
        yield _says(subject, expand("rdf:type"), f"<{kind}>")
    for language in LANGUAGES:
        yield _says(subject, expand("dcterms:title"), f"{quoted(about.title)}@{language}")
        yield _says(subject, expand("dcterms:description"), f"{quoted(translate(_DESCRIPTION, language))}@{language}")
        yield _says(subject, expand("dcterms:language"), f"<{_LANGUAGE}{_CODES[language]}>")
    yield _says(subject, expand("dcterms:license"), f"<{about.licence}>")
    yield from _publisher(about, subject)
    yield _says(subject, expand("foaf:homepage"), f"<{base}>")
    yield _says(subject, VOID + "sparqlEndpoint", f"<{base}sparql>")
    yield _says(subject, VOID + "uriSpace", quoted(base + "resource/"))
    for vocabulary in ("mu", "dcterms", "dcat", "schema", "skos", "prov", "foaf"):
        yield _says(subject, VOID + "vocabulary", f"<{PREFIXES[vocabulary]}>")
    yield from _service(about, "sparql", "SPARQL", _SPARQL_PROTOCOL)
    yield from _service(about, "oai", "OAI-PMH", _OAI_PMH)
    for dump in dumps[:1]:
        yield _says(subject, expand("dcterms:modified"), _moment(dump.issued))
        yield from _files(subject, dump, about)
        yield from _counts(subject, dump.counts, base)
    for release in releases:
        yield _says(subject, expand("dcat:hasVersion"), f"<{iri(release)}>")
    if releases:
        yield _says(subject, expand("dcat:hasCurrentVersion"), f"<{iri(releases[0])}>")


def of_dump(dump: Dump, about: About) -> list[str]:
    """One dump or release: its files, its counts, and how it is cited."""
    return list(_of_dump(dump, about))


def _of_dump(dump: Dump, about: About) -> Iterator[str]:
    subject = f"<{iri(dump)}>"
    for kind in (VOID + "Dataset", expand("dcat:Dataset")):
        yield _says(subject, expand("rdf:type"), f"<{kind}>")
    for language in LANGUAGES:
        note = dump.note.get(language) or translate(_DESCRIPTION, language)
        yield _says(subject, expand("dcterms:title"), f"{quoted(f'{dump.title}, {dump.name}')}@{language}")
        yield _says(subject, expand("dcterms:description"), f"{quoted(note)}@{language}")
    yield _says(subject, expand("dcterms:license"), f"<{dump.licence}>")
    yield _says(subject, expand("dcterms:issued"), _moment(dump.issued))
    yield _says(subject, expand("dcterms:identifier"), quoted(dump.version))
    yield _says(subject, expand("dcterms:bibliographicCitation"), quoted(citation(dump)))
    yield _says(subject, expand("dcat:isVersionOf"), f"<{dump.base_iri}dataset>")
    if dump.kind == "release":
        yield _says(subject, expand("dcat:version"), quoted(dump.name))
    yield from _publisher(about, subject)
    yield from _files(subject, dump, about)
    yield from _counts(subject, dump.counts, dump.base_iri)


def _publisher(about: About, subject: str) -> Iterator[str]:
    publisher, contact = f"<{about.base_iri}dataset#publisher>", f"<{about.base_iri}dataset#contact>"
    yield _says(subject, expand("dcterms:publisher"), publisher)
    yield _says(publisher, expand("rdf:type"), f"<{expand('foaf:Agent')}>")
    yield _says(publisher, expand("foaf:name"), quoted(about.title))
    yield _says(subject, expand("dcat:contactPoint"), contact)
    vcard = "http://www.w3.org/2006/vcard/ns#"
    yield _says(contact, expand("rdf:type"), f"<{vcard}Kind>")
    yield _says(contact, vcard + "fn", quoted(about.title))
    yield _says(contact, vcard + "hasEmail", f"<mailto:{about.email}>")


def _service(about: About, path: str, title: str, standard: str) -> Iterator[str]:
    subject, service = f"<{about.base_iri}dataset>", f"<{about.base_iri}{path}>"
    yield _says(subject, expand("dcat:service"), service)
    yield _says(service, expand("rdf:type"), f"<{expand('dcat:DataService')}>")
    for language in LANGUAGES:
        yield _says(service, expand("dcterms:title"), f"{quoted(title)}@{language}")
    yield _says(service, expand("dcat:endpointURL"), service)
    yield _says(service, expand("dcat:servesDataset"), subject)
    yield _says(service, expand("dcterms:conformsTo"), f"<{standard}>")
    yield _says(f"<{standard}>", expand("rdf:type"), f"<{expand('dcterms:Standard')}>")


def _files(subject: str, dump: Dump, about: About) -> Iterator[str]:
    for each in dump.files:
        address = f"{iri(dump)}/{each.name}"
        file, checksum = f"<{iri(dump)}#{each.name}>", f"<{iri(dump)}#{each.name}-sha256>"
        yield _says(subject, expand("dcat:distribution"), file)
        yield _says(subject, VOID + "dataDump", f"<{address}>")
        yield _says(file, expand("rdf:type"), f"<{expand('dcat:Distribution')}>")
        for language in LANGUAGES:
            yield _says(file, expand("dcterms:title"), f"{quoted(each.name)}@{language}")
        yield _says(file, expand("dcat:accessURL"), f"<{address}>")
        yield _says(file, expand("dcat:downloadURL"), f"<{address}>")
        yield _says(file, expand("dcat:mediaType"), f"<{_MEDIA}{each.media_type}>")
        yield _says(file, expand("dcat:compressFormat"), f"<{_MEDIA}application/gzip>")
        yield _says(file, expand("dcterms:license"), f"<{about.licence}>")
        size = f"{quoted(str(each.bytes))}^^<{expand('xsd:nonNegativeInteger')}>"
        yield _says(file, expand("dcat:byteSize"), size)
        yield _says(file, expand("spdx:checksum"), checksum)
        yield _says(checksum, expand("rdf:type"), f"<{expand('spdx:Checksum')}>")
        yield _says(checksum, expand("spdx:algorithm"), f"<{_SHA256}>")
        yield _says(checksum, expand("spdx:checksumValue"), f"{quoted(each.sha256)}^^<{expand('xsd:hexBinary')}>")


def _counts(subject: str, counts: Counts, base_iri: str) -> Iterator[str]:
    yield _says(subject, VOID + "triples", _number(counts.triples))
    yield _says(subject, VOID + "entities", _number(counts.resources))
    yield _says(subject, VOID + "classes", _number(len(counts.classes)))
    yield _says(subject, VOID + "properties", _number(len(counts.properties)))
    for name, number in counts.classes.items():
        part = _part(subject, "class", name)
        yield _says(subject, VOID + "classPartition", part)
        yield _says(part, VOID + "class", f"<{name}>")
        yield _says(part, VOID + "entities", _number(number))
    for name, number in counts.properties.items():
        part = _part(subject, "property", name)
        yield _says(subject, VOID + "propertyPartition", part)
        yield _says(part, VOID + "property", f"<{name}>")
        yield _says(part, VOID + "triples", _number(number))
    for each in counts.links:
        part = _part(subject, "links", f"{each.target} {each.property}")
        target = _part(subject, "target", each.target)
        yield _says(part, expand("rdf:type"), f"<{VOID}Linkset>")
        yield _says(subject, VOID + "subset", part)
        yield _says(part, VOID + "subjectsTarget", f"<{base_iri}dataset>")
        yield _says(part, VOID + "objectsTarget", target)
        yield _says(part, VOID + "linkPredicate", f"<{each.property}>")
        yield _says(part, VOID + "triples", _number(each.number))
        yield _says(target, VOID + "uriSpace", quoted(each.target))


def _part(subject: str, kind: str, name: str) -> str:
    """The address of a part: there are no blank nodes."""
    return f"{subject[:-1]}#{kind}-{blake2b(name.encode(), digest_size=4).hexdigest()}>"


def _says(subject: str, predicate: str, value: str) -> str:
    return f"{subject} <{predicate}> {value} ."


def _number(value: int) -> str:
    return f"{quoted(str(value))}^^<{expand('xsd:integer')}>"


def _moment(written: str) -> str:
    return f"{quoted(written)}^^<{expand('xsd:dateTime')}>"
