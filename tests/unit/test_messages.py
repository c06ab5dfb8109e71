"""Sentences for people: in the reader's language, with their placeholders filled, never with a key instead."""

import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from repository import messages
from repository.errors import DatabaseUnreachable, MutualisError, RecordNotFound
from repository.messages import FOLDER, LANGUAGES, catalogue, tell, tell_reader, translate

FILES = sorted(FOLDER.glob("*/*.po"))
PLACEHOLDER = re.compile(r"{(\w*)[^}]*}")


@pytest.fixture
def translations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of translations of the test's own."""
    monkeypatch.setattr(messages, "FOLDER", tmp_path)
    for language in ("fr", "pt"):
        (tmp_path / language).mkdir()
    yield tmp_path
    catalogue.cache_clear()


@pytest.fixture(autouse=True)
def forgotten() -> None:
    catalogue.cache_clear()


def add(folder: Path, area: str, message: str, translated: str, *, fuzzy: bool = False) -> None:
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    mark = "#, fuzzy\n" if fuzzy else ""
    (folder / f"{area}.po").write_text(f'{header}\n{mark}msgid "{message}"\nmsgstr "{translated}"\n', "utf-8")


def test_the_areas_of_a_language_make_one_catalogue(translations: Path) -> None:
    add(translations / "fr", "one", "Open", "Ouvrir")
    add(translations / "fr", "two", "{number} records", "{number} notices")
    assert translate("Open", "fr") == "Ouvrir"
    assert translate("{number} records", "fr", number=3) == "3 notices"


def test_a_sentence_that_is_not_translated_is_shown_in_english(translations: Path) -> None:
    add(translations / "fr", "one", "Open", "")
    add(translations / "pt", "one", "Open", "Abrir talvez", fuzzy=True)
    for language in ("fr", "pt", "en", "de", "../fr", ""):
        assert translate("Open", language) == "Open"
        assert translate("Record {id}", language, id="{x}") == "Record {x}"


def test_an_empty_sentence_stays_empty(translations: Path) -> None:
    add(translations / "fr", "one", "Open", "Ouvrir")
    assert translate("", "fr") == ""


def test_an_error_is_told_in_the_language_of_its_reader() -> None:
    told = {language: tell(RecordNotFound(identifier="abc"), language) for language in LANGUAGES}
    assert len(set(told.values())) == len(LANGUAGES)
    assert all("abc" in words for words in told.values())


def test_an_error_crosses_process_borders_with_its_values() -> None:
    error = pickle.loads(pickle.dumps(RecordNotFound(identifier="abc")))
    assert (type(error), error.values, str(error)) == (RecordNotFound, {"identifier": "abc"}, str(error))
    assert isinstance(error, MutualisError) and error.oai_code == "idDoesNotExist"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_translation_has_the_placeholders_of_its_sentence(path: Path) -> None:
    with path.open("rb") as file:
        entries = [each for each in read_po(file, locale=path.parent.name) if each.id and each.string]
    assert entries
    for each in entries:
        forms = [each.string] if isinstance(each.string, str) else list(each.string)
        ids = [each.id] if isinstance(each.id, str) else list(each.id)
        if ids[0].startswith("https://"):
            continue
        allowed = {name for id in ids for name in PLACEHOLDER.findall(id)}
        assert all(set(PLACEHOLDER.findall(form)) <= allowed for form in forms), ids[0]
        assert set(PLACEHOLDER.findall(forms[-1])) == set(PLACEHOLDER.findall(ids[-1])), ids[0]


def test_every_area_is_there_in_french_and_in_portuguese() -> None:
    areas = {language: {path.name for path in FILES if path.parent.name == language} for language in ("fr", "pt")}
    assert areas["fr"] == areas["pt"] != set()


def test_a_reader_is_not_told_where_the_catalogue_is_kept() -> None:
    error = DatabaseUnreachable(address="postgresql://inside.example.org/catalogue", reason="refused")
    assert "inside.example.org" in tell(error, "fr")
    assert "inside.example.org" not in tell_reader(error, "fr")
    assert tell_reader(error, "fr") != tell_reader(error, "en")


def test_a_reader_is_told_what_concerns_a_reader() -> None:
    error = RecordNotFound(identifier="abc")
    assert tell_reader(error, "pt") == tell(error, "pt")
