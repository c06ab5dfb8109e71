"""The report card of a source: what a librarian sends to a partner so that the next harvest is better."""

import csv
import io
from pathlib import Path

import harvest_rig
import pytest
from command_rig import mutualis, report
from harvest_partner import metadata, page, pages, partner, record
from harvest_rig import Rig
from lxml import html

from harvest import card, repair
from harvest.card import Card
from harvest.errors import UnknownSource
from harvest.links import Links
from harvest.remedies import NO_FAULT, REMEDIES
from harvest.source import Source
from harvest.verdict import Link
from repository.app import create_app
from repository.conformity import Conformity
from repository.services import Services, open_services

rig = harvest_rig.rig
STRANGE = "<metadata><thing xmlns='urn:x'>ä</thing></metadata>"


def described(name: str, *elements: str) -> str:
    """A record whose metadata hold these elements of Dublin Core."""
    return record(name).replace("<dc:language>fr</dc:language>", "".join(elements))


def of(rig: Rig, most: int | None = None) -> Card:
    return card.of_source(
        rig.journal.source("partner"),
        catalogue=rig.catalogue,
        journal=rig.journal,
        conformity=Conformity(rig.catalogue.database),
        links=Links(rig.catalogue.database),
        moment="2026-03-02T08:00:00Z",
        most=most,
    )


def found(held: Card, kind: str, name: str) -> card.Finding:
    (finding,) = [each for each in held.findings if each.kind == kind and each.name.endswith(name)]
    return finding


def test_every_fault_has_a_number_an_example_and_a_remedy(rig: Rig) -> None:
    good = [record(str(number)) for number in range(6)]
    words = described("7", "<dc:language>Français</dc:language>", "<dc:title>Caf&amp;amp;eacute;</dc:title>")
    bare = described("8")
    strange = record("9").replace(metadata("Électricien bâtiment"), STRANGE)
    with partner(pages(page(*good, words, bare, strange, size=12, token=""))) as there:
        rig.harvest(there)
    held = of(rig)
    assert (held.published, held.quarantined, held.looked) == (8, 1, 8)
    language = found(held, "words", "language-word")
    assert (language.count, language.examples[0].identifier) == (1, "oai:partner:7")
    assert language.examples[0].before == "Français"
    assert found(held, "quarantine", "not read yet.").examples[0].identifier == "oai:partner:9"
    missing = found(held, "field", "/language/min")
    assert (missing.count, missing.of) == (1, 8)
    assert [each.identifier for each in missing.examples] == ["oai:partner:8"]
    assert found(held, "missing", "missing").count == 3
    fields = {share.name: share for share in held.fields}
    assert (fields["language"].count, fields["language"].percent) == (7, 87)
    assert fields["title"].percent == 100


def test_a_record_is_useful_when_it_is_understood_found_obtained_and_allowed(rig: Rig) -> None:
    everything = described(
        "1",
        "<dc:language>fr</dc:language><dc:description>Du choix du disjoncteur</dc:description>",
        "<dc:subject>BTP</dc:subject><dc:type>Manuel</dc:type><dc:coverage>Bénin</dc:coverage>",
        "<dc:identifier>https://partner.example/1</dc:identifier>",
        "<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>",
    )
    with partner(pages(page(everything, record("2")))) as there:
        rig.harvest(there)
    shares = {share.name: share.count for share in of(rig).uses}
    assert shares == {"understood": 1, "found": 1, "obtained": 1, "allowed": 1, "all": 1}
    links = Links(rig.catalogue.database)
    links.follow(rig.catalogue, "2026-03-01T12:00:00Z")
    links.settle([Link(url="https://partner.example/1", state="dead", checked="2026-03-01T12:00:00Z")])
    held = of(rig)
    assert {share.name: share.count for share in held.uses}["obtained"] == 0
    assert found(held, "link", "dead").examples[0].id == rig.id("1")


def test_counts_of_several_harvests_are_added_up(rig: Rig) -> None:
    with partner(pages(page(described("1", "<dc:language>Français</dc:language>")))) as there:
        rig.harvest(there)
        rig.harvest(there, full=True)
    assert found(of(rig), "words", "language-word").count == 2


def test_a_card_may_look_at_some_of_the_records(rig: Rig) -> None:
    with partner(pages(page(*(record(str(number)) for number in range(30))))) as there:
        rig.harvest(there)
    held = of(rig, most=10)
    assert (held.published, held.looked) == (30, 10)


def test_a_source_that_was_never_harvested_has_a_card_too(rig: Rig) -> None:
    rig.journal.register(Source(id="partner", base_url="https://partner.example/oai"))
    held = of(rig)
    assert (held.published, held.score, held.findings) == (0, 0, ())


def test_every_rule_has_a_remedy_or_is_no_fault() -> None:
    repairs = {name for name, _ in repair.RULES} | {"encoding", "namespace", "isolated", "truncated"}
    assert repairs <= REMEDIES.keys()
    assert not REMEDIES.keys() & NO_FAULT


@pytest.fixture
def filled(tmp_path: Path) -> Services:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    evil = described("<b>1</b>".replace("<", "&lt;"), "<dc:language>=cmd()</dc:language><dc:date>31/12/2024</dc:date>")
    strange = record("2").replace(metadata("Électricien bâtiment"), STRANGE)
    with partner(pages(page(evil, strange))) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private", status=3)
    return open_services(data)


@pytest.mark.parametrize(
    ("language", "title", "remedy"),
    [
        ("fr", "Bulletin de la source : Partner", "Écrivez une année, un mois ou un jour"),
        ("pt", "Boletim da fonte: Partner", "Escreva um ano, um mês ou um dia"),
        ("en", "Report card: Partner", "Write a year, a month or a day"),
    ],
)
def test_the_card_is_a_page_a_letter_and_a_table_in_three_languages(
    filled: Services, language: str, title: str, remedy: str
) -> None:
    portal = create_app(filled).test_client()
    shown = portal.get(f"/{language}/source/partner")
    assert html.fromstring(shown.text).findtext(".//h1").replace("\u00a0", " ") == title
    assert remedy in shown.text
    assert f"/{language}/source/partner" in portal.get(f"/{language}/sources").text
    letter = portal.get(f"/{language}/source/partner.html")
    assert "attachment" in letter.headers["Content-Disposition"]
    assert "default-src 'none'" in letter.headers["Content-Security-Policy"]
    assert remedy in letter.text
    for address in html.fromstring(letter.text).xpath("//@href | //@src"):
        raise AssertionError(f"a letter that leads nowhere holds {address}")
    table = portal.get(f"/{language}/source/partner.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter="," if language == "en" else ";"))
    assert {len(row) for row in rows} == {8}
    assert any(remedy in row[6] for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    filled.close()


def test_words_of_the_partner_are_never_markup(filled: Services) -> None:
    portal = create_app(filled).test_client()
    for path in ("/fr/source/partner", "/fr/source/partner.html"):
        assert "<b>1</b>" not in portal.get(path).text
        assert "&lt;b&gt;1" in portal.get(path).text
    filled.close()


def test_a_source_that_is_not_there_is_told(filled: Services) -> None:
    assert create_app(filled).test_client().get("/fr/source/nobody").status_code == 404
    with pytest.raises(UnknownSource):
        filled.card("nobody")
    filled.close()


def test_the_card_is_written_from_the_command_line(filled: Services, tmp_path: Path) -> None:
    data = filled.settings.data
    filled.close()
    done = mutualis(data, "report", "partner", "--language", "pt", "--output", tmp_path / "boletim.html")
    assert done.returncode == 0, done.stderr
    assert "Boletim da fonte: Partner" in (tmp_path / "boletim.html").read_text("utf-8")
    told = report(data, "report", "partner")
    assert told["card"]["quarantined"] == 1
    assert "Langue" in mutualis(data, "report", "partner", language="fr").stdout
