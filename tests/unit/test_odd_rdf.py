"""RDF as old systems and hands write it: what the strict parsers refuse is read where its meaning is plain."""

import pytest

from repository.errors import UnreadableRecord
from repository.formats import graph
from vocabularies import skos

SKOS = "http://www.w3.org/2004/02/skos/core#"
OLD_XML = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="{SKOS}">
  <skos:ConceptScheme about="http://example.org/metiers"/>
  <skos:Concept about="http://example.org/metiers/1">
    <skos:prefLabel xml:lang="fr">Forgeron</skos:prefLabel>
    <skos:inScheme resource="http://example.org/metiers"/>
  </skos:Concept>
</rdf:RDF>""".encode()


def test_attributes_without_their_namespace_are_read() -> None:
    vocabularies, _ = skos.read(OLD_XML)
    assert [concept.pref_label[0].value for concept in vocabularies[0].concepts] == ["Forgeron"]


def test_shorthands_of_notation3_are_read() -> None:
    triples = graph.parse(b"@keywords a, is, of. <http://example.org/1> = <http://example.org/2> .")
    assert [predicate for _, predicate, _ in triples] == ["http://www.w3.org/2002/07/owl#sameAs"]


@pytest.mark.parametrize("data", [b"<http://example.org/1> a", b"<rdf:RDF", b"{" * 50_000, b"@prefix : <x"])
def test_what_nobody_can_read_is_refused_with_a_place(data: bytes) -> None:
    with pytest.raises(UnreadableRecord):
        graph.parse(data)


def test_nothing_is_loaded_from_elsewhere(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "secret").write_text("secret")
    xml = f"""<!DOCTYPE r [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="{SKOS}">
    <skos:Concept about="http://example.org/1"><skos:note>&e;</skos:note></skos:Concept></rdf:RDF>""".encode()
    try:
        triples = graph.parse(xml)
    except UnreadableRecord:
        return
    assert "secret" not in str(triples)
