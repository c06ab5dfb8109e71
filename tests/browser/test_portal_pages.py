"""The five pages of the portal in a real browser: on a desk and on a phone, in three languages."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import portal_catalogue as samples
import pytest

from repository.web.assets import STATIC

MOST_BYTES = 50_000
PAGES = {
    "home": "",
    "search": "search?q=electricien&country=BJ",
    "resource": f"resource/{samples.FULL}",
    "concept": "vocabulary/occupation/electricien-batiment",
    "sources": "sources",
}
Browse = Callable[[str, int], dict[str, Any]]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["fr", "pt", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_screen_and_a_slow_line(browse: Browse, name: str, language: str, width: int) -> None:
    found = browse(f"/{language}/{PAGES[name]}", width)
    assert found["width"] == pytest.approx(width, abs=20)
    assert found["scroll"] <= found["width"], found["wide"]
    assert found["wide"] == []
    assert found["console"] == []
    assert found["styled"] == "rgb(7, 66, 59)", "the style sheet was not applied"
    assert 0 < found["bytes"] <= MOST_BYTES
    assert found["small"] == 0, "something to press is smaller than a finger"


@pytest.mark.parametrize(
    "path", [f"kit/{samples.KIT}", "vocabulary", "vocabulary/isco", "search?show=kits", "about", "nothing"]
)
def test_the_other_pages_fit_a_phone(browse: Browse, path: str) -> None:
    found = browse(f"/fr/{path}", 360)
    assert found["scroll"] <= found["width"], found["wide"]
    assert found["bytes"] <= MOST_BYTES


def luminance(colour: str) -> float:
    """Relative luminance of "#rgb" or "#rrggbb". Source: WCAG 2.2, definition of relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(char * 2 for char in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1])
def test_words_stand_out_from_their_ground_by_day_and_by_night(scheme: int) -> None:
    """Source: WCAG 2.2, success criterion 1.4.3 (level AA): 4.5 to 1."""
    sheet = (STATIC / "mutualis.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    colours = dict(re.findall(r"--(\w[\w-]*): (#[0-9a-f]{3,6});", blocks[scheme]))
    pairs = [*product(("ink", "soft", "green", "clay", "blue"), ("paper", "card", "wash")), ("on-deep", "deep")]
    for words, ground in pairs:
        light, dark = sorted((luminance(colours[words]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (words, ground)
