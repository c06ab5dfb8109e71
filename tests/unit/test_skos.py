"""SKOS files become vocabularies and vocabularies become files, without losing what a librarian wrote."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.errors import UnreadableRecord
from repository.record import Text
from vocabularies import shipped, skos
from vocabularies.concept import Collection, Concept, Scheme, Vocabulary

TRADES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix ex: <https://example.org/trades/> .
<https://example.org/trades> a skos:ConceptScheme ; dcterms:title "Métiers"@fr, "Profissões"@pt ;
    skos:hasTopConcept ex:metal .
ex:metal a skos:Concept ; skos:prefLabel "Métal"@fr ; skos:narrower ex:soudeur ; skos:notation "M" .
ex:soudeur a skos:Concept ; skos:prefLabel "Soudeur"@fr, "Soldador"@pt-gw, "Welder"@en ;
    skos:related ex:forgeron ; skos:definition [ rdf:value "Assemble"@fr ] ;
    ex:rank 4 ; ex:hard true ; ex:page <https://example.org/soudeur> .
ex:forgeron a skos:Concept ; skos:inScheme <https://example.org/trades> ; skos:prefLabel "Forgeron"@fr ;
    <http://www.w3.org/2002/07/owl#deprecated> true ; dcterms:isReplacedBy ex:soudeur .
ex:group a skos:OrderedCollection ; skos:prefLabel "Atelier"@fr ; skos:memberList ( ex:soudeur ex:forgeron ) .
"""


def test_a_file_of_one_scheme_gives_its_concepts_with_labels_links_and_unknown_statements() -> None:
    (trades,), (group,) = skos.read(TRADES.encode())
    metal, soudeur = (
        next(each for each in trades.concepts if each.iri.endswith(name)) for name in ("metal", "soudeur")
    )
    assert trades.scheme.id == "trades"
    assert trades.scheme.title == (Text("Métiers", "fr"), Text("Profissões", "pt"))
    assert metal.top and metal.notation == "M"
    assert Text("Soldador", "pt-GW") in soudeur.pref_label
    assert soudeur.broader == (metal.iri,)
    assert soudeur.definition == (Text("Assemble", "fr"),)
    assert soudeur.property_values("https://example.org/trades/rank") == (4,)
    assert soudeur.property_values("https://example.org/trades/hard") == (True,)
    assert group.member == ("https://example.org/trades/soudeur", "https://example.org/trades/forgeron")


def test_a_concept_without_a_scheme_belongs_to_the_only_one_of_its_file() -> None:
    (trades,), _ = skos.read(TRADES.encode())
    assert {each.iri.rsplit("/", 1)[1] for each in trades.concepts} == {"metal", "soudeur", "forgeron"}


def test_related_concepts_are_related_both_ways_and_a_replaced_one_names_its_successor() -> None:
    (trades,), _ = skos.read(TRADES.encode())
    forgeron = next(each for each in trades.concepts if each.iri.endswith("forgeron"))
    assert forgeron.related == ("https://example.org/trades/soudeur",)
    assert forgeron.deprecated and forgeron.replaced_by == ("https://example.org/trades/soudeur",)


def test_two_schemes_in_one_file_stay_apart_and_a_stray_concept_goes_to_its_kin() -> None:
    two = TRADES + (
        "<https://example.org/levels> a skos:ConceptScheme ."
        "<https://example.org/levels/1> a skos:Concept ; skos:inScheme <https://example.org/levels> ."
    )

    placed = two.replace(
        "ex:soudeur a skos:Concept ;", "ex:soudeur a skos:Concept ; skos:inScheme <https://example.org/trades> ;"
    )
    vocabularies, _ = skos.read(placed.encode(), ids={"https://example.org/levels": "niveau"})
    assert {each.scheme.id: len(each.concepts) for each in vocabularies} == {"niveau": 1, "trades": 3}
    vocabularies, _ = skos.read(two.encode())
    assert {each.scheme.id: len(each.concepts) for each in vocabularies} == {"levels": 1, "trades": 3}


@pytest.mark.parametrize(
    "syntax", [ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD]
)
def test_the_four_syntaxes_are_told_apart_by_looking(syntax: ox.RdfFormat) -> None:
    triples = [quad.triple for quad in ox.parse(TRADES.encode(), ox.RdfFormat.TURTLE)]
    if syntax == ox.RdfFormat.JSON_LD:
        written = ox.serialize([ox.Quad(*each) for each in triples], format=syntax)
    else:
        written = ox.serialize(triples, format=syntax)
    assert written is not None
    assert skos.read(written) == skos.read(TRADES.encode())


def test_a_remote_context_is_refused_and_never_fetched() -> None:
    with pytest.raises(UnreadableRecord):
        skos.read(b'{"@context": "https://example.org/context.jsonld", "@id": "https://example.org/a", "name": "x"}')


def test_entity_bombs_and_external_entities_in_rdf_xml_are_refused() -> None:
    head = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    bomb = (
        head + "".join(f'<!ENTITY {b} "{f"&{a};" * 30}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"
    )
    file = '<!DOCTYPE r [<!ENTITY i SYSTEM "file:///etc/hostname">]>'
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">'
        '<skos:Concept rdf:about="https://example.org/a"><skos:prefLabel>&i;</skos:prefLabel></skos:Concept></rdf:RDF>'
    )
    for document in (bomb + body, file + body):
        with pytest.raises(UnreadableRecord):
            skos.read(document.encode(), "application/rdf+xml")


def test_shipped_files_lose_nothing_but_inverse_links_when_written_again() -> None:
    vocabularies, _ = shipped.load()
    for each in vocabularies:
        written = skos.write(each)
        assert skos.read(written, "ttl", {each.scheme.iri: each.scheme.id})[0] == [each]
        assert skos.write(each) == written


def test_the_triples_of_a_concept_are_those_of_its_file_with_the_inverse_links() -> None:
    (trades,), groups = skos.read(TRADES.encode())
    lines = skos.triples(trades.scheme) + [
        line for each in trades.concepts for line in skos.triples(each, {"trades": trades.scheme})
    ]
    lines += [line for each in groups for line in skos.triples(each)]
    again, groups_again = skos.read("\n".join(lines).encode(), "nt")
    assert again == [trades]
    assert set(groups_again[0].member) == set(groups[0].member)
    assert any("narrower" in line for line in lines) and any("hasTopConcept" in line for line in lines)


@given(st.text(), st.text())
def test_any_label_survives_turtle_and_n_triples(label: str, note: str) -> None:
    kept = [text.encode("utf-8", "ignore").decode() for text in (label, note)]
    scheme = Scheme(id="s", iri="https://example.org/s")
    concept = Concept(
        iri="https://example.org/s/1",
        scheme="s",
        pref_label=(Text(label, "fr"),),
        scope_note=(Text(note),),
        top=True,
    )
    wanted = (Text(kept[0], "fr"),), (Text(kept[1]),)
    written = skos.write(Vocabulary(scheme, (concept,)))
    for data, syntax in ((written, "ttl"), ("\n".join(skos.triples(concept, {"s": scheme})).encode(), "nt")):
        (read,), _ = skos.read(data, syntax)
        assert (read.concepts[0].pref_label, read.concepts[0].scope_note) == wanted


def test_the_shipped_vocabularies_load_with_the_participants_and_find_words() -> None:
    terms = shipped.terms()
    assert {"country", "language", "sector", "resource-type", "licence", "access"} <= set(terms.schemes)
    assert len(terms.participants) == 9
    assert all(terms.concept(iri) for iri in terms.participants)
    for words in ("CI", "CIV", "Côte d'Ivoire", "Costa do Marfim", "Ivory Coast"):
        assert terms.find("country", words) == "http://publications.europa.eu/resource/authority/country/CIV"
    for words in ("fr", "fra", "fre", "Français", "French", "francês"):
        assert terms.find("language", words) == "http://publications.europa.eu/resource/authority/language/FRA"


@pytest.mark.parametrize(
    "code",
    "fon ewe bam wol ful hau mos dyu pov snk srr dje kau gej men kbp kea mfv bba".split(),  # noqa: SIM905
)
def test_a_language_of_the_region_has_its_name_in_three_languages(code: str) -> None:
    terms = shipped.terms()
    iri = terms.find("language", code)
    assert iri == f"http://lexvo.org/id/iso639-3/{code}"
    assert {text.language for text in terms.concepts[iri].pref_label} == {"fr", "pt", "en"}


def test_no_label_of_a_country_or_language_is_both_preferred_and_alternative() -> None:
    terms = shipped.terms()
    for concept in (*terms.in_scheme("country"), *terms.in_scheme("language")):
        assert not set(concept.pref_label) & set(concept.alt_label), concept.iri
        assert not set(concept.pref_label) & set(concept.hidden_label), concept.iri


@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("coar/access_rights.ttl", 11),
        ("coar/resource_types.ttl", 71),
        ("eu-authority/countries-skos.rdf", 284),
        ("gemet/gemet-skoscore.rdf", 5220),
        ("hcrt/hcrt.ttl", 26),
        ("kim/educationalLevel.ttl", 12),
        ("lrmi/alignmentType.ttl", 7),
        ("oeh/discipline.ttl", 70),
    ],
)
def test_real_vocabularies_give_all_their_concepts(shared: Path, name: str, concepts: int) -> None:
    vocabularies, _ = skos.read((shared / "vocabularies" / name).read_bytes())
    assert sum(len(each.concepts) for each in vocabularies) >= concepts


def test_faulty_vocabularies_are_read_or_refused_with_a_sentence(shared: Path) -> None:
    read = 0
    for path in sorted(shared.glob("vocabularies/skosmos-tests/*.ttl")):
        try:
            vocabularies, collections = skos.read(path.read_bytes(), "ttl")
        except UnreadableRecord as error:
            assert error.values["reason"]
        else:
            read += 1
            for each in vocabularies:
                assert skos.read(skos.write(each), "ttl", {each.scheme.iri: each.scheme.id})[0] == [each]
            assert all(isinstance(each, Collection) for each in collections)
    assert read > 20
