"""What a partner is told beyond the records: sets without its own, terms, origins, friends, policies, software."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from oai_repository import (
    BASE,
    LANG,
    OAI,
    Repository,
    a_record,
    an_origin,
    check,
    codes,
    headers,
    oai_id,
    repository,
    texts,
)

from harvest.source import Source
from repository.record import Text

RIGHTS = "{http://www.openarchives.org/OAI/2.0/rights/}"
LICENCE = "http://creativecommons.org/publicdomain/zero/1.0/"
PARTNER = Source(
    id="partner", base_url="https://partner.example.org/oai", name=(Text("Partenaire", "fr"), Text("Parceiro", "pt"))
)
OTHER = Source(id="other", base_url="https://other.example.org/oai")
INSIDE = Source(id="inside", base_url="http://10.0.0.7/oai", allow_private=True)
FILES = Source(id="import", base_url="")


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Repository]:
    """One record of our own, two from a partner, one from another."""
    with repository(database_url, tmp_path, oai_page_size=2) as held:
        held.services.registered = [PARTNER, OTHER, INSIDE, FILES]
        held.put(a_record(1))
        held.put(a_record(2, catalog_record=(an_origin(),)), source="partner", origin="a")
        held.put(
            a_record(3, catalog_record=(an_origin(terms=(Text("CC BY 4.0", "en"),)),)), source="partner", origin="b"
        )
        held.put(a_record(4, catalog_record=(an_origin(source="other"),)), source="other", origin="c")
        yield held


def listed(house: Repository, spec: str, **arguments: str) -> set[str]:
    pages = list(house.pages("ListIdentifiers", set=spec, **arguments))
    names = [name for page in pages for name in headers(page)]
    assert len(names) == len(set(names))
    return set(names)


def test_a_partner_gets_everything_except_what_came_from_it(house: Repository) -> None:
    assert listed(house, "without:partner") == {oai_id(1), oai_id(4)}
    assert listed(house, "without:other") == {oai_id(1), oai_id(2), oai_id(3)}


def test_the_set_without_a_partner_is_told_in_three_languages_and_valid(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="ListSets"))
    named = {each.findtext(OAI + "setSpec", ""): each for each in root.iter(OAI + "set")}
    assert {"without:partner", "without:other", "without:inside"} <= named.keys()
    assert "without:import" not in named
    told = {each.get(LANG): each.text or "" for each in named["without:partner"].iter("{*}description")}
    assert "Partenaire" in told["fr"] and "Parceiro" in told["pt"] and told.keys() >= {"fr", "pt", "en"}


def test_the_set_is_in_the_headers_of_its_own_lists(house: Repository, shared: Path) -> None:
    for page in house.pages("ListRecords", set="without:partner"):
        check(shared, page)
        for header in page.iter(OAI + "header"):
            assert "without:partner" in [each.text for each in header.iter(OAI + "setSpec")]
    assert "without:partner" not in texts(house.get(verb="ListRecords", metadataPrefix="oai_dc"), "setSpec")


def test_deletions_and_returns_are_in_the_set_too(house: Repository) -> None:
    house.later()
    house.withdraw(4, 2)
    since = house.services.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert listed(house, "without:partner", from_=since) == {oai_id(4)}
    assert listed(house, "without:partner") == {oai_id(1), oai_id(4)}
    house.later()
    house.put(a_record(4, catalog_record=(an_origin(source="other"),)), source="other", origin="c")
    page = house.get(verb="ListIdentifiers", metadataPrefix="oai_dc", set="without:partner")
    assert not [header for header in page.iter(OAI + "header") if header.get("status")]


def test_a_set_without_somebody_unknown_is_empty(house: Repository) -> None:
    for spec in ("without:nobody", "without:nobody:x", "without"):
        root = house.get(verb="ListRecords", metadataPrefix="oai_dc", set=spec)
        assert codes(root) == ["noRecordsMatch"]


def terms_of(house: Repository, number: int) -> list[etree._Element]:
    root = house.get(verb="GetRecord", identifier=oai_id(number), metadataPrefix="oai_dc")
    return [each for about in root.iter(OAI + "about") for each in about if each.tag == RIGHTS + "rights"]


def test_each_record_tells_the_terms_for_its_metadata_and_a_partners_records_its_own(
    house: Repository, shared: Path
) -> None:
    for page in house.pages():
        check(shared, page)
    (ours,) = terms_of(house, 1)
    assert ours.findtext(f"{RIGHTS}rightsReference") == LICENCE
    assert terms_of(house, 2) == [], "we cannot give what a partner has not given"
    (theirs,) = terms_of(house, 3)
    assert "CC BY 4.0" in "".join(theirs.itertext())
    house.put(
        a_record(2, catalog_record=(an_origin(terms=(Text("https://creativecommons.org/licenses/by/4.0/"),)),)),
        source="partner",
        origin="a",
    )
    (theirs,) = terms_of(house, 2)
    assert theirs.findtext(f"{RIGHTS}rightsReference") == "https://creativecommons.org/licenses/by/4.0/"


def test_identify_explains_the_service_in_one_look(house: Repository, shared: Path) -> None:
    root = check(shared, house.get(verb="Identify"))
    told = {each[0].tag: each[0] for each in root.iter(OAI + "description")}
    names = {etree.QName(tag).localname for tag in told}
    assert names == {"oai-identifier", "dc", "eprints", "rightsManifest", "friends", "branding", "toolkit"}
    by_name = {etree.QName(tag).localname: element for tag, element in told.items()}
    assert [each.text for each in by_name["friends"]] == [PARTNER.base_url, OTHER.base_url], (
        "nobody on a private address"
    )
    assert by_name["rightsManifest"].findtext(f".//{RIGHTS}rightsReference") == LICENCE
    assert by_name["branding"].findtext(".//{*}link") == BASE
    assert by_name["toolkit"].findtext("{*}title") == "Mutualis"
    policy = "".join(by_name["eprints"].itertext())
    assert "référentiels" in policy.lower() and "referenciais" in policy.lower() and "standards" in policy.lower()


def test_a_repository_without_partners_names_no_friends(database_url: str, tmp_path: Path, shared: Path) -> None:
    with repository(database_url, tmp_path) as empty:
        root = check(shared, empty.get(verb="Identify"))
        assert not list(root.iter("{http://www.openarchives.org/OAI/2.0/friends/}friends"))
