"""A keyword that may mean a concept is asked about once, and remembered when a librarian says so."""

from datetime import timedelta
from uuid import uuid4

import harvest_rig
import pytest
from harvest_partner import Partner, page, pages, partner, record
from harvest_rig import Rig
from portal_catalogue import ELECTRICIAN, concept

from harvest import unsure
from harvest.replay import replay
from repository import review
from repository.duplicates import Duplicates
from repository.questions import Question, Questions
from repository.store.changes import Act, written
from vocabularies.matching import guess
from vocabularies.shipped import terms

rig = harvest_rig.rig


def tagged(name: str, *keywords: str) -> str:
    told = "".join(f"<dc:subject>{each}</dc:subject>" for each in keywords)
    return record(name, f"Cours {name}").replace("</oai_dc:dc>", f"{told}</oai_dc:dc>")


def harvest(rig: Rig, there: Partner) -> list[Question]:
    rig.harvest(there)
    unsure.follow(rig.catalogue, rig.journal, written(rig.clock()))
    return Questions(rig.catalogue.database).listed(kind="keyword")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("électriciens du bâtiment", ELECTRICIAN),
        ("Batiment, électricien", ELECTRICIAN),
        ("eletricistas da construção civil", ELECTRICIAN),
    ],
)
def test_words_near_a_label_are_guessed(words: str, meant: str) -> None:
    found = guess(words, unsure.SCHEMES, terms())
    assert found
    assert found.iri == meant


@pytest.mark.parametrize(
    "words", ["", "de la", "x" * 500, "mécanique quantique", "histoire de l’art", "bâtiment", "guide"]
)
def test_words_far_from_every_label_are_not(words: str) -> None:
    assert guess(words, ("occupation",), terms()) is None


def test_an_accepted_keyword_links_its_records_after_a_replay(rig: Rig) -> None:
    with partner(
        pages(page(tagged("1", "électriciens du bâtiment", "photosynthèse"), tagged("2", "Electriciens du batiment")))
    ) as there:
        (question,) = harvest(rig, there)
        assert "veut-il dire « Électricien bâtiment » ?" in review.told(question, "fr")
        database = rig.catalogue.database
        parts = review.Parts(rig.catalogue, Questions(database), Duplicates(database), rig.journal, rig.clock)
        act = Act(id=str(uuid4()), who="Awa", why="")
        decided = review.decide(parts, question, "accepted", act)
        source = rig.journal.source("partner")
        replay(source, catalogue=rig.catalogue, journal=rig.journal, clock=rig.clock, act=act)
        held = [rig.record(name) for name in "12"]
        assert [each.occupation for each in held] == [(ELECTRICIAN,)] * 2
        assert "photosynthèse" in {each.value for each in held[0].keyword}
        unsure.follow(rig.catalogue, rig.journal, written(rig.clock()))
        assert Questions(database).listed(kind="keyword") == []
        review.decide(parts, decided, "open", act)
        assert rig.journal.source("partner").choices.words == {}


def test_what_is_certain_refused_or_our_own_is_not_asked(rig: Rig) -> None:
    with partner(pages(page(tagged("1", "Électricien bâtiment", "électriciens du bâtiment")))) as there:
        assert harvest(rig, there) == [], "the record says so already"
    with partner(pages(page(tagged("2", "électriciens du bâtiment")))) as there:
        (question,) = harvest(rig, there)
        Questions(rig.catalogue.database).decide(question, "refused", written(rig.clock()), "Awa", "")
        rig.now[0] += timedelta(days=1)
        assert concept("occupation", "electricien-batiment") == question.details["concept"]
    with partner(pages(page(tagged("3", "électriciens du bâtiment")))) as there:
        assert harvest(rig, there) == []
