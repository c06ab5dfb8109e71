"""A trainer on a phone looks for the kits of one métier: few actions, few bytes, every country."""

from collections.abc import Iterator
from pathlib import Path

import portal_rig
import pytest
from flask.testing import FlaskClient
from lxml import html

import repository
from repository import importing
from repository.app import create_app
from repository.services import create

SAMPLE = Path(repository.__file__).parents[1] / "examples" / "sample"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Encoding": "gzip", "Connection": "keep-alive"}
COUNTRIES = {"BF", "BJ", "GW", "NE", "TG"}
"""Countries whose sample records or declarations make a kit of the building electrician."""

MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A reader of a catalogue with the sample records of all countries."""
    services = create(tmp_path_factory.mktemp("story"), {})
    importing.import_files(
        sorted(SAMPLE.glob("*.jsonld")),
        catalogue=services.catalogue,
        journal=services.journal,
        clock=services.now,
        act=services.act("test", "sample records"),
    )
    portal_rig.follow(services)
    yield create_app(services).test_client()
    services.close()


def opened(trainer: FlaskClient, path: str, sizes: list[int]) -> html.HtmlElement:
    """The page at a path, its size on the wire added to `sizes`."""
    sizes.append(len(trainer.get(path, headers=BROWSER).data))
    return html.document_fromstring(trainer.get(path, headers={"Accept": "text/html"}).data)


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("fr", "électricien bâtiment"),
        ("fr", "electricien batiment"),
        ("fr", "electricien batimant"),
        ("fr", "éléctricien batîment"),
        ("fr", "batimant"),
        ("pt", "eletricista"),
        ("pt", "eletricista construção"),
        ("en", "building electrician"),
    ],
)
def test_every_countrys_kit_is_found_in_three_actions(trainer: FlaskClient, language: str, asked: str) -> None:
    """Ask from the home page, show all kits, open one: level and missing parts stand on every card."""
    sizes: list[int] = []
    home = opened(trainer, f"/{language}/", sizes)
    opened(trainer, home.xpath("//link[@rel='stylesheet']/@href")[0], sizes)
    found = opened(trainer, f"{home.xpath('//form[@role]/@action')[0]}?q={asked}", sizes)
    every = opened(trainer, found.xpath("//nav[@class='tabs']/a[2]/@href")[0], sizes)
    cards = every.xpath("//article[@class='kit-card'][.//a[contains(@href, '/electricien-batiment')]]")
    assert {card.xpath(".//h3/a/@href")[0].split("/")[3] for card in cards} >= COUNTRIES
    for card in cards:
        assert len(card.xpath(".//p[@class='facts']/span")) == 2, "country and level"
        assert len(card.xpath(".//ul[@class='strip']/li[@title]")) >= 5, "what is known of each part"
    kit = opened(trainer, cards[0].xpath(".//h3/a/@href")[0], sizes)
    assert kit.xpath("//ul[@class='parts']/li//span[@class='state']")
    assert sum(sizes) <= MOST_BYTES


def test_the_fullest_kit_of_a_metier_comes_first(trainer: FlaskClient) -> None:
    page = opened(trainer, "/fr/search?q=électricien bâtiment", [])
    assert page.xpath("//article[@class='kit-card']//h3/a/@href")[0] == "/fr/kit/BJ/BJ-CQP/electricien-batiment"
    page = opened(trainer, "/fr/search?show=kits", [])
    there = [int(words.split()[2]) for words in page.xpath("//p[@class='progress']/span/text()")]
    assert there == sorted(there, reverse=True)
