"""Everything that the triples say, as files: dated dumps, of which the last few are kept, and numbered releases, which
are kept for ever.

They are made from a checkpoint, so that nobody waits for it; a folder appears whole or not at all. Layout:
`<kind>/<name>/` with the files of `FILES`, `SHA256SUMS`, and `about.json`, which says what they are.
"""

import fcntl
import gzip
import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, Literal, cast

import msgspec
import pyoxigraph as ox
from msgspec import Struct

from repository.errors import MutualisError
from repository.namespaces import MU, PREFIXES
from sparql.counts import Counts, counted

Kind = Literal["dump", "release"]
ABOUT: Final = "about.json"
_LOCK: Final = "dumps.lock"
_log = logging.getLogger(__name__)
SUMS: Final = "SHA256SUMS"
KEPT: Final = 3
"""Dumps that are kept; releases are kept all."""

FILES: Final = {
    "mutualis.nq.gz": ("application/n-quads", "application/gzip"),
    "mutualis.ttl.gz": ("text/turtle", "application/gzip"),
}
"""Name of a file -> its media type, and how it is packed."""

_LEVEL: Final = 6
_PIECE: Final = 1 << 24
_FOLLOWED: Final = ox.NamedNode(MU + "followed")
"""Where the projection stands: nothing that the catalogue says."""

Progress = Callable[[int, int], None]


class NoTriples(MutualisError):
    message = "The triple store is not built yet; serve the catalogue, or run mutualis rebuild triples."
    status = 503


class NoSuchRelease(MutualisError):
    message = "There is no release {name}; mutualis release list shows those that there are."
    status = 404


class File(Struct, frozen=True, rename="camel"):
    """A file of a dump: its name, its media type when unpacked, its size in bytes and its SHA-256."""

    name: str
    media_type: str
    bytes: int
    sha256: str


class Dump(Struct, frozen=True, kw_only=True, rename="camel"):
    """One dump or release. `name` is its date or its number; `issued` when it was made (UTC); `version` names the data;
    `note` says what is new, by language."""

    kind: Kind
    name: str
    issued: str
    version: str
    base_iri: str
    title: str
    licence: str
    counts: Counts
    files: tuple[File, ...] = ()
    note: dict[str, str] = {}

    @property
    def path(self) -> str:
        """Where it is below the catalogue's address."""
        return f"dataset/{self.kind}/{self.name}"


class Dumps:
    """The dumps and releases below a folder (the data folder)."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def folder(self, kind: Kind, name: str) -> Path:
        return self.data / f"{kind}s" / name

    def listed(self, kind: Kind) -> list[Dump]:
        """All of a kind, the newest first."""
        found = []
        for path in (self.data / f"{kind}s").glob(f"[!.]*/{ABOUT}"):  # what begins with a dot is being written
            try:
                found.append(_read(path))
            except (OSError, msgspec.DecodeError) as error:  # one that is damaged must not hide the others
                _log.warning("%s cannot be read: %s", path, error)
        return sorted(found, key=lambda each: (each.issued, each.name), reverse=True)

    def get(self, kind: Kind, name: str) -> Dump:
        """One of them. Raises NoSuchRelease."""
        path = self.folder(kind, name) / ABOUT
        if not name.replace("-", "").isalnum() or not path.is_file():
            raise NoSuchRelease(name=name)
        return _read(path)

    def write(self, store: ox.Store, about: Dump, progress: Progress = lambda done, total: None) -> Dump:
        """Write the files of a dump from a store that does not change; returns it with its files and counts.

        Another one of the same day takes its place; a release never does, and gets the next number where it has no
        name. One is written at a time, whoever writes.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            name = about.name or self._next_release()
            return self._write(store, msgspec.structs.replace(about, name=name), progress)

    def _write(self, store: ox.Store, about: Dump, progress: Progress) -> Dump:
        place = self.folder(about.kind, about.name)
        beside = place.with_name(f".{place.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        try:
            _write_quads(store, beside / "mutualis.nq.gz", progress)
            _write_turtle(store, beside / "mutualis.ttl.gz")
            files = tuple(_told(beside / name, media_type) for name, (media_type, _) in FILES.items())
            made = msgspec.structs.replace(about, files=files, counts=counted(store, about.base_iri))
            (beside / SUMS).write_text("".join(f"{each.sha256}  {each.name}\n" for each in files))
            (beside / ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
            _sync(beside)
            if about.kind == "dump":
                shutil.rmtree(place, ignore_errors=True)
            beside.rename(place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return made

    def _next_release(self) -> str:
        """The number of the next release: above every folder that is there, readable or not."""
        names = (path.name for path in (self.data / "releases").glob("*"))
        return str(max((int(name) for name in names if name.isdecimal()), default=0) + 1)

    def stamp(self) -> str:
        """Changes whenever there is another dump or release."""
        folders = (self.data / "dumps", self.data / "releases")
        return " ".join(str(each.stat().st_mtime_ns) if each.is_dir() else "" for each in folders)

    def prune(self) -> None:
        """Remove all dumps but the newest few."""
        for each in self.listed("dump")[KEPT:]:
            shutil.rmtree(self.folder("dump", each.name), ignore_errors=True)


def _read(path: Path) -> Dump:
    return msgspec.json.decode(path.read_bytes(), type=Dump)


def _write_quads(store: ox.Store, path: Path, progress: Progress) -> None:
    """Every named graph, one after the other in the order of their names; the default graph is all of them together."""
    names = sorted(str(each) for each in store.named_graphs())
    with _packed(path) as file:
        for number, name in enumerate(names, 1):
            graph = ox.NamedNode(name[1:-1])
            lines = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b""
            file.write(b"".join(_quads(lines, name.encode())))
            progress(number, len(names))


def _quads(lines: bytes, graph: bytes) -> Iterator[bytes]:
    """The lines of a graph in the order of their bytes, so that the same data give the same file."""
    for line in sorted(lines.splitlines()):
        if line.split(b" ", 2)[1] != str(_FOLLOWED).encode():
            yield line.removesuffix(b" .") + b" " + graph + b" .\n"


def _write_turtle(store: ox.Store, path: Path) -> None:
    """The default graph: every statement once, without where the projection stands."""
    held = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    with _packed(path) as file:
        triples = (quad.triple for quad in held if quad.predicate != _FOLLOWED)
        ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=PREFIXES)


@contextmanager
def _packed(path: Path) -> Iterator[IO[bytes]]:
    """A gzip file that does not tell when it was packed, nor under which name."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
        yield cast(IO[bytes], packed)


def _told(path: Path, media_type: str) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path.name, media_type, path.stat().st_size, digest)


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def load(file: BinaryIO, store: ox.Store) -> None:
    """Fill a store from the N-Quads of a dump, packed or not: each statement in its graph and in the default graph.

    Raises SyntaxError where the file holds something else.
    """
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    source: Any = gzip.open(file) if packed else file  # noqa: SIM115 the caller closes the file
    while lines := source.readlines(_PIECE):
        # No IRI holds a space: what follows the last " <" is the graph.
        whole = b"".join(line.rpartition(b" <")[0] + b" .\n" if line.endswith(b"> .\n") else line for line in lines)
        store.bulk_load(whole + b"".join(lines), ox.RdfFormat.N_QUADS, lenient=True)


def citation(dump: Dump) -> str:
    """How a release is cited, in one line."""
    return f"{dump.title}, {dump.issued[:4]}. Release {dump.name} ({dump.issued[:10]}). {dump.base_iri}{dump.path}"


def iri(dump: Dump) -> str:
    return f"{dump.base_iri}{dump.path}"
