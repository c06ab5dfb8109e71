"""The formats, one row each: what OAI-PMH, content negotiation, export, import and the harvester all look up.

A new format is one module, one row here and one folder of golden pairs.
"""

from typing import Final

from repository.errors import UnknownFormat
from repository.formats import (
    dim,
    lom,
    lom_reading,
    lomfr,
    marc_reading,
    mods_reading,
    oai_dc,
    openaire,
    ore,
    qdc,
    rdf,
    rdf_reading,
    schema_org,
    schema_org_reading,
    unimarc,
)
from repository.formats.registry import Format

FORMATS: Final[tuple[Format, ...]] = (
    Format(
        prefix="oai_dc",
        media_type="application/xml",
        extension="dc.xml",
        namespace=oai_dc.NAMESPACE,
        schema=oai_dc.SCHEMA,
        root=f"{{{oai_dc.NAMESPACE}}}dc",
        profile=oai_dc.NAMESPACE,
        oai=True,
        read=oai_dc.read,
        write=oai_dc.write,
    ),
    Format(
        prefix="lom",
        media_type="application/xml",
        extension="lom.xml",
        namespace=lom.NAMESPACE,
        schema=lom.SCHEMA,
        root=f"{{{lom.NAMESPACE}}}lom",
        profile=lom.NAMESPACE,
        oai=True,
        read=lom_reading.read,
        write=lom.write,
    ),
    Format(
        prefix="lomfr",
        media_type="application/xml",
        extension="lomfr.xml",
        namespace=lomfr.NAMESPACE,
        schema=lomfr.SCHEMA,
        root=f"{{{lom.NAMESPACE}}}lom",
        profile=lomfr.NAMESPACE,
        oai=True,
        read=lom_reading.read,
        write=lomfr.write,
    ),
    Format(
        prefix="oai_qdc",
        media_type="application/xml",
        extension="qdc.xml",
        namespace=qdc.NAMESPACE,
        schema=qdc.SCHEMA,
        root=f"{{{qdc.NAMESPACE}}}qualifieddc",
        profile=qdc.NAMESPACE,
        oai=True,
        read=qdc.read,
        write=qdc.write,
    ),
    Format(
        prefix="qdc",
        media_type="application/xml",
        extension="dspace.qdc.xml",
        namespace=qdc.DSPACE_NAMESPACE,
        schema=qdc.DSPACE_SCHEMA,
        root=f"{{{qdc.DSPACE_ROOT}}}qualifieddc",
        profile=qdc.DSPACE_ROOT,
        oai=True,
        read=qdc.read,
        write=qdc.write_for_dspace,
    ),
    Format(
        prefix="dim",
        media_type="application/xml",
        extension="dim.xml",
        namespace=dim.NAMESPACE,
        schema=dim.SCHEMA,
        root=f"{{{dim.NAMESPACE}}}dim",
        profile=dim.NAMESPACE,
        oai=True,
        read=dim.read,
        write=dim.write,
    ),
    Format(
        prefix="ore",
        media_type="application/atom+xml",
        extension="ore.xml",
        namespace=ore.NAMESPACE,
        schema=ore.SCHEMA,
        root=f"{{{ore.NAMESPACE}}}entry",
        profile=ore.ORE,
        oai=True,
        write=ore.write,
    ),
    Format(
        prefix="oai_openaire",
        media_type="application/xml",
        extension="oaire.xml",
        namespace=openaire.NAMESPACE,
        schema=openaire.SCHEMA,
        root=f"{{{openaire.NAMESPACE}}}resource",
        profile=openaire.NAMESPACE,
        oai=True,
        write=openaire.write,
    ),
    Format(
        prefix="unimarc",
        media_type="application/marcxml+xml",
        extension="unimarc.xml",
        namespace=unimarc.NAMESPACE,
        schema=unimarc.SCHEMA,
        root=f"{{{unimarc.NAMESPACE}}}record",
        oai=True,
        read=marc_reading.read,
        write=unimarc.write,
    ),
    Format(
        prefix="marcxml",
        media_type="application/marcxml+xml",
        extension="marc.xml",
        namespace=marc_reading.NAMESPACE,
        root=f"{{{marc_reading.NAMESPACE}}}record",
        read=marc_reading.read,
    ),
    Format(
        prefix="mods",
        media_type="application/mods+xml",
        extension="mods.xml",
        namespace=mods_reading.NAMESPACE,
        root=f"{{{mods_reading.NAMESPACE}}}mods",
        read=mods_reading.read,
    ),
    Format(
        prefix="rdf",
        media_type="application/rdf+xml",
        extension="rdf",
        namespace=rdf.RDF,
        schema=rdf.RDF_SCHEMA,
        root=f"{{{rdf.RDF}}}RDF",
        oai=True,
        read=rdf_reading.read_rdfxml,
        write=rdf.rdfxml,
    ),
    Format(
        prefix="jsonld",
        media_type="application/ld+json",
        extension="jsonld",
        read=rdf_reading.read_jsonld,
        write=rdf.canonical,
    ),
    Format(
        prefix="schema",
        media_type="application/ld+json",
        extension="schema.jsonld",
        profile=schema_org.PROFILE,
        read=schema_org_reading.read,
        write=schema_org.write,
    ),
    Format(
        prefix="turtle",
        media_type="text/turtle",
        extension="ttl",
        read=rdf_reading.read_turtle,
        write=rdf.turtle,
    ),
    Format(
        prefix="ntriples",
        media_type="application/n-triples",
        extension="nt",
        read=rdf_reading.read_ntriples,
        write=rdf.ntriples,
    ),
)
"""All formats; the first of each media type without a profile is the one given for that media type."""


def by_prefix(prefix: str) -> Format:
    """The format of a metadata prefix; raises UnknownFormat, which names the others."""
    for each in FORMATS:
        if each.prefix == prefix:
            return each
    raise UnknownFormat(prefix=prefix, known=", ".join(each.prefix for each in FORMATS))


def by_extension(extension: str) -> Format | None:
    """The format of an address's extension ("ttl", without the dot)."""
    return next((each for each in FORMATS if each.extension == extension.lower()), None)


def by_media_type(media_type: str, profile: str = "") -> Format | None:
    """The format of a media type and profile; without a profile, or with one not known, the media type's own."""
    own = [each for each in FORMATS if each.media_type == media_type.strip().lower()]
    asked = profile.strip().split()
    for each in own:
        if each.profile and each.profile in asked:
            return each
    return min(own, key=lambda each: bool(each.profile), default=None)
