"""`mutualis query`: ask in SPARQL, the catalogue or a dump or release of it, whenever that was made."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import BinaryIO, Final, cast

import pyoxigraph as ox

from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console
from repository.errors import UnreadableFile
from sparql import admission, dumps, results
from sparql.errors import QueryFailed, SearchNotHere
from sparql.plan import plan
from sparql.pool.workers import malformed
from sparql.query import Question

_FORMATS: Final = [each.name for each in results.FORMATS]
_ALL_ROWS: Final = 1 << 62


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("query", metavar="FILE", help=text("file that holds the query; - for standard input"))
    parser.add_argument("--dump", type=Path, metavar="FILE", help=text("ask this dump (.nq.gz or .nq), no catalogue"))
    parser.add_argument("--release", metavar="NUMBER", help=text("ask this release of the catalogue"))
    parser.add_argument("--format", choices=_FORMATS, help=text("how the answer is written (default: csv or turtle)"))
    parser.add_argument("--output", type=Path, metavar="FILE", help=text("file to write (default: standard output)"))


def run(given: Namespace, console: Console) -> int:
    text = _text(given.query)
    admitted = admission.admit(text)
    kind = results.kind_of(admitted.form)
    form = results.demanded(given.format or ("csv" if kind == "results" else "turtle"), kind)
    console.set_aside()
    with tempfile.TemporaryFile() as answer:  # a query that fails must not cost what an earlier one has written
        if given.dump or given.release:
            rows = _of_dump(given, admitted, form, cast(BinaryIO, answer), console)
        else:
            rows = _of_catalogue(given, admitted, form, cast(BinaryIO, answer))
        answer.seek(0)
        with given.output.open("wb") if given.output else _standard() as output:
            shutil.copyfileobj(answer, output)
    console.report({"outcome": "complete", "rows": rows})
    return COMPLETE


def _standard() -> BinaryIO:
    return cast(BinaryIO, open(sys.stdout.fileno(), "wb", closefd=False))


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(path=name, reason=getattr(error, "strerror", None) or str(error)) from error


def _of_catalogue(given: Namespace, admitted: admission.Admitted, form: results.Format, output: BinaryIO) -> int:
    opened = services.open_services(given.data)
    try:
        made = opened.plan_query(admitted.text)
        question = Question(
            text=made.text,
            written=admitted.text,
            form=admitted.form,
            format=form,
            top=made.top,
            base_iri=opened.base_iri,
        )
        answer = opened.answer_query(question)
        for piece in answer.chunks():
            output.write(piece)
    finally:
        opened.close()
    return answer.rows


def _of_dump(
    given: Namespace, admitted: admission.Admitted, form: results.Format, output: BinaryIO, console: Console
) -> int:
    """Load the dump into a store of its own, which goes with the command, and ask that: without limits, since nobody
    else waits."""
    path, base_iri = _chosen(given)
    with tempfile.TemporaryDirectory(prefix="mutualis-query-") as folder, console.progress("Loading {path}", path=path):
        store = ox.Store(folder)
        try:
            with path.open("rb") as file:
                dumps.load(file, store)
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise UnreadableFile(path=path, reason=getattr(error, "strerror", None) or str(error)) from error
        text = plan(admitted.text, _no_search).text
        try:
            return results.write(store.query(text, base_iri=base_iri), form, output, _ALL_ROWS, _ALL_ROWS)[0]
        except SyntaxError as error:
            raise malformed(str(error), admitted.text) from error
        except (RuntimeError, ValueError) as error:
            raise QueryFailed(reason=str(error).rstrip(".")) from error


def _chosen(given: Namespace) -> tuple[Path, str | None]:
    """The file of a dump, and the address under which a release was made; a file alone does not tell that. Raises
    NoSuchRelease."""
    if given.dump:
        return given.dump, None
    held = dumps.Dumps(given.data)
    release = held.get("release", given.release)
    return held.folder("release", release.name) / next(iter(dumps.FILES)), release.base_iri


def _no_search(_words: str, _most: int) -> list[tuple[str, float]]:
    """The search index is no part of a dump."""
    raise SearchNotHere
