"""Checks of what is in the repository: lists, tokens, dates, sets, records, formats.

Source: OAI-PMH 2.0 sections 2 to 4.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from harvest.check.rule import Problem
from harvest.check.visit import OAI, Exchange, Visit, namespace_of, of

_SLOWER: Final = 5.0
_TOO_SLOW: Final = 2.0
"""A last page that takes five times as long as the first one, and more than two seconds, is one that gets slower."""

_DAY: Final = len("YYYY-MM-DD")
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def lists_records(visit: Visit) -> Iterator[Problem]:
    first = visit.list()[0]
    if not first.all("ListRecords/record") and first.codes != {"noRecordsMatch"}:
        yield Problem(first, ", ".join(sorted(first.codes)) or first.fault or first.excerpt[:160])


def offers_dublin_core(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="ListMetadataFormats")
    if "oai_dc" not in _formats(told):
        yield Problem(told, ", ".join(_formats(told)) or "-")


def _formats(told: Exchange) -> dict[str, str]:
    return {
        of(each, "metadataPrefix"): of(each, "metadataNamespace")
        for each in told.all("ListMetadataFormats/metadataFormat")
    }


def promised_namespace(visit: Visit) -> Iterator[Problem]:
    promised = _formats(visit.ask(verb="ListMetadataFormats")).get(visit.prefix)
    for each, record in visit.records():
        found = namespace_of(record)
        if promised and found is not None and found != promised:
            yield Problem(each, f"{found} ≠ {promised}")


def complete_headers(visit: Visit) -> Iterator[Problem]:
    for each, header in visit.headers():
        if not of(header, "identifier") or not of(header, "datestamp"):
            yield Problem(each, etree.tostring(header, encoding="unicode")[:200])


def uri_identifiers(visit: Visit) -> Iterator[Problem]:
    for each, header in visit.headers():
        if (identifier := of(header, "identifier")) and not _URI.fullmatch(identifier):
            yield Problem(each, identifier)


def granularity_kept(visit: Visit) -> Iterator[Problem]:
    by_day = visit.ask(verb="Identify").text("Identify/granularity") == "YYYY-MM-DD"
    for each, header in visit.headers():
        if (given := of(header, "datestamp")) and (len(given) == _DAY) != by_day:
            yield Problem(each, given)


def true_earliest(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="Identify")
    earliest = told.text("Identify/earliestDatestamp")
    for each, header in visit.headers():
        if (given := of(header, "datestamp")) and earliest and given[: len(earliest)] < earliest:
            yield Problem(each, f"{given} < {earliest}")


def each_once(visit: Visit) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for each, header in visit.headers():
        identifier = of(header, "identifier")
        seen[identifier] += 1
        if identifier and seen[identifier] == 2:
            yield Problem(each, identifier)


def ends(visit: Visit) -> Iterator[Problem]:
    """No page leads back to one before, and none is empty while more are promised."""
    pages = visit.list()
    tokens = [each.page.token for each in pages if each.page and each.page.token]
    for each in pages:
        token = each.page.token if each.page else None
        if token and (tokens.count(token) > 1 or not each.all("ListRecords/record")):
            yield Problem(each, token)


def last_page_told(visit: Visit) -> Iterator[Problem]:
    """The last page of a list of several has an empty token, so that an end is not taken for a cut."""
    pages = visit.list()
    if visit.is_whole and len(pages) > 1 and not pages[-1].all("ListRecords/resumptionToken"):
        yield Problem(pages[-1])


def true_size(visit: Visit) -> Iterator[Problem]:
    pages = visit.list()
    sizes = [each.page.announced for each in pages if each.page and each.page.announced is not None]
    count = sum(1 for _ in visit.headers())
    if visit.is_whole and sizes and sizes[-1] != count:
        yield Problem(pages[-1], f"{sizes[-1]} ≠ {count}")


def size_told(visit: Visit) -> Iterator[Problem]:
    first = visit.list()[0]
    tokens = first.all("ListRecords/resumptionToken")
    if tokens and (not tokens[0].get("completeListSize") or tokens[0].get("cursor") is None):
        yield Problem(first)


def _token(visit: Visit) -> str:
    first = visit.list()[0]
    return (first.page.token or "") if first.page else ""


def token_again(visit: Visit) -> Iterator[Problem]:
    """A connection may break: the same token must give the same page once more."""
    token = _token(visit)
    if not token or len(visit.list()) < 2:
        return
    before = [of(each, "identifier") for each in visit.list()[1].all("ListRecords/record/header")]
    again = visit.again(verb="ListRecords", resumptionToken=token)
    after = [of(each, "identifier") for each in again.all("ListRecords/record/header")]
    if before != after:
        yield Problem(again, ", ".join(sorted(again.codes)) or again.excerpt[:160])


def token_alone(visit: Visit) -> Iterator[Problem]:
    if token := _token(visit):
        asked = visit.ask(verb="ListRecords", metadataPrefix=visit.prefix, resumptionToken=token)
        if "badArgument" not in asked.codes:
            yield Problem(asked)


def no_slower(visit: Visit) -> Iterator[Problem]:
    pages = visit.list()
    if len(pages) > 2 and pages[-1].seconds > max(_TOO_SLOW, _SLOWER * pages[0].seconds):
        yield Problem(pages[-1], f"{pages[0].seconds:.1f} s → {pages[-1].seconds:.1f} s")


def _one(visit: Visit) -> tuple[Exchange, etree._Element] | None:
    """A record that is alive, as the list gives it."""
    return next(((each, record) for each, record in visit.records() if namespace_of(record) is not None), None)


def record_alike(visit: Visit) -> Iterator[Problem]:
    if (found := _one(visit)) is None:
        return
    _, record = found
    identifier = (record.findtext(f"{OAI}header/{OAI}identifier") or "").strip()
    told = visit.ask(verb="GetRecord", metadataPrefix=visit.prefix, identifier=identifier)
    again = told.all("GetRecord/record")
    if not again or _canonical(again[0]) != _canonical(record):
        yield Problem(told, identifier)


def _canonical(record: etree._Element) -> str:
    held = record.find(f"{OAI}metadata")
    return etree.tostring(held[0], method="c14n2", strip_text=True).decode() if held is not None and len(held) else ""


def identifiers_alike(visit: Visit) -> Iterator[Problem]:
    first = visit.list()[0]
    given = {"metadataPrefix": visit.prefix, "set": visit.set_spec}
    told = visit.ask(verb="ListIdentifiers", **{name: value for name, value in given.items() if value})
    records = {of(each, "identifier") for each in first.all("ListRecords/record/header")}
    identifiers = {of(each, "identifier") for each in told.all("ListIdentifiers/header")}
    shorter = min(len(records), len(identifiers))
    if records and (not identifiers or len(records & identifiers) < shorter):
        yield Problem(told, f"{len(records & identifiers)} / {shorter}")


def _dated(visit: Visit) -> tuple[str, str] | None:
    found = next(((of(header, "identifier"), of(header, "datestamp")) for _, header in visit.headers()), None)
    return found if found and all(found) else None


def from_includes(visit: Visit) -> Iterator[Problem]:
    """A record is found between its own datestamp and its own datestamp: both bounds include it."""
    if (found := _dated(visit)) is None:
        return
    identifier, datestamp = found
    told = visit.ask(verb="ListIdentifiers", metadataPrefix=visit.prefix, from_=datestamp, until=datestamp)
    named = {of(each, "identifier") for each in told.all("ListIdentifiers/header")}
    more = told.page is not None and bool(told.page.token)
    if identifier not in named and not more:
        yield Problem(told, identifier)


def days_accepted(visit: Visit) -> Iterator[Problem]:
    if (found := _dated(visit)) is None:
        return
    day = found[1][:_DAY]
    told = visit.ask(verb="ListIdentifiers", metadataPrefix=visit.prefix, from_=day, until=day)
    if not told.all("ListIdentifiers/header"):
        yield Problem(told, ", ".join(sorted(told.codes)) or told.excerpt[:160])


def bounds_kept(visit: Visit) -> Iterator[Problem]:
    if (found := _dated(visit)) is None:
        return
    told = visit.ask(verb="ListIdentifiers", metadataPrefix=visit.prefix, from_=found[1], until=found[1])
    for header in told.all("ListIdentifiers/header"):
        if (given := of(header, "datestamp")) and given != found[1]:
            yield Problem(told, given)
            return


def set_kept(visit: Visit) -> Iterator[Problem]:
    """A set that a header names, or the first one that is listed, gives records of this set alone."""
    named = [spec for _, header in visit.headers() for spec in _specs(header)]
    if not named:
        return
    told = visit.ask(verb="ListIdentifiers", metadataPrefix=visit.prefix, set=named[0])
    headers = told.all("ListIdentifiers/header")
    strange = [each for each in headers if not any(_within(spec, named[0]) for spec in _specs(each))]
    if not headers or strange:
        yield Problem(told, f"{named[0]} {', '.join(sorted(told.codes))}".strip())


def _specs(header: etree._Element) -> list[str]:
    return [(each.text or "").strip() for each in header.findall(f"{OAI}setSpec")]


def _within(spec: str, named: str) -> bool:
    return spec == named or spec.startswith(f"{named}:")


def sets_listed(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="ListSets")
    if not told.all("ListSets/set") and told.codes != {"noSetHierarchy"}:
        yield Problem(told, ", ".join(sorted(told.codes)) or told.excerpt[:160])


def sets_known(visit: Visit) -> Iterator[Problem]:
    """Each set that a header names is listed."""
    told = visit.ask(verb="ListSets")
    listed = {of(each, "setSpec") for each in told.all("ListSets/set")}
    if not listed or (told.page is not None and told.page.token):
        return
    named = {spec for _, header in visit.headers() for spec in _specs(header)}
    for spec in sorted(named - listed):
        yield Problem(told, spec)


def deleted_bare(visit: Visit) -> Iterator[Problem]:
    for each, record in visit.records():
        header = record.find(f"{OAI}header")
        if header is not None and header.get("status") == "deleted" and record.find(f"{OAI}metadata") is not None:
            yield Problem(each, of(header, "identifier"))


def live_described(visit: Visit) -> Iterator[Problem]:
    for each, record in visit.records():
        header = record.find(f"{OAI}header")
        if header is not None and header.get("status") != "deleted" and namespace_of(record) is None:
            yield Problem(each, of(header, "identifier"))


def deletions_as_told(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="Identify")
    if told.text("Identify/deletedRecord") == "no":
        for each, header in visit.headers():
            if header.get("status") == "deleted":
                yield Problem(each, of(header, "identifier"))


def deletions_kept(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="Identify")
    if (given := told.text("Identify/deletedRecord")) in ("no", "transient"):
        yield Problem(told, given)


def described(visit: Visit) -> Iterator[Problem]:
    told = visit.ask(verb="Identify")
    if told.all("Identify") and not told.all("Identify/description"):
        yield Problem(told)


def identifiers_as_described(visit: Visit) -> Iterator[Problem]:
    """Identifiers begin with the scheme and the name that the oai-identifier description gives."""
    told = visit.ask(verb="Identify")
    place = "{http://www.openarchives.org/OAI/2.0/oai-identifier}repositoryIdentifier"
    names = [element.text for each in told.all("Identify/description") for element in each.iter(place)]
    if not names:
        return
    for each, header in visit.headers():
        if not of(header, "identifier").startswith(f"oai:{names[0]}:"):
            yield Problem(each, of(header, "identifier"))
