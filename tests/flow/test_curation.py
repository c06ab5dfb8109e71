"""Curators at work: drafts, releases, merges that reach the records, and the way back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import portal_catalogue as samples
import portal_rig
import pytest
from desk_rig import WHO, create, named, two

from repository.catalogue import Entry
from repository.record import Text
from repository.services import Services
from vocabularies import editing
from vocabularies.curation import digest
from vocabularies.errors import (
    AlreadyUndone,
    AlreadyWithdrawn,
    CannotUndo,
    ChangedMeanwhile,
    CodeTaken,
    GoesRoundInCircles,
    IntoItself,
    NameMissing,
    NameTaken,
    NothingChanged,
    NothingToPublish,
    RelatedAbove,
    TooFewParts,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    chosen = {"database": request.getfixturevalue("new_postgresql")()} if request.param == "postgresql" else {}
    opened = portal_rig.opened(tmp_path / "data", **chosen)
    yield opened
    opened.close()


def iri(services: Services, code: str, scheme: str = "occupation") -> str:
    return services.curation.working().named(scheme, code).iri


def test_a_draft_is_seen_by_curators_alone_until_it_is_published(services: Services) -> None:
    made = create(services, fr="Frigoriste embarqué", pt="Técnico de frio")
    assert made == f"{services.base_iri}vocabulary/occupation/frigoriste-embarque"
    assert services.terms().concept(made) is None
    assert services.curation.working().concept(made).top
    release, _ = services.curation.publish("occupation", WHO, {"fr": "Un métier de plus."})
    assert release.number == 2, "the first keeps what there was before"
    assert services.terms().concept(made) is not None
    assert services.curation.draft_counts() == {}
    [differing] = services.curation.differing("occupation", 2)
    assert (differing.iri, differing.kinds) == (made, ("new",))
    assert services.curation.differing("occupation", 1) == []
    with pytest.raises(NothingToPublish):
        services.curation.publish("occupation", WHO, {})


def test_a_renamed_term_reaches_the_pages_and_the_partners_with_its_release(services: Services) -> None:
    used, _ = two(services)
    before = services.catalogue.get(services.catalogue.using([used])[0])
    fields = named(fr="Électricien d’équipement du bâtiment", pt="Eletricista", en="Electrician")
    services.curation.do(lambda working: editing.revise(working, used, fields), WHO, "nouveau nom")
    _, carried = services.curation.publish("occupation", WHO, {})
    assert carried.records == 0
    assert carried.rendered > 0
    after = services.catalogue.get(before.record.id)
    assert after.record == before.record
    assert after.state.oai_dc != before.state.oai_dc
    assert after.state.change > before.state.change


def test_a_merge_is_carried_into_the_records_and_one_undo_takes_both_back(services: Services) -> None:
    used, other = two(services)
    held = services.catalogue.using([used])
    before = {id: services.catalogue.get(id).record for id in held}
    kits = services.catalogue.kits_using(used)
    declared = {id: services.catalogue.kits([id])[id].declarations for id in kits}
    done = services.curation.do(lambda working: editing.merge(working, used, other), WHO, "doublon")
    assert services.catalogue.using([used]) == held, "a draft touches no record"
    _, carried = services.curation.publish("occupation", WHO, {"fr": "Fusion."})
    assert carried.records == len(held) > 0
    assert services.catalogue.using([used]) == []
    assert set(held) <= set(services.catalogue.using([other]))
    assert services.terms().current(used) == other
    assert [each for each in services.catalogue.kits_using(used) if services.catalogue.kits([each])] == []
    services.curation.undo(done.id, WHO, "erreur")
    assert {id: services.catalogue.get(id).record for id in held} == before
    assert {id: services.catalogue.kits([id])[id].declarations for id in kits} == declared
    assert not services.terms().concepts[used].deprecated
    assert services.curation.releases("occupation")[0].number == 3
    with pytest.raises(AlreadyUndone):
        services.curation.undo(done.id, WHO)


def test_what_changed_in_a_record_since_the_merge_stays_when_it_is_undone(services: Services) -> None:
    used, other = two(services)
    id = services.catalogue.using([used])[0]
    done = services.curation.do(lambda working: editing.merge(working, used, other), WHO)
    services.curation.publish("occupation", WHO, {})
    stored = services.catalogue.get(id)
    retitled = msgspec.structs.replace(stored.record, title=(Text("Un autre titre", "fr"),))
    services.catalogue.put_many([Entry(retitled, stored.state.source, stored.state.origin)], samples.ACT)
    services.curation.undo(done.id, WHO)
    after = services.catalogue.get(id).record
    assert after.title == (Text("Un autre titre", "fr"),)
    assert used in after.occupation
    assert other not in after.occupation


def test_a_record_that_comes_with_a_merged_term_is_stored_with_the_one_that_stands_for_it(services: Services) -> None:
    used, other = two(services)
    record = services.catalogue.get(services.catalogue.using([used])[0]).record
    services.curation.do(lambda working: editing.merge(working, used, other), WHO)
    services.curation.publish("occupation", WHO, {})
    late = msgspec.structs.replace(record, id="00000000-0000-7000-8000-00000000beef")
    services.catalogue.put_many([Entry(late)], samples.ACT)
    stored = services.catalogue.get(late.id).record
    assert used not in stored.occupation
    assert other in stored.occupation
    label = services.terms().concepts[used].pref_label[0]
    assert services.terms().find("occupation", label.value) == other


def test_a_release_that_was_interrupted_is_carried_on(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    used, other = two(services)
    held = services.catalogue.using([used])

    def killed(*_: object) -> list[str]:
        raise KeyboardInterrupt

    services.curation.do(lambda working: editing.merge(working, used, other), WHO)
    with monkeypatch.context() as patched:
        patched.setattr(services.catalogue, "amend", killed)
        with pytest.raises(KeyboardInterrupt):
            services.curation.publish("occupation", WHO, {})
    assert services.catalogue.using([used]) == held
    assert services.curation.carry_on().records == len(held)
    assert services.catalogue.using([used]) == []
    assert services.curation.carry_on().records == 0


def test_a_merge_hands_on_names_places_and_neighbours(services: Services) -> None:
    kept = create(services, "sector", fr="Pêche", pt="Pesca")
    lost = create(services, "sector", fr="Pêcherie", en="Fishery")
    child = create(services, "sector", fr="Pêche au filet")
    friend = create(services, "sector", fr="Mareyage")
    fields = [("broader", child, (lost,)), ("related", friend, (lost,)), ("exact_match", lost, ("http://e/x",))]
    for name, each, value in fields:
        services.curation.do(lambda working, e=each, n=name, v=value: editing.revise(working, e, {n: v}), WHO)
    assert services.curation.working().concept(lost).related == (friend,), "the other side of see also"
    services.curation.do(lambda working: editing.merge(working, lost, kept), WHO)
    working = services.curation.working()
    after = working.concept(kept)
    assert Text("Pêcherie", "fr") in after.alt_label
    assert Text("Fishery", "en") in after.pref_label, "a language that the other had no name in"
    assert after.exact_match == ("http://e/x",)
    assert after.related == (friend,)
    assert working.concept(child).broader == (kept,)
    assert working.concept(friend).related == (kept,)
    assert working.concept(lost).replaced_by == (kept,)
    assert working.concept(lost).deprecated


def test_a_split_leaves_records_to_people(services: Services) -> None:
    used, _ = two(services)
    held = services.catalogue.using([used])
    parts = [[Text("Électricien de réseaux", "fr")], [Text("Électricien d’intérieur", "fr")]]
    services.curation.do(lambda working: editing.split(working, used, services.base_iri, parts), WHO)
    services.curation.publish("occupation", WHO, {})
    assert services.catalogue.using([used]) == held
    assert len(services.terms().concepts[used].replaced_by) == 2
    assert "split" in services.curation.differing("occupation", 2)[-1].kinds or any(
        "split" in each.kinds for each in services.curation.differing("occupation", 2)
    )


def test_undoing_what_was_drafted_leaves_no_draft(services: Services) -> None:
    used, _ = two(services)
    done = services.curation.do(lambda working: editing.revise(working, used, named(fr="Autre nom")), WHO)
    made = create(services, fr="Vitrier marin")
    services.curation.undo(done.id, WHO)
    assert services.curation.working().concept(used) == services.terms().concepts[used]
    assert list(services.curation.working().drafts) == [made]


def test_what_was_changed_again_cannot_be_undone_over_it(services: Services) -> None:
    used, _ = two(services)
    first = services.curation.do(lambda working: editing.revise(working, used, named(fr="Un")), WHO)
    services.curation.do(lambda working: editing.revise(working, used, named(fr="Deux")), WHO)
    with pytest.raises(CannotUndo):
        services.curation.undo(first.id, WHO)


def test_two_who_edit_one_term_do_not_overwrite_each_other(services: Services) -> None:
    used, _ = two(services)
    seen = {used: digest(services.curation.working().concept(used))}
    services.curation.do(lambda working: editing.revise(working, used, named(fr="Un")), WHO, seen=seen)
    with pytest.raises(ChangedMeanwhile, match="Bibliothèque"):
        services.curation.do(lambda working: editing.revise(working, used, named(fr="Deux")), WHO, seen=seen)
    assert services.curation.working().name(used) == "Un"


def test_rolling_back_is_a_release_and_no_address_is_lost(services: Services) -> None:
    used, _ = two(services)
    before = services.terms().concepts[used]
    services.curation.do(lambda working: editing.revise(working, used, named(fr="Un")), WHO)
    made = create(services, fr="Vitrier marin")
    services.curation.publish("occupation", WHO, {})
    services.curation.roll_back("occupation", 1, WHO, "retour")
    release, _ = services.curation.publish("occupation", WHO, {"fr": "Retour à la version 1."})
    assert release.number == 3
    assert services.terms().concepts[used] == before
    assert services.terms().concepts[made].deprecated
    _, frozen = services.curation.release("occupation", 2)
    assert any(each.iri == made and not each.deprecated for each in frozen.concepts), "a release is for ever"


Making = Callable[[Services], object]
REFUSED: list[tuple[type[Exception], Making]] = [
    (NameMissing, lambda s: create(s)),
    (NameMissing, lambda s: create(s, fr="  ")),
    (NameTaken, lambda s: (create(s, fr="Vitrier marin"), create(s, fr="VITRIER  MARIN"))),
    (CodeTaken, lambda s: (create(s, code="x1", fr="Un"), create(s, code="x1", fr="Deux"))),
    (IntoItself, lambda s: _do(s, lambda w, a, b: editing.merge(w, a, a))),
    (IntoItself, lambda s: _do(s, lambda w, a, b: editing.withdraw(w, a, [a]))),
    (AlreadyWithdrawn, lambda s: [_do(s, lambda w, a, b: editing.withdraw(w, a)) for _ in range(2)]),
    (TooFewParts, lambda s: _do(s, lambda w, a, b: editing.split(w, a, "http://x/", [[Text("y", "fr")]]))),
    (NothingChanged, lambda s: _do(s, lambda w, a, b: editing.revise(w, a, {}))),
    (GoesRoundInCircles, lambda s: _do(s, lambda w, a, b: editing.revise(w, a, {"broader": (a,)}))),
]


def _do(services: Services, make: Callable[..., editing.Edit]) -> None:
    used, other = two(services)
    services.curation.do(lambda working: make(working, used, other), WHO)


@pytest.mark.parametrize(("error", "act"), REFUSED)
def test_an_act_that_would_harm_the_list_is_refused_and_changes_nothing(
    services: Services, error: type[Exception], act: Making
) -> None:
    with pytest.raises(error):
        act(services)
    assert services.terms().version == services.terms().version


def test_no_circle_and_no_see_also_above_can_be_drawn(services: Services) -> None:
    top = create(services, "sector", fr="Arts")
    child = create(services, "sector", fr="Arts du feu")
    services.curation.do(lambda working: editing.revise(working, child, {"broader": (top,)}), WHO)
    with pytest.raises(GoesRoundInCircles):
        services.curation.do(lambda working: editing.revise(working, top, {"broader": (child,)}), WHO)
    with pytest.raises(RelatedAbove):
        services.curation.do(lambda working: editing.revise(working, child, {"related": (top,)}), WHO)
    with pytest.raises(GoesRoundInCircles):
        services.curation.do(lambda working: editing.merge(working, top, child), WHO)


def test_bringing_the_software_up_to_date_keeps_what_curators_changed(services: Services) -> None:
    from repository.services import load_shipped

    used, _ = two(services)
    services.curation.do(lambda working: editing.revise(working, used, named(fr="Notre nom")), WHO)
    services.curation.publish("occupation", WHO, {})
    assert load_shipped(services) == 0
    assert services.terms().concepts[used].pref_label == (Text("Notre nom", "fr"),)


def test_an_undo_that_was_interrupted_is_carried_on(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    used, other = two(services)
    before = {id: services.catalogue.get(id).record for id in services.catalogue.using([used])}
    done = services.curation.do(lambda working: editing.merge(working, used, other), WHO)
    services.curation.publish("occupation", WHO, {})

    def killed(*_: object) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services.catalogue, "amend", killed)
        with pytest.raises(KeyboardInterrupt):
            services.curation.undo(done.id, WHO)
    assert services.curation.is_behind()
    assert not services.terms().concepts[used].deprecated, "concepts and the mark came in one transaction"
    services.curation.carry_on()
    assert {id: services.catalogue.get(id).record for id in before} == before
    services.curation.carry_on()
    assert {id: services.catalogue.get(id).record for id in before} == before, "once more changes nothing"
