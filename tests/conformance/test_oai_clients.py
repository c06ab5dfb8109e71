"""Four independent harvesters read the provider over HTTP and agree with it and with each other."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from oai_repository import Repository, a_record, oai_id, repository, served
from oaipmh.client import Client
from oaipmh.metadata import MetadataRegistry, oai_dc_reader
from oaipmh_scythe import Scythe
from sickle import Sickle
from sickle.oaiexceptions import IdDoesNotExist, NoRecordsMatch

Held = dict[str, str | None]
"""What a harvester holds: OAI identifier -> title, None for a deleted record."""


def by_sickle(address: str, **limits: str) -> Held:
    found = Sickle(address).ListRecords(metadataPrefix="oai_dc", **limits)
    return {each.header.identifier: None if each.deleted else each.metadata["title"][0] for each in found}


def by_sickle_with_post(address: str, **limits: str) -> Held:
    found = Sickle(address, http_method="POST").ListRecords(metadataPrefix="oai_dc", **limits)
    return {each.header.identifier: None if each.deleted else each.metadata["title"][0] for each in found}


def by_scythe(address: str, **limits: str) -> Held:
    named = {{"from": "from_", "set": "set_"}.get(name, name): value for name, value in limits.items()}
    with Scythe(address) as client:
        found = list(client.list_records(metadata_prefix="oai_dc", **named))
        return {each.header.identifier: None if each.deleted else each.metadata["title"][0] for each in found}


def by_oaipmh(address: str, **limits: str) -> Held:
    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    client = Client(address, registry)
    client.updateGranularity()
    named: dict[str, Any] = {"from_" if name == "from" else name: value for name, value in limits.items()}
    for name in named.keys() & {"from_", "until"}:
        named[name] = datetime.strptime(named[name], "%Y-%m-%dT%H:%M:%SZ")
    found = client.listRecords(metadataPrefix="oai_dc", **named)
    return {head.identifier(): None if head.isDeleted() else data.getField("title")[0] for head, data, _ in found}


def by_http_oai(address: str, **limits: str) -> Held:
    """HTTP::OAI, in a process of its own."""
    words = [part for pair in limits.items() for part in pair]
    script = Path(__file__).with_name("http_oai.pl")
    done = subprocess.run(["perl", str(script), address, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {identifier: title or None for identifier, title in lines}


CLIENTS = (by_sickle, by_sickle_with_post, by_scythe, by_oaipmh, by_http_oai)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Repository]:
    """Twenty-five records in pages of four; every fifth withdrawn an hour later, two more changed then."""
    with repository(database_url, tmp_path, oai_page_size=4) as held:
        held.put(*(a_record(number, country="TGO" if number % 2 else "BEN") for number in range(1, 26)))
        held.later(3600)
        held.withdraw(*range(5, 26, 5))
        held.put(a_record(1, title="Édition révisée", country="TGO"), a_record(26))
        yield held


def expected(*numbers: int) -> Held:
    titles = {1: "Édition révisée 1"}
    return {
        oai_id(number): None if number % 5 == 0 else titles.get(number, f"Guide du formateur {number}")
        for number in numbers
    }


@pytest.mark.parametrize("harvest", CLIENTS, ids=lambda client: client.__name__)
def test_client_harvests_everything_incrementally_and_by_set(
    harvest: Callable[..., Held], house: Repository, request: pytest.FixtureRequest
) -> None:
    if harvest is by_http_oai:
        request.getfixturevalue("perl")
    with served(house) as address:
        assert harvest(address) == expected(*range(1, 27))
        assert harvest(address, **{"from": "2026-03-01T13:00:00Z"}) == expected(1, 5, 10, 15, 20, 25, 26)
        assert harvest(address, until="2026-03-01T12:59:59Z") == expected(
            *(number for number in range(2, 26) if number % 5)
        )
        assert harvest(address, set="country:TG") == expected(*range(1, 26, 2))


def test_sickle_reads_every_verb(house: Repository) -> None:
    with served(house) as address:
        client = Sickle(address)
        assert client.Identify().deletedRecord == "persistent"
        assert "country:BJ" in [each.setSpec for each in client.ListSets()]
        assert "oai_dc" in [each.metadataPrefix for each in client.ListMetadataFormats()]
        assert len(list(client.ListIdentifiers(metadataPrefix="oai_dc"))) == 26
        record = client.GetRecord(identifier=oai_id(2), metadataPrefix="oai_dc")
        assert record.header.setSpecs[0] == "country:BJ"
        with pytest.raises(IdDoesNotExist):
            client.GetRecord(identifier=oai_id(99), metadataPrefix="oai_dc")
        with pytest.raises(NoRecordsMatch):
            client.ListRecords(metadataPrefix="oai_dc", set="country:CV")


def test_oaipmh_reads_identify_sets_formats_and_one_record(house: Repository) -> None:
    with served(house) as address:
        registry = MetadataRegistry()
        registry.registerReader("oai_dc", oai_dc_reader)
        client = Client(address, registry)
        told = client.identify()
        assert told.granularity() == "YYYY-MM-DDThh:mm:ssZ"
        assert told.earliestDatestamp().replace(tzinfo=UTC) == datetime(2026, 3, 1, 12, tzinfo=UTC)
        assert "country:BJ" in [spec for spec, _, _ in client.listSets()]
        assert "oai_dc" in [prefix for prefix, _, _ in client.listMetadataFormats()]
        header, metadata, _ = client.getRecord(identifier=oai_id(2), metadataPrefix="oai_dc")
        assert header.identifier() == oai_id(2)
        assert metadata.getField("coverage") == ["Bénin"]


def test_client_that_reads_slowly_while_others_write_gets_nothing_twice(house: Repository) -> None:
    with served(house) as address:
        harvested: list[str] = []
        for each in Sickle(address).ListIdentifiers(metadataPrefix="oai_dc"):
            harvested.append(each.identifier)
            house.put(a_record(len(harvested) % 13 + 1, title=f"Version {len(harvested)}"))
    assert len(harvested) == len(set(harvested))
    assert {oai_id(number) for number in range(14, 27)} <= set(harvested)
