"""The commands from end to end: a catalogue made, filled, served, harvested, interrupted and taken up again."""

import json
import os
import shutil
import signal
import subprocess
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import harvest_partner
import pytest
from command_rig import (
    EXAMPLES,
    SAMPLE,
    Served,
    alive,
    caught_up,
    descendants,
    free_port,
    mutualis,
    report,
    serving,
    starting,
    until,
)
from lxml import etree
from rdflib import DCTERMS, Graph, URIRef

from repository.services import open_services

PARTNER = EXAMPLES / "partner" / "records.jsonld"
RECORD = "019b8d2c-7660-7ea9-8d03-ac2c94f6fea2"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?r a <http://schema.org/LearningResource> }"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue that `init` has made, to be copied."""
    data = tmp_path_factory.mktemp("commands") / "empty"
    report(data, "init")
    return data


@pytest.fixture(scope="session")
def filled(empty: Path) -> Path:
    """A catalogue with the sample records, to be copied."""
    data = empty.with_name("filled")
    shutil.copytree(empty, data)
    report(data, "import", *SAMPLE)
    return data


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "data"))


@pytest.fixture(scope="module")
def served(filled: Path) -> Iterator[Served]:
    """The sample catalogue, served; for those who only read."""
    with serving(filled) as running:
        yield running


def test_init_again_changes_nothing(empty: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(empty, tmp_path / "data"))
    settings = (data / "mutualis.toml").read_bytes()
    first, second = report(data, "init"), report(data, "init", "--name", "Other")
    assert first == second
    assert first["outcome"] == "complete"
    assert (data / "mutualis.toml").read_bytes() == settings


def test_the_same_files_again_change_nothing(data: Path) -> None:
    again = report(data, "import", *SAMPLE)
    assert again["outcome"] == "complete"
    assert again["unchanged"] == again["offered"] > 50
    assert (again["created"], again["changed"]) == (0, 0)


def test_the_portal_speaks_three_languages(served: Served) -> None:
    titles = {"fr": "électricien", "pt": "Eletricista", "en": "lectrician"}
    for language in titles:
        page = served.text(f"{language}/search?q=electricien+batiment")
        assert f'<html lang="{language}"' in page
        assert "/resource/" in page


@pytest.mark.parametrize(
    "question",
    [
        "verb=Identify",
        "verb=ListMetadataFormats",
        "verb=ListSets",
        "verb=ListIdentifiers&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=lom",
        f"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:mutualis.invalid:{RECORD}",
    ],
)
def test_every_verb_answers(served: Served, question: str) -> None:
    answer = etree.fromstring(served.text(f"oai?{question}").encode())
    verb = question.removeprefix("verb=").partition("&")[0]
    assert answer.find(f"{{*}}{verb}") is not None, etree.tostring(answer)[:500]


def test_a_record_is_served_in_turtle(served: Served) -> None:
    for text in (served.text(f"resource/{RECORD}.ttl"), served.text(f"resource/{RECORD}", Accept="text/turtle")):
        graph = Graph().parse(data=text, format="turtle")
        assert list(graph.objects(URIRef(f"{served.address}resource/{RECORD}"), DCTERMS.title))


def test_sparql_counts_what_the_catalogue_holds(served: Served) -> None:
    assert served.select(COUNT) == [str(served.health()["published"])]


def test_a_second_catalogue_follows_the_first_by_harvest(data: Path, empty: Path, tmp_path: Path) -> None:
    neighbour = Path(shutil.copytree(empty, tmp_path / "neighbour"))
    with serving(data) as served:
        published = served.health()["published"]
        words = ("harvest", f"{served.address}oai", "--allow-private", "--source", "first")
        assert report(neighbour, *words, "--prefix", "oai_dc")["created"] == published
        again = report(neighbour, *words, "--prefix", "oai_dc")
        assert (again["created"], again["changed"], again["deleted"]) == (0, 0, 0)
        report(data, "withdraw", RECORD, "--why", "a test")
        assert report(neighbour, *words, "--prefix", "oai_dc")["deleted"] == 1
        richer = (*words[:-1], "first-lom", "--prefix", "lom")
        assert report(neighbour, *richer)["created"] == published - 1


def test_what_is_imported_while_served_is_found_everywhere(empty: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(empty, tmp_path / "data"))
    with serving(data) as served:
        assert served.select(COUNT) == ["0"]
        stored = report(data, "import", PARTNER)["created"]
        until(lambda: served.select(COUNT) == [str(stored)], "SPARQL to know the new records")
        until(lambda: "/resource/" in served.text("fr/search?q=formation"), "search to know the new records")
        assert served.text("oai?verb=ListIdentifiers&metadataPrefix=oai_dc").count("<header>") == stored


def test_rebuild_makes_the_same_again_served_or_not(data: Path) -> None:
    assert report(data, "rebuild", "search", "triples")["outcome"] == "complete"
    with serving(data) as served:
        before = served.select(COUNT)
        generation = (data / "triples" / "current").read_text()
        report(data, "rebuild", "triples")
        until(lambda: (data / "triples" / "current").read_text() != generation, "the follower to rebuild")
        assert served.select(COUNT) == before != ["0"]


def test_a_killed_web_worker_is_replaced(data: Path) -> None:
    with serving(data) as served:
        workers = {pid for pid, words in served.family().items() if " serve " in words}
        os.kill(next(iter(workers)), signal.SIGKILL)
        until(lambda: _members(served, " serve ") - workers, "another web worker")
        until(lambda: all(served.get("fr/")[0] == 200 for _ in range(8)), "the portal to answer")


def test_a_killed_follower_is_replaced_and_goes_on(data: Path) -> None:
    with serving(data) as served:
        followers = _members(served, " follow ")
        for each in followers:
            os.kill(each, signal.SIGKILL)
        report(data, "import", PARTNER)
        until(lambda: served.select(COUNT) == [str(served.health()["published"])], "the new records in SPARQL")
        assert _members(served, " follow ").isdisjoint(followers)


def test_a_killed_query_worker_costs_no_later_query(served: Served) -> None:
    served.select(COUNT)
    for each in _members(served, "sparql.pool.worker"):
        os.kill(each, signal.SIGKILL)
    until(lambda: all(served.get(_query(COUNT))[0] == 200 for _ in range(4)), "SPARQL to answer again")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_server(data: Path, number: signal.Signals) -> None:
    with serving(data) as served:
        served.select(COUNT)
        family = served.family()
        assert all(any(words in held for held in family.values()) for words in (" serve ", " follow ", "sparql.pool"))
        served.process.send_signal(number)
        _, errors = served.process.communicate(timeout=30)
        until(lambda: not alive(family), "the family to end")
        assert errors == ""


def test_ctrl_c_ends_the_server_without_a_word(data: Path) -> None:
    with serving(data) as served:
        family = served.family()
        os.killpg(served.process.pid, signal.SIGINT)
        output, errors = served.process.communicate(timeout=30)
        assert errors == ""
        assert output.endswith("Ctrl-C stops it.\n")
        until(lambda: not alive(family), "the family to end")


@pytest.mark.parametrize("moment", ["locked", "forked"])
def test_ctrl_c_during_the_start_ends_it_too(data: Path, moment: str) -> None:
    with starting("--data", data, "serve", "--port", free_port()) as process:
        if moment == "locked":
            (data / "server.lock").unlink(missing_ok=True)
            until((data / "server.lock").exists, "the server to take its folder")
        else:
            until(lambda: descendants(process.pid), "the first process of the family")
        family = descendants(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=30)
        assert (output, errors) == ("", "")
        until(lambda: not alive(family), "the family to end")


def test_readers_see_no_error_while_a_harvest_writes(served: Served, empty: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(empty, tmp_path / "data"))
    ended = Event()
    paths = ["fr/", "pt/search?q=formador", "oai?verb=ListRecords&metadataPrefix=oai_dc", _query(COUNT), "healthz"]

    def read(number: int) -> set[int]:
        seen = set()
        while not ended.is_set():
            seen.add(written.get(paths[number % len(paths)])[0])
            number += 1
        return seen

    with serving(data) as written, ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        try:
            words = ("harvest", f"{served.address}oai", "--allow-private", "--prefix", "lom")
            assert report(data, *words)["outcome"] == "complete"
        finally:
            ended.set()
        assert set().union(*(each.result() for each in readers)) <= {200, 429}


def test_a_partners_terms_are_kept_with_each_of_its_records(served: Served, empty: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(empty, tmp_path / "data"))
    words = ("harvest", f"{served.address}oai", "--allow-private")
    assert report(data, *words, "--terms", "CC BY 4.0, cite the centre")["created"] > 0
    report(data, *words, "--full")
    opened = open_services(data)
    held = opened.catalogue.get_many(list(opened.catalogue.published_ids()))
    opened.close()
    said = {text.value for each in held.values() for text in each.record.catalog_record[0].terms}
    assert said == {"CC BY 4.0, cite the centre"}


def test_the_exit_status_tells_complete_partial_and_failed(empty: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(empty, tmp_path / "data"))
    broken = tmp_path / "broken.xml"
    broken.write_text("<record><title>", "utf-8")
    assert report(data, "import", PARTNER)["outcome"] == "complete"
    assert report(data, "import", PARTNER, broken, status=3)["outcome"] == "partial"
    assert report(data, "import", broken, status=1)["outcome"] == "failed"
    levels = EXAMPLES / "cameroon.ttl"
    assert report(data, "vocabulary", "import", levels, broken, status=3)["outcome"] == "partial"
    assert report(data, "vocabulary", "import", broken, status=1)["outcome"] == "failed"
    words = ("withdraw", RECORD, "--why", "a test")
    assert report(data, *words, status=1)["outcome"] == "failed"


def test_a_harvest_tells_complete_partial_and_failed_too(empty: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(empty, tmp_path / "data"))
    nameless = harvest_partner.record("b").replace("<dc:title>Électricien bâtiment</dc:title>", "")
    lists = {
        "complete": (0, harvest_partner.page(harvest_partner.record("a"))),
        "partial": (3, harvest_partner.page(harvest_partner.record("a"), nameless)),
        "failed": (1, harvest_partner.error("badArgument")),
    }
    for outcome, (status, answer) in lists.items():
        with harvest_partner.partner(harvest_partner.pages(answer)) as there:
            told = report(data, "harvest", there.url, "--allow-private", "--source", outcome, status=status)
        assert told["outcome"] == outcome


def test_the_demonstration_starts_goes_on_and_leaves_nothing_running(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    records = [_demonstrate(folder, port) for _ in range(2)]
    assert records[0] == records[1] > 60


def _demonstrate(folder: Path, port: int) -> int:
    """Start the demonstration, look at all its addresses, stop it; returns how many records it published."""
    with starting("--json", "demo", "--folder", folder, "--port", port) as process:
        lines = iter(process.stdout or ())
        told = json.loads("".join(iter(lambda: next(lines), "}\n")) + "}")
        running = Served(process, port)
        assert caught_up(running)
        for address in told["addresses"].values():
            if address.startswith(running.address):
                running.text(address.removeprefix(running.address))
        published: int = running.health()["published"]
        family = descendants(process.pid)
        _, errors = running.stop()
        assert (process.returncode, errors) == (0, "")
        until(lambda: not alive(family), "the family to end")
    return published


def test_help_is_there_for_every_command_in_every_language(tmp_path: Path) -> None:
    shown = {
        language: mutualis(tmp_path / "none", "--help", language=language).stdout for language in ("en", "fr", "pt")
    }
    assert len(set(shown.values())) == 3
    with pytest.raises(subprocess.CalledProcessError):
        mutualis(tmp_path / "none", "nothing").check_returncode()


def _members(served: Served, words: str) -> set[int]:
    return {pid for pid, held in served.family().items() if words in held}


def _query(text: str) -> str:
    return f"sparql?query={urllib.parse.quote(text)}"
