"""A further country joins by two files and without code."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_rig import EXAMPLES, Served, report, serving
from lxml import etree

from repository.services import open_services

CAMEROON = "http://publications.europa.eu/resource/authority/country/CMR"
NAMES = {"fr": "Cameroun", "pt": "Camarões", "en": "Cameroon"}
RECORD = "019b8d70-3620-7c5d-8ab0-b372d5706f7f"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("country") / "data"
    report(data, "init")
    report(data, "vocabulary", "import", "--publish", EXAMPLES / "cameroon.ttl")
    report(data, "import", EXAMPLES / "cameroon.jsonld")
    return data


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[Served]:
    with serving(data) as running:
        yield running


def test_partners_can_harvest_the_new_country_as_a_set(served: Served) -> None:
    sets = etree.fromstring(served.text("oai?verb=ListSets").encode())
    assert "country:CM" in {each.text for each in sets.iter("{*}setSpec")}
    held = served.text("oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=country:CM")
    assert held.count("<header>") == 2


@pytest.mark.parametrize("language", NAMES)
def test_the_portal_names_the_new_country_and_its_levels(served: Served, language: str) -> None:
    assert NAMES[language] in served.text(f"{language}/")
    found = served.text(f"{language}/search?country=CM&level=CM-DQP")
    assert NAMES[language] in found
    assert f"/resource/{RECORD}" in found
    assert NAMES[language] in served.text(f"{language}/vocabulary/level/CM-DQP")


def test_sparql_knows_the_new_country_its_levels_and_its_resources(served: Served) -> None:
    prefixes = "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    levels = f"SELECT (COUNT(?l) AS ?n) WHERE {{ ?l a skos:Concept ; dcterms:spatial <{CAMEROON}> }}"
    assert served.select(prefixes + levels) == ["5"]
    resources = f"SELECT ?r WHERE {{ ?r a <http://schema.org/LearningResource> ; dcterms:spatial <{CAMEROON}> }}"
    assert len(served.select(prefixes + resources)) == 2


def test_the_new_country_is_one_of_the_participants(data: Path) -> None:
    opened = open_services(data)
    participants = opened.terms().participants
    opened.close()
    assert CAMEROON in participants
    assert len(participants) == 10


def test_concepts_alone_leave_the_description_of_their_scheme(data: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(data, tmp_path / "data", ignore=shutil.ignore_patterns("triples", "search")))
    file = tmp_path / "level.ttl"
    file.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<https://w3id.org/mutualis/vocabulary/level/GA-CAP> a skos:Concept ; skos:notation 'GA-CAP' ;\n"
        "  skos:prefLabel 'CAP (Gabon)'@fr ; skos:inScheme <https://w3id.org/mutualis/vocabulary/level> .\n",
        "utf-8",
    )
    before = _level(copy)
    report(copy, "vocabulary", "import", "--publish", file)
    after = _level(copy)
    assert after[0] == before[0]
    assert after[1] == before[1] + 1


def _level(data: Path) -> tuple[object, int]:
    """The scheme of national levels as it is described, and how many concepts it has."""
    opened = open_services(data)
    terms = opened.terms()
    opened.close()
    scheme = terms.schemes["level"]
    assert scheme.title
    assert scheme.licence
    return scheme, len(terms.in_scheme("level"))
