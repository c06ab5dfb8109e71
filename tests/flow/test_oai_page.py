"""A browser that opens the endpoint gets a page with links that work, and every harvester gets XML."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import portal_catalogue as samples
import portal_rig
import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from repository.app import create_app
from repository.services import Services

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HARVESTERS = {
    "Java": "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "curl and PHP": "*/*",
    "nothing": "",
    "sickle": "*/*",
    "Perl": "text/xml, application/xml",
    "ours": "text/xml, application/xml, */*;q=0.5",
    "a script": "text/html",
    "DSpace": "text/xml",
}
QUESTIONS = (
    "",
    "?verb=Identify",
    "?verb=ListMetadataFormats",
    "?verb=ListSets",
    "?verb=ListRecords&metadataPrefix=oai_dc",
    "?verb=ListIdentifiers&metadataPrefix=oai_dc",
    f"?verb=GetRecord&metadataPrefix=lom&identifier=oai:mutualis.invalid:{samples.FULL}",
    "?verb=ListRecords",
    "?verb=Nonsense",
)


def open_page(portal: FlaskClient, path: str, language: str = "fr") -> html.HtmlElement:
    answer = portal.get(path, headers={"Accept": CHROME, "Accept-Language": language})
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    tree: html.HtmlElement = html.fromstring(answer.text)
    return tree


@pytest.mark.parametrize("name", HARVESTERS)
def test_a_harvester_gets_xml_whatever_it_says_of_itself(portal: FlaskClient, name: str) -> None:
    answer = portal.get("/oai?verb=Identify", headers={"Accept": HARVESTERS[name]} if HARVESTERS[name] else {})
    assert answer.mimetype == "text/xml"
    assert etree.fromstring(answer.data).tag == "{http://www.openarchives.org/OAI/2.0/}OAI-PMH"
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("accept", [CHROME, FIREFOX])
def test_a_browser_gets_a_page_and_the_xml_has_an_address_of_its_own(portal: FlaskClient, accept: str) -> None:
    assert portal.get("/oai?verb=Identify", headers={"Accept": accept}).mimetype == "text/html"
    assert portal.get("/oai.xml?verb=Identify", headers={"Accept": accept}).mimetype == "text/xml"


@pytest.mark.parametrize("language", ["fr", "pt", "en"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_is_a_page_in_the_readers_language(portal: FlaskClient, question: str, language: str) -> None:
    tree = open_page(portal, f"/oai{question}", language)
    assert tree.get("lang") == language
    others = {each.get("lang"): each.get("href") or "" for each in tree.cssselect("nav.languages a")}
    assert len(others) == 3
    for other, path in others.items():
        again = open_page(portal, path)
        assert again.get("lang") == other
        assert again.findtext(".//h1") == tree.findtext(".//h1")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_link_of_the_page_leads_somewhere(portal: FlaskClient, question: str) -> None:
    tree = open_page(portal, f"/oai{question}")
    links = {each.get("href") or "" for each in tree.cssselect("main a")}
    assert len(links) > 4
    for path in sorted(links)[:25]:
        parts = urlsplit(path)
        assert not parts.netloc
        answer = portal.get(path, headers={"Accept": CHROME}, follow_redirects=True)
        assert answer.status_code in (200, 410), path
        if path.startswith("/oai?"):
            problems = html.fromstring(answer.text).cssselect(".notice code")
            assert [each.text for each in problems] in ([], ["noRecordsMatch"]), path


def test_pages_of_a_long_list_follow_each_other(tmp_path: Path) -> None:
    services = portal_rig.opened(tmp_path)
    object.__setattr__(services.settings, "oai_page_size", 2)
    portal = create_app(services).test_client()
    path, seen = "/oai?verb=ListRecords&metadataPrefix=oai_dc", []
    for _ in range(50):
        tree = open_page(portal, path)
        seen += [each.text for each in tree.xpath('//ul[@class="heads"]/li/p[@class="detail"]/a[1]')]
        following = tree.cssselect(".following a")
        if not following:
            break
        path = following[0].get("href") or ""
    assert len(seen) == len(set(seen)) == sum(services.catalogue.totals())
    services.close()


def test_errors_are_told_in_the_readers_language_and_in_that_of_the_installation_to_harvesters(
    portal: FlaskClient,
) -> None:
    told = {
        language: open_page(portal, "/oai?verb=ListRecords", language).cssselect(".notice")[0].text_content()
        for language in ("fr", "pt", "en")
    }
    assert len(set(told.values())) == 3
    assert "metadataPrefix" in portal.get("/oai?verb=ListRecords").text


def test_words_of_strangers_are_never_markup(portal: FlaskClient) -> None:
    for path in (
        "/oai?verb=<script>alert(1)</script>",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=%3Cscript%3E",
        f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:mutualis.invalid:{samples.HOSTILE}",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    ):
        answer = portal.get(path, headers={"Accept": CHROME})
        assert "<script>alert" not in answer.text
        assert not html.fromstring(answer.text).cssselect("main script, main img, main iframe")
        assert (
            "script-src" not in answer.headers["Content-Security-Policy"]
            or "'none'" in answer.headers["Content-Security-Policy"]
        )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    services = portal_rig.opened(tmp_path)
    yield services
    services.close()


def test_each_request_is_one_line_of_the_log(house: Services) -> None:
    portal = create_app(house).test_client()
    portal.get("/oai?verb=ListRecords&metadataPrefix=oai_dc&set=country:BJ&from=2020-01-01")
    portal.get("/oai?verb=Nonsense%0A{}")
    lines = [json.loads(each) for each in (house.settings.data / "logs" / "oai.jsonl").read_text().splitlines()]
    first, second = lines
    assert (first["verb"], first["prefix"], first["set"], first["since"]) == (
        "ListRecords", "oai_dc", "country:BJ", "2020-01-01T00:00:00Z",
    )  # fmt: skip
    assert first["count"] > 0 and first["ms"] > 0 and first["bytes"] > 1000
    assert second["error"] == "badVerb"


def test_a_flood_is_told_to_come_back_and_people_are_still_served(house: Services) -> None:
    """Three lists wait for the database, which is as much as one process answers; a fourth is turned away at once."""
    app = create_app(house)
    started = threading.Barrier(4)
    answers: list[int] = []

    def ask() -> None:
        """As a harvester does: ask again when turned away, since the test itself takes a place now and then."""
        started.wait()
        while (status := app.test_client().get("/oai?verb=ListRecords&metadataPrefix=oai_dc").status_code) == 503:
            pass
        answers.append(status)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    with house.database.writing():
        for each in threads:
            each.start()
        started.wait()
        turned_away = None
        for _ in range(2000):
            turned_away = app.test_client().get("/oai?verb=Identify")
            if turned_away.status_code == 503:
                break
        assert turned_away is not None and turned_away.status_code == 503
        assert int(turned_away.headers["Retry-After"]) > 0
        assert app.test_client().get("/fr/about").status_code == 200
    for each in threads:
        each.join()
    assert answers == [200, 200, 200]
    assert app.test_client().get("/oai?verb=Identify").status_code == 200
