"""Nothing echoes: our own records are known when they come back, and two installations of our kind share their ids."""

from uuid import uuid4

import harvest_rig
import msgspec
import pytest
from harvest_partner import DATE, page, pages, partner, record
from harvest_rig import Rig

from harvest.client import Client
from harvest.report import Report
from harvest.run import harvest
from harvest.source import Source
from repository.catalogue import Entry
from repository.record import Record, Text
from repository.store.changes import Act

rig = harvest_rig.rig
ACT = Act(id="0190b2a0-0000-7000-8000-00000000000c", who="test", why="test")
OURS = "0190b2c4-0000-7000-8000-000000000001"
NAMESPACE = "ours.example.org"
PROVENANCE = (
    '<about><provenance xmlns="http://www.openarchives.org/OAI/2.0/provenance"><originDescription harvestDate="{date}" '
    'altered="true"><baseURL>http://a.example/oai</baseURL><identifier>{first}</identifier><datestamp>{date}</datestamp>'
    '<metadataNamespace>urn:x</metadataNamespace><originDescription harvestDate="{date}" altered="true">'
    "<baseURL>http://b.example/oai</baseURL><identifier>{second}</identifier><datestamp>{date}</datestamp>"
    "<metadataNamespace>urn:x</metadataNamespace></originDescription></originDescription></provenance></about>"
)


@pytest.fixture(autouse=True)
def ours(rig: Rig) -> None:
    rig.catalogue.put_many([Entry(Record(id=OURS, title=(Text("Le nôtre", "fr"),)))], ACT)


def take(rig: Rig, *bodies: str, **changed: object) -> Report:
    with partner(pages(page(*bodies))) as there:
        source = msgspec.structs.replace(Source(id="partner", base_url=there.url, allow_private=True), **changed)
        rig.journal.register(source)
        client = Client(clock=rig.clock, allow_private=True, wait=rig.sleep)
        told = harvest(
            source,
            catalogue=rig.catalogue,
            journal=rig.journal,
            fetch=client.fetch,
            clock=rig.clock,
            act=msgspec.structs.replace(ACT, id=str(uuid4())),
            namespace=NAMESPACE,
            full=True,
        )
        client.close()
    assert told.balanced
    return told


def named(identifier: str, body: str) -> str:
    return body.replace("oai:partner:1", identifier)


BY_IDENTIFIER = named(f"oai:{NAMESPACE}:{OURS}", record("1"))
BY_PROVENANCE = record("1").replace(
    "</metadata>",
    "</metadata>" + PROVENANCE.format(first="oai:else:9", second=f"oai:{NAMESPACE}:{OURS}", date=DATE),
)
BY_ADDRESS = record("1").replace(
    "<dc:language>",
    f"<dc:identifier>http://localhost:8000/resource/{OURS}</dc:identifier><dc:language>",
)


@pytest.mark.parametrize(
    "body", [BY_IDENTIFIER, BY_PROVENANCE, BY_ADDRESS], ids=["identifier", "provenance", "address"]
)
def test_our_own_record_that_comes_back_is_passed_over(rig: Rig, body: str) -> None:
    told = take(rig, body, record("2"))
    assert (told.own, told.created, told.outcome) == (1, 1, "complete")
    assert rig.catalogue.totals() == (2, 0)
    assert rig.catalogue.get(OURS).record.title[0].value == "Le nôtre"


def test_a_partner_that_deletes_our_record_deletes_it_only_at_home(rig: Rig) -> None:
    told = take(rig, named(f"oai:{NAMESPACE}:{OURS}", record("1", deleted=True)))
    assert (told.own, told.deleted) == (1, 0)
    assert not rig.catalogue.get(OURS).withdrawn


def test_what_only_claims_to_be_ours_is_a_record_like_any_other(rig: Rig) -> None:
    stranger = OURS.replace("1", "2")
    made_from = record("3").replace(
        "<dc:language>", f"<dc:source>http://localhost:8000/resource/{OURS}</dc:source><dc:language>"
    )
    other = named(f"oai:else.example.org:{OURS}", record("1"))
    told = take(rig, named(f"oai:{NAMESPACE}:{stranger}", record("1")), made_from, other)
    assert (told.own, told.created) == (0, 3)


def test_an_installation_of_our_kind_keeps_its_ids_but_takes_nobody_elses(rig: Rig) -> None:
    theirs = "0190b2c4-0000-7000-8000-00000000000a"
    told = take(
        rig,
        named(f"oai:kin.example.org:{theirs}", record("1")),
        named(f"oai:kin.example.org:{OURS}", record("1")),
        kin=True,
    )
    assert told.created == 2
    assert rig.catalogue.get(theirs).state.source == "partner"
    assert rig.catalogue.get(OURS).state.source is None, "an id that is ours here stays ours"
    again = take(rig, named(f"oai:kin.example.org:{theirs}", record("1", deleted=True)), kin=True)
    assert again.deleted == 1
    assert rig.catalogue.get(theirs).withdrawn


def test_another_partner_cannot_take_the_id_of_a_record_from_the_first(rig: Rig) -> None:
    theirs = "0190b2c4-0000-7000-8000-00000000000a"
    take(rig, named(f"oai:kin.example.org:{theirs}", record("1")), kin=True)
    take(rig, named(f"oai:kin.example.org:{theirs}", record("1", "Autre")), id="second", kin=True)
    assert rig.catalogue.get(theirs).record.title[0].value == "Électricien bâtiment"
    assert rig.catalogue.totals() == (3, 0)
