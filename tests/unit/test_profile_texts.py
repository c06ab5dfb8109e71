"""What people read about the profile: complete in three languages, on the page, in the ontology, in an error."""

import re
from pathlib import Path

import pytest
import rdflib
from msgspec.structs import replace
from profile_faults import faults, first_paths
from profile_record import COMPLETE, VOCABULARY

from repository.messages import LANGUAGES
from repository.namespaces import MU, PREFIXES, SHAPE
from repository.profile import completeness, labels, nquads, ontology, reference, rules, shapes
from repository.profile.constraints import constraints, is_mandatory, sentence, shape_iri
from repository.profile.table import NODES, properties
from repository.record import Record, Text
from vocabularies import shipped

TERMS = shipped.terms()
NAMES = [steps[-1].name for steps in first_paths()]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_property_has_a_label_and_a_help_sentence(language: str) -> None:
    for name in NAMES:
        assert not labels.label(name, language).startswith(SHAPE), name
        assert re.search(r"[.!…]$", labels.help_text(name, language)), name


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_every_sentence_about_a_fault_is_translated_and_keeps_its_placeholders(language: str) -> None:
    sentences = {sentence(steps[-1], name) for steps in first_paths() for name in constraints(steps[-1])}
    for message in sentences | {rules.check(Record(id="x"), TERMS, "harvest")[0].message}:
        translated = labels.catalogue(language).gettext(message)
        assert translated != message, message
        assert set(re.findall(r"{\w+}", translated)) == set(re.findall(r"{\w+}", message)), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_names_the_field_and_the_value_that_was_found(language: str) -> None:
    for fault in faults(TERMS):
        for violation in rules.check(fault.record, TERMS):
            told = labels.tell(violation, language, TERMS)
            assert told.startswith(labels.label(labels.name_of(violation.shape), language))
            assert "{" not in told
            shown = "{value}" in violation.message
            assert not shown or labels.shown(violation.value) in told


def test_an_error_in_a_short_list_names_the_allowed_terms() -> None:
    found = rules.check(replace(COMPLETE, access="https://example.org/all"), TERMS)
    told = labels.tell(found[0], "fr", TERMS)
    names = [label.value for term in TERMS.in_scheme("access") if (label := TERMS.label(term.iri, "fr"))]
    assert len(names) == 3
    assert all(name in told for name in names)


def test_an_error_about_two_dates_names_both_fields() -> None:
    found = rules.check(replace(COMPLETE, issued="2024", modified="2020"), TERMS)
    told = labels.tell(found[0], "pt", TERMS)
    assert "Data de modificação" in told
    assert "Data de publicação" in told


def test_a_long_value_is_shortened_in_its_error() -> None:
    found = rules.check(replace(COMPLETE, landing_page="x" * 5000), TERMS)
    assert len(labels.tell(found[0], "en")) < 250


def test_the_reference_page_is_up_to_date() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), "run: python -m repository.profile.reference"


def test_every_shape_has_its_sentence_in_three_languages_and_no_nested_node_is_targeted_by_class() -> None:
    graph = rdflib.Graph().parse(data=shapes.graph(TERMS), format="turtle")
    sh = rdflib.Namespace(PREFIXES["sh"])
    expected = {shape_iri(steps[-1].name, name) for steps in first_paths() for name in constraints(steps[-1])}
    for iri in expected:
        messages = {text.language for text in graph.objects(rdflib.URIRef(iri), sh.message)}
        assert messages == set(LANGUAGES), iri
    assert {str(target) for target in graph.objects(None, sh.targetClass)} == {PREFIXES["schema"] + "LearningResource"}
    assert not any("{" in str(text) for text in graph.objects(None, sh.message))


def test_the_ontology_describes_every_term_in_three_languages() -> None:
    graph = rdflib.Graph().parse(data=ontology.turtle(), format="turtle")
    for name in ontology.terms():
        term = rdflib.URIRef(MU + name)
        for predicate in (rdflib.RDFS.label, rdflib.RDFS.comment):
            texts = list(graph.objects(term, predicate))
            assert {text.language for text in texts} == set(LANGUAGES), name
            assert not any(str(text).startswith("http") for text in texts), name
        assert (term, rdflib.RDFS.isDefinedBy, rdflib.URIRef(MU)) in graph
    assert (rdflib.URIRef(MU), rdflib.RDF.type, rdflib.OWL.Ontology) in graph


def test_no_term_of_ours_is_used_that_the_ontology_does_not_define() -> None:
    prefixed = re.compile(r"\bmu:([A-Za-z]\w*)")
    used = {each.row.rdf for struct in (Record, *NODES.values()) for each in properties(struct)}
    texts = [" ".join(used), shapes.graph(TERMS).decode(), ontology.turtle().decode()]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "vocabularies" / "data").glob("*.ttl")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "sparql").rglob("*.rq")]
    code = re.compile(r"\bMU(?: \+ \"|\})(\w+)")
    written_by = [path.read_text(encoding="utf-8") for path in (ROOT / "sparql").rglob("*.py")]
    malformed = replace(COMPLETE, title=(Text("x", "fr_FR"),))
    written = nquads.write(COMPLETE, TERMS) + nquads.write(malformed, TERMS)
    found = {name for text in texts for name in prefixed.findall(text)}
    found |= set(re.findall(re.escape(MU) + r"(\w+)", written.decode()))
    found |= {name for text in written_by for name in code.findall(text)}
    assert {"occupation", "rank", "malformedLanguage", "issuedFrom"} <= found
    assert found <= set(ontology.terms())


def test_completeness_goes_from_nothing_to_everything_and_lists_what_is_missing() -> None:
    assert completeness.score(COMPLETE, TERMS) == completeness.Completeness(100, ())
    empty = completeness.score(Record(id="x"), TERMS)
    assert empty.score == 0
    asked = [each for each in properties(Record) if each.row.need in ("M", "R")]
    assert set(empty.missing) == set(asked)
    needs = [is_mandatory(each) for each in empty.missing]
    assert needs == sorted(needs, reverse=True)


def test_a_mandatory_property_counts_more_and_so_does_an_occupation_in_a_kit() -> None:
    without_title = completeness.score(replace(COMPLETE, title=()), TERMS)
    without_keyword = completeness.score(replace(COMPLETE, keyword=()), TERMS)
    assert without_title.score < without_keyword.score < 100
    study = replace(COMPLETE, resource_type=(VOCABULARY + "resource-type/ES",), occupation=())
    assert completeness.score(replace(COMPLETE, occupation=()), TERMS).score < completeness.score(study, TERMS).score
