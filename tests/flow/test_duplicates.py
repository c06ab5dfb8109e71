"""Descriptions of one resource find each other, and nothing is deleted or merged across countries or languages."""

from typing import Any

import harvest_rig
import pytest
from harvest_rig import Rig
from hypothesis import given
from hypothesis import strategies as st
from portal_catalogue import BENIN, FRENCH, PORTUGUESE, TOGO, organisation

from repository import review
from repository.catalogue import Entry
from repository.duplicates import COMMON, Duplicates
from repository.fingerprints import of_record
from repository.questions import AlreadyDecided, NoSuchQuestion, Question, Questions, SeveralQuestions, StillOpen
from repository.record import Checksum, Distribution, Record, Text
from repository.store.changes import Act, written

rig = harvest_rig.rig
ACT = Act(id="0190b2a0-0000-7000-8000-0000000000aa", who="Awa", why="seen")
SUM = (Distribution(access_url="https://example.org/f", checksum=Checksum(algorithm="sha256", value="ab" * 32)),)


class Desk:
    """A catalogue in which records are put, and the questions that come of it."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.duplicates = Duplicates(rig.catalogue.database)
        self.questions = Questions(rig.catalogue.database)
        self.parts = review.Parts(rig.catalogue, self.questions, self.duplicates, rig.journal, rig.clock)

    def put(self, name: str, title: str = "", *, source: str | None = None, **held: Any) -> str:
        id = self.id(name)
        record = Record(id=id, **{"title": (Text(title or f"Titre {name}", "fr"),), **held})
        self.rig.catalogue.put_many([Entry(record, source, f"oai:{source}:{name}" if source else None)], ACT)
        self.look()
        return id

    def id(self, name: str) -> str:
        return f"00000000-0000-7000-8000-{ord(name[0]):012d}"

    def look(self) -> None:
        self.duplicates.follow(self.rig.catalogue, written(self.rig.clock()))

    def fellows(self, name: str) -> set[str]:
        return {chr(int(id[-12:])) for id in self.duplicates.cluster(self.id(name))}

    def open(self) -> list[Question]:
        return self.questions.listed()

    def decide(self, question: Question, state: Any) -> Question:
        return review.decide(self.parts, question, state, ACT)


@pytest.fixture
def desk(rig: Rig) -> Desk:
    return Desk(rig)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["https://doi.org/10.5281/zenodo.42"], ["doi:10.5281/ZENODO.42."]),
        (["ISBN 978-2-1234-5680-3"], ["urn:isbn:2123456802"]),
        (["https://www.example.org/r/9/"], ["http://example.org/r/9"]),
        (["hdl:2042/11"], ["HDL:2042/11"]),
    ],
)
def test_one_identifier_links_two_descriptions_at_once(desk: Desk, one: list[str], other: list[str]) -> None:
    desk.put("a", source="s", identifier=tuple(one))
    desk.put("b", source="t", identifier=tuple(other))
    assert desk.fellows("a") == {"a", "b"} == desk.fellows("b")
    assert desk.open() == []


def test_one_file_links_two_descriptions(desk: Desk) -> None:
    desk.put("a", distribution=SUM)
    desk.put("b", distribution=SUM, source="s")
    assert desk.fellows("a") == {"a", "b"}


@pytest.mark.parametrize("words", ["42", "N° 12", "978-2-1234-5680-4", "https://example.org/", "rapport:2"])
def test_what_is_not_unique_in_the_world_links_nothing(desk: Desk, words: str) -> None:
    desk.put("a", identifier=(words,))
    desk.put("b", identifier=(words,))
    assert desk.fellows("a") == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [({"country": (BENIN,)}, {"country": (TOGO,)}), ({"language": (FRENCH,)}, {"language": (PORTUGUESE,)})],
)
def test_nothing_is_joined_across_countries_or_languages(desk: Desk, one: Any, other: Any) -> None:
    desk.put("a", "Guide du formateur", publisher=organisation("DFTP"), identifier=("doi:10.5/x1",), **one)
    desk.put("b", "Guide du formateur", publisher=organisation("DFTP"), identifier=("doi:10.5/x1",), **other)
    assert desk.fellows("a") == set() == desk.fellows("b")
    assert desk.open() == []


def test_a_description_without_country_joins_one_country_and_not_two(desk: Desk) -> None:
    desk.put("a", identifier=("hdl:1/1",), country=(BENIN,))
    desk.put("b", identifier=("hdl:1/1",))
    desk.put("c", identifier=("hdl:1/1",), country=(TOGO,))
    assert desk.fellows("b") == {"a", "b"}
    assert desk.fellows("c") == set()


def test_our_own_description_stands_for_all_and_otherwise_the_richest(desk: Desk) -> None:
    desk.put("a", identifier=("hdl:1/1",), source="s")
    desk.put("b", identifier=("hdl:1/1",), source="t", keyword=(Text("bois", "fr"),))
    assert desk.duplicates.cluster(desk.id("a"))[0] == desk.id("b")
    desk.put("c", identifier=("hdl:1/1",))
    assert desk.duplicates.cluster(desk.id("a"))[0] == desk.id("c")


def test_a_cluster_follows_its_records(desk: Desk) -> None:
    for name in "abc":
        desk.put(name, identifier=("hdl:1/1",))
    stamp = desk.duplicates.stamp()
    desk.rig.catalogue.withdraw([desk.id("b")], ACT)
    desk.look()
    assert desk.fellows("a") == {"a", "c"}
    assert desk.duplicates.stamp() != stamp
    desk.put("c", identifier=("hdl:2/2",))
    assert desk.fellows("a") == set()
    desk.put("b", identifier=("hdl:1/1",))
    assert desk.fellows("a") == {"a", "b"}


def test_a_mark_that_everybody_bears_says_nothing(desk: Desk) -> None:
    for number in range(COMMON + 1):
        desk.put(chr(ord("a") + number), identifier=("https://example.org/page",))
    assert desk.fellows("a") == set()


def test_what_is_only_likely_is_asked_once_and_joined_when_a_person_says_so(desk: Desk) -> None:
    desk.put("a", "Guide du formateur", publisher=organisation("Aminata Diallo"), country=(BENIN,))
    desk.put("b", "GUIDE du formateur !", publisher=organisation("Diallo, Aminata"), country=(BENIN,), source="s")
    (question,) = desk.open()
    assert (question.kind, question.source, desk.fellows("a")) == ("duplicate", "s", set())
    assert "Guide du formateur" in review.told(question, "fr")
    desk.decide(question, "accepted")
    assert desk.fellows("a") == {"a", "b"}
    desk.put("a", "Guide du formateur", publisher=organisation("Aminata Diallo"), country=(BENIN,), version="2")
    assert (desk.fellows("a"), desk.open()) == ({"a", "b"}, []), "the decision stays when a record changes"
    accepted = desk.questions.find(question.number)
    assert (accepted.who, accepted.why, accepted.state) == ("Awa", "seen", "accepted")
    desk.decide(accepted, "open")
    assert desk.fellows("a") == set()


def test_a_refusal_is_not_asked_again(desk: Desk) -> None:
    for name in "ab":
        desk.put(name, "Guide du formateur", publisher=organisation("DFTP"))
    (question,) = desk.open()
    desk.decide(question, "refused")
    desk.put("b", "Guide du formateur", publisher=organisation("DFTP"), version="2")
    assert (desk.open(), desk.fellows("a")) == ([], set())
    with pytest.raises(AlreadyDecided):
        desk.decide(desk.questions.find(question.id), "accepted")


def test_a_question_goes_when_its_reason_does(desk: Desk) -> None:
    for name in "ab":
        desk.put(name, "Guide du formateur", publisher=organisation("DFTP"))
    assert len(desk.open()) == 1
    desk.put("b", "Guide du tourneur", publisher=organisation("DFTP"))
    assert desk.open() == []
    desk.put("b", "Guide du formateur", publisher=organisation("DFTP"))
    desk.rig.catalogue.withdraw([desk.id("a")], ACT)
    desk.look()
    assert desk.open() == []


def test_questions_are_found_by_the_beginning_of_their_number(desk: Desk) -> None:
    desk.questions.ask(
        [Question(kind="duplicate", subject=f"{n} x", details={"titles": ["a", "b"]}) for n in range(2)], ""
    )
    one, other = desk.open()
    assert desk.questions.find(one.number.upper()).id == one.id
    for words, error in ((other.id[:3], NoSuchQuestion), ("zzzz", NoSuchQuestion), ("", NoSuchQuestion)):
        with pytest.raises(error):
            desk.questions.find(words)
    with pytest.raises(StillOpen):
        desk.decide(one, "open")
    assert SeveralQuestions(id="abcd").status == 409
    assert desk.questions.totals() == {"duplicate": 2}


def test_a_second_look_from_the_beginning_changes_nothing(desk: Desk) -> None:
    for name in "abc":
        desk.put(name, "Guide du formateur", publisher=organisation("DFTP"), identifier=(f"hdl:1/{name < 'c'}",))
    before = (desk.fellows("a"), desk.open(), desk.duplicates.stamp())
    with desk.rig.catalogue.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM positions")
    desk.look()
    assert (desk.fellows("a"), desk.open(), desk.duplicates.stamp()) == before


@given(st.text(), st.text())
def test_marks_are_made_of_whatever_stands_there(identifier: str, title: str) -> None:
    held = Record(id="x", identifier=(identifier,), title=(Text(title),), landing_page=identifier or None)
    assert all(len(each.value.encode()) <= 400 for each in of_record(held))


def test_a_record_with_endless_identifiers_bears_few_marks() -> None:
    held = Record(id="x", identifier=tuple(f"hdl:1/{number}" for number in range(10_000)))
    assert len(of_record(held)) == 50
    assert of_record(Record(id="x", identifier=("hdl:1/a\x00b", "hdl:1/a\x9bb"))) == set()


def test_a_question_that_is_asked_again_names_nobody_who_decided(desk: Desk) -> None:
    question = Question(kind="vanished", subject="s", details={"number": 1, "held": 2, "ids": [], "change": 0})
    desk.questions.ask([question], "2026-01-01T00:00:00Z")
    desk.questions.decide(question, "refused", "2026-01-02T00:00:00Z", "Awa", "seen")
    desk.questions.ask([question], "2026-01-03T00:00:00Z", again=True)
    (asked,) = desk.questions.listed()
    assert (asked.who, asked.why, asked.decided, asked.asked) == ("", "", "", "2026-01-03T00:00:00Z")
