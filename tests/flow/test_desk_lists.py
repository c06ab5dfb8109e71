"""What curators do with whole lists: publish, look, mend, translate, link, take out as a spreadsheet and bring back."""

import csv
import io
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import openpyxl
import portal_catalogue as samples
import portal_rig
import pytest
from desk_rig import WHO, Browser, create, form_of, named, signed_in, two
from flask import Flask

from repository.app import create_app
from repository.catalogue import Entry
from repository.exchange.roles import Grant
from repository.record import Text
from repository.services import Services
from vocabularies import editing, intake, returning, sheets, skos, words
from vocabularies.concept import Vocabulary

LIST = "/en/workbench/list/occupation"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = portal_rig.opened(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def librarian(app: Flask, services: Services) -> Browser:
    return signed_in(app, services, "lib@example.org", "librarian")


# Publishing


def test_a_list_is_published_with_notes_and_partners_can_ask_for_the_release(
    services: Services, librarian: Browser
) -> None:
    create(services, fr="Vitrier marin", pt="Vidraceiro naval", en="Marine glazier")
    page = librarian.get(f"{LIST}/drafts")
    assert "Marine glazier" in page
    answer = librarian.post(f"{LIST}/drafts", **{"notes.fr": "Un métier de la mer.", "notes.en": "A trade of the sea."})
    assert answer.location == f"{LIST}/history"
    page = librarian.get(f"{LIST}/history")
    assert "Release 2 is published" in page
    assert "A trade of the sea." in page
    release = librarian.get("/en/vocabulary/occupation/release/2")
    assert "Marine glazier" in release
    assert "A trade of the sea." in release
    first = librarian.client.get("/vocabulary/occupation/release/1.ttl")
    assert first.status_code == 200
    assert "vitrier-marin" not in first.text
    second = librarian.client.get("/vocabulary/occupation/release/2", headers={"Accept": "text/turtle"})
    [read] = skos.read(second.data, "ttl")[0]
    assert any((each.notation or "") == "vitrier-marin" for each in read.concepts)
    assert librarian.client.get("/vocabulary/occupation/release/9.ttl").status_code == 404


def test_a_grave_fault_keeps_a_list_from_being_published_until_it_is_waived(
    services: Services, librarian: Browser
) -> None:
    made = create(services, "sector", fr="Arts")
    friend = create(services, "sector", fr="Arts du feu")
    services.curation.do(lambda now: editing.revise(now, friend, {"related": (made,)}), WHO)
    concept = services.curation.working().concept(friend)
    clash = msgspec.structs.replace(concept, broader=(made,))  # no form lets this through
    services.curation.do(lambda _: editing.Edit("import", "sector", (editing.Change(concept, clash),)), WHO)
    path = "/en/workbench/list/sector"
    assert librarian.filled(f"{path}/drafts").status_code == 409
    page = librarian.get(f"{path}/checks")
    key = re.findall(r'name="waive" value="(relation-clash [^"]+)"', page)[0]
    assert librarian.post(f"{path}/checks", waive=key).status_code == 422, "a waiver needs a reason"
    assert librarian.filled(f"{path}/checks", waive=key, why="transition").status_code == 303
    assert "transition" in librarian.get(f"{path}/checks")
    assert librarian.filled(f"{path}/checks", waive=key, again="1").status_code == 303
    assert librarian.filled(f"{path}/checks", mend=key).status_code == 303
    assert services.curation.working().concept(friend).related == ()
    assert services.curation.working().concept(made).related == ()
    assert librarian.filled(f"{path}/drafts").status_code == 303
    assert "At each release" in librarian.get(f"{path}/checks")


def test_what_was_done_is_taken_back_from_the_history(services: Services, librarian: Browser) -> None:
    used, other = two(services)
    held = services.catalogue.using([used])
    done = services.curation.do(lambda working: editing.merge(working, used, other), WHO, "doublon")
    services.curation.publish("occupation", WHO, {})
    assert services.catalogue.using([used]) == []
    assert "doublon" in librarian.get(f"{LIST}/history")
    assert librarian.post(f"{LIST}/history", undo=done.id).status_code == 303
    assert services.catalogue.using([used]) == held
    assert librarian.filled(f"{LIST}/history", undo=done.id).status_code == 409
    assert librarian.filled(f"{LIST}/history", release="1", why="retour").status_code == 422, "nothing is different"


def test_an_old_address_answers_and_says_where_to_go(services: Services, app: Flask) -> None:
    used, other = two(services)
    services.curation.do(lambda working: editing.merge(working, used, other), WHO)
    services.curation.publish("occupation", WHO, {})
    answer = app.test_client().get("/en/vocabulary/occupation/electricien-batiment")
    assert answer.status_code == 200
    assert "Use instead" in answer.text
    turtle = app.test_client().get("/vocabulary/occupation/electricien-batiment.ttl")
    assert turtle.status_code == 200
    assert f"isReplacedBy> <{other}>" in turtle.text or "isReplacedBy" in turtle.text


# The spreadsheet


def workbook(services: Services, scheme: str = "occupation", language: str = "fr") -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(sheets.as_workbook(scheme, services.curation.working(), language)))


def packed(book: openpyxl.Workbook) -> bytes:
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def column(sheet: object, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == heading)  # type: ignore[index]


def row_of(sheet: object, code: str) -> int:
    return next(row[1].row for row in sheet.iter_rows() if row[1].value == code)  # type: ignore[attr-defined]


def compared(services: Services, data: bytes, name: str = "x.xlsx", scheme: str = "occupation") -> returning.Compared:
    return returning.compare(data, name, scheme, services.curation.working(), services.curation.former)


@pytest.mark.parametrize("scheme", ["occupation", "sector", "isced-f", "level", "country"])
@pytest.mark.parametrize("language", ["fr", "pt", "en"])
def test_an_untouched_sheet_changes_nothing(services: Services, scheme: str, language: str) -> None:
    working = services.curation.working()
    for data, name in (
        (sheets.as_workbook(scheme, working, language), "x.xlsx"),
        (packed(workbook(services, scheme, language)), "saved-again.xlsx"),
        (sheets.as_csv(scheme, working, language), "x.csv"),
    ):
        found = compared(services, data, name, scheme)
        assert found.is_nothing, (name, found.cells[:2], found.conflicts[:2])
        assert found.faults == ()
        assert found.rows == len(working.in_scheme(scheme))


def test_cells_that_were_changed_are_drafted_and_the_rest_is_byte_for_byte_the_same(
    services: Services, librarian: Browser
) -> None:
    before = {each.iri: each for each in services.curation.working().in_scheme("occupation")}
    book = workbook(services)
    sheet = book.active
    sheet.cell(row_of(sheet, "electricien-batiment"), column(sheet, "Nom [pt]")).value = "Eletricista predial"
    assert "multipart" in librarian.get(f"{LIST}/sheet")
    shown = librarian.post(f"{LIST}/sheet", sheet=(BytesIO(packed(book)), "métiers.xlsx"))
    assert "Eletricista predial" in shown.text
    assert services.curation.draft_counts() == {}, "nothing is applied unread"
    assert librarian.post(f"{LIST}/sheet", **form_of(shown.text), act="apply").status_code == 303
    after = {each.iri: each for each in services.curation.working().in_scheme("occupation")}
    assert [iri for iri in before if before[iri] != after[iri]] == [samples.ELECTRICIAN]
    assert Text("Eletricista predial", "pt") in after[samples.ELECTRICIAN].pref_label


def test_what_others_did_meanwhile_is_kept_and_a_conflict_is_shown(services: Services, librarian: Browser) -> None:
    book = workbook(services)
    sheet = book.active
    row = row_of(sheet, "electricien-batiment")
    sheet.cell(row, column(sheet, "Nom [pt]")).value = "Do ficheiro"
    sheet.cell(row, column(sheet, "Définition [fr]")).value = "Définition du fichier."
    fields = named(fr="Électricien bâtiment", pt="Daqui", en="Electrician")
    services.curation.do(lambda now: editing.revise(now, samples.ELECTRICIAN, fields), WHO)
    found = compared(services, packed(book))
    assert [each.there for each in found.cells] == ["Définition du fichier."]
    assert [(each.here, each.there) for each in found.conflicts] == [("Daqui", "Do ficheiro")]
    librarian.get(f"{LIST}/sheet")
    shown = librarian.post(f"{LIST}/sheet", sheet=(BytesIO(packed(book)), "x.xlsx"))
    assert "Changed here meanwhile too" in shown.text
    librarian.post(f"{LIST}/sheet", **form_of(shown.text), act="apply")
    after = services.curation.working().concept(samples.ELECTRICIAN)
    assert Text("Daqui", "pt") in after.pref_label
    assert Text("Définition du fichier.", "fr") in after.definition
    [cell] = compared(services, packed(book)).conflicts
    between = {"pref_label": (Text("Électricien bâtiment", "fr"), Text("Ainda outro", "pt"), Text("Electrician", "en"))}
    services.curation.do(lambda now: editing.revise(now, samples.ELECTRICIAN, between), WHO)
    librarian.post(f"{LIST}/sheet", **form_of(shown.text), act="apply", conflict=cell.key)
    after = services.curation.working().concept(samples.ELECTRICIAN)
    assert Text("Ainda outro", "pt") in after.pref_label, "a choice holds for what was seen"
    [cell] = compared(services, packed(book)).conflicts
    librarian.post(f"{LIST}/sheet", **form_of(shown.text), act="apply", conflict=cell.key)
    assert Text("Do ficheiro", "pt") in services.curation.working().concept(samples.ELECTRICIAN).pref_label


def test_a_csv_of_windows_with_semicolons_is_read(services: Services) -> None:
    text = sheets.as_csv("occupation", services.curation.working(), "fr").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    place = rows[0].index("Nom [fr]")
    row = next(each for each in rows if each[1] == "electricien-batiment")
    row[place] = "Électricien d’œuvre"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    found = compared(services, out.getvalue().encode("cp1252", "replace"), "x.csv")
    assert [each.there for each in found.cells if each.iri == samples.ELECTRICIAN] == ["Électricien d’œuvre"]


def test_codes_keep_their_zeros_whatever_a_spreadsheet_makes_of_them(services: Services) -> None:
    book = workbook(services, "isced-f")
    sheet = book.active
    row = row_of(sheet, "0713")
    assert sheet.cell(row, 2).number_format == "@"
    sheet.cell(row, 2).value = 713
    assert compared(services, packed(book), scheme="isced-f").is_nothing


def test_rows_may_be_missing_new_or_ask_for_an_act(services: Services) -> None:
    _, other = two(services)
    working = services.curation.working()
    kept = working.concept(other).notation
    text = sheets.as_csv("occupation", working, "en").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    heading = rows[0]
    action, code, name = heading.index("What to do"), heading.index("Code"), heading.index("Name [fr]")
    electrician = next(each for each in rows if each[code] == "electricien-batiment")
    electrician[action] = f"fusionner : {kept}"
    fresh = ["" for _ in heading]
    fresh[name] = "Vitrier marin"
    wrong = ["" for _ in heading]
    wrong[code], wrong[name] = "sans nom", ""
    wrong[heading.index("Name [en]")] = "Unfit code"
    strange = next(each for each in rows if each[code] not in ("Code", "electricien-batiment", kept))
    strange[action] = "dance"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([heading, electrician, fresh, wrong, strange])
    found = compared(services, out.getvalue().encode(), "x.csv")
    assert len(found.faults) == 1, "what is asked for is not known"
    done = services.curation.do(lambda now: returning.as_edit(found, "occupation", now, services.base_iri)[0], WHO)
    _, faults = returning.as_edit(found, "occupation", working, services.base_iri)
    assert len(faults) == 1, "a code that no address can have"
    after = services.curation.working()
    assert after.concept(samples.ELECTRICIAN).replaced_by == (other,)
    assert after.named("occupation", "vitrier-marin")
    assert all(change.after is not None for change in done.changes), "a missing row deletes nothing"
    untouched = [each for each in after.in_scheme("occupation") if each.deprecated]
    assert [each.iri for each in untouched] == [samples.ELECTRICIAN]


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "x.csv"), (b"PK\x03\x04broken", "x.xlsx"), (b"a;b\n1;2\n", "x.csv"), (b"\xff\xfe\x00", "x.csv")],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(librarian: Browser, data: bytes, name: str) -> None:
    librarian.get(f"{LIST}/sheet")
    assert librarian.post(f"{LIST}/sheet", sheet=(BytesIO(data), name)).status_code == 422


# Taking in


TRADES = b"""@prefix : <https://example.org/trades/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/trades> a skos:ConceptScheme ; <http://purl.org/dc/terms/title> "Trades"@en .
:w a skos:Concept ; skos:inScheme <https://example.org/trades> ; skos:prefLabel "Welder"@en , "Soudeur"@fr ;
   skos:notation "w" .
:f a skos:Concept ; skos:inScheme <https://example.org/trades> ; skos:prefLabel "Fitter"@en ; skos:notation "f" .
"""


def test_a_new_list_is_looked_at_then_taken_in(services: Services, librarian: Browser) -> None:
    librarian.get("/en/workbench/import")
    shown = librarian.post("/en/workbench/import", files=(BytesIO(TRADES), "trades.ttl"))
    assert "a new list with 2 terms" in shown.text
    assert "trades" not in services.terms().schemes
    assert librarian.post("/en/workbench/import", **form_of(shown.text), act="apply").status_code == 303
    assert len(services.terms().in_scheme("trades")) == 2
    again = librarian.filled("/en/workbench/import", files=(BytesIO(TRADES), "trades.ttl"))
    assert "0 term would change" in again.text or "0 terms would change" in again.text


def test_a_newer_file_comes_in_as_drafts_and_local_edits_stay(services: Services) -> None:
    curation = services.curation
    intake.take(curation, intake.examine(curation, {"t.ttl": TRADES}), WHO, "")
    iri = "https://example.org/trades/w"
    fields = {"pref_label": (Text("Welder", "en"), Text("Soudeur certifié", "fr"))}
    curation.do(lambda now: editing.revise(now, iri, fields), WHO)
    curation.publish("trades", WHO, {})
    newer = TRADES.replace(b'"Welder"@en , "Soudeur"@fr', b'"Welder (arc)"@en , "Soudeur a l\'arc"@fr')
    looked = intake.examine(curation, {"t.ttl": newer})
    [incoming] = looked.incoming
    assert [each.iri for each in incoming.disagreements] == [iri]
    [taken] = intake.take(curation, looked, WHO, "")
    assert taken.drafted
    after = curation.working().concept(iri)
    assert set(after.pref_label) == {Text("Welder (arc)", "en"), Text("Soudeur certifié", "fr")}
    assert services.terms().concepts[iri].pref_label != after.pref_label, "until somebody publishes it"


def test_a_column_of_no_known_meaning_is_refused_in_words(librarian: Browser) -> None:
    files = (BytesIO("métier,code\nSoudeur,1\n".encode()), "trades.csv")
    for meaning in ("deprecated", "pref_labels.fr", "is_replaced_by"):
        answer = librarian.filled("/en/workbench/import", files=files, columns=f"métier = {meaning}", scheme="trades")
        assert answer.status_code == 422
        assert f"A column cannot be {meaning}" in answer.text
        files = (BytesIO("métier,code\nSoudeur,1\n".encode()), "trades.csv")


@pytest.mark.parametrize("data", [b"", b"<html>", b"@prefix x: <", b'<a> <b> "c" .'])
def test_a_wrong_file_changes_nothing_and_says_why(services: Services, librarian: Browser, data: bytes) -> None:
    version = services.terms().version
    answer = librarian.filled("/en/workbench/import", files=(BytesIO(data), "x.ttl"))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert services.terms().version == version


def test_all_real_vocabularies_are_taken_in_or_refused_in_words(services: Services, shared: Path) -> None:
    from repository.errors import MutualisError

    folder, refused = shared / "vocabularies", {}
    for path in sorted(
        each for each in folder.rglob("*") if each.is_file() and each.suffix in (".ttl", ".rdf", ".csv")
    ):
        try:
            looked = intake.examine(services.curation, {path.name: path.read_bytes()})
        except MutualisError as error:
            refused[str(path.relative_to(folder))] = type(error).__name__
        else:
            assert looked.incoming
    assert refused == {
        "esco-isco/broaderRelationsOccPillar.csv": "TableWithoutNames",
        "iso-codes/country-codes.csv": "TableWithoutNames",
        "gemet/gemet-backbone.rdf": "NoTerms",
        **dict.fromkeys((f"gemet/gemet-groups{each}.rdf" for each in ("", "-en", "-fr", "-pt")), "NoTerms"),
        "gemet/gemetThesaurus.rdf": "NoTerms",
        **dict.fromkeys((name for name in refused if name.startswith("licences/")), "NoTerms"),
        **dict.fromkeys((name for name in refused if name.startswith("skosify-examples/")), "NoTerms"),
        **{name: kind for name, kind in refused.items() if name.startswith("skosmos-tests/") and kind == "NoTerms"},
    }


def test_gemet_is_one_list_out_of_its_eleven_files(services: Services, shared: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted((shared / "vocabularies" / "gemet").glob("*.rdf"))}
    looked = intake.examine(services.curation, files)
    largest = max(looked.incoming, key=lambda each: len(each.vocabulary.concepts))
    labels = [text for each in largest.vocabulary.concepts for text in each.pref_label]
    assert len(largest.vocabulary.concepts) == 5220
    assert sum(text.language == "pt" for text in labels) == 5207
    intake.take(services.curation, looked, WHO, "GEMET")
    assert len(services.terms().in_scheme(largest.vocabulary.scheme.id)) == 5220


# Meaning


def test_missing_names_are_offered_from_lists_that_mean_the_same(services: Services, librarian: Browser) -> None:
    french = create(services, "sector", fr="Soudeur")
    curation = services.curation
    intake.take(curation, intake.examine(curation, {"t.ttl": TRADES}), WHO, "")
    page = librarian.get("/en/workbench/list/sector/translate?missing=en")
    assert "Welder" in page
    name = f"name en {french}"
    assert librarian.post("/en/workbench/list/sector/translate", **{name: "Welder"}).status_code == 303
    assert Text("Welder", "en") in curation.working().concept(french).pref_label


def test_pairs_are_linked_or_refused_for_ever(services: Services, librarian: Browser) -> None:
    curation = services.curation
    intake.take(curation, intake.examine(curation, {"t.ttl": TRADES}), WHO, "")
    welder = create(services, "sector", fr="Soudeur")
    fitter = create(services, "sector", en="Fitter")
    path = "/en/workbench/list/sector/align"
    page = librarian.get(f"{path}?with=trades")
    assert "same name" in page
    pairs = {
        f"pair {welder} https://example.org/trades/w": "exact_match",
        f"pair {fitter} https://example.org/trades/f": "refuse",
    }
    assert librarian.post(path, **{"with": "trades"}, **pairs).status_code == 303
    assert curation.working().concept(welder).exact_match == ("https://example.org/trades/w",)
    assert "0 pairs to be judged" in librarian.get(f"{path}?with=trades")


def test_the_visible_gold_is_found(shared: Path) -> None:
    """oeh learningResourceType to hcrt: the mappings that its makers gave."""
    from vocabularies.alignment import best_each, candidates

    def load(name: str) -> Vocabulary:
        return max(skos.read((shared / "vocabularies" / name).read_bytes())[0], key=lambda each: len(each.concepts))

    source, target = load("oeh/learningResourceType.ttl"), load("hcrt/hcrt.ttl")
    names = ("exact_match", "close_match", "broad_match", "narrow_match", "related_match")
    theirs = {each.iri for each in target.concepts}
    gold = {(each.iri, to) for each in source.concepts for name in names for to in getattr(each, name) if to in theirs}
    bare = [msgspec.structs.replace(each, **dict.fromkeys(names, ())) for each in source.concepts]
    found = {(each.source, each.target) for each in best_each(candidates(bare, target.concepts), 0.8)}
    assert len(gold) == 23
    assert len(found & gold) / len(found) == 1.0
    assert len(found & gold) / len(gold) > 0.8


def free_words(services: Services) -> list[str]:
    """Give three records free words; returns their ids."""
    ids = list(services.catalogue.published_ids())[:3]
    for id, word in zip(ids, ("Éclairage public", "éclairages publics", "Eclairage public"), strict=True):
        stored = services.catalogue.get(id)
        record = msgspec.structs.replace(stored.record, keyword=(Text(word, "fr"),))
        services.catalogue.put_many([Entry(record, stored.state.source, stored.state.origin)], samples.ACT)
    return ids


def test_free_words_are_clustered_and_decided_for_all_records_at_once(services: Services, librarian: Browser) -> None:
    ids = free_words(services)
    [cluster] = [each for each in words.clusters(services.curation) if "clairage" in each.variants[0]]
    assert cluster.records == 3
    energy = services.curation.working().named("sector", "energie").iri
    before = {id: services.catalogue.get(id).record for id in ids}
    page = librarian.get("/en/workbench/words")
    assert "Éclairage public" in page
    told = {"key": cluster.key, "act": "name", "list": "sector", "term": "energie", "language": "fr"}
    assert librarian.post("/en/workbench/words", **told, written="Éclairage public").status_code == 303
    assert all(energy in services.catalogue.get(id).record.sector for id in ids)
    assert Text("Éclairage public", "fr") in services.curation.working().concept(energy).alt_label
    assert cluster.key not in {each.key for each in words.clusters(services.curation)}
    assert librarian.filled("/en/workbench/words", key=cluster.key, act="take back").status_code == 303
    assert {id: services.catalogue.get(id).record for id in ids} == before


def test_words_that_mean_nothing_are_not_asked_for_again(services: Services, librarian: Browser) -> None:
    free_words(services)
    key = words.key_of("éclairage public")
    assert librarian.filled("/en/workbench/words", key=key, act="noise").status_code == 303
    assert key not in {each.key for each in words.clusters(services.curation)}
    again = librarian.filled("/en/workbench/words", key=key, act="noise")
    assert again.status_code == 409, "the records that the first decision changed could no longer be told"
    assert librarian.filled("/en/workbench/words", key="x y", act="take back").status_code == 409


# Many at once, and links outward


def test_several_terms_are_moved_as_one_change_that_is_taken_back_as_one(
    services: Services, librarian: Browser
) -> None:
    above = create(services, "sector", fr="Arts")
    for name in ("Arts du feu", "Arts du fil"):
        create(services, "sector", fr=name)
    path = "/en/workbench/list/sector/bulk"
    told = {"terms": "arts-du-feu\nArts du fil", "act": "move", "target": "arts"}
    shown = librarian.filled(path, **told)
    assert "What this touches" in shown.text
    assert services.curation.working().named("sector", "arts-du-feu").broader == ()
    assert librarian.post(path, **told, sure="yes").status_code == 422, "a reason is needed"
    assert librarian.post(path, **told, sure="yes", why="ordre").status_code == 303
    working = services.curation.working()
    assert {working.named("sector", code).broader for code in ("arts-du-feu", "arts-du-fil")} == {(above,)}
    services.curation.undo(services.curation.history("sector")[0].id, WHO)
    assert services.curation.working().named("sector", "arts-du-fil").broader == ()
    assert librarian.filled(path, terms="nowhere", act="move").status_code == 422
    assert librarian.filled(path, terms="arts", act="move", target="arts").status_code == 422


def test_links_that_lead_nowhere_are_found_by_following_them(services: Services) -> None:
    from harvest.client import Answer
    from harvest.linkcheck import Web
    from vocabularies import inspection, outward

    gone, there = "https://example.org/terms/gone", "https://example.net/terms/there"
    made = create(services, "sector", fr="Arts")
    services.curation.do(lambda now: editing.revise(now, made, {"exact_match": (gone, there)}), WHO)
    status = {gone: 410}

    def look(url: str, _most: int) -> Answer:
        found = status.get(url, 200 if url == there else 404)
        return Answer(url=url, status=found, media_type="text/turtle", body=b"<a> <b> <c> .")

    web = Web(look, lambda _: None, lambda: 0.0, services.now)
    looked, broken = outward.follow(services.curation, "sector", web)
    assert (looked > 1, broken >= 1) == (True, True)
    found = inspection.inspect(services.curation, "sector").found
    assert [each.about for each in found if each.check == "broken-link" and each.iri == made] == [gone]
    status[gone] = 200
    outward.follow(services.curation, "sector", web)
    assert not [each for each in outward.broken(services.curation, "sector") if each.iri == made]


def test_words_that_mean_a_new_term_wait_for_its_release(services: Services, librarian: Browser) -> None:
    ids = free_words(services)
    made = create(services, "sector", fr="Éclairage de la voirie")
    key = words.key_of("éclairage public")
    told = {"key": key, "act": "term", "list": "sector", "term": "eclairage-de-la-voirie"}
    assert librarian.filled("/en/workbench/words", **told).status_code == 303
    assert services.catalogue.using([made]) == []
    assert librarian.filled("/en/workbench/list/sector/drafts").status_code == 303
    assert services.catalogue.using([made]) == sorted(ids)
    assert librarian.filled("/en/workbench/words", key=key, act="take back").status_code == 303
    assert services.catalogue.using([made]) == []


def test_a_release_is_a_table_too(services: Services, librarian: Browser) -> None:
    create(services, fr="Vitrier marin")
    librarian.filled(f"{LIST}/drafts")
    now, before = (
        librarian.client.get(f"/vocabulary/occupation/release/{number}.csv?lang=fr").data.decode("utf-8-sig")
        for number in (2, 1)
    )
    assert "Vitrier marin" in now
    assert "Vitrier marin" not in before
    assert now.startswith("Adresse;Code;")
    assert librarian.client.get("/vocabulary/occupation.xlsx").data[:2] == b"PK"


def test_public_pages_name_organisations_and_no_person(services: Services, app: Flask) -> None:
    account, _ = services.accounts.add("awa@example.org", [Grant("librarian")], name="Awa Traoré")
    fields = {"definition": (Text("Pose les circuits.", "fr"),)}
    services.curation.do(lambda now: editing.revise(now, samples.ELECTRICIAN, fields), account, "précision")
    services.curation.publish("occupation", account, {"fr": "Une définition."})
    for path in (
        "/fr/vocabulary/occupation/electricien-batiment",
        "/fr/vocabulary/occupation/release/2",
        "/vocabulary/occupation/release/2.ttl",
        "/api/vocabularies/occupation/releases",
        "/api/vocabularies/occupation/releases/2",
    ):
        text = app.test_client().get(path).text
        assert "awa@" not in text, path
        assert "Traoré" not in text, path
