"""The query page in a real browser: what its script makes of it. Without scripts it is what the server wrote."""

import subprocess
from pathlib import Path

import pytest
from lxml import html

from repository.web.assets import has_package

_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
    "--virtual-time-budget=8000",
    "--dump-dom",
)


def opened(chromium: Path, address: str, profile: Path, *more: str) -> tuple[html.HtmlElement, list[str]]:
    """The document as the browser has it in the end, and what it complained of."""
    done = subprocess.run(
        [chromium, *_OPTIONS, *more, f"--user-data-dir={profile}", address], capture_output=True, timeout=90, check=True
    )
    complaints = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line]
    return html.document_fromstring(done.stdout), complaints


@pytest.mark.parametrize("language", ["fr", "pt", "en"])
def test_the_field_becomes_an_editor(chromium: Path, served: str, tmp_path: Path, language: str) -> None:
    if not has_package("yasqe.min.js"):
        pytest.skip("the editor is not here (make assets)")
    page, complaints = opened(chromium, f"{served}/sparql?lang={language}", tmp_path)
    assert complaints == []
    assert page.xpath("//div[contains(@class, 'CodeMirror')]")
    assert "PREFIX" in "".join(page.xpath("//span[contains(@class, 'cm-keyword')]/text()"))
    assert page.xpath("//textarea[@id='query' and @hidden]")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_fits_its_screen(browse: object, width: int) -> None:
    found = browse("/sparql?lang=pt", width)  # type: ignore[operator]
    assert found["scroll"] <= found["width"], found["wide"]
    assert found["console"] == []


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["fr", "pt", "en"])
def test_the_page_of_data_fits_its_screen(browse: object, language: str, width: int) -> None:
    found = browse(f"/{language}/data", width)  # type: ignore[operator]
    assert found["scroll"] <= found["width"], found["wide"]
    assert found["console"] == []
