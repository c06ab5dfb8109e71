"""The portal's sentences, each there in French and Portuguese and none kept that no page says; numbers and dates."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import repository
from repository.messages import FOLDER
from repository.record import Text
from repository.search.errors import SearchNotReady
from repository.web import texts

ROOT = Path(repository.__file__).parent
CALLS = {"marked": None, "say": None}


def said() -> set[object]:
    found: set[object] = {SearchNotReady.message}
    for path in (ROOT / "web" / "templates").glob("*.html"):
        if path.name != "sparql.html":  # told in its own catalogue
            found |= {message for _, message, *_ in extract_from_file("jinja2.ext:babel_extract", path)}
    for path in [*(ROOT / "web").glob("*.py"), ROOT.parent / "vocabularies" / "views" / "browse.py"]:
        found |= {message for _, message, *_ in extract_from_file("python", path, keywords=CALLS)}
    return found


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_the_portal_says_exactly_what_is_translated(language: str) -> None:
    with (FOLDER / language / "web.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    translated = {message.id for message in catalogue if message.id and message.string}
    assert sorted(map(str, said() - translated)) == [], "to be translated"
    assert sorted(map(str, translated - said())) == [], "no longer said"


@pytest.mark.parametrize(
    ("language", "number", "day", "size"),
    [
        ("fr", "12 345", "3 novembre 2026", "1,5 Mo"),
        ("pt", "12 345", "3 de novembro de 2026", "1,5 MB"),
        ("en", "12,345", "3 November 2026", "1.5 MB"),
    ],
)
def test_numbers_and_dates_are_written_as_readers_write_them(language: str, number: str, day: str, size: str) -> None:
    """Source: CLDR, in the ways of Portugal and of Britain where a language has several."""
    assert plain(texts.number(12345, language)) == number
    assert texts.day("2026-11-03", language) == day
    assert plain(texts.size(1_500_000, language)) == size
    assert texts.size(10**400, language) == texts.size(2**63 - 1, language), "a record may claim any size"


@pytest.mark.parametrize(
    ("started", "ended", "said"),
    [
        ("2026-03-02T10:00:05Z", None, "2 de março de 2026, 10:00 UTC"),
        ("2026-03-02T10:00:05Z", "2026-03-02T10:00:50Z", "2 de março de 2026, 10:00 UTC"),
        ("2026-03-02T10:00:05Z", "2026-03-02T10:02:00Z", "2 de março de 2026, 10:00–10:02 UTC"),
        (
            "2026-03-02T23:59:00Z",
            "2026-03-03T00:01:00Z",
            "2 de março de 2026, 23:59 UTC – 3 de março de 2026, 00:01 UTC",
        ),
    ],
)
def test_a_span_of_time_says_once_what_its_ends_share(started: str, ended: str | None, said: str) -> None:
    assert texts.span(started, ended, "pt") == said


def test_french_signs_never_begin_a_line() -> None:
    assert texts.shown(Text("Guide : « lire » ; et après ?", "fr"), "fr").value == (
        "Guide\u00a0: «\u00a0lire\u00a0»\u00a0; et après\u00a0?"
    )
    assert texts.shown(Text("Guia : ler", "pt"), "pt").value == "Guia : ler"
    assert texts.shown(Text("a :b http ://x", "fr"), "fr").value == "a :b http ://x"


def plain(words: str) -> str:
    """The words with every kind of space that does not break as an ordinary one."""
    return words.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("tag", ["lwg", "fon", "kpz", "x-own", "zz", "fr-BJ", "nonsense words"])
def test_a_language_that_nobody_has_a_name_for_is_shown_by_its_tag(tag: str) -> None:
    for language in ("fr", "pt", "en"):
        assert texts.language_name(tag, language)
