"""A partner is harvested, comes back, is interrupted, moves, and keeps what it said in quarantine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event

import harvest_rig
import pytest
from harvest_partner import DATE, Question, Reply, error, identity, metadata, page, pages, partner, record
from harvest_rig import START, Rig

from harvest.alone import alone, is_held
from harvest.client import Limits
from harvest.errors import ComeBackLater, SourceBusy, UnknownSource
from harvest.journal import Pending
from harvest.source import Source, source_id
from repository.record import Text
from repository.store.database import Database

rig = harvest_rig.rig
INCREMENTAL = "2026-03-01T11:58:00Z"


def test_second_harvest_asks_only_for_what_is_new(rig: Rig) -> None:
    with partner(pages(page(record("1"), record("2")))) as there:
        first = rig.harvest(there)
    assert (first.created, first.outcome) == (2, "complete")
    with partner(pages(page(record("2", "Électricien d'équipement"), record("3"), record("1", deleted=True)))) as there:
        second = rig.harvest(there)
    assert there.lists[0]["from"] == INCREMENTAL
    assert (second.created, second.changed, second.deleted) == (1, 1, 1)
    assert rig.catalogue.get(rig.id("1")).withdrawn
    assert rig.catalogue.totals() == (2, 1)


def test_the_checkpoint_is_the_partners_own_time_less_two_minutes(rig: Rig) -> None:
    """Neither our clock nor the newest datestamp: an index may lag, and clocks differ."""
    with partner(pages(page(record("1", date="2031-01-01T00:00:00Z"), date="2025-06-30T23:59:00Z"))) as there:
        rig.harvest(there)
    assert rig.journal.checkpoint("partner").earliest == "2025-06-30T23:57:00Z"


def test_a_partner_that_counts_in_days_is_asked_by_day(rig: Rig) -> None:
    with partner(pages(page(record("1")), granularity="YYYY-MM-DD")) as there:
        rig.harvest(there)
        rig.harvest(there)
    assert there.lists[1]["from"] == "2026-03-01"


def test_a_partner_that_hides_that_it_counts_in_days_is_asked_again_by_day(rig: Rig) -> None:
    def behave(question: Question, _number: int) -> Reply:
        wrong = len(question.get("from", "")) > len("2026-03-01")
        return Reply((error("badArgument") if wrong else page(record("1"))).encode())

    with partner(behave) as there:
        rig.harvest(there)
        report = rig.harvest(there)
    assert [each.get("from") for each in there.lists] == [None, INCREMENTAL, INCREMENTAL[:10]]
    assert report.outcome == "complete"
    assert report.notes["day-granularity"] == 1


def test_a_partner_without_a_clock_is_asked_from_a_day_before(rig: Rig) -> None:
    with partner(pages(page(record("1"), date="yesterday"))) as there:
        rig.harvest(there)
    assert rig.journal.checkpoint("partner").earliest == "2026-02-28T11:58:00Z"


def test_the_same_harvest_again_changes_nothing(rig: Rig) -> None:
    with partner(pages(page(record("1"), record("2")))) as there:
        rig.harvest(there)
        newest = rig.catalogue.newest()
        rig.now[0] += timedelta(days=1)
        report = rig.harvest(there, full=True)
    assert (report.unchanged, report.stored) == (2, 2)
    assert rig.catalogue.newest() == newest


def test_a_withdrawn_record_that_comes_back_is_restored(rig: Rig) -> None:
    bodies = [page(record("1")), page(record("1", deleted=True)), page(record("1"))]
    reports = []
    for body in bodies:
        with partner(pages(body)) as there:
            reports.append(rig.harvest(there, full=True))
    assert [reports[0].created, reports[1].deleted, reports[2].restored] == [1, 1, 1]


def test_a_full_harvest_says_how_many_records_the_partner_no_longer_has(rig: Rig) -> None:
    with partner(pages(page(record("1"), record("2")))) as there:
        rig.harvest(there)
    with partner(pages(page(record("2")))) as there:
        report = rig.harvest(there, full=True)
    assert report.vanished == 1
    assert not rig.catalogue.get(rig.id("1")).withdrawn


def test_what_the_partner_sent_is_kept_with_where_it_came_from(rig: Rig) -> None:
    terms = (Text("CC BY 4.0", "en"),)
    tagged = record("1").replace("</header>", "<setSpec>cours</setSpec></header>")
    with partner(pages(page(tagged))) as there:
        rig.harvest(there, terms=terms)
    (origin,) = rig.record("1").catalog_record
    assert (origin.source, origin.identifier, origin.datestamp) == ("partner", "oai:partner:1", "2026-03-01T12:00:00Z")
    assert (origin.format, origin.base_url, origin.sets, origin.terms) == ("oai_dc", there.url, ("cours",), terms)
    assert origin.harvested == "2026-03-01T12:00:00Z"
    prefix, received = rig.catalogue.received(rig.id("1")) or ("", b"")
    assert prefix == "oai_dc"
    assert b"<dc:title>\xc3\x89lectricien b\xc3\xa2timent</dc:title>" in received
    assert rig.catalogue.by_origin("partner", ["oai:partner:1"]) == {"oai:partner:1": rig.id("1")}


def test_a_record_in_quarantine_keeps_its_bytes_and_its_place_and_leaves_once_it_is_good(rig: Rig) -> None:
    bad = record("2").replace(metadata("Électricien bâtiment"), "<metadata><thing xmlns='urn:x'>ä</thing></metadata>")
    with partner(pages(page(record("1"), bad))) as there:
        rig.harvest(there)
        rig.harvest(there, full=True)
    (held,) = rig.journal.quarantined("partner")
    assert held.identifier == "oai:partner:2"
    assert held.place == "/OAI-PMH/ListRecords/record[2]"
    assert "ä".encode() in held.received
    assert "{urn:x}thing" in held.fault.told("en")
    assert held.fault.told("fr") != held.fault.told("en") != held.fault.told("pt")
    with partner(pages(page(record("2")))) as there:
        rig.harvest(there)
    assert rig.journal.quarantined("partner") == []
    assert rig.journal.quarantine_totals() == {}


@pytest.mark.parametrize("again", ["the token is known", "the token is forgotten"])
def test_a_harvest_that_was_killed_goes_on_from_the_last_page(rig: Rig, again: str) -> None:
    third, release = Event(), Event()

    def behave(question: Question, number: int) -> Reply:
        token = question.get("resumptionToken", "0")
        if token == "2" and not release.is_set():
            _wait_until(lambda: rig.journal.checkpoint("partner").pending == Pending(token="2", started=DATE))
            third.set()
            release.wait(30)
        if again == "the token is forgotten" and release.is_set() and number == 3:
            return Reply(error("badResumptionToken").encode())
        last = token == "4"
        return Reply(page(record(token), token="" if last else str(int(token) + 1), size=5).encode())

    with partner(behave) as there:
        command = [sys.executable, "-c", _CHILD, rig.url, there.url]
        with subprocess.Popen(command, env=_path()) as child:
            reached = third.wait(30)
            child.send_signal(signal.SIGKILL)
        assert reached
        release.set()
        assert rig.catalogue.totals() == (2, 0)
        interrupted = rig.journal.runs("partner")[0]
        assert (interrupted.ended, interrupted.outcome, interrupted.report.created) == (None, "partial", 2)
        assert "interrupted" in interrupted.report.problems[-1].told("en")
        rig.now[0] += timedelta(minutes=1)
        report = rig.harvest(there)
    assert report.outcome == "complete"
    assert rig.catalogue.totals() == (5, 0)
    assert there.lists[3]["resumptionToken"] == "2"
    assert report.created == 3
    assert [(run.outcome, run.report.created) for run in rig.journal.runs("partner")] == [
        ("complete", 3),
        ("partial", 2),
    ]
    assert rig.journal.checkpoint("partner").earliest == INCREMENTAL
    assert rig.journal.checkpoint("partner").pending is None


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)])
def test_a_harvest_that_is_told_to_stop_says_so_and_can_go_on(rig: Rig, number: signal.Signals, status: int) -> None:
    reached, release = Event(), Event()

    def behave(question: Question, _number: int) -> Reply:
        token = question.get("resumptionToken", "0")
        if token == "1" and not release.is_set():
            _wait_until(lambda: rig.journal.checkpoint("partner").pending is not None)
            reached.set()
            release.wait(30)
        return Reply(page(record(token), token={"0": "1"}.get(token, "")).encode())

    with partner(behave) as there:
        command = [sys.executable, "-c", _CHILD, rig.url, there.url]
        with subprocess.Popen(command, env=_path(), stderr=subprocess.DEVNULL) as child:
            assert reached.wait(30)
            running = rig.journal.last_runs()["partner"]
            assert (running.ended, running.outcome) == (None, None)
            with pytest.raises(SourceBusy, match="partner"):
                rig.harvest(there)
            child.send_signal(number)
            assert child.wait(30) == status
        release.set()
        (stopped,) = rig.journal.runs("partner")
        assert (stopped.ended, stopped.outcome, stopped.report.created) == (DATE, "partial", 1)
        assert "interrupted" in stopped.report.problems[-1].told("en")
        report = rig.harvest(there)
    assert (report.outcome, report.created) == ("complete", 1)


def test_an_identifier_that_no_index_can_hold_is_kept_aside_with_a_reason(rig: Rig) -> None:
    """Words without repetition, since PostgreSQL compresses what it puts into an index."""
    endless = "".join(sha256(str(number).encode()).hexdigest() for number in range(50))
    longest = "x" * 1900
    with partner(pages(page(record("1"), record(endless), record(longest), record("é" * 1100, deleted=True)))) as there:
        report = rig.harvest(there)
        again = rig.harvest(there, full=True)
    assert (report.created, report.held, again.unchanged, again.held) == (2, 2, 2, 2)
    assert {len(each.identifier) for each in rig.journal.quarantined("partner")} == {3212, 1112}
    assert "2000 bytes" in rig.journal.quarantined("partner")[0].fault.told("en")


def test_two_sources_are_harvested_at_once_but_no_source_twice(database_url: str) -> None:
    database = Database(database_url)
    with alone(database, "a"), alone(database, "b"):
        assert [is_held(database, source) for source in ("a", "b", "c")] == [True, True, False]
        with pytest.raises(SourceBusy), alone(database, "a"):
            pass
    assert not is_held(database, "a")
    with alone(database, "a"):
        assert is_held(database, "a")
    database.close()


def test_a_harvest_that_is_not_whole_does_not_move_the_checkpoint(rig: Rig) -> None:
    with partner(pages(page(record("1")))) as there:
        rig.harvest(there)
    rig.now[0] += timedelta(days=3)
    incomplete: list[Callable[[Question, int], Reply]] = [
        pages(page(record("2"), token="0", size=4, date="2026-03-04T00:00:00Z")),
        pages(page(record("3"), token="", size=9, date="2026-03-04T00:00:00Z")),
    ]
    for behave in incomplete:
        with partner(behave) as there:
            assert rig.harvest(there).outcome == "partial"
        assert rig.journal.checkpoint("partner").earliest == INCREMENTAL


def test_a_partner_that_wants_to_be_left_alone_is_left_alone_and_then_goes_on(rig: Rig) -> None:
    def behave(question: Question, _number: int) -> Reply:
        busy = question.get("resumptionToken") == "1" and rig.now[0] < START + timedelta(hours=20)
        if busy:
            return Reply(b"", 503, (("Retry-After", "86400"),))
        if "resumptionToken" in question:
            return Reply(page(record("2"), token="").encode())
        return Reply(page(record("1"), token="1").encode())

    with partner(behave) as there:
        report = rig.harvest(there)
        assert report.outcome == "partial"
        assert "2026-03-02T12:00:00Z" in report.problems[0].told("pt")
        asked = len(there.asked)
        with pytest.raises(ComeBackLater, match="2026-03-02T12:00:00Z"):
            rig.harvest(there)
        assert len(there.asked) == asked
        assert rig.slept == []
        rig.now[0] += timedelta(days=1, seconds=1)
        again = rig.harvest(there)
    assert (again.outcome, again.created) == ("complete", 1)
    assert there.lists[-1] == {"verb": "ListRecords", "resumptionToken": "1", "path": "/oai"}


def test_waiting_is_as_long_as_the_partner_asks_and_grows_where_it_says_nothing(rig: Rig) -> None:
    replies = [
        Reply(b"", 503, (("Retry-After", "11"),)),
        Reply(b"", 429, (("Retry-After", "Sun, 01 Mar 2026 12:00:31 GMT"),)),
        Reply(b"", 503, ()),
        Reply(page(record("1")).encode()),
    ]
    with partner(lambda _question, number: replies[number]) as there:
        report = rig.harvest(there, limits=Limits(first_wait=1.0))
    assert report.outcome == "complete"
    assert rig.slept == [11, 20, 4]


def test_a_base_address_keeps_its_query_string(rig: Rig) -> None:
    with partner(pages(page(record("1")))) as there:
        there.url += "?repo=lycées&verb=Wrong"
        report = rig.harvest(there)
    assert report.outcome == "complete"
    assert there.lists[0] == {"repo": "lycées", "verb": "ListRecords", "metadataPrefix": "oai_dc", "path": "/oai"}


def test_a_source_may_be_one_set(rig: Rig) -> None:
    with partner(pages(page(record("1")))) as there:
        rig.harvest(there, set_spec="type:cours")
    assert there.lists[0]["set"] == "type:cours"


def test_progress_tells_how_far_and_how_much(rig: Rig) -> None:
    told: list[tuple[int, int | None]] = []
    with partner(pages(page(record("1"), record("2"), token="1", size=3), page(record("3"), token=""))) as there:
        rig.harvest(there, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]


def test_identity_is_asked_and_told(rig: Rig) -> None:
    from harvest.asking import identify

    with partner(pages(page(record("1")), granularity="YYYY-MM-DD")) as there:
        found = identify(there.url, rig.client().fetch)
    assert (found.name, found.deleted, found.by_day) == ("Partner", "persistent", True)
    assert identity("YYYY-MM-DD")


def test_a_source_gets_a_name_that_stays(rig: Rig) -> None:
    url = "https://oai.example.org/perl/oai2?repo=1"
    first = source_id(url, "oai_dc", "")
    assert first == "oai-example-org-perl-oai2-repo-1"
    assert source_id(url, "lom", "btp", ()) == "oai-example-org-perl-oai2-repo-1-lom-btp"
    assert source_id(url, "oai_dc", "", {first}) == first + "-2"
    rig.journal.register(Source(id=first, base_url=url))
    rig.journal.register(Source(id=first, base_url="https://new.example.org/oai"))
    assert rig.journal.find("https://new.example.org/oai", "oai_dc", "") == rig.journal.source(first)
    assert [each.id for each in rig.journal.sources()] == [first]
    with pytest.raises(UnknownSource, match=first):
        rig.journal.source("nobody")


_CHILD = """
import sys, os
from datetime import UTC, datetime
from harvest.client import Client
from harvest.journal import Journal
from harvest.run import harvest
from harvest.source import Source
from repository.catalogue import Catalogue
from repository.store.changes import Act
from repository.store.database import Database
from vocabularies import shipped
database = Database(sys.argv[1])
clock = lambda: datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
source = Source(id="partner", base_url=sys.argv[2])
journal = Journal(database)
journal.register(source)
harvest(source, catalogue=Catalogue(database, shipped.terms, clock), journal=journal,
        fetch=Client(clock=clock, allow_private=True).fetch, clock=clock, act=Act(id="killed", who="test", why="test"))
"""


def _wait_until(done: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.02)


def _path() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))}
