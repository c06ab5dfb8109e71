"""Files of every kind are told apart by their content; the good in them is stored beside the faulty."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import harvest_rig
import msgspec
import portal_rig
import pytest
from harvest_partner import error, metadata, page, record
from harvest_rig import Rig
from openpyxl import Workbook

from harvest.alone import alone
from harvest.errors import SourceBusy
from harvest.source import IMPORTED
from repository import identity, services
from repository.app import create_app
from repository.exchange import drafts
from repository.formats import lom, schema_org
from repository.importing import ImportReport, import_files
from repository.kit import ELSEWHERE
from repository.namespaces import COUNTRY, VOCABULARY
from repository.profile import jsonld, nquads
from repository.record import Record, Text
from repository.store.changes import Act
from repository.tabular import BadMapping, Mapping, read_mapping
from vocabularies import shipped

rig = harvest_rig.rig
TERMS = shipped.terms()
ONE, TWO = "0190b2c0-0000-7000-8000-000000000001", "0190b2c0-0000-7000-8000-000000000002"


def sample(id: str, title: str) -> Record:
    return Record(id=id, identifier=(f"urn:example:{id[-1]}",), title=(Text(title, "fr"),), country=(COUNTRY + "BEN",))


def take(rig: Rig, *files: Path, mapping: Mapping | None = None) -> ImportReport:
    act = Act(id=str(uuid4()), who="test", why="test")
    return import_files(files, catalogue=rig.catalogue, journal=rig.journal, clock=rig.clock, act=act, mapping=mapping)


def file(folder: Path, content: str | bytes, name: str = "file.txt") -> Path:
    """A file whose name tells nothing."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def titles(rig: Rig) -> set[str]:
    held = rig.catalogue.get_many(list(rig.catalogue.published_ids()))
    return {each.record.title[0].value for each in held.values()}


def canonical(*records: Record) -> list[dict[str, object]]:
    return [msgspec.json.decode(jsonld.document(each, TERMS)) for each in records]


ONE_AND_TWO = canonical(sample(ONE, "Un"), sample(TWO, "Deux"))
TURTLE = b"".join(nquads.write(sample(id, title), TERMS) for id, title in ((ONE, "Un"), (TWO, "Deux")))
LOMS = (
    b"<results><r>"
    + b"</r><r>".join(lom.write(sample(id, t), TERMS) for id, t in ((ONE, "Un"), (TWO, "Deux")))
    + b"</r></results>"
)
SCHEMA = b"[" + b",".join(schema_org.write(sample(id, t), TERMS) for id, t in ((ONE, "Un"), (TWO, "Deux"))) + b"]"
GRAPH: dict[str, Any] = {
    "@context": "https://w3id.org/mutualis/context",
    "@graph": [{key: value for key, value in each.items() if key != "@context"} for each in ONE_AND_TWO],
}

KINDS = {
    "an OAI-PMH answer": page(record("1", "Un"), record("2", "Deux")),
    "records without an envelope": f"<records>{record('1', 'Un')}{record('2', 'Deux')}</records>",
    "a list of canonical JSON-LD": msgspec.json.encode(ONE_AND_TWO),
    "canonical JSON-LD under one context": msgspec.json.encode(GRAPH),
    "JSON Lines": b"\n".join(map(msgspec.json.encode, ONE_AND_TWO)),
    "N-Triples of several resources": TURTLE,
    "a file of several lom elements": LOMS,
    "schema.org": SCHEMA,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_is_recognised_by_its_content(rig: Rig, tmp_path: Path, kind: str) -> None:
    path = file(tmp_path, KINDS[kind])
    report = take(rig, path)
    assert (report.outcome, report.total.created) == ("complete", 2)
    assert titles(rig) == {"Un", "Deux"}
    newest = rig.catalogue.newest()
    again = take(rig, path).total
    assert (again.unchanged, again.stored) == (2, 2)
    assert rig.catalogue.newest() == newest


def test_one_document_of_oai_dc_is_a_record(rig: Rig, tmp_path: Path) -> None:
    take(rig, file(tmp_path, metadata("Un").removeprefix("<metadata>").removesuffix("</metadata>")))
    assert titles(rig) == {"Un"}


def test_our_own_records_keep_their_ids_through_every_form_of_our_own(rig: Rig, tmp_path: Path) -> None:
    for kind in (
        "a list of canonical JSON-LD",
        "canonical JSON-LD under one context",
        "N-Triples of several resources",
    ):
        take(rig, file(tmp_path, KINDS[kind]))
        assert set(rig.catalogue.published_ids()) == {ONE, TWO}, kind


def test_records_of_an_oai_file_keep_their_origin_and_their_deletions(rig: Rig, tmp_path: Path) -> None:
    take(rig, file(tmp_path, page(record("1", "Un"), record("2", "Deux"))))
    report = take(rig, file(tmp_path, page(record("1", deleted=True))))
    assert report.total.deleted == 1
    assert titles(rig) == {"Deux"}
    stored = rig.catalogue.get(identity.imported_id("oai:partner:2"))
    (origin,) = stored.record.catalog_record
    assert (origin.source, origin.identifier, origin.base_url) == (
        IMPORTED,
        "oai:partner:2",
        "http://partner.example/oai",
    )
    assert [each.id for each in rig.journal.sources()] == [IMPORTED]
    assert rig.journal.last_runs()[IMPORTED].outcome == "complete"


def test_the_good_is_stored_beside_the_faulty_which_is_kept_with_its_place(rig: Rig, tmp_path: Path) -> None:
    lines = [msgspec.json.encode(ONE_AND_TWO[0]), b'{"broken": ', b"17", msgspec.json.encode(ONE_AND_TWO[1])]
    path = file(tmp_path, b"\n".join(lines))
    report = take(rig, path)
    assert (report.outcome, report.total.created, report.total.held) == ("partial", 2, 2)
    held = rig.journal.quarantined(IMPORTED)
    assert [each.place.rpartition("/")[2] for each in held] == ["file.txt line 2", "file.txt line 3"]
    assert held[0].received == b'{"broken": '
    assert "objet" in held[1].fault.told("fr")
    take(rig, file(tmp_path, b"\n".join((lines[0], lines[3]))))
    assert rig.journal.quarantined(IMPORTED) == []


def test_of_a_record_that_stands_twice_the_later_one_stays(rig: Rig, tmp_path: Path) -> None:
    early = canonical(sample(ONE, "Un"))[0]
    later = {**early, "keyword": [{"@value": "soudure", "@language": "fr"}]}
    report = take(rig, file(tmp_path, msgspec.json.encode([early, early, later])))
    assert (report.total.created, report.total.duplicates) == (1, 2)
    assert rig.catalogue.get(ONE).record.keyword == (Text("soudure", "fr"),)
    assert report.total.balanced


def test_different_records_with_one_identifier_or_with_none_that_names_anything_stay_apart(
    rig: Rig, tmp_path: Path
) -> None:
    def element(title: str, identifier: str) -> str:
        return (
            '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{title}</dc:title><dc:identifier>{identifier}</dc:identifier></oai_dc:dc>"
        )

    pairs = (("Un", "same"), ("Deux", "same"), ("Trois", "???"), ("Quatre", "???"))
    report = take(rig, file(tmp_path, f"<all>{''.join(element(*pair) for pair in pairs)}</all>"))
    assert titles(rig) == {"Un", "Deux", "Trois", "Quatre"}
    assert report.total.notes["identifier-shared"] == 1


def test_what_is_declared_of_a_kit_is_taken_in(rig: Rig, tmp_path: Path) -> None:
    kit = {
        "@type": "Kit",
        "country": COUNTRY + "BEN",
        "level": VOCABULARY + "level/BJ-CQP",
        "occupation": VOCABULARY + "occupation/couturier",
        "declarations": [
            {"type": VOCABULARY + "resource-type/GP", "status": ELSEWHERE, "where": [{"@value": "Cotonou"}]}
        ],
    }
    kits = [kit, {**kit, "declarations": 3}]
    content = msgspec.json.encode({**GRAPH, "@graph": [*GRAPH["@graph"], *kits]})
    report = take(rig, file(tmp_path, content))
    assert (report.total.created, report.total.kits, report.total.held) == (2, 1, 1)
    (id,) = rig.catalogue.kit_ids()
    (declared,) = rig.catalogue.kits([id])[id].declarations
    assert (declared.status, declared.where) == (ELSEWHERE, (Text("Cotonou"),))


FAULTY = {
    "an OAI-PMH error": (error("badArgument"), "badArgument"),
    "words": ("Bonjour à tous", "known here"),
    "a table without a mapping": ("Num;Titre\n1;Le béton\n", "--mapping"),
    "faulty Turtle": ("<urn:a> <urn:b> .", "Turtle"),
    "nothing": ("", "known here"),
    "XML of an unknown format": ("<thing xmlns='urn:x'/>", "{urn:x}thing"),
    "broken XML": ("<a><b></a>", "not well-formed"),
    "JSON without a context": ('{"name": "x"}', "not read yet"),
    "a remote context": ('{"@context": "http://127.0.0.1:9/c", "@id": "urn:x"}', "could not be read"),
    "deep nesting": ("[" * 100_000, "nested"),
    "an entity bomb": ('<!DOCTYPE a [<!ENTITY b "c">]><OAI-PMH>&b;</OAI-PMH>', "entities"),
}


@pytest.mark.parametrize("kind", FAULTY)
def test_a_file_that_is_nothing_known_is_kept_with_a_reason(rig: Rig, tmp_path: Path, kind: str) -> None:
    content, sign = FAULTY[kind]
    report = take(rig, file(tmp_path, content))
    assert (report.outcome, report.total.offered, report.total.held) == ("failed", 1, 1)
    (held,) = rig.journal.quarantined(IMPORTED)
    assert sign in held.fault.told("en")
    assert held.received.replace(b" ", b"") == content.encode().replace(b" ", b"")


def test_an_absent_file_is_told_and_the_others_are_taken_in(rig: Rig, tmp_path: Path) -> None:
    report = take(rig, tmp_path / "absent.xml", file(tmp_path, KINDS["schema.org"]))
    assert report.outcome == "partial"
    assert "absent.xml" in report.files[0].report.problems[0].told("fr")
    assert report.files[1].report.created == 2


def test_a_file_that_might_never_end_is_not_begun(rig: Rig, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    report = take(rig, tmp_path / "pipe", Path("/dev/zero"), tmp_path, file(tmp_path, KINDS["schema.org"]))
    assert report.outcome == "partial"
    assert ["ordinary" in str(each.report.problems) for each in report.files] == [True, True, True, False]
    assert report.files[3].report.created == 2


MAPPING = b"""
identifier = "x:{Num}"
[[field]]
to = "title"
column = "Titre"
language_column = "Langue"
[[field]]
to = "issued"
column = "Date"
date = "%d/%m/%Y"
[[field]]
to = "keyword"
column = "Mots"
split = ","
language = "fr"
[[field]]
to = "licence"
column = "Licence"
words = { "libre" = "http://creativecommons.org/licenses/by/4.0/" }
[[field]]
to = "creator"
column = "Auteur"
pattern = "^([^(]+)"
[[field]]
to = "publisher"
value = "Centre"
"""
CSV = (
    "Num;Titre;Langue;Date;Mots;Licence;Auteur\n"
    "1;Le béton;fr;03/02/2021;gros œuvre, béton;libre;A. Ba (ENM)\n"
    ";Sans;fr;;;;\n2;O betão;pt;2021;;;\n3;x;y;z;a;b;c;d;e\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_is_read_through_its_mapping(rig: Rig, tmp_path: Path, encoding: str) -> None:
    report = take(rig, file(tmp_path, CSV.encode(encoding)), mapping=read_mapping(MAPPING, "m.toml"))
    assert (report.total.created, report.total.held, report.outcome) == (2, 2, "partial")
    found = rig.catalogue.get(identity.imported_id("x:1")).record
    assert found.title == (Text("Le béton", "fr"),)
    assert found.issued == "2021-02-03"
    assert TERMS.find("licence", "CC BY 4.0") == found.licence
    assert {each.value for each in found.keyword} == {"gros œuvre", "béton"}
    assert found.creator[0].name[0].value == "A. Ba"
    places = [each.place.rpartition("/")[2] for each in rig.journal.quarantined(IMPORTED)]
    assert places == ["file.txt line 3", "file.txt line 5"]


def test_rows_of_json_are_read_through_paths(rig: Rig, tmp_path: Path) -> None:
    mapping = read_mapping(
        b'rows = "a.b"\nidentifier = "{id}"\n[[field]]\nto = "title"\ncolumn = "t.fr"\nlanguage = "fr"\n'
        b'[[field]]\nto = "creator"\ncolumn = "who.name"\n', "m.toml",
    )  # fmt: skip
    rows = [{"id": 7, "t": {"fr": "Un"}, "who": [{"name": "A"}, {"name": "B"}]}, 3]
    report = take(rig, file(tmp_path, msgspec.json.encode({"a": {"b": rows}})), mapping=mapping)
    assert (report.total.created, report.total.held) == (1, 1)
    (id,) = rig.catalogue.published_ids()
    assert [each.name[0].value for each in rig.catalogue.get(id).record.creator] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("identifier = ", "Invalid value"),
        ("rows = 'a'", "identifier"),
        ('identifier = "a"\n[[field]]\nto = "colour"\ncolumn = "c"', "'colour' is none of"),
        ('identifier = "a"\n[[field]]\nto = "title"', "needs one of column"),
        ('identifier = "a"\n[[field]]\nto = "title"\ncolumn = "c"\npattern = "("', "pattern of title"),
        ('identifier = "a"\nspeed = 3', "speed"),
    ],
)
def test_a_wrong_mapping_is_told_by_its_place(text: str, sign: str) -> None:
    with pytest.raises(BadMapping, match=sign):
        read_mapping(text.encode(), "m.toml")


def test_a_workbook_becomes_drafts_that_nobody_else_sees(tmp_path: Path) -> None:
    """Through the same door as every other file; the same file again changes nothing."""
    opened = services.create(tmp_path / "data", {})
    again = [_import_into(opened, file(tmp_path, _workbook())) for _ in range(2)]
    assert [(each.outcome, each.total.drafts, each.total.offered) for each in again] == [("complete", 2, 0)] * 2
    told = [each.files[0].inventory for each in again]
    assert [(each.created, each.unchanged) for each in told if each] == [(2, 0), (0, 2)]
    saved = drafts.listed(opened.database)
    assert {each.record.title[0].value for each in saved} == {"Mâchefer du Sahel", "Mâchefer du fleuve"}
    assert opened.catalogue.newest() == max(each.number for each in opened.catalogue.changes(0, 100_000))
    assert opened.catalogue.changes(0, 100_000, ("record", "kit")) == []
    assert opened.catalogue.totals() == (0, 0)
    portal_rig.follow(opened)
    assert opened.search.search("mâchefer", "fr", {}).total == 0
    reader = create_app(opened).test_client()
    assert b"noRecordsMatch" in reader.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").data
    for each in saved:
        assert reader.get(f"/fr/resource/{each.record.id}").status_code == 404
        assert reader.get(f"/resource/{each.record.id}").status_code == 404
        asked = f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={each.record.id}"
        assert b"idDoesNotExist" in reader.get(asked).data
    opened.close()


def test_a_workbook_with_a_wrong_row_is_partial_and_says_so(rig: Rig, tmp_path: Path) -> None:
    report = take(rig, file(tmp_path, _workbook(language="langue inventée")))
    assert (report.outcome, report.total.drafts) == ("partial", 1)
    assert "1 of 2 rows" in report.total.problems[0].told("en")
    assert rig.journal.runs(IMPORTED)[0].outcome == "partial"


def test_a_second_import_is_refused_while_one_goes_on(rig: Rig, tmp_path: Path) -> None:
    with alone(rig.catalogue.database, IMPORTED), pytest.raises(SourceBusy):
        take(rig, file(tmp_path, KINDS["JSON Lines"]))
    assert take(rig, file(tmp_path, KINDS["JSON Lines"])).outcome == "complete"


def test_an_import_that_is_interrupted_says_so_and_keeps_what_came(rig: Rig, tmp_path: Path) -> None:
    first, second = file(tmp_path, KINDS["JSON Lines"], "first"), file(tmp_path, SCHEMA, "second")

    def stop(done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_files(
            (first, second),
            catalogue=rig.catalogue,
            journal=rig.journal,
            clock=rig.clock,
            act=Act(id="stopped", who="test", why="test"),
            progress=stop,
        )
    (run,) = rig.journal.runs(IMPORTED)
    assert (run.outcome, run.report.created) == ("partial", 2)
    assert "interrupted" in run.report.problems[0].told("en")


def _import_into(opened: services.Services, path: Path) -> ImportReport:
    return import_files(
        (path,),
        catalogue=opened.catalogue,
        journal=opened.journal,
        clock=opened.now,
        act=opened.act("ml", "inventaire"),
    )


def _workbook(language: str = "français") -> bytes:
    """An inventory of two rows, as a person fills it in; `language` stands in the second."""
    row = {
        "Identifiant": "ML-INV-001",
        "Titre (français)": "Mâchefer du Sahel",
        "Description": "Modules, durées et contenus de la formation.",
        "Langue": "français",
        "Pays": "Mali",
        "Secteur d’activité": "Bâtiment et travaux publics",
        "Type de document": "RF",
        "Niveau": "CQP",
        "Métier": "macon",
        "Éditeur": "Ministère chargé de la formation professionnelle",
        "Année": 2019,
        "Licence": "Main levée (régime de la mutualisation)",
        "Accès": "accès libre",
        "Adaptation autorisée": "oui",
    }
    other = row | {"Identifiant": "ML-INV-002", "Titre (français)": "Mâchefer du fleuve", "Langue": language}
    book = Workbook()
    page = book.active
    for cells in (list(row), list(row.values()), list(other.values())):
        page.append(cells)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()
