"""A list that is unlike its source is neither published nor deleted from before a person agrees."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import harvest_rig
import pytest
from command_rig import mutualis, report
from harvest_partner import Behaviour, Question, Reply, identity, page, pages, partner, record
from harvest_rig import Rig

from harvest.errors import AwaitingDecision, EndlessList, UnlikeItself
from harvest.staging import Kept, Staging
from repository import review
from repository.duplicates import Duplicates
from repository.questions import NoWayBack, Questions, State
from repository.store.changes import Act

rig = harvest_rig.rig
TEN = [str(number) for number in range(10)]


def full(names: Iterable[str] = TEN, gone: Iterable[str] = ()) -> Behaviour:
    return pages(page(*[record(name, deleted=name in gone) for name in names]))


def poor(names: Iterable[str] = TEN) -> Behaviour:
    """The same records, whose language is no longer told."""
    return pages(page(*[record(name, "Menuiserie").replace("<dc:language>fr</dc:language>", "") for name in names]))


def decide(rig: Rig, state: State) -> None:
    database = rig.catalogue.database
    questions = Questions(database)
    parts = review.Parts(rig.catalogue, questions, Duplicates(database), rig.journal, rig.clock)
    (question,) = questions.listed(state="open" if state != "open" else None)
    review.decide(parts, question, state, Act(id=str(uuid4()), who="Awa", why="seen"))


def first(rig: Rig, names: Iterable[str] = TEN) -> None:
    with partner(full(names)) as there:
        assert rig.harvest(there).outcome == "complete"
    rig.now[0] += timedelta(days=1)


def live(rig: Rig) -> set[str]:
    return {name for name in TEN if not rig.catalogue.get(rig.id(name)).withdrawn}


def test_a_third_deleted_is_kept_back_and_deleted_when_a_person_agrees(rig: Rig) -> None:
    first(rig)
    newest = rig.catalogue.newest()
    with partner(full(gone="0123")) as there:
        told = rig.harvest(there)
        assert (told.outcome, told.kept_back, told.deleted) == ("partial", 10, 0)
        assert [each.message for each in told.problems] == [UnlikeItself.message]
        assert (live(rig), rig.catalogue.newest()) == (set(TEN), newest)
        with pytest.raises(AwaitingDecision):
            rig.harvest(there)
        decide(rig, "accepted")
        assert live(rig) == set("456789")
        rig.harvest(there)
        assert there.lists[-1]["from"] == "2026-03-01T11:58:00Z"
    assert 4 in [run.report.deleted for run in rig.journal.runs("partner")]


def test_a_field_that_is_suddenly_gone_is_kept_back_and_thrown_away_when_a_person_refuses(rig: Rig) -> None:
    first(rig)
    with partner(poor()) as there:
        told = rig.harvest(there)
        (question,) = Questions(rig.catalogue.database).listed()
        assert "language" in review.told(question, "fr")
        decide(rig, "refused")
        assert rig.record("3").title[0].value == "Électricien bâtiment"
        assert Staging(rig.catalogue.database, "partner").numbers() == []
        again = rig.harvest(there)
    assert (told.stored, again.kept_back) == (0, 10)
    with partner(full()) as there:
        decide(rig, "refused")
        assert rig.harvest(there).stored == 10, "the next list is asked for from where the refused one began"


@pytest.mark.parametrize("state", ["open", "refused", "accepted"])
def test_a_partner_that_asks_to_be_left_alone_is_whatever_is_decided(rig: Rig, state: State) -> None:
    first(rig)
    gone = page(*[record(name, deleted=name in "01234") for name in TEN], token="1")

    def tomorrow(question: Question, _number: int) -> Reply:
        if question["verb"] == "Identify":
            return Reply(identity().encode())
        busy = Reply(b"", 503, (("Retry-After", "86400"),))
        return busy if "resumptionToken" in question else Reply(gone.encode())

    with partner(tomorrow) as there:
        assert rig.harvest(there).kept_back == 10
        if state != "open":
            decide(rig, state)
    assert rig.journal.checkpoint("partner").not_before == "2026-03-03T12:00:00Z"


def test_what_a_person_agreed_to_is_usual_from_then_on(rig: Rig) -> None:
    first(rig)
    with partner(poor()) as there:
        rig.harvest(there)
        decide(rig, "accepted")
        assert rig.record("3").title[0].value == "Menuiserie"
        with pytest.raises(NoWayBack):
            decide(rig, "open")
        assert rig.harvest(there).outcome == "complete"


@pytest.mark.parametrize("gone", ["", "0", "012"])
def test_a_few_deletions_are_everyday(rig: Rig, gone: str) -> None:
    first(rig)
    with partner(full(gone=gone)) as there:
        assert rig.harvest(there).deleted == len(gone)
    assert live(rig) == set(TEN) - set(gone)


def test_deletions_of_what_is_not_here_are_no_alarm(rig: Rig) -> None:
    first(rig)
    strangers = [f"x{number}" for number in range(20)]
    with partner(full([*TEN, *strangers], gone=strangers)) as there:
        assert rig.harvest(there).outcome == "complete"


def test_of_a_handful_nothing_is_judged(rig: Rig) -> None:
    first(rig, "012")
    with partner(full("012", gone="01")) as there:
        assert rig.harvest(there).deleted == 2


def test_a_run_that_is_killed_while_a_list_is_kept_back_loses_nothing(rig: Rig) -> None:
    first(rig)
    first_page = page(*[record(name, "Menuiserie") for name in TEN[:5]], token="1")
    second = page(*[record(name, "Menuiserie") for name in TEN[5:]])

    class Killed(BaseException):
        pass

    def kill(_done: int, _total: int | None) -> None:
        raise Killed

    with partner(pages(first_page, second)) as there:
        with pytest.raises(Killed):
            rig.harvest(there, progress=kill)
        assert rig.record("0").title[0].value == "Électricien bâtiment"
        told = rig.harvest(there)
        assert "from" not in there.lists[-1]
    assert (told.outcome, told.changed, told.offered) == ("complete", 10, 10)


def test_a_page_kept_back_that_is_no_longer_read_goes_into_quarantine_and_costs_nothing_else(rig: Rig) -> None:
    first(rig)
    unreadable = Kept(b"<html>no longer an answer</html>")
    rig.journal.keep("partner", unreadable, rig.journal.checkpoint("partner"))
    with partner(full()) as there:
        told = rig.harvest(there)
    assert (told.stored, Staging(rig.catalogue.database, "partner").numbers()) == (10, [])
    (held,) = rig.journal.quarantined("partner")
    assert (held.place, held.received) == ("answer 1", unreadable.body)


def test_a_list_that_breaks_off_is_judged_as_far_as_it_came(rig: Rig) -> None:
    first(rig)
    half = page(*[record(name, "Menuiserie") for name in TEN[:5]], token="1")

    def breaking(question: Question, _number: int) -> Reply:
        if question["verb"] == "Identify":
            return Reply(identity().encode())
        return Reply(b"", 404) if "resumptionToken" in question else Reply(half.encode())

    with partner(breaking) as there:
        told = rig.harvest(there)
    assert (told.outcome, told.changed, told.kept_back) == ("partial", 5, 0)


@pytest.mark.parametrize("known", [False, True])
def test_a_page_without_identifiers_that_comes_again_and_again_is_a_list_without_end(rig: Rig, known: bool) -> None:
    if known:
        first(rig)
    nameless = "<record><header><datestamp>2026-03-01</datestamp></header></record>"

    def circling(question: Question, number: int) -> Reply:
        assert number < 100, "it is asked for ever"
        return Reply(identity().encode() if question["verb"] == "Identify" else page(nameless, token="1").encode())

    with partner(circling) as there:
        told = rig.harvest(there)
    assert [each.message for each in told.problems] == [EndlessList.message]


def test_pages_of_different_records_without_identifiers_are_read_to_their_end(rig: Rig) -> None:
    bodies = [
        page(
            f"<record><header><datestamp>2026-03-01</datestamp></header><a>{number}</a></record>", token=str(number + 1)
        )
        for number in range(8)
    ]
    with partner(pages(*bodies, page(record("1")))) as there:
        told = rig.harvest(there)
    assert (told.created, told.held, told.problems) == (1, 8, [])


def test_repairs_and_quarantine_are_counted_once(rig: Rig) -> None:
    first(rig)
    nameless = "<record><header><datestamp>2026-03-01</datestamp></header></record>"
    with partner(pages(page(*map(record, TEN), nameless) + "<!-- made in 3 ms -->trailing")) as there:
        told = rig.harvest(there)
    assert (told.repaired, told.held, told.balanced, told.pages) == ({"text-after-root": 1}, 1, True, 1)


def test_everything_is_decided_from_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    gone: list[str] = []

    def behave(question: Question, number: int) -> Reply:
        return full(gone=gone)(question, number)

    with partner(behave) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private")
        gone += "01234"
        told = report(data, "harvest", "partner", status=3)
        assert told["keptBack"] == 10
        assert report(data, "harvest", "partner", status=3)["error"] == "AwaitingDecision"
        (question,) = report(data, "review", "list", "--source", "partner")["questions"]
        assert "5 dos 10" in mutualis(data, "review", "show", question["id"], language="pt").stdout
        report(data, "review", "accept", question["id"])
        assert report(data, "harvest", "partner", "--full")["vanished"] == 0
