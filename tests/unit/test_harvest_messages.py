"""Everything that the harvester and imports tell people exists in French and in Portuguese."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvest import errors
from repository import tabular
from repository.contents import piece
from repository.messages import catalogue

ROOT = Path(__file__).resolve().parents[2]
MODULES = [
    *(ROOT / "harvest").glob("*.py"),
    *(ROOT / "repository" / "contents").glob("*.py"),
    ROOT / "repository" / "tabular.py",
]


def sentences() -> Iterator[str]:
    for module in (errors, piece, tabular):
        for each in vars(module).values():
            if isinstance(each, type) and each.__module__ == module.__name__ and "message" in vars(each):
                yield each.message
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                (argument,) = node.args
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_every_sentence_is_translated_and_keeps_its_placeholders(language: str) -> None:
    from string import Formatter

    held = catalogue(language)
    told = sorted(set(sentences()))
    assert len(told) > 25
    for sentence in told:
        translated = held.gettext(sentence)
        assert translated != sentence, f"{language} lacks: {sentence}"
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (sentence, translated)]
        assert names[0] == names[1]
