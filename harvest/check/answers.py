"""Checks of the answers themselves: bytes, XML, envelope, errors, transport.

Source: OAI-PMH 2.0 sections 3.1 to 3.6.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

from lxml import etree

from harvest.check.rule import Problem
from harvest.check.visit import Exchange, Visit

_FUTURE: Final = "2999-01-01"
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.fromstring(files("harvest.check").joinpath("oai.rng").read_bytes()))


def reachable(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="Identify")
    if not told.all("Identify"):
        yield Problem(told, str(told.problem or told.fault or told.excerpt))


def well_formed(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.answer is not None and each.answer.status == 200 and each.root is None:
            yield Problem(each, each.fault)


def in_utf8(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.answer is None:
            continue
        named = _DECLARED.match(each.answer.body[:200])
        declared = named.group(1).decode().lower() if named else "utf-8"
        try:
            each.answer.body.decode("utf-8")
        except UnicodeDecodeError as error:
            yield Problem(each, str(error))
            continue
        if declared not in ("utf-8", "utf8", "us-ascii"):
            yield Problem(each, declared)


def media_type(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.answer is not None and each.answer.status == 200 and each.answer.media_type != "text/xml":
            yield Problem(each, each.answer.media_type or "-")


def envelope(visit: Visit) -> Iterator[Problem]:
    """Every answer that is XML, against the grammar of the protocol."""
    grammar = _grammar()
    for each in visit.exchanges:
        if each.root is not None and not grammar.validate(each.root):
            error = grammar.error_log.last_error
            yield Problem(each, str(error.message) if error is not None else "")


def response_date(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.root is not None and not _is_second(given := each.text("responseDate")):
            yield Problem(each, given or "-")


def _is_second(words: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", words):
        return False
    try:
        datetime.fromisoformat(words)
    except ValueError:
        return False
    return True


def same_base_url(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="Identify")
    given = told.text("Identify/baseURL")
    if given and given.rstrip("/") != visit.base_url.rstrip("/"):
        yield Problem(told, given)


def request_told(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.root is not None and not each.text("request").startswith("http"):
            yield Problem(each, each.text("request") or "-")


def _expect(visit: Visit, code: str, *asked: Exchange) -> Iterator[Problem]:
    for each in asked:
        if code not in each.codes:
            yield Problem(each, ", ".join(sorted(each.codes)) or each.excerpt[:160])


def bad_verb(visit: Visit) -> Iterator[Problem]:
    yield from _expect(
        visit, "badVerb", visit.ask(verb="Nonsense"), visit.ask(), visit.raw("verb=Identify&verb=Identify")
    )


def bad_argument(visit: Visit) -> Iterator[Problem]:
    prefix = visit.prefix
    yield from _expect(
        visit,
        "badArgument",
        visit.ask(verb="ListRecords"),
        visit.ask(verb="Identify", nonsense="1"),
        visit.raw(f"verb=ListIdentifiers&metadataPrefix={prefix}&metadataPrefix={prefix}"),
        visit.ask(verb="GetRecord", metadataPrefix=prefix),
    )


def bad_date(visit: Visit) -> Iterator[Problem]:
    asked = {"verb": "ListIdentifiers", "metadataPrefix": visit.prefix}
    yield from _expect(
        visit,
        "badArgument",
        visit.ask(**asked, from_="2024-13-45"),
        visit.ask(**asked, from_="junk"),
        visit.ask(**asked, from_="2024-01-02", until="2024-01-01"),
        visit.ask(**asked, from_="2024-01-01", until="2024-01-02T00:00:00Z"),
    )


def bad_format(visit: Visit) -> Iterator[Problem]:
    yield from _expect(
        visit, "cannotDisseminateFormat", visit.ask(verb="ListIdentifiers", metadataPrefix="no-such-format")
    )


def bad_identifier(visit: Visit) -> Iterator[Problem]:
    asked = visit.ask(verb="GetRecord", metadataPrefix=visit.prefix, identifier="oai:nowhere.invalid:nothing")
    yield from _expect(visit, "idDoesNotExist", asked)


def bad_token(visit: Visit) -> Iterator[Problem]:
    yield from _expect(
        visit,
        "badResumptionToken",
        visit.ask(verb="ListRecords", resumptionToken="no-such-token"),
    )


def no_match(visit: Visit) -> Iterator[Problem]:
    asked = visit.ask(verb="ListIdentifiers", metadataPrefix=visit.prefix, from_=_FUTURE)
    yield from _expect(visit, "noRecordsMatch", asked)


def errors_with_200(visit: Visit) -> Iterator[Problem]:
    """Errors of the protocol come in an answer of the protocol; only the transport has statuses of its own."""
    for each in visit.exchanges:
        if each.answer is not None and each.answer.status != 200 and each.answer.status not in (429, 503):
            yield Problem(each, f"HTTP {each.answer.status}")
        elif each.answer is None and each.problem is not None:
            yield Problem(each, str(each.problem))


def no_arguments_beside_errors(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.root is not None and each.codes & {"badVerb", "badArgument"}:
            request = each.all("request")
            if request and set(request[0].attrib) & {"verb", "metadataPrefix", "from", "until", "identifier"}:
                yield Problem(each, ", ".join(map(str, request[0].attrib)))


def post_like_get(visit: Visit) -> Iterator[Problem]:
    got, posted = visit.ask(verb="Identify"), visit.post(verb="Identify")
    if got.all("Identify") and got.text("Identify/baseURL") != posted.text("Identify/baseURL"):
        yield Problem(posted, str(posted.problem or posted.excerpt[:160]))


def honest_encoding(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.answer is not None and "wrong-content-encoding" in each.answer.notes:
            yield Problem(each, each.answer.headers.get("content-encoding", "-"))


def whole_answers(visit: Visit) -> Iterator[Problem]:
    for each in visit.exchanges:
        if each.answer is not None and each.answer.cut:
            yield Problem(each, each.answer.cut)


def direct(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="Identify")
    if told.answer is not None and told.answer.redirected:
        yield Problem(told, told.answer.url.partition("?")[0])


def fresh(visit: Visit) -> Iterator[Problem]:
    """A list that a cache on the way may keep is soon not the truth."""
    for each in visit.list()[:1]:
        kept = each.answer.headers.get("cache-control", "").lower() if each.answer is not None else ""
        found = re.search(r"max-age=(\d+)", kept)
        if found and int(found.group(1)) > 60 and "no-store" not in kept:
            yield Problem(each, kept)
