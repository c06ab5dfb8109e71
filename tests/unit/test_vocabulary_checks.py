"""What the checks find: each fault in a small list that has nothing else wrong, and those of real vocabularies."""

import re
from pathlib import Path

import pytest

from repository.record import Text
from vocabularies import shipped
from vocabularies.checks import Found, look
from vocabularies.concept import Concept
from vocabularies.faults import CHECKS, GATE
from vocabularies.subject import of_concepts, of_file

HEAD = """
@prefix : <http://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:s a skos:ConceptScheme ; skos:hasTopConcept :a .
:a a skos:Concept ; skos:inScheme :s ; skos:topConceptOf :s ; skos:prefLabel "un"@fr, "one"@en ;
   skos:definition "x"@fr ; skos:narrower :b ; skos:closeMatch <http://other.example/a> .
:b a skos:Concept ; skos:inScheme :s ; skos:prefLabel "deux"@fr, "two"@en ; skos:definition "y"@fr ; skos:broader :a ;
   skos:closeMatch <http://other.example/b> .
"""
A, B, C = (f"http://example.org/{name}" for name in "abc")
C_TOO = """:c a skos:Concept ; skos:inScheme :s ; skos:prefLabel "trois"@fr, "three"@en ; skos:definition "z"@fr ;
  skos:closeMatch <http://other.example/c> . """

FAULTS = [
    ("missing-label", ":c a skos:Concept ; skos:inScheme :s ; skos:broader :b . :b skos:narrower :c .", C),
    ("empty-label", ':b skos:altLabel "  "@fr .', B),
    ("inconsistent-preferred", ':b skos:prefLabel "zwei"@fr .', B),
    ("disjoint-labels", ':b skos:altLabel "deux"@fr .', B),
    ("relation-clash", ":a skos:related :b . :b skos:related :a .", A),
    ("mapping-clash", ":b skos:exactMatch <http://other.example/x> ; skos:broadMatch <http://other.example/x> .", B),
    ("cyclic-hierarchy", ":a skos:broader :b . :b skos:narrower :a .", A),
    ("overlapping-labels", ':b skos:prefLabel "UN"@fr .', B),
    ("ambiguous-notation", ':a skos:notation "1" . :b skos:notation "1" .', B),
    ("unprintable-label", ':b skos:altLabel "deu\\u200Bx"@fr .', B),
    ("invalid-language", ':b skos:altLabel "dos"@qqqqq .', B),
    ("invalid-language", ':b skos:altLabel "dos" .', B),
    ("incomplete-languages", C_TOO.replace(', "three"@en', "") + ":c skos:broader :a . :a skos:narrower :c .", C),
    ("undocumented", C_TOO.replace('skos:definition "z"@fr ;', "") + ":c skos:broader :a . :a skos:narrower :c .", C),
    ("orphan", C_TOO, C),
    (
        "disconnected",
        C_TOO
        + C_TOO.replace(":c", ":d").replace("trois", "quatre").replace("three", "four")
        + ":c skos:related :d . :d skos:related :c .",
        C,
    ),
    (
        "valueless-related",
        C_TOO + ":c skos:broader :a ; skos:related :b . :a skos:narrower :c . :b skos:related :c .",
        B,
    ),
    ("solely-transitive", C_TOO + ":c skos:broaderTransitive :a ; skos:related :a . :a skos:related :c .", C),
    ("unidirectional", C_TOO + ":c skos:broader :a .", C),
    ("top-with-broader", ":b skos:topConceptOf :s .", B),
    (
        "redundant-broader",
        C_TOO + ":c skos:broader :a, :b . :a skos:narrower :c . :b skos:narrower :c .",
        C,
    ),
    ("reflexive", ":b skos:related :b .", B),
    ("mapping-misuse", ":a skos:closeMatch :b .", A),
    ("undefined-skos", ':b skos:preferredLabel "x" .', B),
    (
        "no-http",
        C_TOO.replace(":c a", "<urn:x:c> a") + "<urn:x:c> skos:broader :a . :a skos:narrower <urn:x:c> .",
        "urn:x:c",
    ),
    (
        "replaced-in-use",
        C_TOO + ":c owl:deprecated true . :b skos:related :c . :c skos:related :b .",
        B,
    ),
]


def found_in(more: str) -> list[Found]:
    return look(of_file((HEAD + more).encode(), "ttl"))


def test_a_sound_list_has_nothing_to_be_told() -> None:
    assert found_in("") == []


@pytest.mark.parametrize(("check", "more", "iri"), FAULTS)
def test_each_fault_is_found_at_its_place(check: str, more: str, iri: str) -> None:
    assert (check, iri) in {(each.check, each.iri) for each in found_in(more)}


def test_a_list_without_a_beginning_and_without_a_common_language_is_told_as_a_whole() -> None:
    text = HEAD.replace("skos:hasTopConcept :a", "").replace("skos:topConceptOf :s ;", "").replace(', "one"@en', "")
    found = look(of_file(text.replace('"deux"@fr, ', "").replace(" ; .", " .").encode(), "ttl"))
    assert {("omitted-top", ""), ("no-common-language", "")} <= {(each.check, each.iri) for each in found}


def test_what_nobody_uses_is_told_where_uses_are_known() -> None:
    found = look(of_file(HEAD.encode(), "ttl"), used={A})
    assert [each for each in found if each.check == "missing-in-links"] == [Found("missing-in-links", B)]


def test_every_check_is_tried_here_and_has_its_words() -> None:
    tried = {check for check, *_ in FAULTS} | {"omitted-top", "no-common-language", "missing-in-links"}
    tried |= {"missing-out-links", "broken-link"}  # below, and over the network
    assert tried == set(CHECKS)
    assert set(CHECKS) > GATE


def test_a_term_without_links_to_other_lists_is_told() -> None:
    concept = Concept(iri=A, scheme="s", pref_label=(Text("un", "fr"),), top=True)
    assert Found("missing-out-links", A) in look(of_concepts([concept], "http://example.org/s"))


def test_shipped_lists_pass_the_gate() -> None:
    for vocabulary in shipped.load()[0]:
        found = look(of_concepts(vocabulary.concepts, vocabulary.scheme.iri))
        assert [each for each in found if each.check in GATE] == [], vocabulary.scheme.id


def test_the_faults_of_real_vocabularies_are_those_that_their_list_tells(shared: Path) -> None:
    """Source: SOURCES.md beside them, counted with rdflib."""
    told = {
        "S13": "disjoint-labels",
        "S14": "inconsistent-preferred",
        "S27": "relation-clash",
        "noPref": "missing-label",
    }
    told["cycleConcepts"] = "cyclic-hierarchy"
    folder, looked = shared / "vocabularies", 0
    for line in (folder / "SOURCES.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if (
            len(cells) < 7
            or cells[0].startswith("gemet/")
            or not (folder / cells[0]).is_file()
            or not re.search(r"\b[1-9]\d* concepts", cells[4])
        ):
            continue
        found = look(of_file((folder / cells[0]).read_bytes()))
        found += [
            Found("cyclic-hierarchy", each.iri)
            for each in found
            if each.check == "reflexive" and each.about != "related"
        ]  # a term above itself is on a circle of one
        for name, check in told.items():
            counted = len({each.iri for each in found if each.check == check})
            stated = re.search(rf"\b{name} (\d+)", cells[6])
            if name != "noPref" or stated:  # withdrawn terms may be nameless, which the list counts as well
                assert counted == (int(stated[1]) if stated else 0), (cells[0], name)
        looked += 1
    assert looked > 60
    clashes = look(of_file((folder / "gemet" / "gemet-skoscore.rdf").read_bytes()))
    assert sum(each.check == "relation-clash" for each in clashes) == 2, "as told of all of its files together"
