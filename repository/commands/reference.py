"""The reference pages of the commands and of the formats, written from their tables.

`python -m repository.commands.reference` rewrites them in docs/reference; a test fails when one is stale.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from repository.cli import COMMANDS
from repository.formats.registry import Format
from repository.formats.table import FORMATS

FOLDER: Final = Path(__file__).parents[2] / "docs" / "reference"
COMMANDS_HEAD: Final = """# Commands

This page is generated from the commands themselves by `make docs`; do not edit it by hand.

```text
mutualis [--data FOLDER] [--json] COMMAND ...
```

| for every command | meaning |
|---|---|
| `--data FOLDER` | the data folder; without it the one that `MUTUALIS_DATA` names, or `data` |
| `--json` | report as one JSON object on standard output |
| `--help` | show the help of a command |

Messages come in the language of `MUTUALIS_LANGUAGE` (`fr`, `pt` or `en`), or of the locale. Results go to standard
output, progress and errors to standard error.

| exit status | meaning |
|---|---|
| 0 | everything was done |
| 1 | nothing was done; the sentence on standard error says why, and what to do |
| 2 | the command was not understood |
| 3 | a part was done; the report says what is missing |
| 130 | interrupted by Ctrl-C |
"""
FORMATS_HEAD: Final = """# Formats

This page is generated from `repository/formats/table.py` by `make docs`; do not edit it by hand.

The name is the metadata prefix in OAI-PMH and in `harvest --prefix`. Each format is read by `import` and `harvest`, and
written under the address of a resource: by its ending (`/resource/ID.ttl`), or by its media type in the header
`Accept`. Where a media type stands twice, the first one is given; the ending names the other.

| name | media type | ending | OAI-PMH | namespace or profile | XML schema |
|---|---|---|---|---|---|
"""


class _Noted:
    """Stands in for a parser and notes the arguments that a command has, as rows of (words, meaning)."""

    def __init__(self, before: str = "") -> None:
        self.before = before
        self.rows: list[tuple[str, str]] = []
        self.below: list[_Noted] = []

    def add_argument(self, *names: str, **about: Any) -> None:
        if about.get("help") == argparse.SUPPRESS:
            return
        words = names[0] if names[0].startswith("-") else ""
        if about.get("action") != "store_true":
            words += f" {_value(names[0], about)}"
        meaning = str(about.get("help", "")) % {"default": about.get("default")}
        self.rows.append((words.strip(), meaning + (" (mandatory)" if about.get("required") else "")))

    def add_subparsers(self, **_: Any) -> "_Noted":
        return self

    def add_parser(self, name: str, **_: Any) -> "_Noted":
        self.below.append(_Noted(f"{self.before}{name} "))
        return self.below[-1]


def _value(name: str, about: dict[str, Any]) -> str:
    value = about.get("metavar") or "|".join(about.get("choices", ())) or name.lstrip("-").upper()
    return f"{value}..." if about.get("nargs") in ("+", "*") else value


def commands_page() -> str:
    """docs/reference/commands.md."""
    sections = [_section(each.name, each.help, each.load()) for each in COMMANDS if not each.hidden]
    return "\n".join([COMMANDS_HEAD, *sections])


def _section(name: str, help: str, module: Any) -> str:
    noted = _Noted()
    module.arguments(cast(argparse.ArgumentParser, noted), str)
    lines = [f"## {name}", "", f"{help[0].upper()}{help[1:]}.", ""]
    rows = [(each.before, *row) for each in (noted, *noted.below) for row in each.rows]
    if rows:
        lines += ["| argument | meaning |", "|---|---|"]
        lines += [f"| `{before}{_cell(words)}` | {_cell(meaning)} |" for before, words, meaning in rows] + [""]
    return "\n".join(lines)


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def formats_page() -> str:
    """docs/reference/formats.md."""
    return FORMATS_HEAD + "".join(f"| {' | '.join(_facts(each))} |\n" for each in FORMATS)


def _facts(format: Format) -> Iterator[str]:
    yield f"`{format.prefix}`"
    yield f"`{format.media_type}`"
    yield f"`.{format.extension}`"
    yield "yes" if format.oai else ""
    yield f"<{format.namespace or format.profile}>" if format.namespace or format.profile else ""
    yield f"<{format.schema}>" if format.schema else ""


PAGES: Final = {"commands.md": commands_page, "formats.md": formats_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")
