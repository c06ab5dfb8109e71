"""A vocabulary from a file finds its place beside those that are held, and overrules none of them."""

from repository.record import Text
from vocabularies import shipped
from vocabularies.adoption import adopt
from vocabularies.concept import Concept, Scheme, Vocabulary

HELD = shipped.terms()
SHIPPED = {*HELD.concepts, *(each.iri for each in HELD.schemes.values())}
COAR = Scheme(id="resource-type", iri="http://purl.org/coar/resource_type/scheme", title=(Text("Types", "en"),))
LEVEL = "https://w3id.org/mutualis/vocabulary/level"


def concept(iri: str, scheme: str, label: str = "Something") -> Concept:
    return Concept(iri=iri, scheme=scheme, pref_label=(Text(label, "en"),))


def test_another_scheme_of_the_same_short_name_gets_a_name_of_its_own() -> None:
    adopted = adopt(Vocabulary(COAR, (concept("http://purl.org/coar/1", "resource-type"),)), HELD, SHIPPED)
    assert adopted.vocabulary.scheme.id == "resource-type-scheme"
    assert [each.scheme for each in adopted.vocabulary.concepts] == ["resource-type-scheme"]


def test_a_file_may_add_to_a_shipped_scheme() -> None:
    added = concept(LEVEL + "/CM-CQP", "level", "CQP")
    adopted = adopt(Vocabulary(Scheme(id="level", iri=LEVEL), (added,)), HELD, SHIPPED)
    assert adopted.vocabulary.concepts == (added,)
    assert adopted.vocabulary.scheme == HELD.schemes["level"]
    assert adopted.kept == ()


def test_a_file_changes_nothing_that_was_shipped() -> None:
    benin = "http://publications.europa.eu/resource/authority/country/BEN"
    country = HELD.schemes["country"]
    adopted = adopt(Vocabulary(country, (concept(benin, "country", "Dahomey"),)), HELD, SHIPPED)
    assert adopted.vocabulary.concepts == ()
    assert adopted.kept == (benin,)


def test_a_shipped_vocabulary_taken_in_again_keeps_nothing_back() -> None:
    vocabularies, _ = shipped.load()
    assert all(adopt(each, HELD, SHIPPED).kept == () for each in vocabularies)


def test_a_concept_stays_in_the_scheme_where_it_is_held() -> None:
    isco = "http://data.europa.eu/esco/isco/C7411"
    foreign = Scheme(id="mine", iri="http://example.org/mine")
    adopted = adopt(Vocabulary(foreign, (concept(isco, "mine"),)), HELD, set())
    assert [each.scheme for each in adopted.vocabulary.concepts] == ["isco"]
