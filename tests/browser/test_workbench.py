"""The workbench in a real browser: from proposal to release, a merge and its undo, a sheet, the keyboard alone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import portal_catalogue as samples
import pytest
from desk_window import Desk, Window, serving, window
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from vocabularies import sheets

LIST = "/en/workbench/list/occupation"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving(tmp_path / "data") as opened:
        opened.account("lib@example.org", "librarian")
        opened.account("enm@example.org", "contributor")
        yield opened


@pytest.fixture
def look(chromium: Path, chromedriver: str, desk: Desk, tmp_path: Path) -> Iterator[Window]:
    with window(chromium, chromedriver, desk, tmp_path / "profile") as opened:
        yield opened


def test_a_proposal_is_accepted_and_released(look: Window, desk: Desk) -> None:
    look.sign_in("enm@example.org")
    look.open(f"{LIST}/new")
    look.fill("pref_label.fr", "Soudeur sous-marin")
    look.fill("pref_label.pt", "Soldador submarino")
    look.fill("pref_label.en", "Underwater welder")
    look.fill("why", "demandé à Lomé")
    look.press("Propose this")
    assert "Your proposal is with the curators" in look.text
    look.sign_in("lib@example.org")
    look.open(LIST)
    look.press("A new term")
    assert "Soudeur sous-marin" in look.text
    look.press("Accept")
    look.open(f"{LIST}/drafts")
    assert "Underwater welder" in look.text
    look.fill("notes.fr", "Un métier de plus.")
    look.press("Publish")
    assert "Release 2 is published" in look.text
    look.open("/pt/vocabulary/occupation/soudeur-sous-marin")
    assert "Soldador submarino" in look.text


def test_a_merge_shows_its_impact_and_is_taken_back(look: Window, desk: Desk) -> None:
    held = desk.services.catalogue.using([samples.ELECTRICIAN])
    look.sign_in("lib@example.org")
    look.open(f"{LIST}/term/electricien-batiment")
    look.press("Merge it into another term")
    assert "What this touches" in look.text
    assert re.search(rf"Resources\s+{len(held)}\b", look.text)
    look.fill("into", "soudeur")
    look.fill("why", "essai")
    look.press("Merge into another term")
    look.open(f"{LIST}/drafts")
    look.press("Publish")
    assert f"Resources with another term: {len(held)}" in look.text
    assert desk.services.catalogue.using([samples.ELECTRICIAN]) == []
    look.open("/en/vocabulary/occupation/electricien-batiment")
    assert "Use instead" in look.text
    look.open(f"{LIST}/history")
    look.press("Take back")
    assert desk.services.catalogue.using([samples.ELECTRICIAN]) == held


def test_a_list_goes_out_as_a_sheet_and_comes_back(look: Window, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "occupations.xlsx"
    path.write_bytes(sheets.as_workbook("occupation", desk.services.curation.working(), "en"))
    look.sign_in("lib@example.org")
    look.open(f"{LIST}/sheet")
    look.field("sheet").send_keys(str(path))
    look.press("Show what would change")
    assert "Nothing: the file says what stands here." in look.text
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    place = next(cell.column for cell in sheet[1] if cell.value == "Definition [fr]")
    row = next(row[1].row for row in sheet.iter_rows() if row[1].value == "electricien-batiment")
    sheet.cell(row, place).value = "Pose les circuits électriques."
    book.save(path)
    look.open(f"{LIST}/sheet")
    look.field("sheet").send_keys(str(path))
    look.press("Show what would change")
    assert "Pose les circuits électriques." in look.text
    look.press("Draft these changes")
    assert "terms that change: 1" in look.text
    assert desk.services.curation.draft_counts() == {"occupation": 1}


def test_a_term_is_added_by_the_keyboard_alone(look: Window, desk: Desk) -> None:
    look.sign_in("lib@example.org")
    look.open(LIST)
    look.tab_to("New term")
    look.enter()
    look.tab_to("pref_label.fr")
    look.keys("Vitrier marin")
    look.tab_to("why")
    look.keys("demandé")
    look.tab_to("Save the draft")
    look.enter()
    assert "Saved as a draft" in look.text
    assert desk.services.curation.draft_counts() == {"occupation": 1}


def test_the_search_of_a_list_completes_what_is_typed(look: Window) -> None:
    look.open("/fr/vocabulary/occupation")
    field = look.driver.find_element(By.ID, "q")
    field.send_keys("electricien bat")
    options = "return [...document.querySelectorAll('#found option')].map(each => each.value)"
    found = WebDriverWait(look.driver, 10).until(lambda driver: driver.execute_script(options))
    assert "Électricien bâtiment" in found
    field.send_keys(Keys.ENTER)
    assert look.driver.get_log("browser") == []


EXPERT = {
    "en": r"skos|rdf|iris?|uris?|pref_?label|alt_?label|concepts?|notations?|predicates?|literals?|ontology",
    "fr": r"skos|rdf|iris?|uris?|pref_?label|alt_?label|concepts?|notations?|prédicats?|littéral|ontologie",
    "pt": r"skos|rdf|iris?|uris?|pref_?label|alt_?label|conceitos?|notaç(?:ão|ões)|predicados?|literal|ontologia",
}
"""Words of those who know SKOS; a librarian need not."""

PAGES = (
    "workbench",
    "workbench/words",
    "workbench/import",
    *(
        f"workbench/list/sector{end}"
        for end in ("", "/new", "/term/energie", "/merge/energie", "/split/energie", "/withdraw/energie", "/bulk")
    ),
    *(
        f"workbench/list/sector/{end}"
        for end in ("drafts", "history", "checks", "translate", "align?with=isced-f", "sheet")
    ),
    "vocabulary",
    "vocabulary/sector",
    "vocabulary/sector/energie",
    "vocabulary/sector/print",
)
_SEEN = """
const page = document.querySelector("main").cloneNode(true);
page.querySelectorAll(".expert, code, script, option, del, ins, a[rel~=external]").forEach(each => each.remove());
return page.textContent;
"""


@pytest.mark.parametrize("language", ["fr", "pt", "en"])
def test_no_word_of_experts_shows_outside_their_view(look: Window, language: str) -> None:
    look.sign_in("lib@example.org")
    found: dict[str, set[str]] = {}
    for path in PAGES:
        look.open(f"/{language}/{path}")
        text = look.driver.execute_script(_SEEN)
        text = re.sub(r"https?://\S+", "", text)
        if words := set(re.findall(rf"(?<![.\w])(?:{EXPERT[language]})\b", text, re.IGNORECASE)):
            found[path] = words
    assert found == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_the_workbench_is_wider_than_its_window(look: Window, width: int) -> None:
    look.sign_in("lib@example.org")
    measure: Callable[[], bool] = lambda: look.driver.execute_script(  # noqa: E731
        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    look.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    wide = []
    for path in PAGES:
        look.open(f"/fr/{path}")
        if not measure():
            wide.append(path)
    assert wide == []
