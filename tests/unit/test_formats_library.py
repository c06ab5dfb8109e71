"""What libraries send: MODS, MARC 21, UNIMARC, DIM and qualified Dublin Core are read, and no word of them is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from format_losses import lost
from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import dim, marc_reading, mods_reading, qdc
from repository.formats.reading import Reading
from repository.record import Record, Text
from vocabularies.shipped import terms
from vocabularies.terms import Terms

TERMS = terms()
Read = Callable[[bytes, Terms], Reading]
MARC = "http://www.loc.gov/MARC21/slim"


def marc(*fields: str, attributes: str = "") -> Record:
    return marc_reading.read(f'<record xmlns="{MARC}"{attributes}>{"".join(fields)}</record>'.encode(), TERMS).record


def field(tag: str, *subfields: tuple[str, str]) -> str:
    held = "".join(f'<subfield code="{code}">{value}</subfield>' for code, value in subfields)
    return f'<datafield tag="{tag}" ind1=" " ind2=" ">{held}</datafield>'


def real(shared: Path, tag: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted((shared / "records").rglob("*.xml")):
        try:
            root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False))
        except etree.XMLSyntaxError:
            continue
        for element in root.iter(tag):
            yield path.name, etree.tostring(element, with_tail=False)


@pytest.mark.parametrize(
    ("tag", "read", "least"),
    [
        (f"{{{mods_reading.NAMESPACE}}}mods", mods_reading.read, 30),
        (f"{{{MARC}}}record", marc_reading.read, 3),
        (f"{{{qdc.NAMESPACE}}}qualifieddc", qdc.read, 4),
    ],
    ids=["mods", "marc", "qdc"],
)
def test_every_real_record_is_read_with_a_title_or_an_identifier(
    shared: Path, tag: str, read: Read, least: int
) -> None:
    found = [read(data, TERMS).record for _, data in real(shared, tag)]
    assert len(found) >= least
    titled = [record for record in found if record.title or record.identifier or record.landing_page]
    assert len(titled) >= len(found) - 2


def test_no_word_of_a_real_record_in_qualified_dublin_core_is_lost(shared: Path) -> None:
    for name, data in real(shared, f"{{{qdc.NAMESPACE}}}qualifieddc"):
        values = ["".join(child.itertext()) for child in etree.fromstring(data) if isinstance(child.tag, str)]
        assert lost(values, qdc.read(data, TERMS), TERMS) == [], name


def test_no_word_of_a_real_record_in_dim_is_lost_but_the_log_of_the_repository(shared: Path) -> None:
    for name, data in real(shared, f"{{{dim.NAMESPACE}}}dim"):
        try:
            reading = dim.read(data, TERMS)
        except UnreadableRecord:
            continue
        fields = etree.fromstring(data).iter(f"{{{dim.NAMESPACE}}}field")
        values = [
            "".join(each.itertext())
            for each in fields
            if each.get("qualifier") not in ("provenance", "accessioned", "available")
        ]
        assert lost(values, reading, TERMS) == [], name


def test_unimarc_and_marc_are_told_apart_by_their_name_or_by_the_field_of_the_title() -> None:
    said = (field("200", ("a", "Le bâtiment")), field("210", ("a", "Cotonou"), ("c", "INFRE"), ("d", "2019")))
    assert marc(*said).title == (Text("Le bâtiment"),)
    assert marc(*said).publisher is not None
    american = (
        field("245", ("a", "Building trades /"), ("c", "by A. Dossou")),
        field("260", ("b", "ILO,"), ("c", "c2019.")),
    )
    assert marc(*american).title == (Text("Building trades"),)
    assert marc(*american).issued == "2019"
    both = (field("200", ("a", "Le bâtiment")), field("245", ("a", "Autre chose")))
    assert marc(*both, attributes=' format="UNIMARC"').title[0].value == "Le bâtiment"
    assert marc(*both).title[0].value == "Autre chose"


def test_the_common_fields_of_unimarc_find_their_places() -> None:
    found = marc(
        field("010", ("a", "978-2-07-036822-8 (broché)"), ("d", "12 EUR")),
        field("101", ("a", "fre"), ("a", "fon")),
        field("102", ("a", "BJ")),
        field("200", ("a", "Électricien bâtiment"), ("e", "guide pédagogique"), ("d", "Eletricista"), ("z", "por")),
        field("214", ("c", "INFRE"), ("d", "DL 2019")),
        field("330", ("a", "Progression et fiches")),
        field("606", ("a", "Électricité"), ("y", "Bénin")),
        field("610", ("a", "câblage")),
        field("700", ("a", "Dossou"), ("b", "Adjoa"), ("4", "070")),
        field("712", ("a", "Coopération suisse"), ("4", "723")),
        field("856", ("u", "https://infre.example.bj/guide.pdf"), ("q", "application/pdf")),
        field("999", ("a", "cote 12")),
    )
    assert found.identifier == ("urn:isbn:9782070368228",)
    assert [iri.rpartition("/")[2] for iri in found.language] == ["FRA", "fon"]
    assert found.country[0].endswith("BEN")
    assert [text.value for text in found.title] == ["Électricien bâtiment : guide pédagogique", "Eletricista"]
    assert found.title[1].language == "pt"
    assert (found.issued, found.creator[0].name[0].value) == ("2019", "Dossou, Adjoa")
    assert found.funding[0].name[0].value == "Coopération suisse"
    assert {text.value for text in found.keyword} == {"Électricité -- Bénin", "câblage"}
    assert found.distribution[0].download_url == "https://infre.example.bj/guide.pdf"
    assert "cote 12" in [word.text.value for word in found.source_word]


def test_the_fixed_field_gives_the_language_where_no_other_does() -> None:
    fixed = f'<controlfield tag="008">{"0" * 35}por d</controlfield>'
    title = field("245", ("a", "Manual"))
    assert marc(fixed, title).language[0].endswith("POR")
    assert marc(fixed, title, field("041", ("a", "fre"))).language[0].endswith("FRA")


def test_the_common_fields_of_mods_find_their_places() -> None:
    found = mods_reading.read(
        f"""<mods xmlns="{mods_reading.NAMESPACE}" xmlns:xlink="http://www.w3.org/1999/xlink">
        <titleInfo lang="fr"><nonSort>Le</nonSort><title>métier</title><subTitle>un guide</subTitle></titleInfo>
        <name><namePart type="family">Dossou</namePart><namePart type="given">A.</namePart>
          <role><roleTerm type="code">aut</roleTerm></role></name>
        <name><namePart>INFRE</namePart><role><roleTerm>publisher</roleTerm></role></name>
        <name><namePart>B. Ahouan</namePart><role><roleTerm>illustrator</roleTerm></role></name>
        <originInfo><dateIssued encoding="w3cdtf">2019-05</dateIssued></originInfo>
        <language><languageTerm type="text">French</languageTerm><languageTerm type="code">fre</languageTerm></language>
        <abstract>Des fiches.</abstract>
        <subject><topic>câblage</topic><topic>normes</topic></subject>
        <subject><geographic>Bénin</geographic></subject>
        <identifier type="isbn">9782070368228</identifier>
        <location><url usage="primary display">https://infre.example.bj/12</url></location>
        <accessCondition xlink:href="http://creativecommons.org/licenses/by/4.0/"/>
        <note>Relié</note></mods>""".encode(),
        TERMS,
    ).record
    assert found.title == (Text("Le métier : un guide", "fr"),)
    assert found.creator[0].name[0].value == "Dossou, A."
    assert found.publisher is not None and found.publisher.name[0].value == "INFRE"
    assert found.contributor[0].agent.name[0].value == "B. Ahouan"
    assert (found.issued, found.landing_page) == ("2019-05", "https://infre.example.bj/12")
    assert found.language[0].endswith("FRA") and found.country[0].endswith("BEN")
    assert found.keyword[0].value == "câblage -- normes"
    assert found.identifier == ("urn:isbn:9782070368228",)
    assert found.licence == "http://creativecommons.org/licenses/by/4.0/"
    assert "Relié" in [word.text.value for word in found.source_word]


def test_the_log_of_a_repository_names_nobody_here() -> None:
    said = (
        f'<dim:dim xmlns:dim="{dim.NAMESPACE}"><dim:field mdschema="dc" element="title" lang="fr_FR">Guide</dim:field>'
        '<dim:field mdschema="dc" element="description" qualifier="provenance">Submitted by a@b.example</dim:field>'
        '<dim:field mdschema="thesis" element="level">Licence</dim:field></dim:dim>'
    )
    found = dim.read(said.encode(), TERMS).record
    assert found.title == (Text("Guide", "fr-FR"),)
    assert [word.text.value for word in found.source_word] == ["Licence"]


@pytest.mark.parametrize("read", [mods_reading.read, marc_reading.read, qdc.read, dim.read])
@pytest.mark.parametrize(
    "data", [b"<x/>", b"<record/>", b"<mods/>", b"<dim/>", b"", b"<a", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_what_is_no_record_is_refused_with_a_reason_or_read_as_empty(read: Read, data: bytes) -> None:
    try:
        found = read(data, TERMS).record
    except UnreadableRecord as error:
        assert error.values["reason"]
    else:
        assert not found.title
