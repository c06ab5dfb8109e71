"""The catalogue's contract, on SQLite and on PostgreSQL: what is put in, what the feed and the lists then say."""

from collections.abc import Callable, Iterable, Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from specimens import (
    BENIN,
    BUILDING,
    CAP,
    CQP,
    ELECTRICIAN,
    FARMING,
    FRAMEWORK,
    GUIDE,
    MANUAL,
    NIGER,
    PARTNER,
    TERMS,
    TOGO,
    Clock,
    act,
    begin,
    entry,
    harvested,
    open_catalogue,
    record,
)
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from repository import kit as kits
from repository.catalogue import Catalogue, Entry
from repository.errors import RecordNotFound
from repository.kit import Declaration, KitKey
from repository.record import Record, Text
from repository.store import schema
from repository.store.changes import Event
from repository.store.database import Database
from repository.store.records import Selection
from vocabularies import shipped
from vocabularies.concept import Concept, Vocabulary
from vocabularies.terms import Terms

KIT = "BJ/BJ-CQP/electricien-batiment"
KEY = KitKey(BENIN, CQP, ELECTRICIAN)
WHOLE = Selection()
IN_KIT = {"level": (CQP,), "occupation": (ELECTRICIAN,)}


def outcomes(catalogue: Catalogue, entries: Iterable[Entry]) -> list[str]:
    return [written.outcome for written in catalogue.put_many(entries, act())]


def listed(catalogue: Catalogue, chosen: Selection = WHOLE, limit: int = 7) -> list[str]:
    """The ids of a whole list, page by page."""
    _, frozen = catalogue.open_list()
    return [id for page in pages(catalogue, chosen, frozen, limit) for id in page]


def pages(catalogue: Catalogue, chosen: Selection, frozen: int, limit: int) -> Iterator[list[str]]:
    after = 0
    while rows := catalogue.page(chosen, after, frozen, limit, ("id", "change")):
        yield [row.id for row in rows]
        after = rows[-1].change


# Putting and withdrawing


def test_a_record_is_created_then_unchanged_then_changed(catalogue: Catalogue) -> None:
    assert outcomes(catalogue, [entry(1)]) == ["created"]
    assert outcomes(catalogue, [entry(1)]) == ["unchanged"]
    assert outcomes(catalogue, [entry(1, sector=(FARMING,))]) == ["changed"]
    held = catalogue.get(record(1).id)
    assert held.record == record(1, sector=(FARMING,))
    assert not held.withdrawn


def test_a_record_that_says_nothing_new_makes_no_change(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1), entry(2)], act())
    newest = catalogue.newest()
    (written, _) = catalogue.put_many([entry(1), entry(2)], act())
    assert (written.outcome, written.change) == ("unchanged", None)
    assert catalogue.newest() == newest


def test_more_than_a_batch_is_put_in_order_and_numbered_without_gaps(catalogue: Catalogue) -> None:
    written = catalogue.put_many(map(entry, range(450)), act())
    assert [each.id for each in written] == [record(number).id for number in range(450)]
    assert [each.change for each in written] == list(range(1, 451))


def test_a_record_given_twice_in_one_call_is_created_and_then_changed(catalogue: Catalogue) -> None:
    given = [entry(1), entry(2), entry(1, sector=(FARMING,)), entry(2)]
    assert outcomes(catalogue, given) == ["created", "created", "changed", "unchanged"]
    assert catalogue.get(record(1).id).record.sector == (FARMING,)


def test_withdrawn_record_keeps_its_description_and_can_be_restored(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1)], act())
    (gone,) = catalogue.withdraw([record(1).id], act())
    assert gone.outcome == "withdrawn"
    held = catalogue.get(record(1).id)
    assert held.withdrawn and held.record == record(1) and held.state.oai_dc is None
    assert outcomes(catalogue, [entry(1)]) == ["restored"]
    assert not catalogue.get(record(1).id).withdrawn


def test_withdrawing_tells_absent_from_withdrawn_before(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1)], act())
    ids = [record(1).id, record(9).id]
    assert [each.outcome for each in catalogue.withdraw(ids, act())] == ["withdrawn", "absent"]
    newest = catalogue.newest()
    assert [each.outcome for each in catalogue.withdraw(ids, act())] == ["unchanged", "absent"]
    assert catalogue.newest() == newest


def test_more_than_a_batch_is_withdrawn(catalogue: Catalogue) -> None:
    catalogue.put_many(map(entry, range(450)), act())
    gone = catalogue.withdraw([record(number).id for number in range(450)], act())
    assert {each.outcome for each in gone} == {"withdrawn"}
    assert catalogue.totals() == (0, 450)


def test_an_unknown_record_is_an_error_that_names_it(catalogue: Catalogue) -> None:
    with pytest.raises(RecordNotFound, match="no-such-record"):
        catalogue.get("no-such-record")
    assert catalogue.get_many(["no-such-record"]) == {}


def test_many_thousand_ids_can_be_asked_at_once(catalogue: Catalogue) -> None:
    """More than either database takes as bound values of one statement."""
    catalogue.put_many([harvested(1, "2026-11-23T17:00:00Z", **IN_KIT)], act())
    ids = [record(number).id for number in range(1, 70_000)]
    assert list(catalogue.get_many(ids)) == [record(1).id]
    assert catalogue.kits_of(ids) == {record(1).id: [KIT]}
    assert list(catalogue.kits([*ids, KIT])) == [KIT]
    origins = [f"oai:partner:{number}" for number in range(70_000)]
    assert catalogue.by_origin(PARTNER, origins) == {"oai:partner:1": record(1).id}


def test_what_stands_in_a_field_may_be_long_or_odd(catalogue: Catalogue) -> None:
    odd = "oai:" + "x" * 500 + ":é'\";--%_\\"
    catalogue.put_many([Entry(record(1, sector=(BUILDING,)), "s" * 200, odd, ("p" * 80, b"\0\xff"))], act("’" * 5000))
    assert catalogue.by_origin("s" * 200, [odd]) == {odd: record(1).id}
    assert catalogue.received(record(1).id) == ("p" * 80, b"\0\xff")
    assert catalogue.history(record(1).id)[0].why == "’" * 5000


# Harvested records


def test_the_same_record_harvested_later_is_unchanged(catalogue: Catalogue) -> None:
    assert outcomes(catalogue, [harvested(1, "2026-11-23T17:00:00Z")]) == ["created"]
    assert outcomes(catalogue, [harvested(1, "2026-11-24T17:00:00Z")]) == ["unchanged"]
    assert outcomes(catalogue, [harvested(1, "2026-11-25T17:00:00Z", sector=(FARMING,))]) == ["changed"]


def test_what_a_partner_sent_is_kept_even_when_the_record_reads_the_same(catalogue: Catalogue) -> None:
    id = record(1).id
    catalogue.put_many([harvested(1, "2026-11-23T17:00:00Z", b"<dc>1</dc>")], act())
    assert catalogue.received(id) == ("oai_dc", b"<dc>1</dc>")
    newest = catalogue.newest()
    catalogue.put_many([harvested(1, "2026-11-24T17:00:00Z", b"<dc>1<new/></dc>")], act())
    assert catalogue.received(id) == ("oai_dc", b"<dc>1<new/></dc>")
    assert catalogue.newest() == newest
    catalogue.withdraw([id], act())
    assert catalogue.received(id) == ("oai_dc", b"<dc>1<new/></dc>")


def test_our_own_record_has_no_source_bytes(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1)], act())
    assert catalogue.received(record(1).id) is None


def test_a_record_that_turns_out_to_come_from_a_partner_is_found_by_its_origin(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1)], act())
    assert outcomes(catalogue, [Entry(record(1), PARTNER, "oai:partner:1")]) == ["changed"]
    assert catalogue.by_origin(PARTNER, ["oai:partner:1"]) == {"oai:partner:1": record(1).id}


def test_published_ids_of_a_source_leave_out_the_others_and_the_withdrawn(catalogue: Catalogue) -> None:
    catalogue.put_many([harvested(number, "2026-11-23T17:00:00Z") for number in range(3)] + [entry(7)], act())
    catalogue.withdraw([record(1).id], act())
    assert set(catalogue.published_ids(PARTNER)) == {record(0).id, record(2).id}
    assert set(catalogue.published_ids()) == {record(0).id, record(2).id, record(7).id}


# History and feed


def test_history_tells_who_did_what_when_and_why(catalogue: Catalogue, clock: Clock) -> None:
    id = record(1).id
    catalogue.put_many([entry(1)], act("inventory of 2026"))
    clock.move(60)
    catalogue.put_many([entry(1, sector=(FARMING,))], act("wrong sector"))
    clock.move(60)
    catalogue.withdraw([id], act("not ours"))
    events = catalogue.history(id)
    assert [(each.action, each.why, each.datestamp) for each in events] == [
        ("created", "inventory of 2026", "2026-11-23T17:00:00Z"),
        ("changed", "wrong sector", "2026-11-23T17:01:00Z"),
        ("withdrawn", "not ours", "2026-11-23T17:02:00Z"),
    ]
    assert {(each.who, each.act) for each in events} == {(act().who, act().id)}
    assert [catalogue_record.sector for catalogue_record in map(read, events)] == [(BUILDING,), (FARMING,), (FARMING,)]


def read(event: Event) -> Record:
    return msgspec.json.decode(event.body, type=Record)


def test_the_feed_is_in_order_and_can_be_taken_by_parts_and_by_kinds(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(number, **IN_KIT) for number in range(5)], act())
    catalogue.withdraw([record(2).id], act())
    whole = catalogue.changes(0)
    assert [each.number for each in whole] == list(range(1, len(whole) + 1))
    assert [each for after in range(0, len(whole), 3) for each in catalogue.changes(after, 3)] == whole
    assert [each.id for each in catalogue.changes(0, kinds=("kit",))] == [KIT, KIT]
    assert catalogue.changes(0, kinds=("kit", "record")) == whole
    assert (whole[-2].kind, whole[-2].action, whole[-2].id) == ("record", "withdrawn", record(2).id)
    assert catalogue.changes(whole[-1].number) == []
    assert catalogue.newest() == whole[-1].number


def test_an_empty_catalogue_answers_every_question(catalogue: Catalogue) -> None:
    assert (catalogue.newest(), catalogue.changes(0), catalogue.totals()) == (0, [], (0, 0))
    assert (catalogue.set_specs(), catalogue.earliest(), list(catalogue.published_ids())) == ([], None, [])
    assert catalogue.epoch() == "first"
    assert catalogue.put_many([], act()) == [] and catalogue.withdraw([], act()) == []
    assert listed(catalogue) == []


# Sets


def test_a_set_that_a_live_record_left_lists_it_no_more_until_it_is_withdrawn(catalogue: Catalogue) -> None:
    """OAI-PMH cannot say "left this set", so a live record is never called deleted; its tombstone is in all."""
    catalogue.put_many([entry(1, country=(BENIN,))], act())
    catalogue.put_many([entry(1, country=(TOGO,))], act())
    benin, togo = Selection("country:BJ"), Selection("country:TG")
    assert (listed(catalogue, benin), listed(catalogue, togo)) == ([], [record(1).id])
    assert catalogue.get(record(1).id).state.sets.split() == [
        "country:TG",
        "sector:btp",
        "type:SA",
        "type:SA:SA-MANUEL",
    ]
    catalogue.withdraw([record(1).id], act())
    assert listed(catalogue, benin) == listed(catalogue, togo) == [record(1).id]
    assert "country:BJ country:TG" in catalogue.get(record(1).id).state.sets
    catalogue.put_many([entry(1, country=(TOGO,))], act())
    assert (listed(catalogue, benin), listed(catalogue, togo)) == ([], [record(1).id])


def test_set_specs_are_those_that_list_something_in_the_order_of_their_bytes(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1, country=(BENIN, TOGO)), harvested(2, "2026-11-23T17:00:00Z")], act())
    specs = catalogue.set_specs()
    assert specs == sorted(specs)
    assert {"country:BJ", "country:TG", "source:partner", "type:SA", "type:SA:SA-MANUEL"} <= set(specs)
    catalogue.put_many([entry(1, country=(BENIN,))], act())
    assert "country:TG" not in catalogue.set_specs()


# Lists


def test_a_list_frozen_at_its_beginning_goes_on_unharmed_while_others_write(catalogue: Catalogue) -> None:
    catalogue.put_many(map(entry, range(50)), act())
    _, frozen = catalogue.open_list()
    seen: list[str] = []
    for turn, page in enumerate(pages(catalogue, Selection(), frozen, 7)):
        seen += page
        catalogue.put_many([entry(49 - turn, sector=(FARMING,)), entry(100 + turn)], act())
    assert len(seen) == len(set(seen))
    changed_meanwhile = {record(49 - turn).id for turn in range(len(seen))}
    assert {record(number).id for number in range(50)} - set(seen) <= changed_meanwhile
    assert not {record(100 + turn).id for turn in range(20)} & set(seen)


def test_filters_by_date_and_set_agree_with_the_counts(catalogue: Catalogue, clock: Clock) -> None:
    for day in range(6):
        country = (BENIN,) if day % 2 else (NIGER,)
        catalogue.put_many([entry(10 * day + each, country=country) for each in range(4)], act())
        clock.move(86_400)
    for earliest in ("", "2026-11-23T17:00:00Z", "2026-11-25T00:00:00Z", "2026-12-31T00:00:00Z"):
        for latest in ("", "2026-11-24T16:59:59Z", "2026-11-26T17:00:00Z"):
            for spec in ("", "country:BJ", "country:NE", "country:XX"):
                chosen = Selection(spec, earliest, latest)
                ids = listed(catalogue, chosen)
                assert len(ids) == catalogue.count(chosen, catalogue.newest())
                assert set(ids) == {
                    id
                    for id, held in catalogue.get_many([record(n).id for n in range(60)]).items()
                    if earliest <= held.state.datestamp <= (latest or "9")
                    and (not spec or spec in held.state.sets.split())
                }


def test_a_page_gives_the_columns_that_were_asked_for(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1)], act())
    (row,) = catalogue.page(Selection("country:BJ"), 0, 10, 5, ("id", "withdrawn", "oai_dc", "sets", "datestamp"))
    assert row.id == record(1).id and row.withdrawn is False
    assert "leçon 1" in row.oai_dc.decode()
    assert row.datestamp == "2026-11-23T17:00:00Z"


def test_datestamps_never_fall_when_the_clock_is_set_back(catalogue: Catalogue, clock: Clock) -> None:
    for number in range(6):
        catalogue.put_many([entry(number)], act())
        clock.move(-3600 if number == 2 else 1)
    stamps = [catalogue.history(each.id)[0].datestamp for each in catalogue.changes(0)]
    assert stamps == sorted(stamps)
    assert catalogue.earliest() == stamps[0] == "2026-11-23T17:00:00Z"


def test_no_change_is_dated_before_a_response_that_did_not_show_it(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.put_many([entry(1)], act())
    clock.move(3600)
    response, frozen = catalogue.open_list()
    assert response == "2026-11-23T18:00:00Z"
    clock.move(-3600)
    catalogue.put_many([entry(2)], act())
    missed = [each for each in catalogue.changes(frozen) if each.kind == "record"]
    assert [catalogue.get(each.id).state.datestamp for each in missed] == [response]
    assert catalogue.open_list()[0] == response
    assert record(2).id in listed(catalogue, Selection(earliest=response))


@given(steps=st.lists(st.tuples(st.sampled_from(["put", "list", "withdraw"]), st.integers(-5, 5)), max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_an_incremental_harvester_misses_nothing_whatever_the_clock_does(
    catalogue: Catalogue, clock: Clock, steps: list[tuple[str, int]]
) -> None:
    mirror: dict[str, tuple[int, bool]] = {}
    since = ""

    def harvest() -> None:
        nonlocal since
        response, frozen = catalogue.open_list()
        for row in catalogue.page(Selection(earliest=since), 0, frozen, 1000, ("id", "change", "withdrawn")):
            mirror[row.id] = (row.change, row.withdrawn)
        since = response

    number = catalogue.newest()
    for verb, seconds in steps:
        clock.move(seconds)
        number += 1
        if verb == "put":
            catalogue.put_many([entry(number % 7, identifier=(f"turn {number}",))], act())
        elif verb == "withdraw":
            catalogue.withdraw([record(number % 7).id], act())
        else:
            harvest()
    harvest()
    held = catalogue.get_many([record(each).id for each in range(7)])
    assert mirror == {id: (each.state.change, each.withdrawn) for id, each in held.items()}


# Restamping


def terms_with(label: str) -> Terms:
    """The shipped vocabularies, with another French name for the building trades."""

    def renamed(concept: Concept) -> Concept:
        named = concept.iri == BUILDING
        return msgspec.structs.replace(concept, pref_label=(Text(label, "fr"),)) if named else concept

    held, groups = shipped.load()
    changed = [Vocabulary(each.scheme, tuple(map(renamed, each.concepts))) for each in held]
    return Terms(changed, groups, base_iri=TERMS.base_iri)


def test_restamp_changes_the_records_whose_output_changes_and_no_other(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.put_many([entry(n, sector=(BUILDING if n % 3 == 0 else FARMING,)) for n in range(500)], act())
    catalogue.withdraw([record(0).id], act())
    newest = catalogue.newest()
    assert catalogue.restamp(act()) == 0 and catalogue.newest() == newest
    clock.move(60)
    terms = terms_with("Bâtiment rebaptisé")
    renamed = Catalogue(catalogue.database, lambda: terms, clock)
    stale = {record(n).id for n in range(3, 500, 3)}
    assert renamed.restamp(act("release")) == len(stale)
    assert {each.id for each in catalogue.changes(newest)} == stale
    held = catalogue.get(record(3).id)
    assert "Bâtiment rebaptisé" in (held.state.oai_dc or b"").decode()
    assert (held.record, held.state.datestamp) == (record(3, sector=(BUILDING,)), "2026-11-23T17:01:00Z")
    assert renamed.restamp(act()) == 0
    assert catalogue.history(record(3).id)[-1].why == "release"


def test_another_base_address_makes_every_record_stale(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.put_many([entry(1), entry(2)], act())
    moved = Catalogue(catalogue.database, lambda: shipped.terms("https://moved.example.org/"), clock)
    assert moved.restamp(act()) == 2
    assert [each.outcome for each in moved.put_many([entry(1)], act())] == ["unchanged"]


# Kits


def test_a_kit_shows_its_documents_and_what_was_declared_of_the_other_parts(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1, resource_type=(GUIDE,), **IN_KIT)], act())
    declared = (
        Declaration(type=FRAMEWORK, status=kits.ELSEWHERE, where=(Text("Ministère", "fr"),), who="awa"),
        Declaration(type=MANUAL, status=kits.NONEXISTENT),
    )
    assert catalogue.declare(KEY, declared, act("survey")) == KIT
    assert catalogue.kit_ids() == [KIT]
    kit = catalogue.kits([KIT])[KIT]
    assert (kit.documents, kit.declarations) == (((GUIDE, record(1).id),), declared)
    statuses = {part.type: part.status for part in kits.parts(kit, TERMS)}
    assert statuses[GUIDE] == kits.DEPOSITED
    assert statuses[FRAMEWORK] == kits.ELSEWHERE
    assert statuses[MANUAL] == kits.NONEXISTENT
    assert kits.UNKNOWN in statuses.values()


def test_a_document_that_leaves_changes_the_kit_and_the_last_one_withdraws_it(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1, **IN_KIT), entry(2, **IN_KIT)], act())
    newest = catalogue.newest()
    catalogue.put_many([entry(1)], act())
    assert [each.id for each in catalogue.changes(newest, kinds=("kit",))] == [KIT]
    assert catalogue.kits([KIT])[KIT].documents == ((MANUAL, record(2).id),)
    catalogue.withdraw([record(2).id], act())
    assert (catalogue.kits([KIT]), catalogue.kit_ids()) == ({}, [])
    catalogue.put_many([entry(2, **IN_KIT)], act())
    assert catalogue.kit_ids() == [KIT]
    actions = [each.action for each in catalogue.history(KIT, "kit")]
    assert actions == ["created", "changed", "withdrawn", "restored"]


def test_a_change_within_a_document_does_not_change_its_kit(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1, **IN_KIT)], act())
    newest = catalogue.newest()
    catalogue.put_many([entry(1, sector=(FARMING,), **IN_KIT)], act())
    assert [each.kind for each in catalogue.changes(newest)] == ["record"]


def test_one_document_may_be_two_parts_of_one_kit(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1, resource_type=(GUIDE, MANUAL), **IN_KIT)], act())
    assert catalogue.kits([KIT])[KIT].documents == ((GUIDE, record(1).id), (MANUAL, record(1).id))
    assert catalogue.kits_of([record(1).id]) == {record(1).id: [KIT]}
    catalogue.put_many([entry(1, resource_type=(MANUAL,), **IN_KIT)], act())
    assert catalogue.kits([KIT])[KIT].documents == ((MANUAL, record(1).id),)


def test_a_kit_stays_while_something_is_declared_of_it(catalogue: Catalogue) -> None:
    declared = (Declaration(type=FRAMEWORK, status=kits.NONEXISTENT),)
    catalogue.declare(KEY, declared, act())
    catalogue.put_many([entry(1, **IN_KIT)], act())
    catalogue.withdraw([record(1).id], act())
    assert catalogue.kits([KIT])[KIT].declarations == declared
    newest = catalogue.newest()
    catalogue.declare(KEY, declared, act())
    assert catalogue.newest() == newest
    catalogue.declare(KEY, (), act())
    assert catalogue.kit_ids() == []


def test_declaring_nothing_of_an_unknown_kit_makes_none(catalogue: Catalogue) -> None:
    catalogue.declare(KEY, (), act())
    assert (catalogue.newest(), catalogue.kit_ids()) == (0, [])


def test_a_record_in_many_kits_is_in_all_of_them(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(1, country=(BENIN, TOGO), level=(CQP, CAP), occupation=(ELECTRICIAN,))], act())
    assert catalogue.kit_ids() == [KIT, "TG/TG-CAP/electricien-batiment"]


# The two databases as they are found in the world


@pytest.mark.parametrize("locale", ["fr-FR", "en-US"])
def test_ids_are_in_the_order_of_their_bytes_whatever_the_language_of_the_database(
    request: pytest.FixtureRequest, postgresql_url: str, new_postgresql: Callable[[], str], clock: Clock, locale: str
) -> None:
    """A French PostgreSQL sorts "B" after "a"; walks and lists must not depend on it."""
    database = Database(localised(postgresql_url, new_postgresql(), locale))
    request.addfinalizer(database.close)
    schema.upgrade(database)
    begin(database)
    with database.reading() as connection:
        assert connection.scalar(text("SELECT 'a' < 'B'")), "the database sorts as its language does"
    catalogue = open_catalogue(database, clock)
    ids = ["a-b", "aa", "ab", "A", "B", "é", "z", "a"]
    catalogue.put_many([Entry(record(number, id=id)) for number, id in enumerate(ids)], act())
    assert list(catalogue.published_ids()) == sorted(ids)
    assert catalogue.set_specs() == sorted(catalogue.set_specs())


def localised(server: str, url: str, locale: str) -> str:
    """The database of `url` made again with an ICU locale; skips where the server has none."""
    name = make_url(url).database
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
            connection.execute(
                text(
                    f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
                    f"LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE '{locale}'"
                )
            )
    except DBAPIError as error:
        pytest.skip(f"this PostgreSQL makes no database with an ICU locale: {error.orig}")
    finally:
        engine.dispose()
    return url
