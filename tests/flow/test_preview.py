"""A partner is looked at before its first harvest: who it is, what it has, and what its records would be here."""

from pathlib import Path

import pytest
from command_rig import mutualis, report
from harvest_partner import Question, Reply, envelope, error, identity, metadata, page, pages, partner, record

from repository.services import open_services

FRIENDS = (
    '<description><friends xmlns="http://www.openarchives.org/OAI/2.0/friends/">'
    "<baseURL>https://other.example/oai</baseURL></friends></description></Identify>"
)
FORMATS = envelope(
    "<ListMetadataFormats>"
    + "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>http://x/x.xsd</schema>"
        f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
        for prefix, namespace in (("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"), ("odd", "urn:odd"))
    )
    + "</ListMetadataFormats>"
)
SETS = envelope("<ListSets><set><setSpec>bois</setSpec><setName>Métiers du bois</setName></set></ListSets>")
STRANGE = record("x").replace(metadata("Électricien bâtiment"), "<metadata><thing xmlns='urn:odd'/></metadata>")
TYPED = record("y").replace("</oai_dc:dc>", "<dc:type>Fascicule du maître</dc:type></oai_dc:dc>")


def behave(question: Question, number: int) -> Reply:
    answers = {
        "Identify": identity().replace("</Identify>", FRIENDS),
        "ListMetadataFormats": FORMATS,
        "ListSets": SETS,
    }
    many = [record(str(number)) for number in range(15)]
    lists = pages(
        page(STRANGE, TYPED, record("z", deleted=True), *many, token="1", size=50), page(*map(record, "abcdefgh"))
    )
    return Reply(answers[question["verb"]].encode()) if question["verb"] in answers else lists(question, number)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert mutualis(folder, "init").returncode == 0
    return folder


def test_a_partner_is_looked_at_and_nothing_is_stored(data: Path) -> None:
    with partner(behave) as there:
        told = report(data, "preview", there.url, "--allow-private")
        shown = mutualis(data, "preview", there.url, "--allow-private", language="fr").stdout
    assert (told["name"], told["friends"], told["announced"]) == ("Partner", ["https://other.example/oai"], 50)
    assert told["formats"] == [{"prefix": "oai_dc", "read": True}, {"prefix": "odd", "read": False}]
    assert told["sets"] == [{"spec": "bois", "name": "Métiers du bois"}]
    assert len(told["records"]) == 20
    assert [each["identifier"] for each in told["records"] if each["quarantined"]] == ["oai:partner:x"]
    assert told["placeless"] == [{"element": "dc:type", "words": "Fascicule du maître", "times": 1}]
    assert "Électricien" in shown
    assert "odd : n’est pas lu ici" in shown
    services = open_services(data)
    assert (services.journal.sources(), services.catalogue.totals()) == ([], (0, 0))
    services.close()


def test_one_that_says_little_is_looked_at_all_the_same(data: Path) -> None:
    def silent(question: Question, number: int) -> Reply:
        return pages(page(record("1")))(question, number) if question["verb"] == "ListRecords" else Reply(b"<html/>")

    with partner(silent) as there:
        told = report(data, "preview", there.url, "--allow-private")
    assert (told["name"], told["prefix"], len(told["records"]), len(told["untold"])) == ("", "oai_dc", 1, 3)


def test_an_empty_one_and_none_at_all_fail(data: Path) -> None:
    with partner(lambda question, _: Reply(error("noRecordsMatch").encode())) as there:
        assert report(data, "preview", there.url, "--allow-private", status=1)["records"] == []
        assert report(data, "preview", there.url, status=1)["error"] == "AddressRefused"
