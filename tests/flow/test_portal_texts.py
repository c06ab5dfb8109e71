"""The portal's sentences: each is there in French and Portuguese, and none is kept that no page says."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import repository
from repository.messages import FOLDER
from repository.search.errors import SearchNotReady

ROOT = Path(repository.__file__).parent
CALLS = {"marked": None, "say": None}


def said() -> set[object]:
    found: set[object] = {SearchNotReady.message}
    for path in (ROOT / "web" / "templates").glob("*.html"):
        if path.name != "sparql.html":  # told in its own catalogue
            found |= {message for _, message, *_ in extract_from_file("jinja2.ext:babel_extract", path)}
    for path in [*(ROOT / "web").glob("*.py"), ROOT.parent / "vocabularies" / "views.py"]:
        found |= {message for _, message, *_ in extract_from_file("python", path, keywords=CALLS)}
    return found


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_the_portal_says_exactly_what_is_translated(language: str) -> None:
    with (FOLDER / language / "web.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    translated = {message.id for message in catalogue if message.id and message.string}
    assert sorted(map(str, said() - translated)) == [], "to be translated"
    assert sorted(map(str, translated - said())) == [], "no longer said"
