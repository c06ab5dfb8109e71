"""The N-Triples and the JSON-LD of a record say the same, and the JSON-LD is read back as it was."""

import json
import re

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from profile_record import COMPLETE, PARENT, fr
from profile_strategies import RECORDS

from repository.errors import UnreadableRecord
from repository.namespaces import expand
from repository.profile import forms, jsonld, nquads
from repository.profile.table import NODES, properties
from repository.record import Agent, Distribution, Record, SourceWord, Text
from vocabularies.terms import Terms

TERMS = Terms((), base_iri="https://catalogue.example.org/")
RESOURCE = f"https://catalogue.example.org/resource/{COMPLETE.id}"


def statements(data: bytes, syntax: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(data, format=syntax)}


def triples(record: Record) -> set[ox.Triple]:
    return statements(nquads.write(record, TERMS), ox.RdfFormat.N_TRIPLES)


def expanded(record: Record) -> set[ox.Triple]:
    return statements(jsonld.document(record, TERMS), ox.RdfFormat.JSON_LD)


def objects(record: Record, name: str) -> set[str]:
    """What the record's graph says of its resource by one property."""
    predicate = expand(name)
    return {each.object.value for each in triples(record) if each.predicate.value == predicate}


@given(RECORDS)
def test_any_record_is_the_same_graph_in_both_forms_and_comes_back_from_json_ld(record: Record) -> None:
    document = jsonld.document(record, TERMS)
    assert triples(record) == statements(document, ox.RdfFormat.JSON_LD)
    assert jsonld.read(document, TERMS) == record


@given(st.text(st.characters(codec=None, categories=None)), st.text(st.characters(codec=None, categories=None)))
def test_no_character_breaks_a_writer(words: str, address: str) -> None:
    record = Record(
        id="x",
        title=(Text(words, words), Text(words)),
        landing_page=address,
        sector=(address,),
        version_of="urn:" + address,
        creator=(Agent(id="http://h/" + address, name=(Text(words, "fr"),)),),
        source_word=(SourceWord(element=address, text=Text(words)),),
    )
    assert triples(record) == expanded(record)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_complete_record_is_the_same_graph_for_another_reader_too() -> None:
    document, lines = jsonld.document(COMPLETE, TERMS), nquads.write(COMPLETE, TERMS)
    read = [
        set(rdflib.Graph().parse(data=data, format=syntax)) for data, syntax in ((document, "json-ld"), (lines, "nt"))
    ]
    assert read[0] == read[1]
    assert len(read[0]) == len(nquads.triples(COMPLETE, TERMS))


def test_every_property_of_the_table_is_written_and_none_without_the_table() -> None:
    written = {each.predicate.value for each in triples(COMPLETE)}
    rows = {expand(each.row.rdf) for struct in (Record, *NODES.values()) for each in properties(struct) if each.row.rdf}
    derived = {
        expand(name)
        for name in ("rdf:type", "prov:wasDerivedFrom", "foaf:primaryTopic", "mu:issuedFrom", "mu:modifiedUntil")
    }
    assert written == rows | derived


def test_there_are_no_blank_nodes_and_writing_again_gives_the_same_bytes() -> None:
    assert not any(isinstance(each.subject, ox.BlankNode) for each in triples(COMPLETE))
    copy = jsonld.read(jsonld.document(COMPLETE, TERMS), TERMS)
    assert copy is not COMPLETE
    assert nquads.write(copy, TERMS) == nquads.write(COMPLETE, TERMS)
    assert jsonld.document(copy, TERMS) == jsonld.document(COMPLETE, TERMS)


def test_what_follows_from_the_record_is_written_beside_it() -> None:
    lines = nquads.triples(COMPLETE, TERMS)
    assert f"<{RESOURCE}> <{expand('prov:wasDerivedFrom')}> <http://repository.example.org/record/7> ." in lines
    distribution = next(line.split(" ")[2] for line in lines if f"<{expand('dcat:distribution')}>" in line)
    assert f"{distribution} <{expand('dcterms:license')}> <{COMPLETE.licence}> ." in lines
    described = next(line.split(" ")[0] for line in lines if f"<{expand('foaf:primaryTopic')}> <{RESOURCE}> ." in line)
    assert f"{described} <{expand('dcterms:source')}> <https://catalogue.example.org/source/benin-pmb> ." in lines
    date = f'"2026-11-23T09:00:00Z"^^<{expand("xsd:dateTime")}>'
    assert f"{described} <{expand('dcterms:modified')}> {date} ." in lines


def test_an_agent_is_its_web_address_or_else_a_fragment_of_the_resource() -> None:
    assert objects(COMPLETE, "dcterms:rightsHolder") == {"https://ror.org/02jwe8b72"}
    fragments = objects(COMPLETE, "dcterms:creator")
    assert {each.rsplit("-", 1)[0] for each in fragments} == {f"{RESOURCE}#creator"}
    assert len(fragments) == 2


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ('https://example.org/"<>\\^`{|}', "https://example.org/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("https://example.org/100%/é", "https://example.org/100%25/é"),
        ("https://example.org/a#b#c", "https://example.org/a#b%23c"),
        ("https://example.org/\ud800x", "https://example.org/x"),
        ("https://example.org/[1]", "https://example.org/%5B1%5D"),
        ("http://h:port/", None),
        ("no address", None),
        ("://x", None),
    ],
)
def test_an_address_is_written_as_a_legal_iri_or_not_as_one(value: str, written: str | None) -> None:
    assert forms.absolute_iri(value) == written


@given(st.text(max_size=30).map(lambda text: "http://" + text))
def test_what_is_called_an_iri_is_one_for_a_strict_parser(value: str) -> None:
    iri = forms.absolute_iri(value)
    assert iri is None or ox.NamedNode(iri).value == iri


@given(st.from_regex(r"[a-zA-Z0-9]{1,8}(-[a-zA-Z0-9]{1,8}){0,4}", fullmatch=True))
def test_what_is_called_a_language_tag_is_one_for_a_strict_parser(value: str) -> None:
    tag = forms.language_tag(value)
    assert tag is None or ox.Literal("x", language=tag).language == tag


def test_control_characters_quotes_and_letters_beyond_the_basic_plane_survive() -> None:
    words = "\x00\x07\t\n\r\"\\\x7f\x85\u2028'🎓𞤀"
    record = Record(id="x", title=(Text(words, "fr"),), version=words + "\udc80")
    assert objects(record, "dcterms:title") == {words}
    assert objects(record, "dcat:version") == {words}
    assert len(nquads.write(record, TERMS).decode().splitlines()) == len(nquads.triples(record, TERMS))
    assert triples(record) == expanded(record)


def test_quads_stand_in_the_graph_of_their_resource() -> None:
    quads = list(ox.parse(nquads.quads(COMPLETE, TERMS), format=ox.RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in quads} == {RESOURCE}
    assert {quad.triple for quad in quads} == triples(COMPLETE)


def test_own_resources_may_stand_under_their_full_iris() -> None:
    document = json.loads(jsonld.document(COMPLETE, TERMS))
    assert document["@id"] == COMPLETE.id
    full = document | {"@id": RESOURCE, "versionOf": f"{TERMS.base_iri}resource/{PARENT}"}
    assert jsonld.read(json.dumps(full).encode(), TERMS) == COMPLETE


def test_plain_words_single_values_and_unknown_keys_are_read() -> None:
    document = {"@context": "https://unreachable.invalid/context", "title": "Maçon", "keyword": {"@value": "béton"}}
    record = jsonld.read(json.dumps(document | {"rating": 5, "publisher": [{"name": "DETFP"}]}).encode(), TERMS)
    assert record.title == (Text("Maçon"),)
    assert record.keyword == (Text("béton"),)
    assert record.publisher == Agent(name=(Text("DETFP"),))
    assert record.id == ""


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"title": 7}',
        b'{"distribution": [{"byteSize": "big", "accessUrl": "https://example.org"}]}',
        b'{"distribution": [{}]}',
        b'{"publisher": 1}',
        b'{"version": ["1", "2"]}',
        b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe",
    ],
)
def test_what_is_no_record_is_refused_with_a_reason(document: bytes) -> None:
    with pytest.raises(UnreadableRecord, match="JSON-LD"):
        jsonld.read(document, TERMS)


def test_the_same_content_in_two_places_is_one_node_for_each_property() -> None:
    agent = Agent(name=fr("DETFP"))
    record = Record(
        id="x", creator=(agent, agent), publisher=agent, distribution=(Distribution(access_url="http://a"),)
    )
    assert len(objects(record, "dcterms:creator") | objects(record, "dcterms:publisher")) == 2
    assert len(set(nquads.triples(record, TERMS))) == len(nquads.triples(record, TERMS))


def test_shapes_and_rules_call_the_same_characters_blank() -> None:
    blank = re.compile(forms.NOT_BLANK)
    assert [code for code in range(0x110000) if chr(code).isspace() == bool(blank.match(chr(code)))] == []
