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
from repository.values import (
    Agent,
    Attribution,
    CatalogRecord,
    Checksum,
    Derivation,
    Distribution,
    SourceWord,
    Text,
    Validation,
)

__all__ = (
    "Agent",
    "Attribution",
    "CatalogRecord",
    "Checksum",
    "Derivation",
    "Distribution",
    "Record",
    "SourceWord",
    "Text",
    "Validation",
)


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
