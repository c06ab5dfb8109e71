"""Every format on offer is what its definition says, for records of every kind: complete, poor, odd and reserved.

Formats whose schema is at hand are validated by it. The others are held against their definitions: the container of
qualified Dublin Core, DIM with DSpace's stock registry, the resource map that DSpace reads, LOM-FR as an addition to
LOM, MARC's container with UNIMARC's rules, and RDF/XML.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import etree
from oai_repository import OAI, Repository, check, repository

from repository.contents import objects
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.record import Record
from vocabularies.shipped import terms

sys.path.insert(0, str(Path(__file__).parents[1] / "golden"))
import golden_records

DC, DCTERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"
LOM, LOMFR = "{http://ltsc.ieee.org/xsd/LOM}", "{http://www.lom-fr.fr/xsd/LOMFR}"
DIM = "{http://www.dspace.org/xmlns/dspace/dim}"
ATOM = "{http://www.w3.org/2005/Atom}"
MARC = "{http://www.loc.gov/MARC21/slim}"
TERMS = terms()
OFFERED = [each for each in FORMATS if each.oai and each.write]
ROOTS = {
    "oai_dc": "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc",
    "lom": f"{LOM}lom",
    "lomfr": f"{LOM}lom",
    "oai_qdc": "{http://worldcat.org/xmlschemas/qdc-1.0/}qualifieddc",
    "qdc": "{http://dspace.org/qualifieddc/}qualifieddc",
    "dim": f"{DIM}dim",
    "ore": f"{ATOM}entry",
    "oai_openaire": "{http://namespace.openaire.eu/schema/oaire/}resource",
    "unimarc": f"{MARC}record",
    "rdf": "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF",
}
"""Prefix -> root element. DSpace's qdc and LOM-FR stand, by their definitions, in another namespace than they claim."""

STOCK = frozenset(
    (
        "title", "title.alternative", "contributor", "contributor.author", "contributor.editor", "contributor.other",
        "subject", "description.abstract", "description.sponsorship", "publisher", "date.issued", "type",
        "format.mimetype", "format.extent", "language.iso", "rights", "coverage.spatial", "identifier",
        "identifier.isbn", "identifier.issn", "identifier.uri", "relation", "relation.isbasedon",
        "relation.isversionof", "relation.ispartof", "relation.haspart", "relation.requires",
    )
)  # fmt: skip
"""Those fields of DSpace's stock registry (dublin-core-types.xml) that a record of ours may take."""

QUALIFIED = frozenset(
    (
        "abstract", "issued", "modified", "educationLevel", "audience", "extent", "license", "accessRights",
        "rightsHolder", "spatial", "isVersionOf", "isPartOf", "hasPart", "requires",
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    folder = tmp_path_factory.mktemp("formats")
    with repository(f"sqlite:///{folder / 'catalogue.sqlite'}", folder, oai_page_size=500) as held:
        for name, record in golden_records.RECORDS.items():
            if name != "nasty":  # no database stores its half characters
                held.put(record, source="partner" if record.catalog_record else None)
        yield held


class _Local(etree.Resolver):
    """The one schema that others name by its address on the web."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resolve(self, url: str, _id: str, context: object) -> object:
        return self.resolve_filename(str(self.folder / "oai" / "xml.xsd"), context) if url.endswith("xml.xsd") else None


@cache
def schema(shared: Path, place: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local(shared / "schemas"))
    return etree.XMLSchema(etree.parse(str(shared / "schemas" / place), parser))


def by_schema(place: str) -> Callable[[etree._Element, Path], None]:
    return lambda element, shared: schema(shared, place).assertValid(etree.fromstring(etree.tostring(element)))


def lomfr(element: etree._Element, shared: Path) -> None:
    """Without what LOM-FR adds, it is LOM to the letter; and it adds nothing that is empty."""
    root = etree.fromstring(etree.tostring(element))
    assert "LOMFRv1.0" in [each.text for each in root.iter(f"{LOM}metadataSchema")]
    added = [each for each in root.iter() if each.tag.startswith(LOMFR) or each.findtext(f"{LOM}source") == "LOMFRv1.0"]
    added += [each for each in root.iter(f"{LOM}metadataSchema") if each.text == "LOMFRv1.0"]
    for each in added:
        assert "".join(each.itertext()).strip()
        parent = each.getparent()
        if parent is not None:
            gone = parent if each.tag == f"{LOM}kind" else each
            holder = gone.getparent()
            assert holder is not None
            holder.remove(gone)
    schema(shared, "lom/lom.xsd").assertValid(etree.fromstring(etree.tostring(root)))


def qualified(element: etree._Element, shared: Path) -> None:
    """A flat container of Dublin Core's elements and refinements, each with words."""
    simple = {
        each.get("name") for each in etree.parse(str(shared / "schemas/oai/simpledc20021212.xsd")).iter("{*}element")
    }
    for child in element:
        assert len(child) == 0 and (child.text or "").strip()
        name = etree.QName(child).localname
        assert (child.tag == DC + name and name in simple) or (child.tag == DCTERMS + name and name in QUALIFIED)
        assert set(child.attrib) <= {"{http://www.w3.org/XML/1998/namespace}lang"}


def dim(element: etree._Element, _shared: Path) -> None:
    for field in element:
        assert field.tag == f"{DIM}field" and field.get("mdschema") == "dc" and (field.text or "").strip()
        assert ".".join(filter(None, (field.get("element"), field.get("qualifier")))) in STOCK


def ore(element: etree._Element, _shared: Path) -> None:
    """What Atom asks of an entry, and one link and one description for each open file."""
    for name in ("id", "title", "updated", "author"):
        assert element.find(ATOM + name) is not None
    moments = [each.text or "" for each in element.iter(f"{ATOM}updated", f"{ATOM}published")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment) for moment in moments)
    links = element.findall(f"{ATOM}link[@rel='http://www.openarchives.org/ore/terms/aggregates']")
    described = element.findall(".//{http://purl.org/dc/terms/}description")
    assert len(links) == len(described)
    assert all((each.get("href") or "").startswith("http") and each.get("title") for each in links)


def unimarc(element: etree._Element, _shared: Path) -> None:
    """MARC's container (leader of 24 characters, tags of three, two indicators) and UNIMARC's coded data."""
    leader = element.findtext(f"{MARC}leader", "")
    assert re.fullmatch(r"[\d ]{5}[\dA-Za-z ][\dA-Za-z][\dA-Za-z ]{3}[2 ][2 ][\d ]{5}[\dA-Za-z ]{3}(4500|    )", leader)
    fields = element.findall(f"{MARC}datafield")
    assert [each.get("tag") for each in fields] == sorted(each.get("tag", "") for each in fields)
    for field in fields:
        assert re.fullmatch(r"\d{3}", field.get("tag", ""))
        assert len(field.get("ind1", "")) == len(field.get("ind2", "")) == 1
        assert len(field) and all(len(each.get("code", "")) == 1 and (each.text or "").strip() for each in field)
    coded = element.xpath("m:datafield[@tag='100']/m:subfield[@code='a']", namespaces={"m": MARC[1:-1]})
    assert [len(each.text or "") for each in coded] == [36]


def rdf(element: etree._Element, _shared: Path) -> None:
    assert len(list(ox.parse(etree.tostring(element), ox.RdfFormat.RDF_XML))) >= 3


JUDGES: dict[str, Callable[[etree._Element, Path], None]] = {
    "oai_dc": by_schema("oai/oai_dc.xsd"),
    "lom": by_schema("lom/lom.xsd"),
    "lomfr": lomfr,
    "oai_qdc": qualified,
    "qdc": qualified,
    "dim": dim,
    "ore": ore,
    "oai_openaire": by_schema("openaire/4.0/openaire.xsd"),
    "unimarc": unimarc,
    "rdf": rdf,
}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """The golden records and those of the sample catalogue."""
    found = list(golden_records.RECORDS.values())
    for path in sorted((Path(__file__).parents[2] / "examples" / "sample").glob("*.jsonld")):
        found += [piece.read(piece.received, TERMS).record for piece in objects.pieces(path.read_bytes()) if piece.read]
    return found


@pytest.mark.parametrize("form", OFFERED, ids=lambda form: form.prefix)
def test_every_record_is_what_the_definition_of_its_format_says(
    records: list[Record], shared: Path, form: Format
) -> None:
    assert len(records) > 50
    for record in records:
        element = etree.fromstring(form.write(record, TERMS))
        assert element.tag == ROOTS[form.prefix] == form.root
        JUDGES[form.prefix](element, shared)


@pytest.mark.parametrize("prefix", [each.prefix for each in OFFERED])
def test_the_answer_around_any_format_is_valid(house: Repository, shared: Path, prefix: str) -> None:
    root = house.get(verb="ListRecords", metadataPrefix=prefix)
    plain = '<d:dc xmlns:d="http://www.openarchives.org/OAI/2.0/oai_dc/"/>'
    for each in root.iter(OAI + "metadata"):
        each[:] = [etree.fromstring(plain)]
    check(shared, etree.fromstring(etree.tostring(root)))


@pytest.mark.parametrize("prefix", [each.prefix for each in OFFERED])
def test_a_reserved_file_is_in_no_format(house: Repository, prefix: str) -> None:
    assert b"secret.example.td" not in house.raw(verb="ListRecords", metadataPrefix=prefix)


def test_the_namespaces_are_those_that_harvesters_look_for(house: Repository) -> None:
    root = house.get(verb="ListMetadataFormats")
    told = {
        each.findtext(f"{OAI}metadataPrefix"): each.findtext(f"{OAI}metadataNamespace")
        for each in root.iter(f"{OAI}metadataFormat")
    }
    assert next(iter(told)) == "oai_dc"
    assert told == {
        "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
        "lom": "http://ltsc.ieee.org/xsd/LOM",
        "lomfr": "http://www.lom-fr.fr/xsd/LOMFR",
        "oai_qdc": "http://worldcat.org/xmlschemas/qdc-1.0/",
        "qdc": "http://purl.org/dc/terms/",
        "dim": "http://www.dspace.org/xmlns/dspace/dim",
        "ore": "http://www.w3.org/2005/Atom",
        "oai_openaire": "http://namespace.openaire.eu/schema/oaire/",
        "unimarc": "http://www.loc.gov/MARC21/slim",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }
