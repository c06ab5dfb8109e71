"""What a harvest or an import did, counted so that nothing is lost without a line."""

from string import Formatter
from typing import Literal

from msgspec import Struct, field

from repository.errors import Message, MutualisError
from repository.messages import translate

Outcome = Literal["complete", "partial", "failed"]
STATUS: dict[Outcome, int] = {"complete": 0, "partial": 3, "failed": 1}
"""The exit status of each outcome."""


class Fault(Struct, frozen=True, omit_defaults=True):
    """A reason in words that can be told in each language: an English sentence with placeholders, and their
    values; `worded` names the values that are sentences of ours themselves."""

    message: str
    values: dict[str, str] = {}
    worded: tuple[str, ...] = ()

    def told(self, language: str) -> str:
        told = {name: translate(self.values[name], language) for name in self.worded}
        return translate(self.message, language, **{**self.values, **told})


def fault(error: MutualisError) -> Fault:
    """An error as a reason that can be stored."""
    worded = tuple(name for name, value in error.values.items() if isinstance(value, Message))
    return Fault(error.message, {name: str(value) for name, value in error.values.items()}, worded)


class Report(Struct, omit_defaults=True, kw_only=True, rename="camel"):
    """The counts of a run. offered = stored + deleted + duplicates + own + quarantined, always.

    `offered` counts the records that came; stored are `created`, `changed`, `restored` and `unchanged`;
    `duplicates` came again in the same run; `own` are our own records, which the partner had harvested here and which
    were passed over. `repaired` counts repairs of broken XML by rule, `notes` the
    normalisations and other remarks by rule, `warnings` the profile's constraints that records do not meet,
    `quarantined` records by reason. `missing` is how many the partner announced and did not send, `vanished` how
    many we hold that a full harvest did not bring, `kept_back` how many wait to be judged, or for a person to decide.
    `problems` tell why a run is not complete.
    """

    source: str
    outcome: Outcome | None = None
    offered: int = 0
    created: int = 0
    changed: int = 0
    restored: int = 0
    unchanged: int = 0
    deleted: int = 0
    duplicates: int = 0
    own: int = 0
    pages: int = 0
    missing: int = 0
    vanished: int = 0
    kept_back: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    repaired: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    problems: list[Fault] = field(default_factory=list)
    kits: int = 0
    drafts: int = 0

    @property
    def stored(self) -> int:
        return self.created + self.changed + self.restored + self.unchanged

    @property
    def held(self) -> int:
        """How many records went into quarantine."""
        return sum(self.quarantined.values())

    @property
    def balanced(self) -> bool:
        """Whether every record that was offered is accounted for."""
        return self.offered == self.stored + self.deleted + self.duplicates + self.own + self.held


def in_general(reason: str, language: str) -> str:
    """A reason that many records share, with "…" in the place of what differs between them."""
    names = {name: "…" for _, name, _, _ in Formatter().parse(reason) if name}
    return translate(reason, language, **names)


def count(counts: dict[str, int], name: str, times: int = 1) -> None:
    counts[name] = counts.get(name, 0) + times
