"""SHACL looks at every record behind its writing, and the report card tells what it found."""

from pathlib import Path

import harvest_rig
import portal_rig
import pytest
from command_rig import mutualis, report
from harvest_partner import page, pages, partner, record
from harvest_rig import Rig
from msgspec.structs import replace
from portal_catalogue import ACT, FULL, STANDARD

from repository.app import create_app
from repository.catalogue import Entry
from repository.conformity import UNJUDGED, Conformity
from repository.namespaces import SHAPE
from repository.profile import rules, validation
from repository.services import open_services

rig = harvest_rig.rig


def test_shacl_follows_the_feed_and_finds_what_the_field_rules_find(rig: Rig) -> None:
    conformity = Conformity(rig.catalogue.database)
    assert not conformity.is_behind()
    with partner(pages(page(record("1"), record("2")))) as there:
        rig.harvest(there)
    assert conformity.is_behind()
    assert conformity.follow(rig.catalogue) == 2
    assert not conformity.is_behind()
    broken = rules.check(rig.record("1"), rig.catalogue.terms(), "harvest")
    found = conformity.totals("partner")
    assert conformity.faulty("partner") == 2
    assert (found[""], set(found) - {""}) == (2, {each.shape.removeprefix(SHAPE) for each in broken})
    rig.catalogue.withdraw([rig.id("1")], ACT)
    conformity.follow(rig.catalogue)
    assert conformity.totals()[""] == 1


def test_a_record_over_which_the_engine_fails_keeps_no_other_waiting(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    with partner(pages(page(record("1"), record("2"), record("3")))) as there:
        rig.harvest(there)
    real, bad = validation.shacl, rig.id("2").encode()

    def failing(data: bytes, wanted: bytes) -> validation.Findings:
        if bad in data:
            raise RuntimeError("the engine gave up")
        return real(data, wanted)

    monkeypatch.setattr(validation, "shacl", failing)
    conformity = Conformity(rig.catalogue.database)
    assert conformity.follow(rig.catalogue) == 3
    found = conformity.totals()
    assert (found[""], found[UNJUDGED], found["licence/min"]) == (3, 1, 2)


def test_what_is_mended_conforms_at_the_next_look(tmp_path: Path) -> None:
    services = portal_rig.opened(tmp_path / "data")
    services.conformity.follow(services.catalogue)
    before = services.conformity.totals()
    poor = replace(services.catalogue.get(FULL).record, licence=None)
    services.catalogue.put_many([Entry(poor)], ACT)
    services.conformity.follow(services.catalogue)
    assert services.conformity.totals()["licence/min"] == before["licence/min"] + 1
    services.catalogue.put_many([Entry(replace(poor, licence=services.catalogue.get(STANDARD).record.licence))], ACT)
    services.conformity.follow(services.catalogue)
    assert services.conformity.totals()["licence/min"] == before["licence/min"]
    services.close()


def test_the_command_tells_the_shapes_and_the_card_the_number(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    with partner(pages(page(record("1"), record("2")))) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private")
    told = report(data, "validate")
    assert (told["looked"], told["faulty"]) == (2, 2)
    assert told["shapes"]["licence/min"] == 2
    assert report(data, "validate", "--source", "partner")["looked"] == 0
    assert mutualis(data, "validate", "--source", "nobody").returncode == 1
    services = open_services(data)
    shown = create_app(services).test_client().get("/fr/source/partner").text
    assert "Respectent le profil en entier</dt><dd>0</dd>" in shown
    services.close()
