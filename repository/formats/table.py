"""The formats, one row each: what OAI-PMH, content negotiation, export, import and the harvester all look up.

A new format is one module, one row here and one folder of golden pairs.
"""

from typing import Final

from repository.errors import UnknownFormat
from repository.formats import lom, lom_reading, oai_dc, rdf, rdf_reading, schema_org, schema_org_reading
from repository.formats.registry import Format

FORMATS: Final[tuple[Format, ...]] = (
    Format(
        prefix="oai_dc",
        media_type="application/xml",
        extension="dc.xml",
        namespace=oai_dc.NAMESPACE,
        schema=oai_dc.SCHEMA,
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
        profile=lom.NAMESPACE,
        oai=True,
        read=lom_reading.read,
        write=lom.write,
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
    Format(
        prefix="rdfxml",
        media_type="application/rdf+xml",
        extension="rdf",
        namespace=rdf.RDF,
        schema=rdf.RDF_SCHEMA,
        read=rdf_reading.read_rdfxml,
        write=rdf.rdfxml,
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
