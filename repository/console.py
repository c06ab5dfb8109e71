"""What a command shows: results on standard output, progress and errors on standard error, in the user's language."""

import getpass
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console as Screen
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from repository.errors import DataFolderUnusable, DiskFull, MutualisError
from repository.messages import LANGUAGES, tell, translate

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FULL_DISK: Final = frozenset({EFBIG, ENOSPC, EDQUOT})

Advance = Callable[[int, int | None], None]
"""Called with how much is done and how much there is in all (None: not known)."""


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The user's language, from MUTUALIS_LANGUAGE or the locale; English where it is none of ours."""
    for name in ("MUTUALIS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


def user() -> str:
    """The name of the user of this machine, or the number where it has none, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def refusal(error: OSError, data: Path) -> MutualisError:
    """A sentence for what the operating system refused to a command on a data folder, outside the database."""
    path = error.filename or data
    if error.errno in _FULL_DISK:
        return DiskFull(path=path)
    return DataFolderUnusable(path=path, reason=error.strerror or str(error))


def harmless(words: str) -> str:
    """Words that a terminal shows and does not obey: a partner's may hold its control characters."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words.replace("\r\n", "\n"))


class Console:
    """One command's way to its user. With `as_json` the report alone goes to standard output, as JSON."""

    def __init__(self, *, as_json: bool = False, language: str = "en") -> None:
        self.as_json, self.language = as_json, language
        self._out = Screen(soft_wrap=True, highlight=False, markup=False)
        self._err = Screen(stderr=True, soft_wrap=True, highlight=False, markup=False)

    def set_aside(self) -> None:
        """Say and report on standard error from now on: standard output is for something else."""
        self._out = self._err

    def lines(self, lines: Iterable[str]) -> None:
        """Lines for programs on standard output, as they are."""
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()

    def text(self, message: str, /, **values: object) -> str:
        return translate(message, self.language, **values)

    def say(self, message: str, /, **values: object) -> None:
        """One sentence for people; nothing when the report is to be JSON."""
        if not self.as_json:
            self._out.print(harmless(self.text(message, **values)))
            self._out.file.flush()  # a program that reads us through a pipe waits for this line

    def warn(self, message: str, /, **values: object) -> None:
        """One sentence on standard error, in either kind of report."""
        self._err.print(harmless(self.text(message, **values)))

    def fail(self, error: MutualisError) -> None:
        """Tell what went wrong: a sentence for people, an object with "error" for programs."""
        sentence = tell(error, self.language)
        if self.as_json:
            self.report({"outcome": "failed", "error": type(error).__name__, "message": sentence})
        self._err.print(harmless(sentence), style="bold red")

    def report(self, content: Any) -> None:
        """The machine-readable report; shown only when it was asked for."""
        if self.as_json:
            self._out.out(msgspec.json.format(msgspec.json.encode(content)).decode(), highlight=False)
            self._out.file.flush()

    def table(self, headings: list[str], rows: list[list[str]]) -> None:
        """Rows for people; nothing when the report is to be JSON."""
        if self.as_json:
            return
        drawn = Table(box=None, pad_edge=False)
        for heading in headings:
            drawn.add_column(self.text(heading))
        for row in rows:
            drawn.add_row(*map(harmless, row))
        self._out.print(drawn)

    @contextmanager
    def progress(self, message: str, /, **values: object) -> Iterator[Advance]:
        """A progress bar on standard error, gone when the block ends."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._err, transient=True, disable=not self._err.is_terminal) as bar:
            task = bar.add_task(self.text(message, **values), total=None)

            def advance(done: int, total: int | None) -> None:
                bar.update(task, completed=done, total=total)

            yield advance
