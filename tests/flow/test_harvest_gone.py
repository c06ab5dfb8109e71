"""What a partner no longer has is asked about after a full harvest, and withdrawn only when a person says so."""

from datetime import timedelta
from uuid import uuid4

import harvest_rig
from harvest_partner import page, pages, partner, record
from harvest_rig import Rig

from repository import review
from repository.duplicates import Duplicates
from repository.questions import Question, Questions, State
from repository.store.changes import Act

rig = harvest_rig.rig


def harvest(rig: Rig, names: str, *, full: bool = True) -> int:
    rig.now[0] += timedelta(days=1)
    with partner(pages(page(*map(record, names)))) as there:
        return rig.harvest(there, full=full).vanished


def asked(rig: Rig, state: State | None = "open") -> list[Question]:
    return Questions(rig.catalogue.database).listed(state=state, kind="vanished")


def decide(rig: Rig, question: Question, state: State) -> None:
    database = rig.catalogue.database
    parts = review.Parts(rig.catalogue, Questions(database), Duplicates(database), rig.journal, rig.clock)
    review.decide(parts, question, state, Act(id=str(uuid4()), who="Awa", why="seen"))


def live(rig: Rig) -> str:
    return "".join(name for name in "abc" if not rig.catalogue.get(rig.id(name)).withdrawn)


def test_a_person_lets_what_vanished_go_and_can_take_it_back(rig: Rig) -> None:
    assert harvest(rig, "abc") == 0
    assert harvest(rig, "a", full=False) == 0, "only a full list can show what is missing"
    assert harvest(rig, "a") == 2
    (question,) = asked(rig)
    assert (live(rig), question.source) == ("abc", "partner")
    assert "2 des 3" in review.told(question, "fr")
    decide(rig, question, "accepted")
    assert live(rig) == "a"
    decide(rig, asked(rig, "accepted")[0], "open")
    assert live(rig) == "abc"
    assert rig.record("b").title[0].value == "Électricien bâtiment"


def test_what_comes_again_in_the_meantime_stays(rig: Rig) -> None:
    harvest(rig, "abc")
    harvest(rig, "a")
    with partner(pages(page(record("b", "Menuiserie")))) as there:
        rig.harvest(there)
    decide(rig, asked(rig)[0], "accepted")
    assert live(rig) == "ab"


def test_a_question_goes_when_everything_is_there_again(rig: Rig) -> None:
    harvest(rig, "abc")
    harvest(rig, "ab")
    assert harvest(rig, "abc") == 0
    assert asked(rig, None) == []


def test_a_refusal_holds_until_others_vanish(rig: Rig) -> None:
    harvest(rig, "abc")
    harvest(rig, "ab")
    decide(rig, asked(rig)[0], "refused")
    harvest(rig, "ab")
    assert asked(rig) == []
    harvest(rig, "a")
    assert [each.details["number"] for each in asked(rig)] == [2]
    assert live(rig) == "abc"
