"""Every sentence for people exists in French and Portuguese, and none is translated that nobody says."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

import harvest
import repository
import sparql
import vocabularies
from repository.errors import MutualisError
from repository.messages import FOLDER

ROOT = Path(repository.__file__).parent.parent
PACKAGES = (repository, vocabularies, harvest, sparql)
SAYING = {
    "say",
    "warn",
    "text",
    "progress",
    "translate",
    "Finding",
    "Command",
    "add_argument",
    "_",
    "gettext",
    "Fault",
    "Remedy",
    "Rule",
    "Kind",
    "marked",
    "done",
    "table",
    "_setting",
}
"""Calls whose literal arguments are sentences for people."""
PLACEHOLDER = re.compile(r"{(\w+)")


def errors(kind: type[MutualisError] = MutualisError) -> Iterator[type[MutualisError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from errors(each)


def modules() -> None:
    for package in PACKAGES:
        for each in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if ".migrations" not in each.name:
                importlib.import_module(each.name)


def said_in_code() -> set[str]:
    found: set[str] = set()
    for package in PACKAGES:
        for path in Path(package.__path__[0]).rglob("*.py"):
            found |= {words for words in _literals(ast.parse(path.read_text("utf-8"))) if " " in words}
    return found


def _literals(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SAYING:
            for argument in (*node.args, *(each.value for each in node.keywords if each.arg in {"help", "message"})):
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def said_in_templates() -> set[str]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    found: set[str] = set()
    for path in (ROOT / "repository" / "web" / "templates").rglob("*.*"):
        for _, _, message in environment.extract_translations(path.read_text("utf-8")):
            found |= {each for each in (message if isinstance(message, tuple) else (message,)) if each}
    return found


def translated(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                for key in message.id if isinstance(message.id, tuple) else (message.id,):
                    strings = message.string if isinstance(message.string, tuple) else (message.string,)
                    if key and all(strings):
                        found[key] = strings[-1]
    return found


@pytest.fixture(scope="module")
def said() -> set[str]:
    modules()
    told = {each.message for each in errors()} | {each.public for each in errors() if each.public}
    return told | said_in_code() | said_in_templates()


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_every_sentence_is_translated(said: set[str], language: str) -> None:
    assert sorted(said - translated(language).keys()) == []


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_a_translation_fills_the_same_places(language: str) -> None:
    wrong = {
        message: string
        for message, string in translated(language).items()
        if set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(string)) and " " in message
    }
    assert wrong == {}


def test_french_has_its_typographic_apostrophes() -> None:
    assert [string for string in translated("fr").values() if re.search(r"\b[dlnsjmtcqu]'\w", string)] == []
