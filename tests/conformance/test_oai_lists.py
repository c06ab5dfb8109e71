"""Lists while records change under them: nothing twice, nothing missed, and an end that is an end."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from lxml import etree
from msgspec.structs import replace
from oai_repository import (
    OAI,
    START,
    Repository,
    a_record,
    check,
    codes,
    headers,
    oai_id,
    record_id,
    repository,
    texts,
    token_of,
)

from repository.oai import token
from repository.oai.token import Place


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Repository]:
    """Ten records, of which the last two are from Togo, in pages of three."""
    with repository(database_url, tmp_path, oai_page_size=3) as held:
        held.put(*(a_record(number, country="TGO" if number > 8 else "BEN") for number in range(1, 11)))
        yield held


def listed(pages: list[etree._Element]) -> list[str]:
    return [identifier for page in pages for identifier in headers(page)]


def ids(*numbers: int) -> list[str]:
    return [oai_id(number) for number in numbers]


def marks(page: etree._Element) -> tuple[str | None, str | None]:
    """(cursor, completeListSize) of a page's token."""
    (element,) = page.iter(OAI + "resumptionToken")
    return element.get("cursor"), element.get("completeListSize")


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_list_comes_in_pages_and_ends_with_an_empty_token(verb: str, house: Repository, shared: Path) -> None:
    pages = [check(shared, page) for page in house.pages(verb)]
    assert [len(headers(page)) for page in pages] == [3, 3, 3, 1]
    assert listed(pages) == ids(*range(1, 11))
    assert [marks(page) for page in pages] == [("0", "10"), ("3", "10"), ("6", "10"), ("9", "10")]
    assert [bool(token_of(page)) for page in pages] == [True, True, True, False]


def test_list_that_fits_one_page_has_no_token(house: Repository) -> None:
    (page,) = house.pages(set="country:TG")
    assert listed([page]) == ids(9, 10)
    assert not list(page.iter(OAI + "resumptionToken"))


def test_list_that_fills_its_last_page_does_not_end_with_an_empty_one(house: Repository) -> None:
    house.put(a_record(11), a_record(12))
    assert [len(headers(page)) for page in house.pages()] == [3, 3, 3, 3]


def test_token_needs_no_encoding_and_stands_alone(house: Repository) -> None:
    held = token_of(house.get(verb="ListRecords", metadataPrefix="oai_dc", set="country:BJ", from_="2026-03-01"))
    assert held.isascii()
    assert held.replace("-", "").replace("_", "").isalnum()
    following = house.get(verb="ListRecords", resumptionToken=held)
    assert listed([following]) == ids(4, 5, 6)
    both = house.get(verb="ListRecords", resumptionToken=held, metadataPrefix="oai_dc")
    assert codes(both) == ["badArgument"]


def test_token_can_be_used_again_and_gives_the_same_page(house: Repository) -> None:
    held = token_of(house.get(verb="ListRecords", metadataPrefix="oai_dc"))
    once, again = (house.raw(verb="ListRecords", resumptionToken=held) for _ in range(2))
    assert once == again


def test_token_never_expires(house: Repository) -> None:
    held = token_of(house.get(verb="ListRecords", metadataPrefix="oai_dc"))
    house.services.moment += timedelta(days=4000)
    assert listed([house.get(verb="ListRecords", resumptionToken=held)]) == ids(4, 5, 6)


def test_token_that_was_altered_is_refused(house: Repository) -> None:
    held = token_of(house.get(verb="ListRecords", metadataPrefix="oai_dc"))
    for place in range(len(held)):
        altered = held[:place] + ("A" if held[place] != "A" else "B") + held[place + 1 :]
        assert codes(house.get(verb="ListRecords", resumptionToken=altered)) == ["badResumptionToken"]
    for altered in (held + "!", held + "=", held[:-1], held * 2):
        assert codes(house.get(verb="ListRecords", resumptionToken=altered)) == ["badResumptionToken"]


def test_token_signed_with_another_key_is_refused(house: Repository) -> None:
    place = Place("first", "ListRecords", "oai_dc", "", "", "", 0, 10, 0, 10)
    assert not codes(house.get(verb="ListRecords", resumptionToken=token.write(place, house.services.secret())))
    forged = token.write(place, b"another key")
    assert codes(house.get(verb="ListRecords", resumptionToken=forged)) == ["badResumptionToken"]


def test_token_of_one_verb_is_refused_by_another(house: Repository) -> None:
    held = token_of(house.get(verb="ListRecords", metadataPrefix="oai_dc"))
    for verb in ("ListIdentifiers", "ListSets"):
        assert codes(house.get(verb=verb, resumptionToken=held)) == ["badResumptionToken"]


def test_token_from_before_a_restore_is_refused(house: Repository) -> None:
    held = token_of(house.get(verb="ListRecords", metadataPrefix="oai_dc"))
    house.renew_epoch("second")
    assert codes(house.get(verb="ListRecords", resumptionToken=held)) == ["badResumptionToken"]
    assert listed(list(house.pages())) == ids(*range(1, 11))


def test_token_of_a_format_that_is_gone_is_refused(house: Repository) -> None:
    place = replace(Place("first", "ListRecords", "oai_dc", "", "", "", 0, 10, 0, 10), prefix="marc21")
    held = token.write(place, house.services.secret())
    assert codes(house.get(verb="ListRecords", resumptionToken=held)) == ["badResumptionToken"]


def test_from_and_until_include_their_own_second_and_day(house: Repository) -> None:
    house.later(86400)
    house.put(a_record(20), a_record(21))
    first, second = "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"

    def found(**limits: str) -> int:
        return len(listed(list(house.pages("ListIdentifiers", **limits))))

    assert (found(from_=first), found(from_=second), found(until=first), found(until=second)) == (12, 2, 10, 12)
    assert (found(from_="2026-03-01"), found(from_="2026-03-02"), found(until="2026-03-01")) == (12, 2, 10)
    assert found(from_=first, until=first) == 10
    assert found(from_="2026-03-02", until="2026-03-02") == 2
    assert found(from_="2026-03-02T12:00:00Z", set="country:BJ") == 2


def test_record_changed_between_pages_is_left_to_the_next_harvest(house: Repository) -> None:
    house.later()
    pages = house.pages()
    first = next(pages)
    house.later()
    house.put(a_record(1, title="Changé"), a_record(8, title="Changé"))
    assert listed([first, *pages]) == ids(1, 2, 3, 4, 5, 6, 7, 9, 10)
    (moment,) = texts(first, "responseDate")
    assert listed(list(house.pages(from_=moment))) == ids(1, 8)


def test_record_deleted_between_pages_comes_as_deleted_in_the_next_harvest(house: Repository) -> None:
    house.later()
    pages = house.pages(set="country:TG")
    first = next(pages)
    house.later()
    house.withdraw(9)
    (moment,) = texts(first, "responseDate")
    (page,) = house.pages(from_=moment, set="country:TG")
    assert headers(page).keys() == {oai_id(9)}
    assert next(page.iter(OAI + "header")).get("status") == "deleted"


def test_last_page_is_never_empty_though_all_its_records_have_changed(house: Repository, shared: Path) -> None:
    pages = house.pages()
    first = [next(pages), next(pages), next(pages)]
    house.later()
    house.put(a_record(10, title="Changé"))
    (last,) = [check(shared, page) for page in pages]
    assert listed([last]) == ids(10)
    assert not set(listed(first)) & set(listed([last]))
    assert not token_of(last)


def test_last_page_of_a_set_shows_nothing_that_has_left_the_set(house: Repository) -> None:
    house.put(a_record(21, country="TGO"), a_record(22, country="TGO"))
    pages = house.pages(set="country:TG")
    next(pages)
    house.later()
    house.put(a_record(22, country="MLI"))
    assert codes(next(pages)) == ["noRecordsMatch"]


def test_record_that_changes_its_country_moves_between_the_sets(house: Repository) -> None:
    house.later()
    house.put(a_record(9, country="BEN"))
    assert listed(list(house.pages(set="country:TG"))) == ids(10)
    assert oai_id(9) in listed(list(house.pages(set="country:BJ")))
    assert all(each.get("status") is None for page in house.pages() for each in page.iter(OAI + "header"))


def test_withdrawn_record_is_reported_in_every_set_it_was_ever_in(house: Repository) -> None:
    house.put(a_record(9, country="BEN"))
    house.withdraw(9)
    for name in ("country:TG", "country:BJ", "sector:btp"):
        pages = list(house.pages(set=name))
        deleted = [each for page in pages for each in page.iter(OAI + "header") if each.get("status") == "deleted"]
        assert [each.findtext(OAI + "identifier") for each in deleted] == ids(9)


def test_restored_record_is_alive_again(house: Repository) -> None:
    house.withdraw(9)
    house.later()
    house.put(a_record(9, country="TGO"))
    (page,) = house.pages(set="country:TG")
    assert headers(page) == {oai_id(9): "2026-03-01T12:00:01Z", oai_id(10): "2026-03-01T12:00:00Z"}


def test_response_date_is_never_later_than_a_change_that_comes_after_it(house: Repository) -> None:
    """Also when the clock is set back, and when the list was empty."""
    for arguments in ({}, {"set": "no_such_set"}):
        house.later(600)
        (moment,) = texts(house.get(verb="ListRecords", metadataPrefix="oai_dc", **arguments), "responseDate")
        house.services.moment = START
        house.put(a_record(30, title=f"Après {moment}"))
        (page,) = house.pages(from_=moment)
        assert headers(page) == {oai_id(30): moment}


@pytest.mark.parametrize("seed", range(6))
def test_harvester_that_comes_back_with_the_response_date_holds_the_truth(seed: int, house: Repository) -> None:
    """Writers change, withdraw and restore between any two pages, on a clock that sometimes runs backwards."""
    random = Random(seed)
    held: dict[str, str | None] = {}
    moment = ""
    for _ in range(4):
        changed: set[str] = set()
        before = set(range(1, 11)) if not moment else set()
        pages = []
        for page in house.pages(**({"from_": moment} if moment else {})):
            pages.append(page)
            changed |= disturb(house, random)
        seen = Counter(listed(pages))
        assert set(seen.values()) <= {1}
        assert {oai_id(number) for number in before} - changed <= seen.keys()
        held.update(state for page in pages for state in states(page))
        moment = texts(pages[0], "responseDate")[0]
    final = list(house.pages(from_=moment))
    held.update(state for page in final for state in states(page))
    assert held == truth(house)


def disturb(house: Repository, random: Random) -> set[str]:
    """Some changes at some time; the OAI identifiers that they touched."""
    house.later(random.choice((-3, 0, 0, 1, 5)))
    touched = random.sample(range(1, 16), random.randrange(4))
    for number in touched:
        if random.random() < 0.4:
            house.withdraw(number)
        else:
            house.put(a_record(number, title=f"Version {random.random()}", country=random.choice(("BEN", "TGO"))))
    return {oai_id(number) for number in touched}


def states(page: etree._Element) -> Iterator[tuple[str, str | None]]:
    """(identifier, title) of the records of a page; None for the title of a deleted one."""
    for record in page.iter(OAI + "record"):
        title = record.findtext(".//{http://purl.org/dc/elements/1.1/}title")
        yield record[0].findtext(OAI + "identifier", ""), title


def truth(house: Repository) -> dict[str, str | None]:
    found = house.catalogue.get_many([record_id(number) for number in range(1, 16)]).values()
    oai = "oai:" + house.services.settings.oai_namespace + ":"
    return {oai + each.record.id: None if each.withdrawn else each.record.title[0].value for each in found}
