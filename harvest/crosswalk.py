"""From one metadata element to a checked record, through the formats table and the field rules."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from lxml import etree
from msgspec import Struct

from harvest.choices import chosen
from harvest.errors import CrosswalkFailed, NoCrosswalk, NotDescribed
from harvest.response import Item
from harvest.source import Choices
from repository.errors import Message, MutualisError
from repository.formats import oai_dc
from repository.formats.reading import Reading
from repository.formats.registry import Format, Read
from repository.namespaces import SHAPE
from repository.profile import rules
from repository.record import Record
from vocabularies.terms import Terms

NO_CHOICES: Final = Choices()

_OF_PARSED: Final[dict[Read, Callable[[etree._Element, Terms], Reading]]] = {oai_dc.read: oai_dc.read_element}
"""Reader of bytes -> the same reader for an element that is parsed already, as each is that came in a list."""

_BY_ROOT: Final = {
    "dc": "oai_dc",
    "lom": "lom",
    "qualifieddc": "oai_qdc",
    "dim": "dim",
    "mods": "mods",
}
"""Root elements that are read by a format whatever namespace a partner gave them."""


class Crossed(Struct, frozen=True):
    """A record without an id yet, the rules that normalised its words (once each time) and the names of the
    constraints of the profile that it does not meet."""

    record: Record
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def reader(element: str, prefix: str, formats: Sequence[Format]) -> tuple[Read, str] | None:
    """What reads a metadata element ("{namespace}name"): the function and a remark, or None.

    The element decides, since prefixes are each repository's own; `prefix` chooses among formats with one element. The
    remark is "namespace-unknown" where only the element's name told.
    """
    same = [each for each in formats if each.root == element and each.read is not None]
    for each in sorted(same, key=lambda each: each.prefix != prefix):
        if each.read is not None:
            return each.read, ""
    wanted = _BY_ROOT.get(element.rpartition("}")[2])
    alike = next((each.read for each in formats if each.prefix == wanted), None)
    return None if alike is None else (alike, "namespace-unknown")


def cross(item: Item, prefix: str, formats: Sequence[Format], terms: Terms, choices: Choices = NO_CHOICES) -> Crossed:
    """Read the metadata of one record, add what was decided about the source's words, and check it; raises
    MutualisError where the record is for the quarantine."""
    found = reader(item.element, prefix, formats)
    if found is None:
        raise NoCrosswalk(element=item.element)
    read, remark = found
    parsed = _OF_PARSED.get(read)
    if parsed is not None and item.node is not None:
        reading = attempt(parsed, item.node, terms)
    else:
        reading = attempt(read, item.metadata, terms)
    return judge(chosen(reading, choices, terms), terms, remark)


def attempt(read: Callable[[Any, Terms], Reading], data: Any, terms: Terms) -> Reading:
    """Call a reader; whatever it fails with is this record's fault alone, and is told as such.

    A reader that meets what its author never saw must not cost the other records of a harvest: the bytes go
    into quarantine with the failure's own words, and can be read again once the reader is mended.
    """
    try:
        return read(data, terms)
    except MutualisError:
        raise
    except Exception as error:
        raise CrosswalkFailed(reason=f"{type(error).__name__}: {error}") from error


def judge(reading: Reading, terms: Terms, remark: str = "") -> Crossed:
    """The record with what was noted of it; raises NotDescribed where it has neither title nor identifier."""
    broken = rules.check(reading.record, terms, "harvest")
    for each in broken:
        if each.severity == "violation":
            raise NotDescribed(reason=Message(each.message))
    notes = tuple(note.rule for note in reading.notes)
    return Crossed(
        reading.record,
        (*notes, remark) if remark else notes,
        tuple(each.shape.removeprefix(SHAPE) for each in broken),
    )
