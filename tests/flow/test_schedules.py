"""Sources are harvested by themselves while the catalogue is served, until a person stops them."""

from datetime import timedelta
from pathlib import Path

import harvest_rig
import msgspec
import pytest
from command_rig import mutualis, report, serving, until
from harvest_partner import Partner, Question, Reply, page, pages, partner, record
from harvest_rig import Rig

from harvest.errors import SourceStopped
from repository.services import open_services

rig = harvest_rig.rig


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert mutualis(folder, "init").returncode == 0
    return folder


def register(data: Path, there: Partner, name: str, every: str) -> None:
    report(data, "harvest", there.url, "--source", name, "--allow-private", "--every", every)


def long_ago(data: Path) -> None:
    """Let every run have been a year ago."""
    services = open_services(data)
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET started = '2025-01-01T00:00:00Z'")
    services.close()


def test_what_is_due_is_harvested_and_nothing_else(data: Path) -> None:
    with partner(pages(page(record("1")))) as one, partner(pages(page(record("2")))) as other:
        register(data, one, "often", "hourly")
        report(data, "harvest", other.url, "--source", "by-hand", "--allow-private")
        assert report(data, "harvest", "--due")["runs"] == []
        long_ago(data)
        told = report(data, "harvest", "--due")
    assert [(each["source"], each["outcome"]) for each in told["runs"]] == [("often", "complete")]
    assert report(data, "harvest", "--due")["runs"] == [], "it has just been"


def test_one_that_fails_keeps_no_other_waiting(data: Path) -> None:
    with partner(pages(page(record("1")))) as one:
        register(data, one, "b-good", "daily")
        with partner(pages(page(record("2")))) as other:
            register(data, other, "a-bad", "daily")
        long_ago(data)
        told = report(data, "harvest", "--due", status=3, MUTUALIS_TEST="1")
    assert {each["source"]: each["outcome"] for each in told["runs"]} == {"a-bad": "failed", "b-good": "complete"}
    assert mutualis(data, "harvest").returncode == 1
    assert mutualis(data, "harvest", "https://x.example", "--due").returncode == 1


def test_a_served_catalogue_harvests_by_itself_and_leaves_nothing_behind(data: Path) -> None:
    with partner(pages(page(record("1")))) as there:
        register(data, there, "often", "hourly")
        long_ago(data)
        asked = len(there.asked)
        with serving(data) as served:
            until(lambda: len(there.asked) > asked, "the partner to be asked")
            page_ = served.text("fr/sources")
    assert "Chaque heure" in page_


def test_a_person_stops_a_source_and_lets_it_go_on(data: Path) -> None:
    with partner(pages(page(record("1")))) as there:
        register(data, there, "often", "hourly")
        long_ago(data)
        told = report(data, "source", "stop", "often", "--who", "Awa")
        assert (told["stoppedBy"], told["next"]) == ("Awa", None)
        assert report(data, "harvest", "--due")["runs"] == []
        assert "Awa" in mutualis(data, "harvest", there.url, "--allow-private").stderr
        assert "arrêtée par Awa" in mutualis(data, "source", "list", language="fr").stdout
        report(data, "source", "resume", "often")
        assert report(data, "harvest", "often")["outcome"] == "complete"
    told = report(data, "source", "schedule", "often", "never")
    assert (told["every"], told["next"]) == ("never", None)
    assert mutualis(data, "source", "stop", "nobody").returncode == 1


def test_stopping_ends_a_run_that_goes_on_and_the_next_one_begins_where_it_was(rig: Rig) -> None:
    behaving = pages(page(record("1"), token="1"), page(record("2"), token="2"), page(record("3")))

    def stopped_meanwhile(question: Question, number: int) -> Reply:
        if question.get("resumptionToken") == "1":
            held = rig.journal.source("partner")
            rig.journal.register(msgspec.structs.replace(held, stopped_by="Awa"))
        return behaving(question, number)

    with partner(stopped_meanwhile) as there:
        told = rig.harvest(there)
        assert told.outcome == "partial"
        assert [each.message for each in told.problems] == [SourceStopped.message]
        with pytest.raises(SourceStopped):
            rig.harvest(there)
        rig.journal.register(msgspec.structs.replace(rig.journal.source("partner"), stopped_by=""))
        rig.now[0] += timedelta(hours=1)
    with partner(behaving) as there:
        rest = rig.harvest(there)
    assert (rest.outcome, told.stored + rest.created) == ("complete", 3)
