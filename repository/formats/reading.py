"""What a crosswalk gives back: the record, and what was changed or left over on the way."""

from dataclasses import dataclass

from repository.record import Record


@dataclass(frozen=True, slots=True)
class Note:
    """One normalisation, counted and reversible: `rule` ("language-word"), the JSON key of the property, the
    source's words and what became of them (None where they found no place and are kept in `source_word`)."""

    rule: str
    key: str
    before: str
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A record read from foreign bytes. Its `id` is "" until the caller knows under which it is kept."""

    record: Record
    notes: tuple[Note, ...] = ()
