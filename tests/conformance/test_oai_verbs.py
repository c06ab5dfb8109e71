"""The six verbs of OAI-PMH 2.0, each answer valid against the protocol's own schemas."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from oai_repository import (
    BASE,
    DC,
    ENDPOINT,
    LANG,
    NAMESPACE,
    OAI,
    Repository,
    a_record,
    an_origin,
    check,
    codes,
    oai_id,
    record_id,
    repository,
    texts,
)

from repository.record import Record, Text
from vocabularies.terms import Terms

ID = "{http://www.openarchives.org/OAI/2.0/oai-identifier}"
FORM = "application/x-www-form-urlencoded"
PROVENANCE = "{http://www.openarchives.org/OAI/2.0/provenance}"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Repository]:
    """Three guides, one of them withdrawn, and one record that came from a partner."""
    with repository(database_url, tmp_path, name="Entrepôt d'essai & co", admin_email="equipe@example.org") as held:
        held.put(a_record(1), a_record(2), a_record(3, country="TGO"))
        held.later()
        held.put(a_record(4, catalog_record=(an_origin(),)), source="partner", origin="oai:partner.example.org:42")
        held.later()
        held.withdraw(3)
        yield held


def test_identify_tells_who_keeps_the_repository_and_how_it_behaves(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="Identify"))
    assert texts(root, "repositoryName") == ["Entrepôt d'essai & co"]
    assert texts(root, "baseURL") == [ENDPOINT]
    assert texts(root, "adminEmail") == ["equipe@example.org"]
    assert texts(root, "deletedRecord") == ["persistent"]
    assert texts(root, "granularity") == ["YYYY-MM-DDThh:mm:ssZ"]
    assert texts(root, "compression") == ["gzip"]


def test_identify_describes_identifiers_by_one_that_exists(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="Identify"))
    assert [each.text for each in root.iter(ID + "repositoryIdentifier")] == [NAMESPACE]
    sample = next(root.iter(ID + "sampleIdentifier")).text or ""
    assert not codes(house.get(verb="GetRecord", identifier=sample, metadataPrefix="oai_dc"))


def test_identify_states_the_licence_of_the_metadata_in_three_languages(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="Identify"))
    rights = [(each.get(LANG), each.text or "") for each in root.iter(DC + "rights")]
    assert rights[0] == (None, "http://creativecommons.org/publicdomain/zero/1.0/")
    assert [language for language, _ in rights[1:]] == ["fr", "pt", "en"]
    assert all("CC0" in words for _, words in rights[1:])


def test_earliest_datestamp_is_that_of_the_record_that_has_rested_longest(house: Repository) -> None:
    def earliest() -> str:
        return texts(house.get(verb="Identify"), "earliestDatestamp")[0]

    assert earliest() == "2026-03-01T12:00:00Z"
    house.later(60)
    house.put(*(a_record(number, title="Nouveau titre") for number in (1, 2)))
    assert earliest() == "2026-03-01T12:00:01Z"
    listed = house.get(verb="ListIdentifiers", metadataPrefix="oai_dc")
    assert min(texts(listed, "datestamp")) == earliest()


def test_an_empty_catalogue_answers_every_verb(database_url: str, tmp_path: Path, shared: Path) -> None:
    with repository(database_url, tmp_path) as empty:
        assert texts(check(shared, empty.get(verb="Identify")), "earliestDatestamp") == ["2026-03-01T12:00:00Z"]
        assert "country:BJ" in texts(check(shared, empty.get(verb="ListSets")), "setSpec")
        for verb in ("ListRecords", "ListIdentifiers"):
            assert codes(check(shared, empty.get(verb=verb, metadataPrefix="oai_dc"))) == ["noRecordsMatch"]


def test_formats_are_listed_with_schema_and_namespace_and_oai_dc_first(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="ListMetadataFormats"))
    assert texts(root, "metadataPrefix")[0] == "oai_dc"
    assert texts(root, "schema")[0] == "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
    assert texts(root, "metadataNamespace")[0] == "http://www.openarchives.org/OAI/2.0/oai_dc/"
    of_record = check(shared, house.get(verb="ListMetadataFormats", identifier=oai_id(1)))
    assert texts(of_record, "metadataPrefix") == texts(root, "metadataPrefix")


def test_sets_are_named_and_described_in_three_languages(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="ListSets"))
    named = {each.findtext(OAI + "setSpec", ""): each for each in root.iter(OAI + "set")}
    expected = {"country:BJ", "country:TG", "sector:btp", "source:partner", "type:GM", "type:GM:GM-GUIDE"}
    assert named.keys() == expected
    assert named["country:BJ"].findtext(OAI + "setName") == "Bénin / Benim / Benin"
    assert named["country:TG"].findtext(OAI + "setName") == "Togo"
    titles = {each.get(LANG): each.text for each in named["country:BJ"].iter(DC + "title")}
    assert titles == {"fr": "Bénin", "pt": "Benim", "en": "Benin"}


def test_get_record_gives_header_sets_and_metadata(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="GetRecord", identifier=oai_id(1), metadataPrefix="oai_dc"))
    assert texts(root, "identifier") == [oai_id(1)]
    assert texts(root, "datestamp") == ["2026-03-01T12:00:00Z"]
    assert texts(root, "setSpec") == ["country:BJ", "sector:btp", "type:GM", "type:GM:GM-GUIDE"]
    assert next(root.iter(DC + "title")).text == "Guide du formateur 1"
    assert next(root.iter(OAI + "request"), root).attrib == {
        "verb": "GetRecord",
        "identifier": oai_id(1),
        "metadataPrefix": "oai_dc",
    }


def test_withdrawn_record_stays_as_a_deleted_header_in_its_sets(house: Repository, shared: Path) -> None:
    one = check(shared, house.get(verb="GetRecord", identifier=oai_id(3), metadataPrefix="oai_dc"))
    listed = check(shared, house.get(verb="ListRecords", metadataPrefix="oai_dc", set="country:TG"))
    for root in (one, listed):
        (record,) = root.iter(OAI + "record")
        header = record[0]
        assert header.get("status") == "deleted"
        assert header.findtext(OAI + "datestamp") == "2026-03-01T12:00:02Z"
        assert "country:TG" in texts(record, "setSpec")
        assert len(record) == 1


def test_harvested_record_tells_where_it_came_from(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="ListRecords", metadataPrefix="oai_dc", set="source:partner"))
    (origin,) = root.iter(PROVENANCE + "originDescription")
    assert dict(origin.attrib) == {"harvestDate": "2026-02-28T23:00:00Z", "altered": "true"}
    assert [each.text for each in origin] == [
        "https://partner.example.org/oai",
        "oai:partner.example.org:42",
        "2025-11-02T08:00:00Z",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ]


@pytest.mark.parametrize(
    "odd",
    [{"datestamp": "2025-02-30"}, {"datestamp": "hier"}, {"identifier": "[42]"}, {"base_url": "http://a:b/"}],
    ids=str,
)
def test_origin_that_no_schema_admits_costs_the_provenance_and_not_the_page(
    odd: dict[str, str], tmp_path: Path, shared: Path
) -> None:
    with repository(f"sqlite:///{tmp_path / 'c.sqlite'}", tmp_path) as held:
        held.put(a_record(1, catalog_record=(an_origin(**odd),)), source="partner", origin="x")
        root = check(shared, held.get(verb="ListRecords", metadataPrefix="oai_dc"))
    assert texts(root, "identifier") == [oai_id(1)]
    assert not list(root.iter(PROVENANCE + "provenance"))


def test_characters_that_xml_cannot_hold_do_not_spoil_the_page(house: Repository, shared: Path) -> None:
    house.put(a_record(5, title="Titre \x0b\ufffe & <b>gras</b> \U0001f6e0 ]]>"))
    root = check(shared, house.get(verb="GetRecord", identifier=oai_id(5), metadataPrefix="oai_dc"))
    assert next(root.iter(DC + "title")).text == "Titre  & <b>gras</b> \U0001f6e0 ]]> 5"


def test_stored_bytes_of_an_older_renderer_are_written_anew(house: Repository) -> None:
    house.services.held = Terms([], base_iri="https://data.example.org/")
    root = house.get(verb="GetRecord", identifier=oai_id(1), metadataPrefix="oai_dc")
    found = [each.text or "" for each in root.iter(DC + "identifier")]
    assert any(each.startswith("https://data.example.org/resource/") for each in found)


def test_root_element_has_no_prefix_and_the_exact_schema_location(house: Repository) -> None:
    answer = house.raw(verb="Identify").decode()
    assert answer.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns=')
    location = "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
    assert f'xsi:schemaLocation="{location}"' in answer


def test_post_answers_as_get_does(house: Repository) -> None:
    for arguments in (
        {"verb": "Identify"},
        {"verb": "GetRecord", "identifier": oai_id(1), "metadataPrefix": "oai_dc"},
        {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "country:BJ", "from": "2026-03-01"},
        {"verb": "ListRecords", "metadataPrefix": "é", "from": "hier"},
    ):
        posted = house.client.post("/oai", data=arguments)
        assert posted.status_code == 200
        assert posted.data == house.client.get("/oai", query_string=arguments).data


def test_other_methods_are_not_allowed(house: Repository) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        refused = house.client.open("/oai", method=method)
        assert refused.status_code == 405
        assert {"GET", "POST"} <= set(refused.headers["Allow"].replace(" ", "").split(","))


def test_endless_form_is_refused_before_it_is_read(house: Repository) -> None:
    refused = house.client.post("/oai", data=b"verb=Identify&x=" + b"x" * 100_000, content_type=FORM)
    assert refused.status_code == 413


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("gzip;q=0.5, identity;q=0.1", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("identity;q=1, gzip;q=0.5", False),
        ("", False),
    ],
)
def test_answers_are_packed_for_those_who_accept_it(
    accepted: str, packed: bool, house: Repository, shared: Path
) -> None:
    query = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    answered = house.client.get("/oai", query_string=query, headers={"Accept-Encoding": accepted})
    assert answered.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answered.headers["Vary"] == "Accept, Accept-Encoding"
    assert (answered.headers.get("Content-Encoding") == "gzip") is packed
    body = gzip.decompress(answered.data) if packed else answered.data
    check(shared, etree.fromstring(body))
    assert int(answered.headers["Content-Length"]) == len(answered.data)


def test_addresses_in_answers_are_the_public_ones_whatever_host_was_asked(house: Repository) -> None:
    answered = house.client.get("/oai?verb=Identify", headers={"Host": "evil.example.net"})
    assert b"evil.example.net" not in answered.data
    assert BASE.encode() in answered.data


def test_titles_keep_the_language_they_are_in(house: Repository) -> None:
    house.put(Record(id=record_id(6), title=(Text("Manual do formador", "pt"),)))
    root = house.get(verb="GetRecord", identifier=oai_id(6), metadataPrefix="oai_dc")
    (title,) = root.iter(DC + "title")
    assert (title.get(LANG), title.text) == ("pt", "Manual do formador")
