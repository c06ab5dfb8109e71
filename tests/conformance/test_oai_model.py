"""Writers, clocks that are set back, restores and harvesters, interleaved at random: whoever harvests holds the truth.

Three harvesters (of everything, of one country, of everything but one partner's) read page by page, in pages of any
size, while records are written, moved between countries, withdrawn and brought back. The model knows what is true; it
asks the provider over its real interface and compares. `make model` tries thousands of stories.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from lxml import etree
from oai_repository import OAI, Repository, a_record, codes, oai_id, record_id, repository, texts, token_of
from sqlalchemy import Connection, delete, insert, select

from harvest.source import Source
from repository.store import tables

NUMBERS: Final = st.integers(0, 9)
COUNTRIES: Final = {"BEN": "country:BJ", "TGO": "country:TG"}
PARTNER: Final = Source(id="partner", base_url="https://partner.example.org/oai")
SETS: Final = {"everything": "", "one country": "country:BJ", "no echo": "without:partner"}
_KEPT: Final = (tables.records, tables.record_sets, tables.history, tables.source_bytes, tables.meta)
EXAMPLES: Final = int(os.environ.get("MUTUALIS_TEST_EXAMPLES", "40"))


@dataclass
class Fact:
    """What is true of a record: its title, country and source, whether it is withdrawn, and how often it changed."""

    title: str
    country: str
    source: str | None
    withdrawn: bool = False
    version: int = 0
    countries: set[str] = field(default_factory=set)

    def is_in(self, set_spec: str) -> bool:
        """Whether the record shows in a set; a withdrawn one shows in all that it was ever in."""
        if set_spec == SETS["no echo"]:
            return self.source != PARTNER.id
        shown = self.countries if self.withdrawn else {self.country}
        return not set_spec or set_spec in {COUNTRIES[each] for each in shown}


@dataclass
class Harvester:
    """What a partner holds (OAI identifier -> title, None for a deleted record), and the list that it reads:
    its token, its responseDate, what it has brought, and the versions of the records when it began."""

    set_spec: str
    held: dict[str, str | None] = field(default_factory=dict)
    since: str = ""
    token: str = ""
    reading: bool = False
    started: str = ""
    brought: list[str] = field(default_factory=list)
    due: dict[str, int] = field(default_factory=dict)


class Story(RuleBasedStateMachine):
    """One story on one empty catalogue."""

    house: Repository

    def __init__(self) -> None:
        super().__init__()
        self.truth: dict[int, Fact] = {}
        self.copies: list[tuple[dict[int, Fact], dict[str, list[Any]]]] = []
        self.harvesters = {name: Harvester(set_spec) for name, set_spec in SETS.items()}
        self.epoch = 0
        with self.house.services.database.writing() as connection:
            _replace_all(connection, {})
        self.house.renew_epoch("0")
        self.house.services.registered = [PARTNER]

    # The catalogue

    @rule(number=NUMBERS, title=st.sampled_from("ABC"), country=st.sampled_from(sorted(COUNTRIES)))
    def write(self, number: int, title: str, country: str) -> None:
        source = PARTNER.id if number % 3 == 0 else None
        record = a_record(number, title, country)
        self.house.put(record, source=source, origin=f"oai:partner:{number}" if source else None)
        known = self.truth.get(number)
        shown = f"{title} {number}"
        if known and (known.title, known.country, known.withdrawn) == (shown, country, False):
            return
        countries = {country, *(known.countries if known else ())}
        self.truth[number] = Fact(shown, country, source, False, known.version + 1 if known else 0, countries)

    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        self.house.withdraw(number)
        known = self.truth.get(number)
        if known and not known.withdrawn:
            self.truth[number] = replace(known, withdrawn=True, version=known.version + 1)

    @rule(seconds=st.sampled_from([-86400, -5, -1, 0, 1, 3, 86400]))
    def turn_the_clock(self, seconds: int) -> None:
        self.house.services.moment += timedelta(seconds=seconds)

    @rule(size=st.integers(1, 4))
    def choose_a_page_size(self, size: int) -> None:
        self.house.services.settings = replace(self.house.services.settings, oai_page_size=size)

    @rule()
    def copy(self) -> None:
        with self.house.services.database.reading() as connection:
            self.copies.append(({number: replace(each) for number, each in self.truth.items()}, _copy(connection)))

    @precondition(lambda self: self.copies)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """An earlier copy of the catalogue comes back, under another epoch. No list begun before goes on, and partners
        harvest everything again: OAI-PMH has no word for what a restore takes away."""
        self.truth, rows = data.draw(st.sampled_from(self.copies))
        self.truth = {number: replace(each) for number, each in self.truth.items()}
        with self.house.services.database.writing() as connection:
            _replace_all(connection, rows)
        self.epoch += 1
        self.house.renew_epoch(str(self.epoch))
        for harvester in self.harvesters.values():
            if harvester.token:
                page = self.house.get(verb="ListRecords", resumptionToken=harvester.token)
                assert codes(page) == ["badResumptionToken"]
        self.harvesters = {name: Harvester(each.set_spec) for name, each in self.harvesters.items()}

    # The harvesters

    @rule(name=st.sampled_from(sorted(SETS)))
    def read_a_page(self, name: str) -> None:
        self._page(self.harvesters[name])

    @rule(name=st.sampled_from(sorted(SETS)))
    def harvest_to_the_end(self, name: str) -> None:
        """Finish what is open, come back once more with nobody writing, and hold the truth."""
        harvester = self.harvesters[name]
        while harvester.reading:
            self._page(harvester)
        self._page(harvester)
        while harvester.reading:
            self._page(harvester)
        self._compare(harvester)

    @rule(name=st.sampled_from(sorted(SETS)), token=st.data())
    def ask_for_a_page_again(self, name: str, token: st.DataObject) -> None:
        """A harvester whose line broke asks with the same token, and loses nothing by it."""
        harvester = self.harvesters[name]
        if harvester.token:
            once, again = (self.house.raw(verb="ListRecords", resumptionToken=harvester.token) for _ in range(2))
            assert once == again

    @invariant()
    def datestamps_never_go_back(self) -> None:
        with self.house.services.database.reading() as connection:
            rows = connection.execute(select(tables.history.c.datestamp).order_by(tables.history.c.change)).all()
        assert rows == sorted(rows)

    def _page(self, harvester: Harvester) -> None:
        if harvester.reading:
            page = self.house.get(verb="ListRecords", resumptionToken=harvester.token)
        else:
            asked = {"from_": harvester.since, "set": harvester.set_spec}
            chosen = {name: value for name, value in asked.items() if value}
            page = self.house.get(verb="ListRecords", metadataPrefix="oai_dc", **chosen)
            harvester.reading, harvester.brought = True, []
            harvester.started = texts(page, "responseDate")[0]
            full = not harvester.since
            harvester.due = {
                oai_id(number): each.version
                for number, each in self.truth.items()
                if each.is_in(harvester.set_spec) and (full or self._changed_since(number, harvester.since))
            }
        assert codes(page) in ([], ["noRecordsMatch"])
        for record in page.iter(OAI + "record"):
            self._take(harvester, record)
        harvester.token = token_of(page)
        if not harvester.token:
            self._end(harvester)

    def _take(self, harvester: Harvester, record: etree._Element) -> None:
        identifier = record.findtext(f"{OAI}header/{OAI}identifier", "")
        title = record.findtext(".//{http://purl.org/dc/elements/1.1/}title")
        harvester.brought.append(identifier)
        harvester.held[identifier] = title

    def _end(self, harvester: Harvester) -> None:
        harvester.reading, harvester.since = False, harvester.started
        assert len(harvester.brought) == len(set(harvester.brought)), "a list delivers no identifier twice"
        unchanged = {
            oai_id(number) for number, each in self.truth.items() if harvester.due.get(oai_id(number)) == each.version
        }
        assert unchanged <= set(harvester.brought), "a list delivers every record unchanged since its first page"

    def _changed_since(self, number: int, moment: str) -> bool:
        stored = self.house.catalogue.get(record_id(number))
        return stored.state.datestamp >= moment

    def _compare(self, harvester: Harvester) -> None:
        wanted = {oai_id(number): each for number, each in self.truth.items()}
        for identifier, each in wanted.items():
            held = harvester.held.get(identifier, "")
            if each.is_in(harvester.set_spec):
                assert held == (None if each.withdrawn else each.title), (identifier, each)
            elif held:  # it left the set, which OAI-PMH cannot say; it is never told to be deleted
                assert not each.withdrawn
        assert set(harvester.held) <= set(wanted)


def _copy(connection: Connection) -> dict[str, list[Any]]:
    return {table.name: [dict(row._mapping) for row in connection.execute(select(table))] for table in _KEPT}


def _replace_all(connection: Connection, rows: dict[str, list[Any]]) -> None:
    for table in _KEPT:
        connection.execute(delete(table))
        if held := rows.get(table.name):
            connection.execute(insert(table), held)


def test_whoever_harvests_holds_the_truth_whatever_happens(database_url: str, tmp_path: Path) -> None:
    with repository(database_url, tmp_path, oai_page_size=2) as held:
        story = type("Story", (Story,), {"house": held})
        limits = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
        run_state_machine_as_test(story, settings=limits)
