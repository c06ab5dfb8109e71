"""An OAI-PMH request read from the pairs of its query or form; every fault of it is told, not only the first.

Source: OAI-PMH 2.0 sections 3.1.1, 3.6 and 4.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct

from repository.errors import MutualisError
from repository.oai import errors

MOST_ARGUMENTS: Final = 50
LARGEST_FORM: Final = 64 * 1024
"""The most arguments, and the longest POST body in bytes, that are read at all."""

SET_SPEC: Final = re.compile(r"[\w\-.!~*'()]+(?::[\w\-.!~*'()]+)*", re.ASCII)
_PREFIX: Final = re.compile(r"[\w\-.!~*'()]+", re.ASCII)
_DATESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
_FORMS: Final = (("identifier", re.compile(".+", re.DOTALL)), ("metadataPrefix", _PREFIX), ("set", SET_SPEC))
_DAY: Final = len("2026-01-31")


class Rule(Struct, frozen=True):
    """The arguments of a verb; `resumable` verbs take a resumptionToken instead of all others."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    resumable: bool = False


_LIST: Final = Rule(required=("metadataPrefix",), optional=("from", "until", "set"), resumable=True)

VERBS: Final = {
    "Identify": Rule(),
    "ListMetadataFormats": Rule(optional=("identifier",)),
    "ListSets": Rule(resumable=True),
    "GetRecord": Rule(required=("identifier", "metadataPrefix")),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}


class Request(Struct, frozen=True, kw_only=True):
    """What is asked. An argument that is absent, or that has a fault of its own, is None.

    `earliest` and `latest` are seconds also where days were given, both inclusive. `arguments` are those to
    repeat in the answer, and there are none when the verb or an argument is bad. Source: section 3.2.
    """

    verb: str | None = None
    identifier: str | None = None
    prefix: str | None = None
    set_spec: str | None = None
    earliest: str | None = None
    latest: str | None = None
    token: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    faults: tuple[MutualisError, ...] = ()


def pairs(query: bytes, form: bytes = b"") -> list[tuple[str, str]] | None:
    """The (name, value) pairs of a query string and a form, both percent-encoded UTF-8; None for too many.

    Bytes that are no UTF-8 become U+FFFD, which no argument may hold and XML can.
    """
    sent = b"&".join(part for part in (query, form) if part)
    if sent.count(b"&") >= MOST_ARGUMENTS:
        return None
    return parse_qsl(sent.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace")


def parse(sent: Iterable[tuple[str, str]] | None) -> Request:
    """The request that pairs (or None, where they were unreadable) make, with all its faults."""
    if sent is None:
        return Request(faults=(errors.UnreadableArguments(most=MOST_ARGUMENTS),))
    given: dict[str, list[str]] = {}
    for name, value in sent:
        given.setdefault(name, []).append(value)
    verb, fault = _verb(given.pop("verb", []))
    if fault is not None:
        return Request(faults=(fault,))
    values = {name: held[0] for name, held in given.items()}
    faults = [
        *(errors.RepeatedArgument(name=name) for name, held in given.items() if len(held) > 1),
        *_unfit(verb, values),
        *_misspelt(values),
        *_crossed(values.get("from"), values.get("until")),
    ]
    return _typed(verb, values, faults)


def _verb(given: Sequence[str]) -> tuple[str, MutualisError | None]:
    known = ", ".join(VERBS)
    if len(given) > 1:
        return "", errors.RepeatedVerb(known=known)
    if not given or not given[0]:
        return "", errors.MissingVerb(known=known)
    return given[0], None if given[0] in VERBS else errors.BadVerb(verb=given[0], known=known)


def _unfit(verb: str, values: dict[str, str]) -> Iterable[MutualisError]:
    """Arguments that the verb does not take, that it lacks, or that may not stand beside a token."""
    rule = VERBS[verb]
    taken = {*rule.required, *rule.optional, *(("resumptionToken",) if rule.resumable else ())}
    for name in values:
        if name not in taken:
            yield errors.IllegalArgument(verb=verb, name=name)
    if rule.resumable and "resumptionToken" in values:
        if others := [name for name in values if name in taken and name != "resumptionToken"]:
            yield errors.TokenNotAlone(names=", ".join(others))
        return
    for name in rule.required:
        if name not in values:
            yield errors.MissingArgument(verb=verb, name=name)


def _misspelt(values: dict[str, str]) -> Iterable[MutualisError]:
    for name in ("from", "until"):
        if name in values and not _is_datestamp(values[name]):
            yield errors.InvalidDatestamp(name=name, value=values[name])
    for name, form in _FORMS:
        if name in values and not form.fullmatch(values[name]):
            yield errors.InvalidName(name=name, value=values[name])


def _crossed(start: str | None, end: str | None) -> Iterable[MutualisError]:
    if not (start and end and _is_datestamp(start) and _is_datestamp(end)):
        return
    if len(start) != len(end):
        yield errors.MixedGranularity()
    elif start > end:
        yield errors.FromAfterUntil(start=start, end=end)


def _is_datestamp(value: str) -> bool:
    """Whether it is a day, or a second in UTC, that exists. Source: section 3.3.1."""
    if not _DATESTAMP.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _typed(verb: str, values: dict[str, str], faults: list[MutualisError]) -> Request:
    prefix, set_spec = values.get("metadataPrefix", ""), values.get("set", "")
    start, end = values.get("from", ""), values.get("until", "")
    return Request(
        verb=verb,
        identifier=values.get("identifier") or None,
        prefix=prefix if _PREFIX.fullmatch(prefix) else None,
        set_spec=set_spec if SET_SPEC.fullmatch(set_spec) else None,
        earliest=(start + "T00:00:00Z" if len(start) == _DAY else start) or None,
        latest=(end + "T23:59:59Z" if len(end) == _DAY else end) or None,
        token=values.get("resumptionToken"),
        arguments=() if faults else (("verb", verb), *values.items()),
        faults=tuple(faults),
    )
