"""A national inventory travels from a spreadsheet to drafts, and every fault in it is told by its cell."""

import json
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from repository.catalogue import Catalogue
from repository.errors import MutualisError
from repository.exchange import columns, drafts, rows, template
from repository.exchange.errors import (
    DamagedWorkbook,
    DraftNotFound,
    GridTooLarge,
    NoHeadings,
    NotAWorkbook,
    OldWorkbook,
    ProtectedWorkbook,
    UnreadableWorkbook,
    WorkbookTooLarge,
    WorkbookUnpacksTooLarge,
)
from repository.exchange.inventory import import_workbook, read_workbook
from repository.exchange.report import Problem, Report
from repository.messages import LANGUAGES, catalogue, tell, translate
from repository.namespaces import COUNTRY, VOCABULARY
from repository.profile import jsonld
from repository.record import Record, Text
from repository.store.database import Database
from repository.store.tables import history, metadata, records
from vocabularies import shipped

TERMS = shipped.terms()
EXAMPLES = Path(__file__).parents[2] / "examples"
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 18, tzinfo=UTC)

FRENCH = {
    "Identifiant": "ML-INV-001",
    "TITRE (français) *": "Référentiel de formation : maçon",
    "Description": "Modules, durées et contenus de la formation de maçon.",
    "langue": "français",
    "Pays": "Mali",
    "Secteur d’activité": "Bâtiment et travaux publics",
    "Type de document": "RF",
    "Niveau": "CQP",
    "métier": "macon",
    "Éditeur *": "Ministère chargé de la formation professionnelle",
    "Année": 2019,
    "Licence": "Main levée (régime de la mutualisation)",
    "Accès": "accès libre",
    "Adaptation autorisée": "oui",
}
PORTUGUESE = {
    "Identificador": "GW-INV-7",
    "Título (em português)": "Guia pedagógico: transformador de castanha de caju",
    "Título (em francês)": "Guide pédagogique : transformateur de noix de cajou",
    "Descrição": "Atividades e materiais para os módulos.",
    "Língua": "português",
    "País": "Guiné-Bissau",
    "Setor": "agroalimentar",
    "Tipo de recurso": "Guia pedagógico",
    "Nível de qualificação": "GW-CFP1",
    "Profissão": "Transformador de castanha de caju",
    "Editor": "Instituto nacional de formação profissional",
    "Data de publicação": "12/04/2021",
    "Licença": "CC-BY-4.0",
    "Acesso aos ficheiros": "Acesso livre",
    "Adaptação autorizada": "sim",
    "Palavras-chave (em português)": "caju | segurança alimentar",
    "Endereço de acesso": "https://example.org/gp.pdf",
}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    held = Database(f"sqlite:///{tmp_path / 'catalogue.sqlite'}")
    metadata.create_all(held.engine)
    return held


def workbook(*filled: dict[str, Any], above: int = 0, sheet: str = "Inventaire") -> bytes:
    """A workbook as a person makes one: some rows above, the headings, then the rows."""
    book = Workbook()
    page = book.active
    page.title = sheet
    for number in range(above):
        page.append([f"Inventaire national, version {number}"])
    headings = list(dict.fromkeys(heading for row in filled for heading in row))
    page.append(headings)
    for row in filled:
        page.append([row.get(heading) for heading in headings])
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def put(database: Database, data: bytes, now: datetime = MORNING, language: str = "fr", who: str = "ml") -> Report:
    return import_workbook(
        data, terms=TERMS, database=database, who=who, now=now, language=language, file="inventaire.xlsx"
    )


def counts(report: Report) -> tuple[int, ...]:
    return report.read, report.created, report.changed, report.unchanged, report.refused


def only(database: Database) -> Record:
    (saved,) = drafts.listed(database)
    return saved.record


def the_problem(report: Report) -> Problem:
    (problem,) = report.problems
    return problem


def samples() -> list[Record]:
    held = []
    for path in sorted((EXAMPLES / "sample").glob("*.jsonld")):
        nodes = json.loads(path.read_text("utf-8"))["@graph"]
        held += [jsonld.record_of(node, TERMS) for node in nodes if node.get("@type") != "Kit"]
    return held


# Good rows


def test_a_french_inventory_becomes_drafts(database: Database) -> None:
    report = put(database, workbook(FRENCH))
    assert (counts(report), report.problems, report.outcome) == ((1, 1, 0, 0, 0), [], "complete")
    draft = only(database)
    assert draft.title == (Text("Référentiel de formation : maçon", "fr"),)
    assert draft.language == (TERMS.find("language", "fr"),)
    assert draft.country == (COUNTRY + "MLI",)
    assert draft.level == (VOCABULARY + "level/ML-CQP",), "CQP is that of the row's own country"
    assert draft.occupation == (VOCABULARY + "occupation/macon",)
    assert draft.issued == "2019"
    assert draft.adaptation == VOCABULARY + "adaptation/allowed"
    assert draft.publisher is not None and draft.publisher.name[0].language == "fr"


def test_a_portuguese_inventory_becomes_drafts_in_portuguese(database: Database) -> None:
    report = put(database, workbook(PORTUGUESE), language="pt")
    assert (counts(report), report.problems) == ((1, 1, 0, 0, 0), [])
    draft = only(database)
    assert set(draft.title) == {
        Text(PORTUGUESE["Título (em português)"], "pt"),
        Text(PORTUGUESE["Título (em francês)"], "fr"),
    }
    assert draft.description[0].language == "pt"
    assert draft.keyword == (Text("caju", "pt"), Text("segurança alimentar", "pt"))
    assert draft.issued == "2021-04-12"
    assert draft.distribution[0].media_type == "application/pdf"


def test_a_label_in_another_language_than_the_headings_is_understood(database: Database) -> None:
    row = FRENCH | {"Pays": "Senegal", "Secteur d’activité": "Energia", "Type de document": "Teaching guide"}
    report = put(database, workbook(row))
    assert report.problems == []
    draft = only(database)
    assert draft.sector == (VOCABULARY + "sector/energie",)
    assert draft.resource_type == (VOCABULARY + "resource-type/GP",)
    assert draft.level == (VOCABULARY + "level/SN-CQP",)


def test_headings_may_stand_below_a_title_and_empty_rows_are_passed_over(database: Database) -> None:
    data = workbook(FRENCH, {}, {"Identifiant": "   "}, FRENCH | {"Identifiant": "ML-INV-002"}, above=3)
    assert counts(put(database, data)) == (2, 2, 0, 0, 0)


def test_codes_keep_their_zeros_and_numbers_lose_their_decimal_point(database: Database) -> None:
    put(database, workbook(FRENCH | {"Identifiant": "007"}, FRENCH | {"Identifiant": 12}))
    assert {saved.record.identifier[0] for saved in drafts.listed(database)} == {"007", "12"}


@pytest.mark.parametrize(
    ("cell", "issued"),
    [
        (2019, "2019"),
        ("2019", "2019"),
        ("2019-06", "2019-06"),
        ("06/2019", "2019-06"),
        ("14/6/2019", "2019-06-14"),
        (date(2019, 6, 14), "2019-06-14"),
        (datetime(2019, 6, 14, 12), "2019-06-14"),
        (date(1905, 7, 11), "2019"),
    ],
)
def test_dates_are_taken_as_people_write_them(cell: Any, issued: str) -> None:
    _, (draft,) = read_workbook(workbook(FRENCH | {"Année": cell}), terms=TERMS)
    assert draft.record.issued == issued


def test_several_values_stand_between_bars(database: Database) -> None:
    row = FRENCH | {
        "Pays": "Mali | Niger",
        "Niveau": "ML-CQP | NE-CQP",
        "Auteur": "Direction de l’ingénierie | Bureau d’études",
        "Durée": "900 heures",
    }
    assert put(database, workbook(row)).problems == []
    draft = only(database)
    assert len(draft.country) == len(draft.level) == len(draft.creator) == 2
    assert draft.time_required == "PT900H"


def test_a_text_may_name_its_own_language() -> None:
    row = FRENCH | {"Éditeur *": "Ministério da Educação Nacional @pt", "Titulaire des droits": "info@example.org"}
    _, (draft,) = read_workbook(workbook(row), terms=TERMS)
    assert draft.record.publisher is not None
    assert draft.record.publisher.name == (Text("Ministério da Educação Nacional", "pt"),)
    assert draft.record.rights_holder[0].name == (Text("info@example.org", "fr"),)


def test_every_visible_sheet_with_headings_is_read(database: Database) -> None:
    book = load_workbook(BytesIO(workbook(FRENCH)))
    second, hidden = book.create_sheet("Suite"), book.create_sheet("Caché")
    for page, number in ((second, "ML-INV-002"), (hidden, "ML-INV-003")):
        page.append(list(FRENCH))
        page.append(list((FRENCH | {"Identifiant": number}).values()))
    hidden.sheet_state = "hidden"
    packed = BytesIO()
    book.save(packed)
    assert counts(put(database, packed.getvalue())) == (2, 2, 0, 0, 0)


# The same file again


def test_the_same_file_again_changes_nothing(database: Database) -> None:
    data = workbook(FRENCH, FRENCH | {"Identifiant": None, "Description": "Sans numéro."})
    assert counts(put(database, data)) == (2, 2, 0, 0, 0)
    before = drafts.listed(database)
    assert counts(put(database, data, EVENING)) == (2, 0, 0, 2, 0)
    assert drafts.listed(database) == before


def test_a_corrected_row_updates_its_draft(database: Database) -> None:
    put(database, workbook(FRENCH))
    (before,) = drafts.listed(database)
    report = put(database, workbook(FRENCH | {"Année": 2020}), EVENING, who="other")
    assert counts(report) == (1, 0, 1, 0, 0)
    (after,) = drafts.listed(database)
    assert (after.id, after.key) == (before.id, before.key)
    assert (after.record.issued, after.who, after.saved) == ("2020", "other", "2026-11-23T18:00:00Z")
    assert drafts.get(database, after.id) == after


def test_the_same_number_in_two_countries_is_two_resources(database: Database) -> None:
    report = put(database, workbook(FRENCH, FRENCH | {"Pays": "Niger", "Niveau": "NE-CQP"}))
    assert counts(report) == (2, 2, 0, 0, 0)


def test_a_file_mended_after_faults_adds_only_what_was_missing(database: Database) -> None:
    wrong = FRENCH | {"Identifiant": "ML-INV-002", "Secteur d’activité": "Batimant"}
    assert counts(put(database, workbook(FRENCH, wrong))) == (2, 1, 0, 0, 1)
    mended = wrong | {"Secteur d’activité": "Bâtiment"}
    assert counts(put(database, workbook(FRENCH, mended), EVENING)) == (2, 1, 0, 1, 0)


# Faults, each by its cell


def test_a_value_outside_a_list_is_told_with_its_cell_and_what_to_write_instead(database: Database) -> None:
    wrong = FRENCH | {"Identifiant": "ML-INV-002", "Secteur d’activité": "Agriclture"}
    report = put(database, workbook(FRENCH, wrong))
    assert (counts(report), report.outcome) == ((2, 1, 0, 0, 1), "partial")
    problem = the_problem(report)
    assert (problem.sheet, problem.row, problem.column, problem.heading) == ("Inventaire", 3, "F", "Secteur d’activité")
    assert problem.value == "Agriclture"
    assert problem.closest[0] == "Agriculture, élevage et pêche"
    assert "Bâtiment et travaux publics" in problem.allowed
    told = problem.told("fr")
    assert told.startswith("Feuille Inventaire, ligne 3, colonne F (Secteur d’activité) : ")
    assert "« Agriclture »" in told.replace("\u00a0", " ") and "Agriculture, élevage et pêche" in told


def test_faults_are_told_in_portuguese_and_english_too() -> None:
    wrong = workbook(PORTUGUESE | {"Setor": "Agricltura"}, sheet="Inventário")
    for language, start in {
        "pt": "Folha Inventário, linha 2, coluna G",
        "en": "Sheet Inventário, row 2, column G",
    }.items():
        report, good = read_workbook(wrong, terms=TERMS, language=language)
        assert good == [] and the_problem(report).told(language).startswith(start)


def test_the_nearest_of_a_long_list_is_offered_without_the_list() -> None:
    report, _ = read_workbook(workbook(FRENCH | {"métier": "electrissien du batimant"}), terms=TERMS)
    problem = the_problem(report)
    assert problem.closest[0] == "Électricien bâtiment"
    assert problem.allowed == () and "deuxième feuille" in problem.sentence


def test_a_level_is_offered_among_those_of_the_rows_country() -> None:
    report, _ = read_workbook(workbook(FRENCH | {"Niveau": "BEPC"}), terms=TERMS)
    allowed = the_problem(report).allowed
    assert any("(Mali)" in name for name in allowed) and not any("(Niger)" in name for name in allowed)


def test_a_level_that_only_other_countries_have_is_not_offered() -> None:
    report, _ = read_workbook(workbook(PORTUGUESE | {"Nível de qualificação": "CAP"}), terms=TERMS, language="pt")
    problem = the_problem(report)
    assert all("(Guiné-Bissau)" in name or name.startswith("Nível") for name in problem.allowed)
    assert "GW-CFP1" not in problem.sentence and "(Togo)" not in problem.sentence


def test_a_level_of_several_countries_asks_which_one_is_meant() -> None:
    report, _ = read_workbook(workbook(FRENCH | {"Pays": "Mali | Niger"}), terms=TERMS)
    assert {"(ML-CQP)", "(NE-CQP)"} == {name[name.rindex("(") :] for name in the_problem(report).closest}


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"TITRE (français) *": None}, "B", "Titre"),
        ({"Description": None}, "C", "Description"),
        ({"Licence": None}, "L", "Licence"),
        ({"Niveau": None}, "H", "kit"),
        ({"Année": "l’an dernier"}, "K", "2024-05-31"),
        ({"Lien": "fichier.pdf"}, "O", "https://"),
        ({"Lien": "https://example.org/a", "Format": "classeur"}, "P", "application/pdf"),
        ({"Durée": "trois mois"}, "O", "PT40H"),
    ],
)
def test_a_fault_of_the_profile_is_told_with_its_cell(change: dict[str, Any], column: str, words: str) -> None:
    report, good = read_workbook(workbook(FRENCH | change), terms=TERMS)
    problem = the_problem(report)
    assert good == [] and report.refused == 1
    assert (problem.row, problem.column) == (2, column) and words in problem.sentence


def test_several_faults_of_one_row_are_all_told_and_count_as_one_row() -> None:
    report, _ = read_workbook(
        workbook(FRENCH | {"Pays": "Wakanda", "Licence": "libre", "Description": None}), terms=TERMS
    )
    assert report.refused == 1
    assert {problem.column for problem in report.problems} >= {"C", "E", "L"}


def test_files_and_numbers_may_still_be_missing() -> None:
    row = FRENCH | {"Identifiant": None, "Lien": "https://example.org/document/12"}
    report, (draft,) = read_workbook(workbook(row), terms=TERMS)
    assert report.problems == []
    assert draft.record.identifier == () and draft.record.distribution[0].media_type is None


def test_a_column_that_is_missing_is_told_once_and_no_row_is_stored() -> None:
    row = {heading: cell for heading, cell in FRENCH.items() if heading != "Licence"}
    report, good = read_workbook(workbook(row, row | {"Identifiant": "2"}), terms=TERMS)
    assert (report.read, report.refused, good, report.outcome) == (2, 2, [], "failed")
    problem = the_problem(report)
    assert problem.row == 1 and "Licence" in problem.sentence


def test_an_unknown_or_repeated_heading_is_noted_and_keeps_no_row_out() -> None:
    report, good = read_workbook(workbook(FRENCH | {"Observations": "à revoir", "Titre": "Un autre"}), terms=TERMS)
    assert len(good) == 1 and report.outcome == "complete"
    assert [(each.heading, each.column, each.weight) for each in report.problems] == [
        ("Observations", "O", "note"),
        ("Titre", "P", "note"),
    ]


def test_two_rows_with_one_number_are_told_apart_by_their_author() -> None:
    report, good = read_workbook(workbook(FRENCH, FRENCH | {"Description": "Autre."}), terms=TERMS)
    problem = the_problem(report)
    assert (len(good), report.refused) == (1, 1)
    assert (problem.row, problem.column) == (3, "A") and "ligne 2" in problem.sentence


def test_a_sheet_without_headings_is_noted_beside_one_that_is_read() -> None:
    book = load_workbook(BytesIO(workbook(FRENCH)))
    book.create_sheet("Notes").append(["À compléter avant juin"])
    packed = BytesIO()
    book.save(packed)
    report, good = read_workbook(packed.getvalue(), terms=TERMS)
    assert len(good) == 1 and the_problem(report).told("fr").startswith("Feuille Notes : ")


# The template


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_of_the_template_is_recognised(language: str) -> None:
    for column in columns.COLUMNS:
        assert columns.recognise(columns.heading(column, language) + " *", language) == column


def test_no_heading_means_two_columns() -> None:
    names: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for column in columns.COLUMNS:
            names.setdefault(columns.heading(column, language), set()).add(column.name)
    assert {heading: held for heading, held in names.items() if len(held) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_filled_with_the_sample_is_imported_without_a_fault(database: Database, language: str) -> None:
    held = samples()
    report = put(database, template.write(TERMS, language, held), language=language)
    assert (report.problems, report.created, report.refused) == ([], len(held), 0)
    by_identifier = {saved.record.identifier: saved.record for saved in drafts.listed(database)}
    for record in held:
        wrote, read = rows.values_of(record), rows.values_of(by_identifier[record.identifier])
        for name in wrote.keys() - {"creator"}:
            assert set(read[name]) == set(wrote[name]), (record.identifier, name)
        assert [agent.name for agent in read["creator"]] == [agent.name for agent in wrote["creator"]]


def test_an_empty_template_offers_lists_hints_and_a_fixed_first_row() -> None:
    book = load_workbook(BytesIO(template.write(TERMS, "pt")))
    sheet, lists = book.worksheets
    assert (sheet.title, lists.title, sheet.freeze_panes) == ("Inventário", "Valores admitidos", "B2")
    headings = [cell.value for cell in sheet[1]]
    assert "Setor *" in headings and "Título (em português) *" in headings
    letter = sheet.cell(1, headings.index("Setor *") + 1).column_letter
    (hint,) = [each for each in sheet.data_validations.dataValidation if f"{letter}2" in each.sqref]
    assert hint.type == "list" and hint.prompt
    first = hint.formula1.split("!")[1].replace("$", "").split(":")[0]
    assert lists[first].value == "Agricultura, pecuária e pesca"
    assert lists[first].offset(0, 1).value == "agriculture"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_allowed_value_of_the_template_is_accepted(language: str) -> None:
    lists = load_workbook(BytesIO(template.write(TERMS, language))).worksheets[1]
    tried = 0
    for place, column in enumerate(dict.fromkeys(c.name for c in columns.COLUMNS if c.meaning.row.range == "concept")):
        scheme = columns.Column(column).meaning.row.scheme
        for name, code in lists.iter_rows(2, min_col=2 * place + 1, max_col=2 * place + 2, values_only=True):
            if name:
                found = [TERMS.find(each, word) for word in (name, code) for each in scheme]
                assert {iri for iri in found if iri}, (column, name, code)
                tried += 1
    assert tried > 300


def test_a_text_that_begins_like_a_formula_stays_a_text(database: Database) -> None:
    evil = '=HYPERLINK("https://example.org/?"&A2,"cliquez")'
    put(database, workbook(FRENCH))
    (saved,) = drafts.listed(database)
    fields = {"title": (Text(evil, "fr"), Text("+1", "pt"), Text("@SUM(A1)", "en"))}
    data = template.write(TERMS, "fr", [Record(id=saved.id, **fields)])
    with ZipFile(BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    cells = load_workbook(BytesIO(data)).worksheets[0][2]
    written = {cell.value: cell for cell in cells if cell.value}
    assert set(written) == {evil, "+1", "@SUM(A1)"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in written.values())


# Drafts are nobody else's business


def test_drafts_never_reach_the_feed_or_the_records(database: Database) -> None:
    put(database, workbook(FRENCH))
    catalogue = Catalogue(database, lambda: TERMS, lambda: MORNING)
    assert catalogue.newest() == 0 and list(catalogue.changes(0, 10)) == []
    with database.reading() as connection:
        for table in (records, history):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_a_draft_that_is_not_there_is_told_as_such(database: Database) -> None:
    with pytest.raises(DraftNotFound, match="0190"):
        drafts.get(database, "0190")


def test_drafts_are_listed_by_author(database: Database) -> None:
    put(database, workbook(FRENCH), who="ml")
    put(database, workbook(PORTUGUESE), EVENING, who="gw")
    assert [saved.who for saved in drafts.listed(database)] == ["gw", "ml"]
    assert [saved.who for saved in drafts.listed(database, "ml")] == ["ml"]


def test_drafts_are_kept_alike_by_both_databases(database_url: str) -> None:
    held = Database(database_url)
    metadata.create_all(held.engine)
    data = workbook(FRENCH, FRENCH | {"Identifiant": "ML-INV-002"})
    assert counts(put(held, data)) == (2, 2, 0, 0, 0)
    assert counts(put(held, data, EVENING)) == (2, 0, 0, 2, 0)
    assert {saved.key for saved in drafts.listed(held)} == {"ML/ML-INV-001", "ML/ML-INV-002"}
    held.close()


# Hostile and odd files


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """A good workbook with its parts changed."""
    packed = BytesIO()
    with ZipFile(BytesIO(workbook(FRENCH))) as archive, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name in archive.namelist():
            new.writestr(name, change(name, archive.read(name)))
    return packed.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    return repacked(lambda name, data: data.replace(old, new, 1) if name.startswith("xl/worksheets/") else data)


def understated(data: bytes) -> bytes:
    """The same archive, whose directory says that every part unpacks to 100 bytes."""
    changed, at = bytearray(data), data.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", 100)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def bomb() -> bytes:
    padding = b"<!--" + b" " * 120_000_000 + b"-->"
    return repacked(lambda name, data: data + padding if name == "xl/styles.xml" else data)


HOSTILE: dict[str, tuple[Callable[[], bytes], type[MutualisError]]] = {
    "empty": (lambda: b"", NotAWorkbook),
    "a text": (lambda: b"Titre;Pays\nA;Mali\n", NotAWorkbook),
    "a zip of something else": (
        lambda: repacked(lambda *_: b"").replace(b"workbook.xml", b"workbook.txt"),
        NotAWorkbook,
    ),
    "cut off": (lambda: workbook(FRENCH)[:3000], NotAWorkbook),
    "Excel 97": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, OldWorkbook),
    "encrypted": (
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        ProtectedWorkbook,
    ),
    "too many bytes": (lambda: b"PK\x03\x04" + b"\0" * 20_000_001, WorkbookTooLarge),
    "bomb": (bomb, WorkbookUnpacksTooLarge),
    "bomb that understates itself": (lambda: understated(bomb()), UnreadableWorkbook),
    "sizes that are not true": (lambda: understated(workbook(FRENCH)), DamagedWorkbook),
    "broken XML": (lambda: in_sheet(b"</sheetData>", b"</sheet>"), DamagedWorkbook),
    "a document type": (
        lambda: in_sheet(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet'),
        DamagedWorkbook,
    ),
    "a cell at the end of the world": (
        lambda: in_sheet(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        GridTooLarge,
    ),
    "a cell nowhere": (lambda: in_sheet(b'r="B2"', b'r="2B!"'), DamagedWorkbook),
    "no sheet": (lambda: repacked(lambda name, data: b"" if "sheet1" in name else data), UnreadableWorkbook),
    "no headings": (lambda: workbook({"Nom": "a", "Âge": 3}), NoHeadings),
    "an empty sheet": (lambda: workbook({}), NoHeadings),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_odd_file_is_refused_in_one_sentence_and_nothing_is_stored(database: Database, name: str) -> None:
    make, error = HOSTILE[name]
    with pytest.raises(error) as caught:
        put(database, make())
    assert drafts.listed(database) == []
    for language in LANGUAGES:
        assert "inventaire.xlsx" in tell(caught.value, language)


def test_many_formatted_empty_rows_are_harmless() -> None:
    rows_ = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (number, number) for number in (900_000, 1_048_576))
    report, good = read_workbook(in_sheet(b"</sheetData>", rows_ + b"</sheetData>"), terms=TERMS)
    assert (len(good), report.read) == (1, 1)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_workbook(tmp_path / "absent.xlsx", terms=TERMS)


def test_every_cell_may_hold_anything() -> None:
    odd = ["=1/0", "\t", "x" * 30_000, "| | |", "@", "ـ", "🙂", True, -1, 1e300, date(1900, 1, 1), "<b>", "%s {value}"]
    for cell in odd:
        report, good = read_workbook(workbook(dict.fromkeys(FRENCH, cell), FRENCH), terms=TERMS)
        assert len(good) == 1 and report.read == len(good) + report.refused
        assert all(problem.told("fr") for problem in report.problems)


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_every_sentence_about_workbooks_is_translated(language: str) -> None:
    classes = [*UnreadableWorkbook.__subclasses__(), DraftNotFound]
    for message in (each.message for each in classes):
        assert catalogue(language).gettext(message) != message
    assert translate("Allowed values", language) != "Allowed values"


def test_damage_deep_in_a_part_is_found_before_it_is_read() -> None:
    data = bytearray(workbook(FRENCH))
    with ZipFile(BytesIO(data)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    start = part.header_offset + 30 + len(part.filename)
    for place in range(start + 20, start + 60):
        data[place] ^= 0xFF
    with pytest.raises(DamagedWorkbook, match=r"sheet1\.xml"):
        read_workbook(bytes(data), terms=TERMS, file="a.xlsx")
