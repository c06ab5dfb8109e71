"""Links of harvested records are looked at, on a real server, and what is dead is seen on the record."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import harvest_rig
import portal_catalogue as samples
import portal_rig
import pytest
from command_rig import mutualis, report
from harvest_partner import Partner, Question, Reply, partner
from harvest_rig import Rig
from lxml import html

from harvest.client import Client
from harvest.linkcheck import PAUSE, Tally, Web, check, in_turn
from harvest.links import Links
from harvest.source import Source
from harvest.verdict import Link
from repository.app import create_app
from repository.catalogue import Entry
from repository.identity import harvested_id
from repository.record import CatalogRecord, Distribution, Record, Text
from repository.services import create
from repository.store.changes import Act

rig = harvest_rig.rig
ACT = Act(id="0190b2a0-0000-7000-8000-00000000000a", who="test", why="test")
WORDS = " ".join(f"mot{number}" for number in range(60))


def html_of(title: str, body: str = WORDS) -> Reply:
    page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return Reply(page.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),))


def served(question: Question, _number: int) -> Reply:
    """A repository with good pages, bad ones, and one corner that says yes to everything."""
    path = question["path"]
    if path.startswith("/any/"):
        return html_of("Catalogue")
    replies = {
        "/good": html_of("Guide du formateur"),
        "/gone": Reply(b"", 410),
        "/missing": Reply(b"", 404),
        "/soft": html_of("Page introuvable"),
        "/moved": Reply(b"", 302, (("Location", "/"),)),
        "/": html_of("Accueil"),
        "/broken": Reply(b"", 500),
        "/members": Reply(b"", 403),
        "/busy": Reply(b"", 503, (("Retry-After", "3600"),)),
        "/endless.pdf": Reply(b"%PDF" + b"x" * 400_000, headers=(("Content-Type", "application/pdf"),)),
        "/file.pdf": html_of("Connexion"),
        "/inside": Reply(b"", 302, (("Location", "http://10.0.0.1/"),)),
    }
    return replies.get(path, Reply(b"", 404))


def record(name: str, page: str | None, *files: str, source: str = "partner") -> Entry:
    found = Record(
        id=harvested_id(source, f"oai:partner:{name}"),
        title=(Text("Guide", "fr"),),
        landing_page=page,
        distribution=tuple(
            Distribution(access_url=each, download_url=each, media_type="application/pdf") for each in files
        ),
        catalog_record=(CatalogRecord(source=source, identifier=f"oai:partner:{name}"),),
    )
    return Entry(found, source, f"oai:partner:{name}")


@dataclass
class Outside:
    """The web with a clock that the test moves; waiting moves it too."""

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    passed: float = 0.0
    waited: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.passed += seconds

    def check(self, rig: Rig, *, allow_private: bool = True, **given: Any) -> Tally:
        client = Client(clock=lambda: self.now, allow_private=allow_private)
        try:
            web = Web(client.look, self.wait, lambda: self.passed, lambda: self.now)
            return check(Links(rig.catalogue.database), rig.catalogue, web, **given)
        finally:
            client.close()


@pytest.fixture
def outside() -> Outside:
    return Outside()


def states(rig: Rig, there: Partner, *paths: str) -> dict[str, str]:
    root = there.url.removesuffix("/oai")
    found = Links(rig.catalogue.database).of([root + path for path in paths])
    return {url.removeprefix(root): link.state for url, link in found.items()}


def put(rig: Rig, there: Partner, *paths: str) -> None:
    root = there.url.removesuffix("/oai")
    rig.catalogue.put_many([record(path, root + path) for path in paths], ACT)


def test_every_kind_of_link_is_told_from_the_others(rig: Rig, outside: Outside) -> None:
    paths = ("/good", "/gone", "/missing", "/soft", "/moved", "/broken", "/members", "/busy", "/any/1", "/inside")
    with partner(served) as there:
        put(rig, there, *paths)
        outside.check(rig)
        assert states(rig, there, *paths) == {
            "/good": "alive",
            "/gone": "dead",
            "/missing": "failing",
            "/soft": "failing",
            "/moved": "failing",
            "/broken": "failing",
            "/members": "kept",
            "/busy": "new",
            "/any/1": "failing",
            "/inside": "failing",
        }


def test_what_is_absent_again_later_is_dead_and_what_comes_back_is_alive(rig: Rig, outside: Outside) -> None:
    with partner(served) as there:
        put(rig, there, "/missing", "/good")
        assert outside.check(rig).newly_dead == []
        assert outside.check(rig).looked == {}, "nothing is due again so soon"
        outside.now += timedelta(days=2)
        tally = outside.check(rig)
        assert [link.url for link in tally.newly_dead] == [there.url.replace("/oai", "/missing")]
        assert states(rig, there, "/missing", "/good") == {"/missing": "dead", "/good": "alive"}
    outside.now += timedelta(days=40)


def test_a_file_is_known_by_its_beginning_and_a_page_in_its_place_is_told(rig: Rig, outside: Outside) -> None:
    with partner(served) as there:
        root = there.url.removesuffix("/oai")
        rig.catalogue.put_many([record("files", None, root + "/endless.pdf", root + "/file.pdf")], ACT)
        outside.check(rig)
        assert states(rig, there, "/endless.pdf", "/file.pdf") == {"/endless.pdf": "alive", "/file.pdf": "failing"}


def test_a_server_is_asked_one_thing_at_a_time_with_a_pause(rig: Rig, outside: Outside) -> None:
    with partner(served) as there:
        put(rig, there, "/members", "/missing", "/gone")
        outside.check(rig)
        assert outside.waited == [PAUSE, PAUSE]
        assert len(there.asked) == 3


def test_a_server_that_fails_again_and_again_is_left_alone(rig: Rig, outside: Outside) -> None:
    with partner(lambda _question, _number: Reply(b"", 503)) as there:
        put(rig, there, *(f"/{number}" for number in range(10)))
        tally = outside.check(rig)
        assert len(there.asked) == 3
        assert tally.left == 7


def test_servers_take_turns() -> None:
    due = [Link(url=f"https://{host}.example/{number}") for host in "ab" for number in range(2)]
    assert [link.url[8] for link in in_turn(due)] == ["a", "b", "a", "b"]


def test_a_run_ends_in_time_and_says_what_is_left(rig: Rig, outside: Outside) -> None:
    with partner(served) as there:
        put(rig, there, "/members", "/missing", "/gone", "/good")
        tally = outside.check(rig, seconds=2 * PAUSE)
        assert sum(tally.looked.values()) == 2
        assert tally.left == 2
        assert sum(outside.check(rig, most=1).looked.values()) == 1


def test_a_private_address_is_never_asked_for_a_public_source(rig: Rig, outside: Outside) -> None:
    with partner(served) as there:
        put(rig, there, "/good")
        outside.check(rig, allow_private=False)
        assert there.asked == []
        assert states(rig, there, "/good") == {"/good": "failing"}


def test_only_links_that_published_records_of_partners_name_are_looked_at(rig: Rig, outside: Outside) -> None:
    with partner(served) as there:
        root = there.url.removesuffix("/oai")
        first, second = record("1", root + "/members"), record("2", root + "/members", root + "/endless.pdf")
        own = Entry(Record(id=harvested_id("own", "3"), title=(Text("Guide", "fr"),), landing_page=root + "/gone"))
        rig.catalogue.put_many([first, second, own], ACT)
        outside.check(rig)
        assert states(rig, there, "/members", "/endless.pdf", "/gone").keys() == {"/members", "/endless.pdf"}
        rig.catalogue.put_many([record("1", root + "/good")], ACT)
        rig.catalogue.withdraw([second.record.id], ACT)
        outside.check(rig)
        assert states(rig, there, "/members", "/endless.pdf", "/good").keys() == {"/good"}


def test_the_record_shows_which_of_its_links_are_dead(tmp_path: Path) -> None:
    services = portal_rig.opened(tmp_path)
    page = services.catalogue.get(samples.HARVESTED).record.landing_page or ""
    assert page
    portal = create_app(services).test_client()
    address = f"/fr/resource/{samples.HARVESTED}"
    before = portal.get(address)
    services.links.follow(services.catalogue, "2026-03-01T12:00:00Z")
    services.links.settle([Link(url=page, state="dead", checked="2026-03-04T12:00:00Z", failures=2)])
    after = portal.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200, "a page that a reader has already is shown anew"
    told = " ".join(html.fromstring(after.text).find_class("lost")[0].text_content().split())
    assert told == "N’y était plus lors de la dernière vérification, le 4 mars 2026."
    assert "lost" not in before.text
    services.close()


def test_links_are_looked_at_from_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    services = create(data, {})
    with partner(served) as there:
        root = there.url.removesuffix("/oai")
        services.journal.register(Source(id="partner", base_url=there.url, allow_private=True))
        services.catalogue.put_many([record("1", root + "/gone")], ACT)
        services.close()
        told = report(data, "check-links")
        assert told["looked"] == {"dead": 1}
        assert [each["url"] for each in told["dead"]] == [root + "/gone"]
        done = mutualis(data, "check-links", "--source", "nobody", language="fr")
    assert done.returncode == 1
    assert "nobody" in done.stderr
