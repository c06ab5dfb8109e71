"""The files of a record as an OAI-ORE resource map in Atom, as DSpace harvests them: open files only.

Source: OAI-ORE 1.0, Resource Map Implementation in Atom; DSpace, ORE ingestion crosswalk.
"""

from typing import Final

from repository.formats import wording
from repository.formats.xml import escape
from repository.namespaces import PREFIXES
from repository.profile.disclosure import files_are_open
from repository.profile.forms import date_type, first_day
from repository.record import Distribution, Record, Text
from vocabularies.terms import Terms

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
SCHEMA: Final = "http://www.kbcafe.com/rss/atom.xsd.xml"
"""The address that repositories give for Atom, which has a RELAX NG grammar and no XML schema of its own."""

ORE: Final = "http://www.openarchives.org/ore/terms/"
_NO_MOMENT: Final = "1970-01-01T00:00:00Z"
_HEAD: Final = (
    f'<atom:entry xmlns:atom="{NAMESPACE}" xmlns:oreatom="http://www.openarchives.org/ore/atom/" '
    f'xmlns:rdf="{PREFIXES["rdf"]}" xmlns:dcterms="{PREFIXES["dcterms"]}">'
)


def write(record: Record, terms: Terms) -> bytes:
    """The record as one atom:entry with a link for each open file."""
    own = escape(terms.resource_iri(record.id))
    files = _files(record)
    title = record.title[0] if record.title else Text(record.identifier[0] if record.identifier else own)
    names = [name.value for each in record.creator if (name := wording.name(each))]
    parts = [
        _HEAD,
        f"<atom:id>{own}#ore</atom:id>",
        f'<atom:link rel="alternate" href="{own}"/>',
        f'<atom:link rel="{ORE}describes" href="{own}"/>',
        f'<atom:link rel="self" type="application/atom+xml" href="{own}#ore"/>',
        f"<atom:published>{_moment(record)}</atom:published><atom:updated>{_moment(record)}</atom:updated>",
        f"<atom:title>{escape(title.value)}</atom:title>",
        *(f"<atom:author><atom:name>{escape(name)}</atom:name></atom:author>" for name in names or [own]),
        f'<atom:category term="{ORE}Aggregation" scheme="{ORE}" label="Aggregation"/>',
        *(_link(address, each) for address, each in files.items()),
        "<oreatom:triples>",
        f'<rdf:Description rdf:about="{own}#ore"><rdf:type rdf:resource="{ORE}ResourceMap"/></rdf:Description>',
        *(_triples(address) for address in files),
        "</oreatom:triples></atom:entry>",
    ]
    return "".join(parts).encode("utf-8", "ignore")


def _files(record: Record) -> dict[str, Distribution]:
    if not files_are_open(record):
        return {}
    return {each.download_url: each for each in record.distribution if each.download_url}


def _link(address: str, each: Distribution) -> str:
    name = each.title[0].value if each.title else address.rstrip("/").rpartition("/")[2] or address
    kind = f' type="{escape(each.media_type)}"' if each.media_type else ""
    length = f' length="{max(each.byte_size, 0)}"' if each.byte_size is not None else ""
    return f'<atom:link rel="{ORE}aggregates" href="{escape(address)}" title="{escape(name)}"{kind}{length}/>'


def _triples(address: str) -> str:
    """What makes DSpace put the file among those that readers see."""
    return (
        f'<rdf:Description rdf:about="{escape(address)}">'
        '<rdf:type rdf:resource="http://www.dspace.org/objectModel/DSpaceBitstream"/>'
        "<dcterms:description>ORIGINAL</dcterms:description></rdf:Description>"
    )


def _moment(record: Record) -> str:
    """Atom wants a moment: the first day of the date that is known, at midnight."""
    given = record.modified or record.issued
    if given and date_type(given):
        return f"{first_day(given)}T00:00:00Z"
    return next((each.harvested for each in record.catalog_record if each.harvested), _NO_MOMENT)
