"""Search: what words and facets find, and that the index says what the catalogue says, whatever happens to it."""

import unicodedata
from pathlib import Path

import portal_catalogue as samples
import portal_rig
import pytest
from msgspec.structs import replace

from repository.catalogue import Catalogue, Entry
from repository.namespaces import VOCABULARY
from repository.projections import Follower
from repository.record import Text
from repository.search import SearchIndex, SearchProjection
from repository.search.errors import SearchNotReady
from repository.search.projection import read_position
from vocabularies import store
from vocabularies.concept import Vocabulary

ELECTRICIANS = {samples.STANDARD, samples.TEACHING_GUIDE, samples.ADAPTED, samples.FULL}


def follower(catalogue: Catalogue, folder: Path) -> Follower:
    return Follower(catalogue, SearchProjection(catalogue), folder / "search")


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return samples.filled(tmp_path)


@pytest.fixture
def index(catalogue: Catalogue, tmp_path: Path) -> SearchIndex:
    following = follower(catalogue, tmp_path)
    following.catch_up()
    following.close()
    return SearchIndex(tmp_path / "search")


@pytest.mark.parametrize(
    "words",
    [
        "électricien bâtiment",
        "electricien batiment",
        "ÉLECTRICIENS",
        "l’électricien du bâtiment",
        unicodedata.normalize("NFD", "électricien"),
        "batimant",
        "eletricista",
        "electricista de construção civil",
        "building electrician",
        "électri",
    ],
)
def test_a_metier_is_found_however_it_is_written_and_in_every_language(index: SearchIndex, words: str) -> None:
    assert set(index.search(words, "fr", {}).ids) == ELECTRICIANS
    assert index.search(words, "fr", {}, kind="kit").total == 2


def test_a_title_comes_before_a_mention(index: SearchIndex) -> None:
    assert index.search("togo", "fr", {}).ids[0] == samples.ADAPTED


def test_words_that_only_resemble_are_said_to_do_so(index: SearchIndex) -> None:
    assert not index.search("alvenaria", "pt", {}).close
    assert index.search("alvenarai", "pt", {}).close
    assert index.search("alvenarai", "pt", {}).ids == (samples.HARVESTED,)


def test_one_word_too_many_still_finds_something(index: SearchIndex) -> None:
    hits = index.search("pedreiro manual xyzzyq", "pt", {})
    assert hits.ids == (samples.HARVESTED,)
    assert hits.close


def test_numbers_are_never_taken_for_their_neighbours(index: SearchIndex) -> None:
    assert index.search("0001", "fr", {}).ids == (samples.STANDARD,)


def test_nothing_found_is_an_answer(index: SearchIndex) -> None:
    assert index.search("zzzzqqqq", "fr", {}).total == 0


def test_a_broader_choice_finds_what_is_narrower(index: SearchIndex) -> None:
    regional = VOCABULARY + "regional-level/2"
    assert set(index.search("", "fr", {"level": [regional]}).ids) == ELECTRICIANS
    textbooks = index.search("", "fr", {"type": [samples.concept("resource-type", "SA")]})
    assert textbooks.ids == (samples.HARVESTED,)


def test_the_counts_of_a_facet_ignore_its_own_choice_alone(index: SearchIndex) -> None:
    hits = index.search("", "fr", {"country": [samples.TOGO]})
    assert hits.total == 1
    assert dict(hits.facets["country"]) == {samples.BENIN: 4, samples.TOGO: 1, samples.GUINEA_BISSAU: 1}
    assert dict(hits.facets["level"])[samples.concept("level", "TG-CQP")] == 1


def test_several_values_of_a_facet_widen_and_several_facets_narrow(index: SearchIndex) -> None:
    both = index.search("", "fr", {"country": [samples.TOGO, samples.GUINEA_BISSAU]})
    assert set(both.ids) == {samples.ADAPTED, samples.HARVESTED}
    none = index.search("", "fr", {"country": [samples.TOGO], "language": [samples.PORTUGUESE]})
    assert none.total == 0


def test_pages_give_every_hit_once(index: SearchIndex) -> None:
    seen = [id for page in range(1, 5) for id in index.search("", "fr", {}, page, 2).ids]
    assert len(seen) == len(set(seen)) == index.search("", "fr", {}).total == 6


def test_a_withdrawn_record_is_not_found(index: SearchIndex) -> None:
    assert index.search("retiré", "fr", {}).total == 0
    assert samples.WITHDRAWN not in index.search("", "fr", {}, size=100).ids


def test_who_points_at_a_resource_is_known(index: SearchIndex) -> None:
    assert set(index.pointing_at(samples.STANDARD)) == {samples.ADAPTED, samples.FULL}


def test_a_reader_sees_each_commit_without_opening_again(
    catalogue: Catalogue, index: SearchIndex, tmp_path: Path
) -> None:
    before = index.stamp()
    catalogue.put_many([Entry(samples.sample(samples.record_id(50), "Fiche du soudeur", "FM"))], samples.ACT)
    following = follower(catalogue, tmp_path)
    following.catch_up()
    assert index.search("soudeur", "fr", {}).total == 1
    assert index.stamp() != before
    catalogue.withdraw([samples.record_id(50)], samples.ACT)
    following.catch_up()
    following.close()
    assert index.search("soudeur", "fr", {}).total == 0


def test_a_rebuild_swaps_under_an_open_reader(catalogue: Catalogue, index: SearchIndex, tmp_path: Path) -> None:
    assert index.search("", "fr", {}).total == 6
    following = follower(catalogue, tmp_path)
    following.rebuild()
    following.close()
    assert index.search("", "fr", {}).total == 6
    assert index.stamp().startswith("2.")


def test_a_step_whose_position_was_lost_is_applied_again_and_doubles_nothing(
    catalogue: Catalogue, index: SearchIndex, tmp_path: Path
) -> None:
    generation = tmp_path / "search" / "1"
    position = read_position(generation)
    assert position is not None
    (generation / "position.json").write_bytes(
        (generation / "position.json").read_bytes().replace(f'"change":{position.change}'.encode(), b'"change":2')
    )
    following = follower(catalogue, tmp_path)
    assert following.catch_up() == position.change - 2
    following.close()
    assert index.search("", "fr", {}).total == 6


def test_an_index_of_another_version_is_not_read_but_replaced(
    catalogue: Catalogue, index: SearchIndex, tmp_path: Path
) -> None:
    written = tmp_path / "search" / "1" / "position.json"
    written.write_bytes(written.read_bytes().replace(b'"version":"', b'"version":"old '))
    with pytest.raises(SearchNotReady):
        index.search("", "fr", {})
    following = follower(catalogue, tmp_path)
    following.catch_up()
    following.close()
    assert index.search("", "fr", {}).total == 6


def test_before_the_first_index_the_reader_says_so(tmp_path: Path) -> None:
    with pytest.raises(SearchNotReady):
        SearchIndex(tmp_path / "search").search("", "fr", {})


def test_a_renamed_concept_is_found_by_its_new_name_without_a_change_of_any_record(tmp_path: Path) -> None:
    services = portal_rig.opened(tmp_path)
    concept = services.terms().concepts[samples.ELECTRICIAN]
    renamed = replace(concept, pref_label=(*concept.pref_label[:1], Text("Fiador de luz", "pt")))
    vocabulary = Vocabulary(services.terms().schemes["occupation"], (renamed,))
    assert services.search.search("fiador", "pt", {}).total == 0
    store.put(services.database, vocabulary, samples.ACT, services.now)
    services.forget_terms()
    portal_rig.follow(services)
    assert set(services.search.search("fiador", "pt", {}).ids) == ELECTRICIANS
    assert services.search.search("fiador", "pt", {}, kind="kit").total == 2
    services.close()
