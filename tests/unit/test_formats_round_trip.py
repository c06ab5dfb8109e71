"""What each format can carry comes back, what it writes is always well-formed and, for XML, valid."""

import json
import sys
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from profile_record import COMPLETE
from profile_strategies import RECORDS

from repository.errors import UnreadableRecord
from repository.formats import (
    dim,
    graph,
    lom,
    lom_reading,
    lomfr,
    marc_reading,
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
from repository.profile import jsonld, nquads
from repository.record import Record, Text
from vocabularies.shipped import terms

sys.path.insert(0, str(Path(__file__).parents[1] / "golden"))
import golden_records

TERMS = terms()
FULL = golden_records.COMPLETE
GRAPHS = {
    "ntriples": (rdf.ntriples, rdf_reading.read_ntriples, "nt"),
    "turtle": (rdf.turtle, rdf_reading.read_turtle, "ttl"),
    "rdfxml": (rdf.rdfxml, rdf_reading.read_rdfxml, "rdf"),
    "jsonld": (jsonld.document, rdf_reading.read_jsonld, "jsonld"),
}
CARRIED = {
    "oai_dc": """
        identifier language sector occupation resource_type issued licence access adaptation country derivation
        landing_page
    """,
    "lom": """
        identifier title description language sector occupation resource_type level qualification audience teaches
        competency_required time_required difficulty publisher interactivity_type interactivity_level
        semantic_density issued version status licence access adaptation country version_of is_part_of has_part
        requires landing_page
    """,
    "oai_qdc": """
        identifier title description language sector occupation resource_type issued modified licence access adaptation
        country version_of is_part_of has_part requires landing_page derivation
    """,
    "qdc": """
        identifier title description language sector occupation resource_type issued modified licence access adaptation
        country version_of is_part_of has_part requires landing_page derivation
    """,
    "dim": """
        identifier title description language sector occupation resource_type issued licence access adaptation country
        version_of is_part_of has_part requires landing_page derivation
    """,
    "lomfr": """
        identifier title description language sector occupation resource_type level qualification audience teaches
        competency_required time_required difficulty publisher issued version status licence access adaptation country
        translation_of version_of is_part_of has_part requires landing_page
    """,
    "unimarc": """
        identifier language sector occupation resource_type audience issued version
        licence access adaptation country landing_page
    """,
    "schema": """
        identifier title description language sector occupation resource_type level audience teaches
        competency_required qualification time_required interactivity_type issued modified version status licence
        rights access adaptation country translation_of version_of is_part_of has_part distribution landing_page
        keyword
    """,
}
"""Format -> the attributes of a record that it gives back as they were."""

BOTH_WAYS = {
    "oai_dc": (oai_dc.write, oai_dc.read),
    "lom": (lom.write, lom_reading.read),
    "oai_qdc": (qdc.write, qdc.read),
    "qdc": (qdc.write_for_dspace, qdc.read),
    "dim": (dim.write, dim.read),
    "lomfr": (lomfr.write, lom_reading.read),
    "unimarc": (unimarc.write, marc_reading.read),
    "schema": (schema_org.write, schema_org_reading.read),
}


@pytest.mark.parametrize("record", [FULL, COMPLETE], ids=["golden", "profile"])
@pytest.mark.parametrize("name", GRAPHS)
def test_a_complete_record_comes_back_from_rdf_as_it_was(name: str, record: Record) -> None:
    write, read, _ = GRAPHS[name]
    reading = read(write(record, TERMS), TERMS)
    assert reading.record == record
    assert reading.notes == ()


@pytest.mark.parametrize("name", GRAPHS)
def test_all_rdf_syntaxes_say_the_same_triples(name: str) -> None:
    write, _, syntax = GRAPHS[name]
    said = {(str(s), p, str(o)) for s, p, o in graph.parse(write(FULL, TERMS), syntax)}
    assert said == {(str(s), p, str(o)) for s, p, o in graph.parse(nquads.write(FULL, TERMS), "nt")}


@pytest.mark.parametrize("name", CARRIED)
def test_a_format_gives_back_what_it_can_carry(name: str) -> None:
    write, read = BOTH_WAYS[name]
    found = read(write(FULL, TERMS), TERMS).record
    for attribute in CARRIED[name].split():
        held, wanted = getattr(found, attribute), getattr(FULL, attribute)
        if attribute == "derivation":
            held, wanted = [each.source for each in held], [each.source for each in wanted]
        if attribute == "distribution":
            wanted = tuple(msgspec.structs.replace(each, title=held[0].title) for each in wanted)
        if attribute == "identifier":
            held, wanted = set(held), set(wanted)
        if attribute == "keyword":
            held, wanted = {each.value for each in held}, {each.value for each in wanted}
        assert held == wanted, attribute


def test_schema_org_gives_every_text_its_own_language() -> None:
    found = schema_org_reading.read(schema_org.write(FULL, TERMS), TERMS).record
    assert Text("cablagem", "pt") in found.keyword
    assert Text("Descrição.", "pt") in found.description


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_the_address_of_a_restricted_file_is_in_no_open_format(name: str) -> None:
    write, _ = BOTH_WAYS[name]
    assert b"secret.example.td" not in write(golden_records.RESTRICTED, TERMS)


@pytest.fixture(scope="session")
def schemas(shared: Path) -> dict[str, etree.XMLSchema]:
    """The schemas of the XML formats, through one driver that imports their namespaces."""
    places = {oai_dc.NAMESPACE: "oai/oai_dc.xsd", lom.NAMESPACE: "lom/lom.xsd"}
    imports = "".join(
        f'<import namespace="{name}" schemaLocation="{(shared / "schemas" / place).as_uri()}"/>'
        for name, place in places.items()
    )
    driver = etree.fromstring(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>')
    schema = etree.XMLSchema(driver)
    return {"oai_dc": schema, "lom": schema}


@pytest.mark.parametrize("name", golden_records.RECORDS)
@pytest.mark.parametrize("form", ["oai_dc", "lom"])
def test_xml_written_for_oai_is_valid(schemas: dict[str, etree.XMLSchema], form: str, name: str) -> None:
    write, _ = BOTH_WAYS[form]
    schemas[form].assertValid(etree.fromstring(write(golden_records.RECORDS[name], TERMS)))


MORE = (rdf.rdfxml, ore.write, openaire.write)
"""Writers of XML beside those that are read again here."""


@given(RECORDS)
def test_any_record_at_all_is_written_well_formed_in_every_format(record: Record) -> None:
    for write in (*(each for each, _ in BOTH_WAYS.values() if each is not schema_org.write), *MORE):
        etree.fromstring(write(record, TERMS))
    json.loads(schema_org.write(record, TERMS))
    for write, syntax in ((rdf.turtle, ox.RdfFormat.TURTLE), (rdf.ntriples, ox.RdfFormat.N_TRIPLES)):
        list(ox.parse(write(record, TERMS), syntax))


@given(RECORDS)
def test_what_was_written_of_any_record_is_read_again(record: Record) -> None:
    for write, read in BOTH_WAYS.values():
        if record.title and record.title[0].value.strip():
            read(write(record, TERMS), TERMS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@id", "@type", "@value", "@language", "id", "type", "name", "url", "prefLabel", "fr", "email"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
KEYS = sorted({*schema_org_reading.ACTS, "@context", "@graph", "image", "schema:name"})


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8))
def test_any_json_is_read_or_refused_with_a_sentence(document: dict[str, object]) -> None:
    data = json.dumps({"name": "x", **document}).encode()
    try:
        reading = schema_org_reading.read(data, TERMS)
    except UnreadableRecord as error:
        assert error.values["reason"]
    else:
        assert msgspec.json.encode(reading.record)
