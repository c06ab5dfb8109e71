"""Every fault of a request is an OAI-PMH error with HTTP 200, all of them in one valid answer."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from oai_repository import OAI, Repository, a_record, check, codes, oai_id, repository, texts

from repository.messages import LANGUAGES, catalogue
from repository.oai import errors
from repository.oai.request import VERBS


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    folder = tmp_path_factory.mktemp("oai")
    with repository(f"sqlite:///{folder / 'catalogue.sqlite'}", folder) as held:
        held.put(a_record(1), a_record(2))
        yield held


LIST = "verb=ListRecords&metadataPrefix=oai_dc"

CASES = {
    "": ["badVerb"],
    "junk": ["badVerb"],
    "verb=": ["badVerb"],
    "verb=junk": ["badVerb"],
    "verb=identify": ["badVerb"],
    "verb=Identify&verb=Identify": ["badVerb"],
    "verb=Identify&metadataPrefix=oai_dc": ["badArgument"],
    "verb=Identify&": [],
    "verb=ListSets&set=country:BJ": ["badArgument"],
    "verb=ListSets&resumptionToken=junk": ["badResumptionToken"],
    "verb=ListMetadataFormats&identifier=junk": ["idDoesNotExist"],
    "verb=ListMetadataFormats&identifier=": ["badArgument"],
    "verb=GetRecord": ["badArgument", "badArgument"],
    "verb=GetRecord&metadataPrefix=oai_dc": ["badArgument"],
    f"verb=GetRecord&identifier={oai_id(1)}": ["badArgument"],
    'verb=GetRecord&identifier=invalid"id&metadataPrefix=oai_dc': ["idDoesNotExist"],
    f"verb=GetRecord&identifier={oai_id(7)}&metadataPrefix=oai_dc": ["idDoesNotExist"],
    f"verb=GetRecord&identifier={oai_id(1)}&metadataPrefix=marc21": ["cannotDisseminateFormat"],
    f"verb=GetRecord&identifier={oai_id(7)}&metadataPrefix=marc21": ["cannotDisseminateFormat", "idDoesNotExist"],
    f"verb=GetRecord&identifier={oai_id(1)}&identifier={oai_id(2)}&metadataPrefix=oai_dc": ["badArgument"],
    "verb=ListRecords": ["badArgument"],
    "verb=ListRecords&metadataPrefix=": ["badArgument"],
    "verb=ListRecords&metadataPrefix=oai/dc": ["badArgument"],
    "verb=ListRecords&metadataPrefix=jsonld": ["cannotDisseminateFormat"],
    f"{LIST}&identifier={oai_id(1)}": ["badArgument"],
    f"{LIST}&from=junk": ["badArgument"],
    f"{LIST}&from=": ["badArgument"],
    f"{LIST}&from=2026-02-30": ["badArgument"],
    f"{LIST}&from=2026-03-01T12:00Z": ["badArgument"],
    f"{LIST}&from=2026-03-01T12:00:00": ["badArgument"],
    f"{LIST}&from=2026-03-01T12:00:00.0Z": ["badArgument"],
    f"{LIST}&from=2026-03-01T25:00:00Z": ["badArgument"],
    f"{LIST}&from=2026-03": ["badArgument"],
    f"{LIST}&from=junk&until=junk&set=a b&x=1": ["badArgument"] * 4,
    f"{LIST}&from=2026-03-01&until=2026-03-01T12:00:00Z": ["badArgument"],
    f"{LIST}&from=2026-03-02&until=2026-03-01": ["badArgument"],
    f"{LIST}&set=": ["badArgument"],
    f"{LIST}&set=country::BJ": ["badArgument"],
    f"{LIST}&set=no_such_set": ["noRecordsMatch"],
    f"{LIST}&until=2002-01-01": ["noRecordsMatch"],
    f"{LIST}&from=2199-01-01": ["noRecordsMatch"],
    f"{LIST}&from=2026-03-01&until=2026-03-01": [],
    f"{LIST}&from=2026-03-01T12:00:00Z&until=2026-03-01T12:00:00Z": [],
    "verb=ListRecords&resumptionToken=junk": ["badResumptionToken"],
    "verb=ListRecords&resumptionToken=": ["badResumptionToken"],
    "verb=ListRecords&resumptionToken=%C3%A9": ["badResumptionToken"],
    f"{LIST}&resumptionToken=junk&until=1990-01-10": ["badArgument", "badResumptionToken"],
    "verb=ListIdentifiers&until=junk": ["badArgument", "badArgument"],
    "&".join(["verb=Identify", *["x=1"] * 60]): ["badArgument"],
}


@pytest.mark.parametrize("query", CASES, ids=lambda query: query[:90])
def test_request_gets_the_errors_it_has(query: str, house: Repository, shared: Path) -> None:
    answered = house.client.get("/oai", query_string=query)
    assert answered.status_code == 200
    root = check(shared, etree.fromstring(answered.data))
    assert sorted(codes(root)) == sorted(CASES[query])
    assert all(each.strip() for each in texts(root, "error"))


@pytest.mark.parametrize("query", [query for query, found in CASES.items() if {"badVerb", "badArgument"} & {*found}])
def test_bad_arguments_are_not_repeated_in_the_answer(query: str, house: Repository) -> None:
    root = etree.fromstring(house.client.get("/oai", query_string=query).data)
    assert not next(root.iter(OAI + "request")).attrib


def test_good_arguments_are_repeated_beside_an_error(house: Repository) -> None:
    root = house.get(verb="ListRecords", metadataPrefix="oai_dc", set="no_such_set", from_="2026-01-01")
    assert dict(next(root.iter(OAI + "request")).attrib) == {
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "set": "no_such_set",
        "from": "2026-01-01",
    }


def test_bytes_that_are_no_utf_8_are_an_error_and_not_a_failure(house: Repository, shared: Path) -> None:
    for query in (b"verb=%FF%FE", b"verb=GetRecord&metadataPrefix=oai_dc&identifier=%E9", b"%E9=%E9", b"verb=\xe9"):
        answered = house.client.get("/oai", query_string=query.decode("latin-1"))
        assert answered.status_code == 200
        assert codes(check(shared, etree.fromstring(answered.data)))


def test_a_form_in_another_media_type_holds_no_verb(house: Repository) -> None:
    for body, kind in ((b'{"verb": "Identify"}', "application/json"), (b"verb=Identify", "text/plain")):
        answered = house.client.post("/oai", data=body, content_type=kind)
        assert codes(etree.fromstring(answered.data)) == ["badVerb"]


def test_errors_speak_the_language_of_the_installation(tmp_path: Path) -> None:
    with repository(f"sqlite:///{tmp_path / 'c.sqlite'}", tmp_path, default_language="fr") as held:
        assert texts(held.get(verb="ListRecords"), "error") == [
            "Le verbe ListRecords exige l’argument metadataPrefix\u202f; ajoutez-le."
        ]


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_error_is_told_in_every_language(language: str) -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and each.__module__ == errors.__name__]
    assert len(kinds) > 10
    assert not [kind for kind in kinds if catalogue(language).gettext(kind.message) == kind.message]


ARGUMENTS = ("verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken", "other")
WORDS = st.one_of(
    st.sampled_from([*VERBS, "oai_dc", "country:BJ", "2026-03-01", "2026-03-01T12:00:00Z", oai_id(1), "oai:x:%", ""]),
    st.text(max_size=12),
)


@given(st.lists(st.tuples(st.sampled_from(ARGUMENTS), WORDS), max_size=6))
def test_whatever_is_asked_the_answer_is_valid(house: Repository, shared: Path, sent: list[tuple[str, str]]) -> None:
    query = urlencode(sent, errors="surrogatepass")
    answered = house.client.get("/oai", query_string=query)
    assert answered.status_code == 200
    check(shared, etree.fromstring(answered.data))
