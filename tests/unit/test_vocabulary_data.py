"""The shipped vocabularies are sound SKOS, complete in three languages and mapped to targets that exist.

Source: SKOS Reference (W3C, 2009), integrity conditions S9, S13, S14, S27, S37 and S46.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rdflib import RDF, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL
from rdflib.term import Node

from vocabularies import shipped

ROOT = Path(__file__).parents[2]
DATA = ROOT / "vocabularies" / "data"
SHARED = ROOT.parent / "shared" / "data" / "vocabularies"
MU = Namespace("https://w3id.org/mutualis/ns#")
VOCABULARY = "https://w3id.org/mutualis/vocabulary/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
ISCO = "http://data.europa.eu/esco/isco/C"
ISCED_F = "http://data.europa.eu/snb/isced-f/"
ESCO = "http://data.europa.eu/esco/occupation/"
LANGUAGES = {"fr", "pt", "en"}
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
TEXTS = (
    *LABELS,
    SKOS.definition,
    SKOS.scopeNote,
    SKOS.editorialNote,
    SKOS.note,
    DCTERMS.title,
    DCTERMS.description,
)
EXPECTED = {
    "access", "adaptation", "audience", "isced-level", "kit-part-status", "level", "licence", "lom", "occupation",
    "participants", "regional-level", "relation", "resource-type", "role", "sector", "status",
}  # fmt: skip
SCHEMES = sorted(path.stem for path in DATA.glob("*.ttl"))
every_scheme = pytest.mark.parametrize("stem", SCHEMES)


@cache
def load(stem: str) -> Graph:
    return Graph().parse(DATA / f"{stem}.ttl", format="turtle")


def concepts(graph: Graph) -> set[Node]:
    return set(graph.subjects(RDF.type, SKOS.Concept))


def owner(graph: Graph) -> URIRef:
    """The one scheme or collection of a file; a classification taken over whole keeps its published address."""
    (named,) = {*graph.subjects(RDF.type, SKOS.ConceptScheme), *graph.subjects(RDF.type, SKOS.Collection)}
    assert isinstance(named, URIRef)
    return named


def texts(graph: Graph, subject: Node, predicate: URIRef) -> list[Literal]:
    return [o for o in graph.objects(subject, predicate) if isinstance(o, Literal)]


def ancestors(graph: Graph, concept: Node) -> set[Node]:
    """Every concept above this one, the concept itself included only if it lies on a cycle."""
    found: set[Node] = set()
    pending = [concept]
    while pending:
        here = pending.pop()
        above = {*graph.objects(here, SKOS.broader), *graph.subjects(SKOS.narrower, here)}
        pending.extend(above - found)
        found |= above
    return found


def targets(prefix: str, stems: Iterable[str] = SCHEMES) -> Iterator[tuple[str, str]]:
    for stem in stems:
        for mapping in MAPPINGS:
            for target in load(stem).objects(None, mapping):
                if str(target).startswith(prefix):
                    yield stem, str(target)


def column(path: str, name: str) -> set[str]:
    source = SHARED / path
    if not source.exists():
        pytest.skip(f"the published file {path} is not on this machine")
    with source.open(encoding="utf-8", newline="") as lines:
        return {row[name] for row in csv.DictReader(lines)}


def published(path: str, syntax: str = "turtle") -> set[str]:
    source = SHARED / path
    if not source.exists():
        pytest.skip(f"the published file {path} is not on this machine")
    return {str(subject) for subject in Graph().parse(source, format=syntax).subjects()}


def test_the_shipped_schemes_are_all_there() -> None:
    assert set(SCHEMES) >= EXPECTED


@every_scheme
def test_a_file_holds_one_scheme_or_collection_and_ours_are_named_after_it(stem: str) -> None:
    named = owner(load(stem))
    assert named == URIRef(VOCABULARY + stem) or stem not in EXPECTED


@every_scheme
def test_a_scheme_states_its_title_licence_version_and_top_concepts(stem: str) -> None:
    graph = load(stem)
    scheme = owner(graph)
    if (scheme, RDF.type, SKOS.Collection) in graph:
        assert {label.language for label in texts(graph, scheme, SKOS.prefLabel)} == LANGUAGES
        return
    for predicate in (DCTERMS.title, DCTERMS.description):
        assert Counter(text.language for text in texts(graph, scheme, predicate)) == Counter(LANGUAGES)
    assert graph.value(scheme, OWL.versionInfo) is not None
    assert graph.value(scheme, DCTERMS.license) is not None or texts(graph, scheme, DCTERMS.rights)
    tops = {concept for concept in concepts(graph) if not set(graph.objects(concept, SKOS.broader))}
    assert set(graph.objects(scheme, SKOS.hasTopConcept)) == tops
    assert set(graph.subjects(SKOS.topConceptOf, scheme)) == tops


@every_scheme
def test_every_concept_is_in_the_scheme_and_its_notation_ends_its_address(stem: str) -> None:
    graph = load(stem)
    scheme = owner(graph)
    notations: list[str] = []
    for concept in concepts(graph):
        assert (concept, SKOS.inScheme, scheme) in graph, concept
        (notation,) = [str(o) for o in graph.objects(concept, SKOS.notation)]
        assert re.fullmatch(r"[A-Za-z0-9._-]+", notation), notation
        notations.append(notation)
        if str(concept).startswith(VOCABULARY):
            assert str(concept) == f"{scheme}/{notation}"
    assert len(notations) == len(set(notations))


@every_scheme
def test_every_concept_has_one_preferred_label_in_each_of_the_three_languages(stem: str) -> None:
    """S14 forbids a second one; the catalogue is trilingual, so none may be missing either."""
    graph = load(stem)
    wrong = [
        (str(concept), languages)
        for concept in concepts(graph)
        if (languages := Counter(label.language for label in texts(graph, concept, SKOS.prefLabel)))
        != Counter(LANGUAGES)
    ]
    assert wrong == []


@every_scheme
def test_every_text_says_its_language_and_is_clean(stem: str) -> None:
    for predicate in TEXTS:
        for _, text in load(stem).subject_objects(predicate):
            assert isinstance(text, Literal)
            assert text.language in LANGUAGES, text
            assert text and str(text) == unicodedata.normalize("NFC", " ".join(str(text).split())), text


@every_scheme
def test_no_blank_node_is_used(stem: str) -> None:
    assert not [node for triple in load(stem) for node in triple if isinstance(node, BNode)]


@every_scheme
def test_schemes_collections_and_concepts_are_disjoint(stem: str) -> None:
    """S9 and S37."""
    graph = load(stem)
    kinds = [set(graph.subjects(RDF.type, kind)) for kind in (SKOS.Concept, SKOS.ConceptScheme, SKOS.Collection)]
    assert not [one & other for one, other in combinations(kinds, 2) if one & other]


@every_scheme
def test_the_three_kinds_of_label_are_disjoint(stem: str) -> None:
    """S13, and stricter: capital letters do not make a label different."""
    graph = load(stem)
    for concept in concepts(graph):
        kinds = [{(str(t).casefold(), t.language) for t in texts(graph, concept, label)} for label in LABELS]
        assert not [one & other for one, other in combinations(kinds, 2) if one & other], concept


@every_scheme
def test_related_concepts_are_never_one_above_the_other(stem: str) -> None:
    """S27."""
    graph = load(stem)
    above = {concept: ancestors(graph, concept) for concept in concepts(graph)}
    pairs = [(a, b) for a, b in graph.subject_objects(SKOS.related) if b in above[a] or a in above[b]]
    assert pairs == []


@every_scheme
def test_the_hierarchy_has_no_cycle(stem: str) -> None:
    graph = load(stem)
    assert [concept for concept in concepts(graph) if concept in ancestors(graph, concept)] == []


@every_scheme
def test_exact_matches_are_not_also_broad_narrow_or_related_matches(stem: str) -> None:
    """S46."""
    graph = load(stem)
    exact = set(graph.subject_objects(SKOS.exactMatch))
    for mapping in (SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch):
        assert exact & set(graph.subject_objects(mapping)) == set()


@every_scheme
def test_two_concepts_side_by_side_never_bear_the_same_name(stem: str) -> None:
    """One word may serve at two levels of a classification, or in two LOM elements, but not twice in one list."""
    graph = load(stem)
    seen: dict[tuple[frozenset[Node], str | None, str], list[Node]] = defaultdict(list)
    for concept in concepts(graph):
        parents = frozenset(graph.objects(concept, SKOS.broader))
        for label in texts(graph, concept, SKOS.prefLabel):
            seen[parents, label.language, str(label).casefold()].append(concept)
    assert {key: found for key, found in seen.items() if len(found) > 1} == {}


@pytest.mark.parametrize("stem", sorted(EXPECTED - {"lom", "participants"}))
def test_a_name_is_used_once_in_a_flat_scheme(stem: str) -> None:
    graph = load(stem)
    names = Counter(
        (o.language, str(o).casefold()) for _, o in graph.subject_objects(SKOS.prefLabel) if isinstance(o, Literal)
    )
    assert [name for name, count in names.items() if count > 1] == []


@every_scheme
def test_links_to_our_own_concepts_lead_somewhere(stem: str) -> None:
    known = {subject for name in SCHEMES for subject in load(name).subjects(RDF.type)}
    ours = {o for o in load(stem).objects() if isinstance(o, URIRef) and str(o).startswith(VOCABULARY)}
    assert ours - known == set()


def test_the_ten_resource_types_stand_in_their_order_and_five_make_a_kit() -> None:
    graph = load("resource-type")
    top = set(graph.objects(URIRef(VOCABULARY + "resource-type"), SKOS.hasTopConcept))
    ranked = sorted(
        (int(str(graph.value(concept, MU["rank"]))), str(graph.value(concept, SKOS.notation))) for concept in top
    )
    assert [notation for _, notation in ranked] == ["ES", "FM", "AST", "RMC", "RF", "RE", "GP", "GOPM", "SA", "GM"]
    assert [rank for rank, _ in ranked] == list(range(1, 11))
    kit = {str(graph.value(concept, SKOS.notation)) for concept in graph.subjects(MU["kitPart"], Literal(True))}
    assert kit == {"RMC", "RF", "RE", "GP", "GOPM"}
    for concept in concepts(graph) - top:
        assert graph.value(concept, MU["rank"]) == graph.value(graph.value(concept, SKOS.broader), MU["rank"])


@pytest.mark.parametrize(
    "stem", ["resource-type", "access", "licence", "adaptation", "kit-part-status", "regional-level"]
)
def test_what_a_librarian_must_choose_between_is_defined(stem: str) -> None:
    graph = load(stem)
    for concept in concepts(graph):
        assert Counter(text.language for text in texts(graph, concept, SKOS.definition)) == Counter(LANGUAGES), concept


def test_at_least_120_occupations_each_have_an_isco_unit_group_and_a_main_sector() -> None:
    graph = load("occupation")
    sectors = concepts(load("sector"))
    assert len(concepts(graph)) >= 120
    for concept in concepts(graph):
        groups = [str(o) for mapping in MAPPINGS for o in graph.objects(concept, mapping) if str(o).startswith(ISCO)]
        assert len(groups) == 1 and re.fullmatch(r"\d{4}", groups[0].removeprefix(ISCO)), concept
        main, placed = set(graph.objects(concept, MU["mainSector"])), set(graph.objects(concept, MU["sector"]))
        assert len(main) == 1 and main <= placed <= sectors, concept
    assert set(graph.objects(None, MU["mainSector"])) == sectors


def test_no_other_name_of_an_occupation_is_the_name_of_another_one() -> None:
    graph = load("occupation")
    names = {
        (o.language, str(o).casefold()): s for s, o in graph.subject_objects(SKOS.prefLabel) if isinstance(o, Literal)
    }
    others = [(s, o) for kind in (SKOS.altLabel, SKOS.hiddenLabel) for s, o in graph.subject_objects(kind)]
    clashes = [
        (str(s), str(o)) for s, o in others
        if isinstance(o, Literal) and names.get((o.language, str(o).casefold()), s) != s
    ]  # fmt: skip
    assert clashes == []


def test_esco_is_acknowledged_as_its_owner_asks() -> None:
    notes = texts(load("occupation"), URIRef(VOCABULARY + "occupation"), SKOS.note)
    assert Literal("This service uses the ESCO classification of the European Commission.", lang="en") in notes


def test_each_participating_country_has_at_least_four_national_levels() -> None:
    members = set(load("participants").objects(URIRef(VOCABULARY + "participants"), SKOS.member))
    graph = load("level")
    levels = Counter(graph.objects(None, DCTERMS.spatial))
    assert set(levels) == members and len(members) == 9
    assert min(levels.values()) >= 4
    regional = VOCABULARY + "regional-level/"
    for concept in concepts(graph):
        (wider,) = [o for o in graph.objects(concept, SKOS.broadMatch) if str(o).startswith(regional)]
        rank = load("regional-level").value(wider, MU["rank"])
        assert rank is not None and graph.value(concept, MU["rank"]) == rank


def test_published_licences_keep_their_own_address() -> None:
    graph = load("licence")
    by = URIRef("http://creativecommons.org/licenses/by/4.0/")
    assert str(graph.value(by, SKOS.notation)) == "CC-BY-4.0"
    for concept in concepts(graph):
        forbids = "-ND" in str(graph.value(concept, SKOS.notation))
        assert (graph.value(concept, MU["adaptable"]) == Literal(False)) is forbids, concept
        assert not (forbids and graph.value(concept, MU["open"]) == Literal(True))


def test_isco_groups_and_isced_fields_that_occupations_and_sectors_point_to_are_shipped_too() -> None:
    assert {target for _, target in targets(ISCO, ["occupation"])} <= {str(c) for c in concepts(load("isco"))}
    assert {target for _, target in targets(ISCED_F, ["sector"])} <= {str(c) for c in concepts(load("isced-f"))}


def test_isco_groups_and_esco_occupations_exist() -> None:
    groups = column("esco-isco/ISCOGroups_en.csv", "conceptUri")
    occupations = column("esco-isco/occupations_en.csv", "conceptUri")
    assert {target for _, target in targets(ISCO)} <= groups
    confirmed = {target for _, target in targets(ESCO)}
    assert len(confirmed) >= 60 and confirmed <= occupations


def test_isced_f_fields_exist() -> None:
    fields = column("isced/isced-f-2013-en.csv", "uri")
    used = {target for _, target in targets(ISCED_F)}
    assert used and used <= fields


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("http://purl.org/coar/resource_type/", "coar/resource_types.ttl"),
        ("http://purl.org/coar/access_right/", "coar/access_rights.ttl"),
        ("https://w3id.org/kim/hcrt/", "hcrt/hcrt.ttl"),
        ("https://w3id.org/kim/educationalLevel/", "kim/educationalLevel.ttl"),
        ("https://w3id.org/kim/conditionsOfAccess/", "kim/conditionsOfAccess.ttl"),
        ("http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/", "lrmi/educationalAudienceRole.ttl"),
    ],
)
def test_concepts_of_other_vocabularies_exist(prefix: str, path: str) -> None:
    used = {target for _, target in targets(prefix)}
    assert used and used <= published(path)


def test_countries_are_those_of_the_european_table() -> None:
    members = {str(o) for o in load("participants").objects(None, SKOS.member)}
    assert all(member.startswith(COUNTRY) for member in members)
    assert members <= published("eu-authority/countries-skos.rdf", "xml")


def test_lom_values_are_the_words_of_the_standard() -> None:
    source = ROOT.parent / "shared" / "data" / "schemas" / "lom" / "common" / "vocabValues.xsd"
    if not source.exists():
        pytest.skip("the LOM schema is not on this machine")
    tokens = set(re.findall(r'enumeration value="([^"]+)"', source.read_text(encoding="utf-8")))
    graph = load("lom")
    values = [concept for concept in concepts(graph) if graph.value(concept, SKOS.broader) is not None]
    english = {str(t) for value in values for t in texts(graph, value, SKOS.prefLabel) if t.language == "en"}
    assert len(values) > 80 and english <= tokens


def test_participating_countries_and_official_languages_are_linked_outward() -> None:
    vocabularies = {each.scheme.id: each for each in shipped.load()[0]}
    taking_part = {"BF", "BJ", "CI", "GW", "ML", "NE", "SN", "TD", "TG"}
    for concept in vocabularies["country"].concepts:
        hosts = {urlsplit(each).hostname for each in concept.exact_match}
        assert hosts == ({"www.wikidata.org", "sws.geonames.org"} if concept.notation in taking_part else set())
    linked = {each.notation: each.exact_match for each in vocabularies["language"].concepts}
    for code, three in (("fr", "fra"), ("pt", "por"), ("en", "eng"), ("ar", "ara")):
        assert f"http://lexvo.org/id/iso639-3/{three}" in linked[code]
        assert any("wikidata.org" in each for each in linked[code])
    every = [each for links in linked.values() for each in links]
    assert len(every) == len(set(every)), "no two languages are the same one elsewhere"
