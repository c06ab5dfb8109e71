"""What a partner sent is kept, and can be read again by a better crosswalk without the partner."""

from datetime import timedelta
from pathlib import Path

import harvest_rig
import msgspec
import pytest
from command_rig import mutualis, report
from harvest_partner import metadata, page, pages, partner, record
from harvest_rig import Rig

from harvest.alone import alone
from harvest.errors import FilesAgain, SourceBusy
from harvest.replay import replay
from harvest.report import Report
from harvest.source import IMPORTED, Source
from repository.formats import oai_dc
from repository.formats.reading import Reading
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.record import Text
from repository.services import open_services
from repository.store.changes import Act
from vocabularies.terms import Terms

rig = harvest_rig.rig
ACT = Act(id="0190b2a0-0000-7000-8000-00000000000b", who="test", why="replay")
THING = "<metadata><thing xmlns='urn:x'>Électricien</thing></metadata>"


def better(data: bytes, terms: Terms) -> Reading:
    """A crosswalk that says more than today's: it knows another title."""
    reading = oai_dc.read(data, terms)
    titles = tuple(Text(text.value + " (relu)", text.language) for text in reading.record.title)
    return Reading(msgspec.structs.replace(reading.record, title=titles), reading.notes)


def things(data: bytes, terms: Terms) -> Reading:
    """A crosswalk for a format that nobody could read before."""
    return oai_dc.read(metadata("Électricien").removeprefix("<metadata>").removesuffix("</metadata>").encode(), terms)


IMPROVED = (
    *(each for each in FORMATS if each.prefix != "oai_dc"),
    Format("oai_dc", "application/xml", "dc.xml", root=f"{{{oai_dc.NAMESPACE}}}dc", read=better),
    Format("thing", "application/xml", "thing.xml", root="{urn:x}thing", read=things),
)


def again(rig: Rig, source: str = "partner", formats: tuple[Format, ...] = FORMATS) -> Report:
    return replay(
        rig.journal.source(source),
        catalogue=rig.catalogue,
        journal=rig.journal,
        clock=rig.clock,
        act=ACT,
        formats=formats,
    )


def test_a_better_crosswalk_reads_kept_records_again_and_keeps_where_they_came_from(rig: Rig) -> None:
    tagged = record("1").replace("</header>", "<setSpec>cours</setSpec></header>")
    with partner(pages(page(tagged, record("2")))) as there:
        rig.harvest(there)
        asked = len(there.asked)
        (before,) = rig.record("1").catalog_record
        rig.now[0] += timedelta(days=30)
        told = again(rig, formats=IMPROVED)
        assert len(there.asked) == asked, "the partner is not asked"
    assert (told.offered, told.changed, told.outcome, told.balanced) == (2, 2, "complete", True)
    assert rig.record("1").title[0].value == "Électricien bâtiment (relu)"
    assert rig.record("1").catalog_record == (before,), "it was harvested when it was harvested"
    assert before.sets == ("cours",)


def test_the_same_crosswalk_again_changes_nothing(rig: Rig) -> None:
    with partner(pages(page(record("1"), record("2")))) as there:
        rig.harvest(there)
    newest = rig.catalogue.newest()
    rig.now[0] += timedelta(days=30)
    assert again(rig).unchanged == 2
    assert rig.catalogue.newest() == newest


def test_a_record_in_quarantine_is_stored_once_it_can_be_read(rig: Rig) -> None:
    strange = record("2").replace(metadata("Électricien bâtiment"), THING)
    broken = "<record><header><identifier>oai:partner:3</identifier><datestamp>2026-03-01</datestamp></header></record>"
    with partner(pages(page(record("1"), strange, broken))) as there:
        rig.harvest(there)
    assert again(rig).quarantined != {}
    assert {each.identifier for each in rig.journal.quarantined("partner")} == {"oai:partner:2", "oai:partner:3"}
    told = again(rig, formats=IMPROVED)
    assert (told.created, told.changed, told.held, told.outcome) == (1, 1, 1, "partial")
    assert [each.identifier for each in rig.journal.quarantined("partner")] == ["oai:partner:3"]
    (origin,) = rig.record("2").catalog_record
    assert (origin.identifier, origin.datestamp) == ("oai:partner:2", "2026-03-01T12:00:00Z")


def test_a_withdrawn_record_is_not_brought_back(rig: Rig) -> None:
    with partner(pages(page(record("1"), record("2", deleted=True)))) as there:
        rig.harvest(there)
    rig.catalogue.withdraw([rig.id("1")], ACT)
    assert again(rig, formats=IMPROVED).offered == 0
    assert rig.catalogue.get(rig.id("1")).withdrawn


def test_more_than_one_batch_is_read(rig: Rig) -> None:
    names = [str(number) for number in range(450)]
    with partner(pages(page(*map(record, names)))) as there:
        rig.harvest(there)
    assert again(rig, formats=IMPROVED).changed == 450


def test_a_replay_waits_for_no_harvest_and_leaves_imports_to_their_files(rig: Rig) -> None:
    rig.journal.register(Source(id="partner", base_url="https://partner.example/oai"))
    rig.journal.register_files()
    if rig.catalogue.database.where != ":memory:":
        with alone(rig.catalogue.database, "partner"), pytest.raises(SourceBusy):
            again(rig)
    with pytest.raises(FilesAgain):
        again(rig, IMPORTED)


def test_the_quarantine_is_shown_with_place_reason_and_bytes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    strange = record("2").replace(metadata("Électricien bâtiment"), THING)
    with partner(pages(page(record("1"), strange))) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private", status=3)
    told = report(data, "source", "quarantine", "partner")
    (held,) = told["records"]
    assert (told["total"], held["identifier"], held["place"]) == (1, "oai:partner:2", "/OAI-PMH/ListRecords/record[2]")
    assert "Électricien</" in held["received"]
    shown = mutualis(data, "source", "quarantine", "partner", "--bytes", language="fr").stdout
    assert "oai:partner:2" in shown
    assert "Électricien</" in shown
    assert mutualis(data, "source", "quarantine", "nobody").returncode == 1


def test_a_terminal_shows_a_partners_control_characters_and_does_not_obey_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    bad = record("2", "\x1b[2Jgone & \x9b31m<b>").encode()
    with partner(pages(page(record("1")).encode().replace(b"</ListRecords>", bad + b"</ListRecords>"))) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private", status=3)
    done = mutualis(data, "source", "quarantine", "partner", "--bytes")
    assert "gone" in done.stdout
    assert not any(char in done.stdout + done.stderr for char in "\x1b\x9b")


def test_a_source_is_read_again_from_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    with partner(pages(page(record("1")))) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private")
    told = report(data, "replay", "partner")
    assert (told["outcome"], told["unchanged"]) == ("complete", 1)
    opened = open_services(data)
    assert next(opened.catalogue.published_ids())
    opened.close()
    assert mutualis(data, "replay", "nobody", language="pt").returncode == 1
