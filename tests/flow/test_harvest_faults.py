"""Whatever a partner sends, nothing is lost without a line and no run calls itself complete that is not.

Each row of the table is one kind of fault: how the partner behaves, and how the run must end.
"""

import gzip
from collections.abc import Callable
from typing import NamedTuple

import harvest_rig
import pytest
from harvest_partner import Question, Reply, envelope, error, identity, metadata, page, pages, partner, record
from harvest_rig import Rig

from harvest.client import Limits

rig = harvest_rig.rig
GOOD = page(record("1"), record("2"))
XML = ("Content-Type", "text/xml")


class Case(NamedTuple):
    """`stored` and the other counts are those of the report; `sign` is a repair, note or reason it must name."""

    behave: Callable[[Question, int], Reply]
    outcome: str
    stored: int
    held: int = 0
    deleted: int = 0
    duplicates: int = 0
    missing: int = 0
    sign: str = ""


def once(bad: Reply, good: str = GOOD) -> Callable[[Question, int], Reply]:
    """Misbehave on the first request only."""
    return lambda _question, number: bad if number == 0 else Reply(good.encode())


def always(
    body: str | bytes, *, status: int = 200, headers: tuple[tuple[str, str], ...] = (XML,)
) -> Callable[[Question, int], Reply]:
    data = body if isinstance(body, bytes) else body.encode()
    return lambda _question, _number: Reply(data, status, headers)


def swapped(old: str, new: str, *, times: int = -1) -> Callable[[Question, int], Reply]:
    """The good page with something replaced."""
    assert old in GOOD
    return always(GOOD.replace(old, new, times))


def expired(question: Question, number: int) -> Reply:
    """Forgets its token once."""
    if question.get("resumptionToken") and number == 1:
        return Reply(error("badResumptionToken").encode())
    if question.get("resumptionToken"):
        return Reply(page(record("3"), token="").encode())
    return Reply(page(record("1"), record("2"), token="next", size=3).encode())


def forgetful(question: Question, _number: int) -> Reply:
    """Forgets every token at once."""
    if question.get("resumptionToken"):
        return Reply(error("badResumptionToken").encode())
    return Reply(page(record("1"), token="next").encode())


def same_token(question: Question, number: int) -> Reply:
    """Gives the same token while its pages advance, as some repositories do."""
    last = number >= 3
    return Reply(page(record(str(number)), token="" if last else "same").encode())


def sets_out_of(question: Question, _number: int) -> Reply:
    """Its token must come back exactly as it was."""
    if "resumptionToken" not in question:
        return Reply(page(record("1"), token="a b&amp;c=%2F+é#?").encode())
    known = question["resumptionToken"] == "a b&c=%2F+é#?"
    return Reply((page(record("2"), token="") if known else error("badResumptionToken")).encode())


def only_by_day(question: Question, _number: int) -> Reply:
    return Reply((error("badArgument") if len(question.get("from", "")) > 10 else GOOD).encode())


def without_metadata(status: str = "") -> str:
    header = f"<header{status}><identifier>oai:partner:9</identifier><datestamp>2026-01-01</datestamp></header>"
    return f"<record>{header}</record>"


TWO_COPIES = page(record("1", "old", date="2026-01-01"), record("1", "new", date="2026-02-01"), record("2"))
BROKEN = record("3").replace("</dc:title>", "</dc:titel>")
NAMESPACED = GOOD.replace(' xmlns="http://www.openarchives.org/OAI/2.0/"', "")
PREFIXED = (
    GOOD.replace("<record>", "<o:record>").replace("</record>", "</o:record>")
    .replace("<OAI-PMH xmlns=", "<o:OAI-PMH xmlns:o=").replace("</OAI-PMH>", "</o:OAI-PMH>")
    .replace("ListRecords>", "o:ListRecords>").replace("</o:List", "</o:List").replace("<header>", "<o:header>")
    .replace("</header>", "</o:header>").replace("<identifier>", "<o:identifier>")
    .replace("</identifier>", "</o:identifier>").replace("<datestamp>", "<o:datestamp>")
    .replace("</datestamp>", "</o:datestamp>").replace("<metadata>", "<o:metadata>")
    .replace("</metadata>", "</o:metadata>").replace("<responseDate>", "<o:responseDate>")
    .replace("</responseDate>", "</o:responseDate>").replace("<request>", "<o:request>")
    .replace("</request>", "</o:request>").replace("</o:o:", "</o:").replace("<o:o:", "<o:")
)  # fmt: skip
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + GOOD.partition("?>")[2].replace("Électricien bâtiment", "&b;")
)
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + GOOD.partition("?>")[
    2
].replace("Électricien bâtiment", "&a;")

CASES: dict[str, Case] = {
    "a well-behaved list": Case(pages(GOOD), "complete", 2),
    "no records at all": Case(always(error("noRecordsMatch")), "complete", 0),
    "HTTP 422 in place of noRecordsMatch": Case(always("", status=422), "complete", 0),
    "noRecordsMatch after the last page": Case(
        pages(page(record("1"), token="1"), error("noRecordsMatch")), "complete", 1
    ),
    "a deleted record": Case(always(page(record("1"), record("2", deleted=True))), "complete", 1, deleted=1),
    "a deleted record that still has metadata": Case(
        swapped("<header>", '<header status="deleted">', times=1), "complete", 1, deleted=1
    ),
    "a record on two pages": Case(
        pages(page(record("1"), record("2"), token="1"), page(record("2"), record("3"), token="")),
        "complete", 3, duplicates=1,
    ),
    "a record twice on one page": Case(always(TWO_COPIES), "complete", 2, duplicates=1),
    "a control character": Case(swapped("bâtiment", "b\x0bâtiment"), "complete", 2, sign="illegal-character"),
    "a reference to a control character": Case(
        swapped("bâtiment", "b&#x1F;âtiment"), "complete", 2, sign="illegal-character"
    ),
    "a bare ampersand and an HTML entity": Case(
        swapped("bâtiment", "b&acirc;timent & bois"), "complete", 2, sign="ampersand"
    ),
    "windows-1252 that calls itself UTF-8": Case(always(GOOD.encode("cp1252")), "complete", 2, sign="encoding"),
    "UTF-8 that calls itself ISO-8859-1": Case(
        swapped('encoding="UTF-8"', 'encoding="ISO-8859-1"'), "complete", 2, sign="encoding"
    ),
    "ISO-8859-1 told by the HTTP header alone": Case(
        always(
            GOOD.replace(' encoding="UTF-8"', "").encode("latin-1"),
            headers=(("Content-Type", "text/xml; charset=iso-8859-1"),),
        ),
        "complete", 2, sign="encoding",
    ),
    "UTF-16": Case(always(GOOD.replace("UTF-8", "UTF-16").encode("utf-16")), "complete", 2),
    "a byte order mark": Case(always(b"\xef\xbb\xbf" + GOOD.encode()), "complete", 2),
    "blank lines before the declaration": Case(always("\n\n" + GOOD), "complete", 2, sign="text-before-root"),
    "a warning before the declaration": Case(
        always("<br />\n<b>Warning</b>: mysql in /srv/oai.php\n" + GOOD), "complete", 2, sign="text-before-root"
    ),
    "text after the root": Case(always(GOOD + "\n<!-- 0.3 s --> done"), "complete", 2, sign="text-after-root"),
    "no namespace": Case(always(NAMESPACED), "complete", 2, sign="namespace"),
    "a prefixed namespace": Case(always(PREFIXED), "complete", 2),
    "xsi undeclared": Case(
        swapped(' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', ""), "complete", 2,
        sign="undeclared-prefix",
    ),
    "dc undeclared": Case(
        swapped(' xmlns:dc="http://purl.org/dc/elements/1.1/"', "", times=2), "complete", 2, sign="undeclared-prefix"
    ),
    "one record that is not well-formed": Case(
        always(page(record("1"), BROKEN, record("2"))), "partial", 2, held=1, sign="not well-formed"
    ),
    "a body that is cut each time": Case(always(GOOD[:-150]), "partial", 1, held=1, sign="truncated"),
    "a body that is cut once": Case(once(Reply(GOOD[:-150].encode())), "complete", 2),
    "a connection that breaks off once": Case(once(Reply(GOOD[:-150].encode(), promised=99_999)), "complete", 2),
    "HTML with status 200": Case(
        always("<!DOCTYPE html><html><body><p>Maintenance</p></body></html>"), "failed", 0, sign="not an OAI-PMH"
    ),
    "a host name in place of an answer": Case(always("repository.example/\n"), "failed", 0, sign="not an OAI-PMH"),
    "an answer that is empty": Case(always(""), "failed", 0, sign="not an OAI-PMH"),
    "an answer without a list": Case(always(envelope("")), "failed", 0, sign="neither records nor an error"),
    "the answer to another question": Case(always(identity()), "failed", 0, sign="neither records nor an error"),
    "HTTP 500 each time": Case(always("broken", status=500), "failed", 0, sign="HTTP status"),
    "HTTP 404": Case(always("nothing here", status=404), "failed", 0, sign="HTTP status"),
    "503 with seconds": Case(once(Reply(b"", 503, (("Retry-After", "7"),))), "complete", 2),
    "429 with a date": Case(
        once(Reply(b"", 429, (("Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT"),))), "complete", 2
    ),
    "503 without Retry-After": Case(once(Reply(b"", 503, ())), "complete", 2),
    "503 for a day": Case(always("", status=503, headers=(("Retry-After", "86400"),)), "failed", 0, sign="until"),
    "an unknown prefix": Case(always(error("cannotDisseminateFormat")), "failed", 0, sign="OAI-PMH error"),
    "several errors at once": Case(
        always(envelope('<error code="badArgument">a</error><error code="badVerb">b</error>')),
        "failed", 0, sign="OAI-PMH error",
    ),
    "an empty page with a token": Case(
        pages(page(record("1"), token="1"), page(token="2"), page(record("2"), token="")), "complete", 2
    ),
    "an empty page whose token leads to itself": Case(always(page(token="0")), "failed", 0, sign="without end"),
    "the same page for ever": Case(
        always(page(record("1"), record("2"), token="0")), "partial", 2, duplicates=8, sign="without end"
    ),
    "two pages in a circle": Case(
        pages(page(record("1"), token="1"), page(record("2"), token="0")),
        "partial", 2, duplicates=4, sign="without end",
    ),
    "the same token while pages advance": Case(same_token, "complete", 4),
    "a token that needs URL encoding": Case(sets_out_of, "complete", 2),
    "a token that expired once": Case(expired, "complete", 3, duplicates=2, sign="list-restarted"),
    "tokens that expire at once": Case(forgetful, "partial", 1, duplicates=2, sign="resumption token"),
    "fewer records than announced": Case(
        pages(page(record("1"), token="1", size=5), page(record("2"), token="")),
        "partial", 2, missing=3, sign="announced",
    ),
    "a record without datestamp": Case(
        always(page(record("1").replace("<datestamp>2026-03-01T12:00:00Z</datestamp>", ""))),
        "complete", 1, sign="datestamp-missing",
    ),
    "a record without metadata": Case(
        always(page(record("1"), without_metadata())), "partial", 1, held=1, sign="no metadata"
    ),
    "a record without identifier": Case(
        always(page(record("1"), record("2").replace("<identifier>oai:partner:2</identifier>", ""))),
        "partial", 1, held=1, sign="no identifier",
    ),
    "datestamps with milliseconds": Case(always(page(record("1", date="2026-03-01T12:00:00.123Z"))), "complete", 1),
    "metadata in a format that is not read": Case(
        always(page(record("1"), record("2").replace(metadata("Électricien bâtiment"), "<metadata><x/></metadata>"))),
        "partial", 1, held=1, sign="not read yet",
    ),
    "a record that says nothing": Case(
        always(page(record("1"), record("2").replace("<dc:title>Électricien bâtiment</dc:title>", ""))),
        "partial", 1, held=1, sign="too little",
    ),
    "only faulty records": Case(always(page(without_metadata())), "failed", 0, held=1, sign="no metadata"),
    "gzip": Case(
        always(gzip.compress(GOOD.encode()), headers=(XML, ("Content-Encoding", "gzip"))), "complete", 2
    ),
    "gzip that is none": Case(
        always(GOOD, headers=(XML, ("Content-Encoding", "gzip"))), "complete", 2, sign="wrong-content-encoding"
    ),
    "gzip that is not announced": Case(
        always(gzip.compress(GOOD.encode())), "complete", 2, sign="wrong-content-encoding"
    ),
    "gzip that is cut": Case(
        always(
            gzip.compress(page(*(record(str(n), f"Titre {n * n}") for n in range(300))).encode())[:-400],
            headers=(XML, ("Content-Encoding", "gzip")),
        ),
        "partial", -1, held=1, sign="truncated",
    ),
    "a gzip bomb": Case(
        always(gzip.compress(b" " * 40_000_000), headers=(XML, ("Content-Encoding", "gzip"))),
        "failed", 0, sign="larger than",
    ),
    "an entity bomb": Case(always(BOMB), "failed", 0, sign="entities"),
    "an external entity": Case(always(EXTERNAL), "failed", 0, sign="entities"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_fault_is_survived_or_told(name: str, rig: Rig) -> None:
    case = CASES[name]
    with partner(case.behave) as there:
        report = rig.harvest(there, limits=Limits(body=10_000_000, tries=3))
    problems = (each.told("en") for each in report.problems)
    told = " ".join([*report.repaired, *report.notes, *report.quarantined, *problems])
    counts = (report.outcome, report.held, report.deleted, report.duplicates, report.missing)
    assert counts == (case.outcome, case.held, case.deleted, case.duplicates, case.missing), told
    assert report.stored == case.stored or (case.stored < 0 < report.stored)
    assert case.sign in told
    assert report.balanced
    assert len(rig.journal.quarantined("partner")) == case.held
    if report.outcome != "complete":
        assert report.problems or report.held


def test_repaired_words_are_those_that_were_meant(rig: Rig) -> None:
    bodies = {
        "cp1252": always(GOOD.encode("cp1252")),
        "wrongly declared": swapped('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
        "html entities": swapped("É", "&Eacute;"),
    }
    for name, behave in bodies.items():
        with partner(behave) as there:
            rig.harvest(there, full=True)
        title = rig.record("1").title[0].value
        assert title == "Électricien bâtiment", name


def test_of_two_copies_the_newest_stays(rig: Rig) -> None:
    newer, older = record("1", "new", date="2026-02-01"), record("1", "old", date="2026-01-01")
    for behave in (always(TWO_COPIES), pages(page(newer, token="1"), page(older))):
        with partner(behave) as there:
            rig.harvest(there, full=True)
        assert rig.record("1").title[0].value == "new"
