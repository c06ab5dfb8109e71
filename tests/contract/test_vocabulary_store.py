"""Vocabularies in the database, on SQLite and on PostgreSQL: what changes gets into the one feed."""

import msgspec
from specimens import TERMS, Clock, act, entry, open_catalogue, record

from repository.catalogue import Catalogue
from repository.record import Text
from repository.store.database import Database
from vocabularies import shipped, store
from vocabularies.concept import Collection, Concept, Scheme, Vocabulary

TRADES = "https://example.org/trades"


def concept(name: str, label: str) -> Concept:
    return Concept(iri=f"{TRADES}/{name}", scheme="trades", notation=name, pref_label=(Text(label, "fr"),))


def trades(*concepts: Concept) -> Vocabulary:
    return Vocabulary(Scheme(id="trades", iri=TRADES, title=(Text("Métiers", "fr"),)), concepts)


def test_a_scheme_is_stored_once_and_then_only_what_changed(database: Database, clock: Clock) -> None:
    first = trades(concept("S", "Soudeur"), concept("F", "Forgeron"))
    assert store.put(database, first, act(), clock) == store.Stored("trades", 2, 0, 0)
    version = store.version(database)
    assert store.put(database, first, act(), clock) == store.Stored("trades", 0, 0, 2)
    assert store.version(database) == version
    again = trades(concept("S", "Soudeuse, soudeur"), concept("P", "Plombier"))
    assert store.put(database, again, act(), clock) == store.Stored("trades", 1, 1, 0)
    held = store.snapshot(database, "https://x.example.org/")
    assert held.concepts[f"{TRADES}/F"] == concept("F", "Forgeron"), "what a file lacks is left as it is"
    assert held.concepts[f"{TRADES}/S"].pref_label == (Text("Soudeuse, soudeur", "fr"),)
    assert held.version == store.version(database) > version


def test_a_concept_given_twice_is_stored_as_it_was_given_last(database: Database, clock: Clock) -> None:
    store.put(database, trades(concept("S", "Soudeur"), concept("S", "Soudeuse")), act(), clock)
    assert store.snapshot(database, "x").concepts[f"{TRADES}/S"] == concept("S", "Soudeuse")


def test_concepts_schemes_and_collections_share_the_records_numbers(
    database: Database, catalogue: Catalogue, clock: Clock
) -> None:
    catalogue.put_many([entry(1)], act())
    store.put(database, trades(concept("S", "Soudeur")), act("release"), clock)
    group = Collection(iri=f"{TRADES}/workshop", member=(f"{TRADES}/S",))
    assert store.put_collections(database, [group], act(), clock) == (1, 0)
    assert store.put_collections(database, [group, group], act(), clock) == (0, 0)
    changed = msgspec.structs.replace(group, label=(Text("Atelier", "fr"),))
    assert store.put_collections(database, [changed], act(), clock) == (0, 1)
    catalogue.put_many([entry(2)], act())
    feed = [(each.number, each.kind, each.id) for each in catalogue.changes(0)]
    assert feed == [
        (1, "record", record(1).id),
        (2, "scheme", "trades"),
        (3, "concept", f"{TRADES}/S"),
        (4, "collection", group.iri),
        (5, "collection", group.iri),
        (6, "record", record(2).id),
    ]
    assert catalogue.history(f"{TRADES}/S", "concept")[0].why == "release"
    assert store.snapshot(database, "x").collections == {group.iri: changed}


def test_the_shipped_vocabularies_come_back_as_they_went_in(database: Database, clock: Clock) -> None:
    vocabularies, collections = shipped.load()
    for vocabulary in vocabularies:
        store.put(database, vocabulary, act(), clock)
    store.put_collections(database, collections, act(), clock)
    held = store.snapshot(database, TERMS.base_iri)
    assert (held.concepts, held.schemes, held.collections) == (TERMS.concepts, TERMS.schemes, TERMS.collections)
    assert list(held.schemes) == sorted(held.schemes)
    assert [store.put(database, each, act(), clock).changed for each in vocabularies] == [0] * len(vocabularies)


def test_a_record_put_while_a_vocabulary_changes_is_rendered_with_the_new_one(database: Database, clock: Clock) -> None:
    """A web worker's snapshot may be a moment old; its record must not keep words that a restamp has replaced."""
    for vocabulary in shipped.load()[0]:
        store.put(database, vocabulary, act(), clock)
    old = store.snapshot(database, TERMS.base_iri)
    sectors = next(each for each in shipped.load()[0] if each.scheme.id == "sector")
    renamed = tuple(msgspec.structs.replace(each, pref_label=(Text("Nouveau", "fr"),)) for each in sectors.concepts)
    store.put(database, Vocabulary(sectors.scheme, renamed), act(), clock)
    worker = Catalogue(database, lambda: old, clock)
    worker.put_many([entry(1)], act())
    assert "Nouveau" in (worker.get(record(1).id).state.oai_dc or b"").decode()
    fresh = Catalogue(database, lambda: store.snapshot(database, TERMS.base_iri), clock)
    assert fresh.restamp(act()) == 0
    assert open_catalogue(database, clock).get(record(1).id).record == record(1)
