"""The sample catalogue is what its README says: nine countries, sound records, kits complete and incomplete."""

import json
from collections import Counter
from functools import cache
from itertools import chain, combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from rdflib import SKOS, Graph, URIRef
from rdflib.namespace import RDF

from repository.kit import DEPOSITED, Declaration, Kit, KitKey, memberships, parts
from repository.namespaces import COUNTRY, VOCABULARY
from repository.profile import jsonld, rules
from repository.record import Record, Text
from vocabularies import shipped, skos
from vocabularies.terms import PARTICIPANTS, Terms

EXAMPLES = Path(__file__).parents[2] / "examples"
SAMPLE = sorted((EXAMPLES / "sample").glob("*.jsonld"))
FILES = [*SAMPLE, EXAMPLES / "partner" / "records.jsonld", EXAMPLES / "cameroon.jsonld"]
MARKS = {"fr": "données d’exemple", "pt": "dados de exemplo", "en": "sample data"}


@cache
def terms() -> Terms:
    """The shipped vocabularies with Cameroon's levels beside them."""
    vocabularies, collections = shipped.load()
    more, groups = skos.read((EXAMPLES / "cameroon.ttl").read_bytes(), "ttl", shipped.SCHEME_IDS)
    return Terms((*vocabularies, *more), (*collections, *groups))


def nodes(path: Path) -> list[Any]:
    held: list[Any] = json.loads(path.read_text("utf-8"))["@graph"]
    return held


def records(*paths: Path) -> list[Record]:
    return [jsonld.record_of(node, terms()) for path in paths for node in nodes(path) if node.get("@type") != "Kit"]


def kits() -> dict[str, Kit]:
    """The kits as the catalogue would keep them: documents and declarations by their key."""
    documents: dict[KitKey, list[tuple[str, str]]] = {}
    for record in records(*SAMPLE):
        for place in memberships(record, terms()):
            documents.setdefault(place.key, []).append((place.type, record.id))
    declared = {
        KitKey(node["country"], node["level"], node["occupation"]): msgspec.convert(
            node["declarations"], tuple[Declaration, ...]
        )
        for node in chain.from_iterable(map(nodes, SAMPLE))
        if node.get("@type") == "Kit"
    }
    return {
        key.id(terms()): Kit(
            id=key.id(terms()), key=key, documents=tuple(documents.get(key, ())), declarations=declared.get(key, ())
        )
        for key in {*documents, *declared}
    }


def texts(record: Record) -> list[Text]:
    agents = [*record.creator, *record.rights_holder, *([record.publisher] if record.publisher else [])]
    return [
        *record.title,
        *record.description,
        *record.keyword,
        *record.teaches,
        *record.rights,
        *(name for agent in agents for name in agent.name),
        *(text for act in record.validation for text in act.act),
        *(text for each in record.derivation for text in each.changes),
    ]


def by_identifier(identifier: str) -> Record:
    (found,) = [record for record in records(*SAMPLE) if identifier in record.identifier]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_record_may_be_deposited(path: Path) -> None:
    faults = {record.identifier: rules.check(record, terms()) for record in records(path)}
    assert {identifier: found for identifier, found in faults.items() if found} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_record_reads_the_same_as_canonical_json_and_as_json_ld(path: Path) -> None:
    for node in nodes(path):
        if node.get("@type") != "Kit":
            assert msgspec.convert(node, Record) == jsonld.record_of(node, terms())


def test_about_sixty_resources_come_from_all_nine_countries() -> None:
    found = Counter(country for record in records(*SAMPLE) for country in record.country)
    assert set(found) == set(shipped.terms().participants)
    assert min(found.values()) >= 4
    assert 58 <= len(records(*SAMPLE)) <= 66
    assert len(records(EXAMPLES / "partner" / "records.jsonld")) == 12


def test_ids_are_version_7_and_identifiers_are_used_once() -> None:
    held = records(*FILES)
    assert {UUID(record.id).version for record in held} == {7}
    assert len({record.id for record in held}) == len(held)
    assert max(Counter(each for record in held for each in record.identifier).values()) == 1


def test_every_text_says_its_language_and_every_record_that_it_is_a_sample() -> None:
    for record in records(*FILES):
        assert {text.language for text in texts(record)} <= set(MARKS), record.identifier
        marks = {text.language for text in record.keyword if text.value == MARKS[str(text.language)]}
        assert marks and marks == {text.language for text in record.rights}, record.identifier


def test_no_address_leads_to_a_real_file() -> None:
    for record in records(*FILES):
        addresses = [record.landing_page, *(each.access_url for each in record.distribution)]
        addresses += [each.download_url for each in record.distribution if each.download_url]
        assert all(str(address).startswith("https://example.org/") for address in addresses)
    urls = [each.url for kit in kits().values() for each in kit.declarations if each.url]
    assert urls and all(url.startswith("https://example.org/") for url in urls)


def test_files_that_are_not_open_give_no_download_address() -> None:
    policies = Counter()
    for record in records(*FILES):
        policies[str(record.access).rsplit("/", 1)[1]] += 1
        if record.access != VOCABULARY + "access/open":
            assert not any(each.download_url for each in record.distribution), record.identifier
    assert set(policies) == {"open", "on-request", "participants"}


def test_links_between_resources_lead_to_sample_resources() -> None:
    held = records(*SAMPLE)
    ids = {record.id for record in held}
    links = [
        link
        for record in held
        for link in (
            *(each.source for each in record.derivation),
            *record.is_part_of,
            *record.has_part,
            *record.requires,
            *filter(None, (record.translation_of, record.version_of)),
        )
    ]
    assert len(links) >= 8 and set(links) <= ids


def test_two_adaptations_cross_a_border_with_leave_and_say_what_changed() -> None:
    held = {record.id: record for record in records(*SAMPLE)}
    found = [
        (record, each)
        for record in held.values()
        for each in record.derivation
        if each.kind == VOCABULARY + "relation/adaptation"
    ]
    assert len(found) == 2
    for record, derivation in found:
        source = held[derivation.source]
        assert set(source.country).isdisjoint(record.country)
        assert source.adaptation == VOCABULARY + "adaptation/allowed"
        assert derivation.changes


def test_a_french_guide_was_translated_into_portuguese() -> None:
    translation = by_identifier("EX-GW-007")
    original = next(record for record in records(*SAMPLE) if record.id == translation.translation_of)
    assert translation.language == (terms().find("language", "pt"),)
    assert original.language == (terms().find("language", "fr"),)
    assert translation.resource_type == original.resource_type


def test_a_new_edition_replaces_the_old_one() -> None:
    new, old = by_identifier("EX-SN-007"), by_identifier("EX-SN-006")
    assert new.version_of == old.id
    assert old.status == VOCABULARY + "status/replaced" and new.status != old.status


def test_resources_are_in_three_languages_and_some_in_local_ones() -> None:
    found = Counter(language for record in records(*SAMPLE) for language in record.language)
    codes = {code: found[str(terms().find("language", code))] for code in ("fr", "pt", "en", "bm", "ha", "ar")}
    assert all(codes.values()) and codes["pt"] >= 9
    assert any({"fr", "pt"} <= {text.language for text in record.title} for record in records(*SAMPLE))


def test_some_kits_are_complete_and_the_others_say_what_is_missing() -> None:
    states = {id: [part.status for part in parts(kit, terms())] for id, kit in kits().items()}
    complete = {id for id, held in states.items() if set(held) == {DEPOSITED}}
    assert complete == {
        "BJ/BJ-CQP/electricien-batiment",
        "BF/BF-CQP/macon",
        "GW/GW-CFP1/transformateur-caju",
        "SN/SN-CQP/installateur-photovoltaique",
    }
    names = {status.rsplit("/", 1)[1] for held in states.values() for status in held}
    assert names == {"deposited", "elsewhere", "nonexistent", "unknown"}
    assert sum(id.endswith("/electricien-batiment") for id in states) >= 5


def test_what_is_declared_missing_is_not_deposited() -> None:
    for kit in kits().values():
        declared = {each.type for each in kit.declarations}
        assert declared.isdisjoint(type for type, _ in kit.documents), kit.id


def test_cameroon_adds_a_tenth_participant_and_leaves_the_shipped_scheme_as_it_is() -> None:
    (vocabulary,), (collection,) = skos.read((EXAMPLES / "cameroon.ttl").read_bytes(), "ttl", shipped.SCHEME_IDS)
    before = shipped.terms()
    assert vocabulary.scheme == before.schemes["level"]
    assert collection.iri == PARTICIPANTS
    assert set(collection.member) == {*before.participants, COUNTRY + "CMR"}
    assert collection.label == before.collections[PARTICIPANTS].label
    assert not {concept.iri for concept in vocabulary.concepts} & set(before.concepts)
    for concept in vocabulary.concepts:
        assert {text.language for text in concept.pref_label} == {"fr", "pt", "en"}
        assert all(match in before.concepts for match in (*concept.broad_match, *concept.close_match))
        assert concept.iri == f"{VOCABULARY}level/{concept.notation}"


def test_cameroons_file_keeps_the_integrity_conditions_of_skos() -> None:
    """Source: SKOS Reference, S9, S13, S14 and S37; it has neither hierarchy nor exact matches of its own."""
    graph = Graph().parse(EXAMPLES / "cameroon.ttl", format="turtle")
    kinds = [set(graph.subjects(RDF.type, kind)) for kind in (SKOS.Concept, SKOS.ConceptScheme, SKOS.Collection)]
    assert not any(one & other for one, other in combinations(kinds, 2))
    for concept in kinds[0]:
        preferred = list(graph.objects(concept, SKOS.prefLabel))
        assert len({label.language for label in preferred}) == len(preferred) == 3
        assert set(preferred).isdisjoint(graph.objects(concept, SKOS.altLabel))
    assert set(graph.objects(URIRef(VOCABULARY + "level"), SKOS.hasTopConcept)) == kinds[0]


def test_the_two_resources_of_cameroon_make_a_kit_of_their_own() -> None:
    places = {place.kit for record in records(EXAMPLES / "cameroon.jsonld") for place in memberships(record, terms())}
    assert places == {"CM/CM-DQP/soudeur"}
