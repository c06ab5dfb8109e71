"""The parts that a record is made of: texts with their language, agents, files, acts and where it came from.

Attributes carry their rows of the profile, as those of `repository.record.Record` do.
"""

from typing import Annotated

from msgspec import Struct, field

from repository.profile.row import Row


class Text(Struct, frozen=True, order=True, omit_defaults=True):
    """A text and its language (BCP 47 tag, lower-case language first: "fr", "pt", "pt-GW"; None: not known)."""

    value: str = field(name="@value")
    language: str | None = field(default=None, name="@language")


class Agent(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """An organisation or a person, by IRI where one is known and by name otherwise.

    `kind` is "organisation", "person" or None where the source does not say.
    """

    id: Annotated[str | None, Row(name="agentId", range="url", max=1)] = None
    name: Annotated[tuple[Text, ...], Row(name="agentName", rdf="foaf:name", range="text", min=1)] = ()
    kind: str | None = None
    homepage: Annotated[str | None, Row(name="agentHomepage", rdf="foaf:homepage", range="url", max=1)] = None


class Attribution(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """An agent and the role in which it contributed. Source: PROV-O, prov:qualifiedAttribution."""

    agent: Annotated[Agent, Row(name="attributionAgent", rdf="prov:agent", range="agent", min=1, max=1)]
    role: Annotated[
        str | None, Row(name="attributionRole", rdf="dcat:hadRole", range="concept", scheme=("role",), max=1)
    ] = None


class Validation(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """The act by which the country of origin validated the resource."""

    act: Annotated[tuple[Text, ...], Row(name="validationAct", rdf="dcterms:description", range="text")] = ()
    authority: Annotated[
        Agent | None, Row(name="validationAuthority", rdf="prov:wasAssociatedWith", range="agent", max=1)
    ] = None
    date: Annotated[str | None, Row(name="validationDate", rdf="dcterms:date", range="date", max=1)] = None


class Derivation(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """What this resource was made from, how, and what changed. Source: PROV-O, prov:qualifiedDerivation."""

    source: Annotated[
        str,
        Row(name="derivationSource", rdf="prov:entity", range="resource", min=1, max=1),
    ]
    kind: Annotated[
        str | None,
        Row(name="derivationKind", rdf="dcat:hadRole", range="concept", scheme=("relation",), max=1),
    ] = None
    changes: Annotated[tuple[Text, ...], Row(name="derivationChanges", rdf="dcterms:description", range="text")] = ()


class Checksum(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """A file's checksum: algorithm as in SPDX ("sha256"), value in lower-case hexadecimal."""

    algorithm: Annotated[
        str, Row(name="checksumAlgorithm", rdf="spdx:algorithm", range="checksum-algorithm", min=1, max=1)
    ]
    value: Annotated[str, Row(name="checksumValue", rdf="spdx:checksumValue", range="hexadecimal", min=1, max=1)]


class Distribution(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """One obtainable form of the resource. Source: DCAT 3, dcat:Distribution."""

    access_url: Annotated[str, Row(name="accessUrl", rdf="dcat:accessURL", range="url", min=1, max=1, lom="4.3")]
    download_url: Annotated[
        str | None, Row(name="downloadUrl", rdf="dcat:downloadURL", range="url", max=1, schema="contentUrl")
    ] = None
    media_type: Annotated[
        str | None,
        Row(
            name="mediaType",
            rdf="dcat:mediaType",
            range="media-type",
            max=1,
            need="M",
            lom="4.1",
            dc="format",
            schema="encodingFormat",
        ),
    ] = None
    byte_size: Annotated[
        int | None,
        Row(name="byteSize", rdf="dcat:byteSize", range="integer", max=1, lom="4.2", schema="contentSize"),
    ] = None
    checksum: Annotated[
        Checksum | None, Row(name="checksum", rdf="spdx:checksum", range="checksum", max=1, schema="sha256")
    ] = None
    title: Annotated[
        tuple[Text, ...], Row(name="distributionTitle", rdf="dcterms:title", range="text", schema="name")
    ] = ()


class SourceWord(Struct, frozen=True, order=True, omit_defaults=True, kw_only=True, rename="camel"):
    """Words of a partner's record that have no exact place in the profile, kept as they came.

    `element` names where they stood ("dc:type", "dc:relation", "lom:5.2").
    """

    element: Annotated[str, Row(name="wordElement", rdf="mu:element", range="string", min=1, max=1)]
    text: Annotated[Text, Row(name="wordText", rdf="rdf:value", range="text", min=1, max=1)]


class CatalogRecord(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """Where the description came from, one per source. Source: DCAT 3, dcat:CatalogRecord.

    `source` is the registered source's id; `identifier` its OAI identifier there; `datestamp` its own
    datestamp as written by the partner; `harvested` our clock (UTC, seconds); `format` the metadata prefix.
    """

    source: Annotated[str, Row(name="recordSource", rdf="dcterms:source", range="source", min=1, max=1)]
    identifier: Annotated[str | None, Row(name="recordIdentifier", rdf="dcterms:identifier", range="string", max=1)] = (
        None
    )
    datestamp: Annotated[str | None, Row(name="recordDatestamp", rdf="mu:originDatestamp", range="string", max=1)] = (
        None
    )
    harvested: Annotated[
        str | None, Row(name="recordHarvested", rdf="prov:generatedAtTime", range="timestamp", max=1)
    ] = None
    format: Annotated[str | None, Row(name="recordFormat", rdf="mu:metadataPrefix", range="string", max=1)] = None
    base_url: Annotated[str | None, Row(name="recordBaseUrl", rdf="mu:originBaseUrl", range="url", max=1)] = None
    sets: Annotated[tuple[str, ...], Row(name="recordSet", rdf="mu:originSet", range="string")] = ()
    terms: Annotated[tuple[Text, ...], Row(name="recordTerms", rdf="dcterms:rights", range="text")] = ()
