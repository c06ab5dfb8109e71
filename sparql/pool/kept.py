"""Answers that are kept for as long as the data are the same: one folder for each version of them.

Every web process finds what any of them has kept. An answer of another version is never found, since its name holds
the version; its folder goes when the next version is kept.
"""

import os
import shutil
import struct
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sparql.query import Answer, Question

_LARGEST: Final = 8 * 1024 * 1024
_ALL: Final = 64 * 1024 * 1024
_ROWS: Final = struct.Struct("!Q")


class Kept:
    """The answers in `folder`, at most 64 MB of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, question: Question, version: str) -> Answer | None:
        """The answer to a question that was found in this version of the data before."""
        if not question.key or not version:
            return None
        try:
            file = self._path(question, version).open("rb")
        except FileNotFoundError:
            return None
        rows = _ROWS.unpack(file.read(_ROWS.size))[0]
        size = os.fstat(file.fileno()).st_size - _ROWS.size
        return Answer(format=question.format, file=file, size=size, rows=rows, version=version)

    def keep(self, question: Question, answer: Answer) -> None:
        """Keep an answer, unless it is large; its file stands at its beginning again afterwards."""
        if not question.key or not answer.version or answer.size > _LARGEST:
            return
        path = self._path(question, answer.version)
        try:
            self._make_room(path.parent, answer.size)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
                beside.write(_ROWS.pack(answer.rows))
                shutil.copyfileobj(answer.file, beside)
            Path(beside.name).replace(path)
        except OSError:
            return  # the next one who asks waits as this one did
        finally:
            answer.file.seek(0)

    def _make_room(self, folder: Path, size: int) -> None:
        """Forget other versions, and the oldest answers of this one where there are too many."""
        if not folder.is_dir():
            for path in self.folder.glob("*"):
                shutil.rmtree(path, ignore_errors=True)
            folder.mkdir(parents=True)
        held = sorted((each.stat().st_mtime, each.stat().st_size, each.path) for each in _files(folder))
        total = sum(each for _, each, _ in held) + size
        for _, freed, name in held:
            if total <= _ALL:
                return
            Path(name).unlink(missing_ok=True)
            total -= freed

    def _path(self, question: Question, version: str) -> Path:
        return self.folder / version / _name(question)


def _files(folder: Path) -> "list[os.DirEntry[str]]":
    with os.scandir(folder) as found:
        return list(found)


def _name(question: Question) -> str:
    """A name that two questions share only where they have the same answer in the same form."""
    graphs = (question.default_graphs, question.named_graphs)
    words = repr((question.key, question.format.name, question.base_iri, graphs))
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
