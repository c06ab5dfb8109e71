"""A record: one typed, frozen value, and at the same time the table of the application profile.

Each attribute carries its `Row`: the RDF property, requirement, range and the places it takes in LOM, Dublin
Core and schema.org. Everything that needs to list the properties (JSON-LD context, SHACL shapes, field rules,
N-Quads writer, spreadsheet template, reference page) walks these rows through `repository.profile.table`, so
no property is listed twice.

The JSON that msgspec writes of a record is its canonical JSON-LD form without the context: texts are
`{"@value", "@language"}`, concepts and resources are IRIs. Our own resources are held by their local id
("0190b2..."), never by an absolute IRI, so that another `base_iri` is a setting and not a migration.
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


class Record(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """One resource as described in this catalogue. Source: PROFILE, rows 1 to 37.

    `id` is a UUID: version 7 for our own, version 5 of (source, OAI identifier) for harvested ones.
    """

    id: str = field(name="@id")
    identifier: Annotated[
        tuple[str, ...],
        Row(
            1,
            rdf="dcterms:identifier",
            need="M",
            min=1,
            range="string",
            lom="1.1",
            dc="identifier",
            schema="identifier",
        ),
    ] = ()
    title: Annotated[
        tuple[Text, ...],
        Row(
            2,
            rdf="dcterms:title",
            need="M",
            min=1,
            range="text",
            unique_language=True,
            lom="1.2",
            dc="title",
            schema="name",
        ),
    ] = ()
    description: Annotated[
        tuple[Text, ...],
        Row(
            3,
            rdf="dcterms:description",
            need="M",
            min=1,
            range="text",
            lom="1.4",
            dc="description",
            schema="description",
        ),
    ] = ()
    language: Annotated[
        tuple[str, ...],
        Row(
            4,
            rdf="dcterms:language",
            need="M",
            min=1,
            range="concept",
            scheme=("language",),
            lom="1.3",
            dc="language",
            schema="inLanguage",
        ),
    ] = ()
    keyword: Annotated[
        tuple[Text, ...],
        Row(5, rdf="dcat:keyword", need="R", range="text", lom="1.5", dc="subject", schema="keywords"),
    ] = ()
    sector: Annotated[
        tuple[str, ...],
        Row(
            6,
            rdf="dcterms:subject",
            need="M",
            min=1,
            range="concept",
            scheme=("sector",),
            lom="9 discipline",
            dc="subject",
            schema="about",
        ),
    ] = ()
    resource_type: Annotated[
        tuple[str, ...],
        Row(
            7,
            rdf="dcterms:type",
            need="M",
            min=1,
            range="concept",
            scheme=("resource-type",),
            lom="5.2",
            dc="type",
            schema="learningResourceType",
        ),
    ] = ()
    level: Annotated[
        tuple[str, ...],
        Row(
            8,
            rdf="dcterms:educationLevel",
            need="R",
            kit=True,
            range="concept",
            scheme=("level", "regional-level", "isced-level"),
            lom="5.6",
            schema="educationalLevel",
        ),
    ] = ()
    occupation: Annotated[
        tuple[str, ...],
        Row(
            9,
            rdf="mu:occupation",
            need="R",
            kit=True,
            range="concept",
            scheme=("occupation",),
            lom="9 competency",
            dc="subject",
            schema="about",
        ),
    ] = ()
    audience: Annotated[
        tuple[str, ...],
        Row(
            10,
            rdf="dcterms:audience",
            need="R",
            range="concept",
            scheme=("audience",),
            lom="5.5",
            schema="audience",
        ),
    ] = ()
    teaches: Annotated[
        tuple[Text, ...],
        Row(
            11,
            rdf="schema:teaches",
            need="R",
            range="text",
            lom="9 competency",
            dc="subject",
            schema="teaches",
        ),
    ] = ()
    competency_required: Annotated[
        tuple[Text, ...],
        Row(
            12,
            rdf="schema:competencyRequired",
            range="text",
            lom="9 prerequisite",
            schema="competencyRequired",
        ),
    ] = ()
    qualification: Annotated[
        tuple[str, ...],
        Row(
            13,
            rdf="mu:qualification",
            range="concept",
            scheme=("level",),
            lom="9 educational objective",
            dc="relation",
            schema="educationalAlignment",
        ),
    ] = ()
    time_required: Annotated[
        str | None,
        Row(14, rdf="schema:timeRequired", need="R", range="duration", max=1, lom="5.9", schema="timeRequired"),
    ] = None
    difficulty: Annotated[
        str | None, Row(15, rdf="mu:difficulty", range="concept", scheme=("lom",), max=1, lom="5.8")
    ] = None
    interactivity_type: Annotated[
        str | None,
        Row(
            15,
            rdf="mu:interactivityType",
            range="concept",
            scheme=("lom",),
            max=1,
            lom="5.1",
            schema="interactivityType",
        ),
    ] = None
    interactivity_level: Annotated[
        str | None, Row(15, rdf="mu:interactivityLevel", range="concept", scheme=("lom",), max=1, lom="5.3")
    ] = None
    semantic_density: Annotated[
        str | None, Row(15, rdf="mu:semanticDensity", range="concept", scheme=("lom",), max=1, lom="5.4")
    ] = None
    creator: Annotated[
        tuple[Agent, ...],
        Row(
            16,
            rdf="dcterms:creator",
            need="R",
            range="agent",
            lom="2.3 author",
            dc="creator",
            schema="creator",
        ),
    ] = ()
    contributor: Annotated[
        tuple[Attribution, ...],
        Row(
            17,
            rdf="prov:qualifiedAttribution",
            range="attribution",
            lom="2.3",
            dc="contributor",
            schema="contributor",
        ),
    ] = ()
    publisher: Annotated[
        Agent | None,
        Row(
            18,
            rdf="dcterms:publisher",
            need="M",
            min=1,
            max=1,
            range="agent",
            lom="2.3 publisher",
            dc="publisher",
            schema="publisher",
        ),
    ] = None
    issued: Annotated[
        str | None,
        Row(
            19,
            rdf="dcterms:issued",
            need="R",
            range="date",
            max=1,
            lom="2.3.3",
            dc="date",
            schema="datePublished",
        ),
    ] = None
    modified: Annotated[
        str | None,
        Row(
            20,
            rdf="dcterms:modified",
            range="date",
            max=1,
            not_before="issued",
            lom="2.3.3",
            schema="dateModified",
        ),
    ] = None
    version: Annotated[str | None, Row(21, rdf="dcat:version", range="string", max=1, lom="2.1", schema="version")] = (
        None
    )
    status: Annotated[
        str | None,
        Row(
            21,
            rdf="adms:status",
            range="concept",
            scheme=("status",),
            max=1,
            lom="2.2",
            schema="creativeWorkStatus",
        ),
    ] = None
    licence: Annotated[
        str | None,
        Row(
            22,
            rdf="dcterms:license",
            need="M",
            min=1,
            max=1,
            range="concept",
            scheme=("licence",),
            lom="6.2",
            dc="rights",
            schema="license",
        ),
    ] = None
    rights: Annotated[
        tuple[Text, ...],
        Row(23, rdf="dcterms:rights", range="text", lom="6.3", dc="rights", schema="usageInfo"),
    ] = ()
    access: Annotated[
        str | None,
        Row(
            24,
            rdf="dcterms:accessRights",
            need="M",
            min=1,
            max=1,
            range="concept",
            scheme=("access",),
            lom="6.2",
            dc="rights",
            schema="conditionsOfAccess",
        ),
    ] = None
    adaptation: Annotated[
        str | None,
        Row(
            25,
            rdf="mu:adaptation",
            need="M",
            min=1,
            max=1,
            range="concept",
            scheme=("adaptation",),
            lom="6.3",
            dc="rights",
        ),
    ] = None
    rights_holder: Annotated[
        tuple[Agent, ...],
        Row(
            26,
            rdf="dcterms:rightsHolder",
            need="R",
            range="agent",
            lom="6.3",
            dc="rights",
            schema="copyrightHolder",
        ),
    ] = ()
    country: Annotated[
        tuple[str, ...],
        Row(
            27,
            rdf="dcterms:spatial",
            need="M",
            min=1,
            range="concept",
            scheme=("country",),
            lom="1.6",
            dc="coverage",
            schema="spatialCoverage",
        ),
    ] = ()
    validation: Annotated[tuple[Validation, ...], Row(28, rdf="mu:validation", need="R", range="validation")] = ()
    derivation: Annotated[
        tuple[Derivation, ...],
        Row(
            29,
            rdf="prov:qualifiedDerivation",
            need="R",
            range="derivation",
            lom="7.1 isbasedon",
            dc="source",
            schema="isBasedOn",
        ),
    ] = ()
    translation_of: Annotated[
        str | None,
        Row(
            30,
            rdf="schema:translationOfWork",
            range="resource",
            max=1,
            lom="7.1",
            dc="relation",
            schema="translationOfWork",
        ),
    ] = None
    version_of: Annotated[
        str | None,
        Row(
            31,
            rdf="dcterms:isVersionOf",
            need="R",
            range="resource",
            max=1,
            lom="7.1 isversionof",
            dc="relation",
            schema="exampleOfWork",
        ),
    ] = None
    is_part_of: Annotated[
        tuple[str, ...],
        Row(32, rdf="dcterms:isPartOf", range="resource", lom="7.1 ispartof", dc="relation", schema="isPartOf"),
    ] = ()
    has_part: Annotated[
        tuple[str, ...],
        Row(32, rdf="dcterms:hasPart", range="resource", lom="7.1 haspart", dc="relation", schema="hasPart"),
    ] = ()
    requires: Annotated[
        tuple[str, ...],
        Row(32, rdf="dcterms:requires", range="resource", lom="7.1 requires", dc="relation"),
    ] = ()
    distribution: Annotated[
        tuple[Distribution, ...],
        Row(
            33,
            rdf="dcat:distribution",
            need="M",
            min=1,
            range="distribution",
            lom="4",
            dc="format",
            schema="encoding",
        ),
    ] = ()
    landing_page: Annotated[
        str | None,
        Row(34, rdf="dcat:landingPage", need="R", range="url", max=1, lom="4.3", dc="identifier", schema="url"),
    ] = None
    funding: Annotated[
        tuple[Agent, ...],
        Row(35, rdf="mu:fundedBy", range="agent", lom="2.3", dc="contributor", schema="funder"),
    ] = ()
    catalog_record: Annotated[
        tuple[CatalogRecord, ...],
        Row(36, rdf="mu:catalogRecord", range="catalog-record", lom="3", schema="mainEntityOfPage"),
    ] = ()
    source_word: Annotated[tuple[SourceWord, ...], Row(37, rdf="mu:sourceWord", range="source-word")] = ()
