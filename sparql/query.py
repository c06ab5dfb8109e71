"""A question to the triples and its answer, as they pass between the endpoint and an engine."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal

from msgspec import Struct

from sparql.results import Format

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
_CHUNK = 64 * 1024

Wanted = Callable[[], bool]
"""Whether somebody still waits for an answer; asked now and then while a query runs."""


class Top(Struct, frozen=True):
    """The first rows in the order of one variable, found without ordering all: `values` asks for every value that the
    variable can have, in that order, and the query is narrowed to the first of them at `place` until `needed` rows are
    there."""

    values: str
    variable: str
    place: int
    needed: int


class Stretch(Struct, frozen=True):
    """A page far behind the beginning: `text` asks for a longer stretch of the same order, of which the rows from
    `start` on are wanted, `count` of them."""

    text: str
    start: int
    count: int


class Plan(Struct, frozen=True):
    """What is asked in place of a query. `text` has the same answer; `top` and `stretch` say how it is found faster."""

    text: str
    top: Top | None = None
    stretch: Stretch | None = None


class Question(Struct, frozen=True, kw_only=True):
    """An admitted query and how its answer is wanted.

    `default_graphs` and `named_graphs` are the protocol's dataset, which beats FROM; both None: not given.
    `text` may say the same in other words than the query as it was `written`, whose places errors name; `top` and
    `stretch` are those of its plan.
    `key` is the query without what changes nothing in its answer, "" where the same data may give another one.
    `client` names who asks, so that one client runs one query at a time; "" has no such limit. `wanted` tells whether
    somebody still waits.
    Source: SPARQL 1.1 Protocol, section 2.1.4.
    """

    text: str
    form: Form
    format: Format
    written: str = ""
    top: Top | None = None
    stretch: Stretch | None = None
    base_iri: str = ""
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    key: str = ""
    client: str = ""
    wanted: Wanted | None = None


class Limits(Struct, frozen=True, kw_only=True):
    """What one query may cost: seconds, rows (or triples) and bytes of its answer, memory of its process.

    A query gets the first `short` seconds at once; one that needs more goes on among the long ones.
    """

    seconds: float = 20
    short: float = 0.5
    rows: int = 100_000
    bytes: int = 64 * 1024 * 1024
    memory: int = 256 * 1024 * 1024


class Answer(Struct, frozen=True, kw_only=True):
    """A whole answer, spooled: `file` stands at its beginning and is the reader's to close. `version` names the data
    that it was found in, "" where the engine does not tell."""

    format: Format
    file: BinaryIO
    size: int
    rows: int
    version: str = ""

    @property
    def change(self) -> str:
        """The newest change of the data, as their version has it; "" where that is not known."""
        return self.version.split("-")[1] if "-" in self.version else ""

    def chunks(self) -> Iterator[bytes]:
        """The answer piece by piece; closes the file at the end."""
        with self.file:
            while piece := self.file.read(_CHUNK):
                yield piece

    def read(self) -> bytes:
        return b"".join(self.chunks())


Ask = Callable[[Question], Answer]
"""What an engine offers. Raises the errors of `sparql.errors`."""
