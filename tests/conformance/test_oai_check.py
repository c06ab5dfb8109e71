"""The check of an endpoint finds each defect, finds none in what is sound, and survives whatever is at an address."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from oai_repository import Repository, a_record, an_origin, repository, served

from harvest.check.answers import _grammar
from harvest.check.report import Checked, check, lines, page
from harvest.check.table import RULES
from harvest.check.visit import Visit
from harvest.client import Answer, Client, Limits
from harvest.errors import HarvestError, SourceUnreachable
from harvest.source import Source

Change = Callable[[dict[str, str], bytes], bytes | Answer]
"""(the arguments of a question, the sound answer) -> what a faulty repository sends in its place."""

NOW = "2026-03-01T12:00:00Z"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Seven records on four pages, one of them deleted, in hierarchical sets."""
    folder = tmp_path_factory.mktemp("checked")
    with repository(f"sqlite:///{folder / 'catalogue.sqlite'}", folder, oai_page_size=2) as held:
        held.services.registered = [Source(id="partner", base_url="https://partner.example.org/oai")]
        held.put(*(a_record(number) for number in range(1, 6)))
        held.later()
        held.put(a_record(6, catalog_record=(an_origin(),)), source="partner", origin="x")
        held.put(a_record(7))
        held.later()
        held.withdraw(3)
        held.later(60)
        yield held


def visit(house: Repository, change: Change = lambda _asked, body: body, *, pages: int = 0, most: int = 500) -> Visit:
    """A visit to the provider in the same process; `change` spoils its answers."""

    def ask(base_url: str, arguments: dict[str, str], posted: bool = False) -> Answer:
        path = "/oai" + base_url.removeprefix("http://oai.example.org/oai")
        sent = {"data": arguments} if posted else {"query_string": arguments} if arguments else {}
        told = (house.client.post if posted else house.client.get)(path, **sent)
        repeated = dict(pair.split("=", 1) for pair in path.partition("?")[2].split("&") if "=" in pair)
        changed = change({**repeated, **arguments, "POST": str(posted)}, told.data)
        if isinstance(changed, Answer):
            return changed
        return answer(changed, status=told.status_code)

    return Visit(
        base_url="http://oai.example.org/oai",
        ask_once=ask,
        post_once=lambda base_url, arguments: ask(base_url, arguments, posted=True),
        steady=iter(range(1_000_000)).__next__,
        pages=pages,
        most=most,
    )


def answer(body: bytes, status: int = 200, **more: object) -> Answer:
    given = {"media_type": "text/xml", "headers": {"cache-control": "no-store"}, **more}
    return Answer(url="http://oai.example.org/oai", status=status, body=body, **given)  # type: ignore[arg-type]


def looked(house: Repository, change: Change = lambda _asked, body: body, **more: int) -> Checked:
    return check(visit(house, change, **more), NOW)


def broken(checked: Checked) -> set[str]:
    return {each.rule for each in checked.found}


def on(verb: str, old: bytes, new: bytes, times: int = -1) -> Change:
    """Something replaced in the answers to a verb."""
    return lambda asked, body: body.replace(old, new, times) if asked.get("verb") == verb else body


def everywhere(old: bytes, new: bytes) -> Change:
    return lambda _asked, body: body.replace(old, new)


def for_error(code: bytes, instead: bytes) -> Change:
    """An error answered otherwise."""
    return lambda _asked, body: re.sub(rb'code="%s"' % code, b'code="%s"' % instead, body)


def no_longer_known() -> Change:
    seen: set[str] = set()

    def change(asked: dict[str, str], body: bytes) -> bytes:
        token = asked.get("resumptionToken", "")
        if token in seen and "metadataPrefix" not in asked:
            return re.sub(
                rb"<ListRecords>.*</ListRecords>", b'<error code="badResumptionToken">gone</error>', body, flags=re.S
            )
        seen.add(token) if token else None
        return body

    return change


def sub(pattern: str, by: str, verb: str = "", count: int = 0, **given: Callable[[str], bool]) -> Change:
    """A pattern replaced, in the answers to a verb, where the arguments of the question are as `given`."""
    found, put = re.compile(pattern.encode(), re.DOTALL), by.encode()

    def change(asked: dict[str, str], body: bytes) -> bytes:
        if verb and asked.get("verb") != verb:
            return body
        if not all(test(asked.get(name.rstrip("_"), "")) for name, test in given.items()):
            return body
        return found.sub(put, body, count=count)

    return change


def error(code: str) -> str:
    return f'<error code="{code}">x</error>'


def circle(asked: dict[str, str], body: bytes) -> bytes:
    """A page whose token leads to itself."""
    token = asked.get("resumptionToken", "")
    if asked.get("verb") != "ListRecords" or len(token) < 20:
        return body
    return re.sub(rb"(<resumptionToken[^>]*>)[^<]+<", lambda found: found[1] + token.encode() + b"<", body)


def given(words: str) -> bool:
    return bool(words)


def in_errors(change: Change, code: bytes = b"<error") -> Change:
    return lambda asked, body: change(asked, body) if code in body else body


IDENTIFIERS, RECORDS, SETS = (f"<{verb}>.*</{verb}>" for verb in ("ListIdentifiers", "ListRecords", "ListSets"))
DC_PROMISED = b"<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/<"
DEFECTS: dict[str, Change] = {
    "reachable": lambda _asked, _body: b"<html>Maintenance</html>",
    "well-formed": on("ListRecords", b"</dc:title>", b"</dc:titel>"),
    "utf-8": on("ListRecords", "à".encode(), "à".encode("latin-1")),
    "media-type": lambda _asked, body: answer(body, media_type="text/html"),
    "envelope": on("Identify", b"<protocolVersion>2.0<", b"<protocolVersion>1.1<"),
    "response-date": everywhere(b"Z</responseDate>", b"+01:00</responseDate>"),
    "base-url": on("Identify", b"<baseURL>http://oai.example.org/oai<", b"<baseURL>http://localhost:8080/oai<"),
    "request": everywhere(b">http://oai.example.org/oai</request>", b">/oai</request>"),
    "bad-verb": for_error(b"badVerb", b"badArgument"),
    "bad-argument": sub('code="badArgument"', 'code="noRecordsMatch"', from_=lambda words: not words),
    "bad-date": sub('code="badArgument"', 'code="noRecordsMatch"', from_=given),
    "bad-format": for_error(b"cannotDisseminateFormat", b"badArgument"),
    "bad-identifier": for_error(b"idDoesNotExist", b"badArgument"),
    "bad-token": for_error(b"badResumptionToken", b"badArgument"),
    "no-match": for_error(b"noRecordsMatch", b"badArgument"),
    "status-200": in_errors(lambda _asked, body: answer(body, 422)),
    "bare-request": in_errors(everywhere(b"<request>", b'<request verb="Identify">'), b"badVerb"),
    "post": lambda asked, body: answer(b"", 405) if asked["POST"] == "True" else body,
    "encoding-header": lambda _asked, body: answer(body, notes=("wrong-content-encoding",)),
    "whole": lambda asked, body: answer(body, cut="closed") if asked.get("verb") == "ListSets" else body,
    "direct": lambda _asked, body: answer(body, redirected=True),
    "fresh": lambda _asked, body: answer(body, headers={"cache-control": "public, max-age=86400"}),
    "list": sub(RECORDS, error("badArgument")),
    "dublin-core": on("ListMetadataFormats", b"<metadataPrefix>oai_dc<", b"<metadataPrefix>dc<"),
    "namespace": on("ListMetadataFormats", DC_PROMISED, b"<metadataNamespace>urn:x<"),
    "headers": sub("<datestamp>[^<]*</datestamp>", "", "ListRecords", 1),
    "uris": everywhere(b"<identifier>oai:oai.example.org:", b"<identifier>no "),
    "granularity": on("Identify", b"<granularity>YYYY-MM-DDThh:mm:ssZ<", b"<granularity>YYYY-MM-DD<"),
    "earliest": sub("<earliestDatestamp>[^<]*<", "<earliestDatestamp>2027-01-01T00:00:00Z<"),
    "once": sub("<identifier>oai:oai.example.org:[^<]*", "<identifier>oai:oai.example.org:1", "ListRecords"),
    "ends": circle,
    "last-token": sub("<resumptionToken[^>]*></resumptionToken>", ""),
    "size": everywhere(b'completeListSize="7"', b'completeListSize="9"'),
    "size-told": everywhere(b' completeListSize="7"', b""),
    "token-again": no_longer_known(),
    "token-alone": sub("<error .*</error>", "<ListRecords/>", resumptionToken=given, metadataPrefix=given),
    "no-slower": lambda _asked, body: body,
    "record-alike": on("GetRecord", b"Guide du formateur", b"Guide"),
    "identifiers-alike": on("ListIdentifiers", b":00000000", b":11111111"),
    "bounds": sub(IDENTIFIERS, error("noRecordsMatch"), from_=lambda words: "T" in words),
    "bounds-kept": sub("<datestamp>[^<]*", "<datestamp>2020-01-01T00:00:00Z", from_=lambda words: "T" in words),
    "days": sub(IDENTIFIERS, error("badArgument"), from_=lambda words: len(words) == 10),
    "set-kept": sub("<setSpec>[^<]*</setSpec>", "", set=given),
    "sets": sub(SETS, error("badVerb")),
    "sets-known": on("ListSets", b"<setSpec>sector:btp<", b"<setSpec>sector:other<"),
    "deleted-bare": on(
        "ListRecords", b"</header></record>", b'</header><metadata><x xmlns="urn:x"/></metadata></record>'
    ),
    "described": sub("<metadata>.*?</metadata>", "", "ListRecords", 1),
    "deletions-told": on("Identify", b"<deletedRecord>persistent<", b"<deletedRecord>no<"),
    "deletions-kept": on("Identify", b"<deletedRecord>persistent<", b"<deletedRecord>transient<"),
    "descriptions": sub("<description>.*</description>", "", "Identify"),
    "oai-identifier": on(
        "Identify", b"<repositoryIdentifier>oai.example.org<", b"<repositoryIdentifier>else.example.org<"
    ),
}
"""Rule -> a defect that breaks it."""


def test_a_sound_repository_breaks_no_rule(house: Repository) -> None:
    for pages in (0, 2):
        checked = looked(house, pages=pages)
        assert [(each.rule, each.places) for each in checked.found] == []
        assert checked.unknown == ()
    assert looked(house).records == 7


@pytest.mark.parametrize("rule", [each.id for each in RULES if each.id != "no-slower"])
def test_each_defect_is_found_by_its_rule(house: Repository, rule: str) -> None:
    assert rule in broken(looked(house, DEFECTS[rule]))


def test_there_is_a_defect_for_every_rule() -> None:
    assert DEFECTS.keys() == {each.id for each in RULES}


def test_pages_that_get_slower_are_found(house: Repository) -> None:
    held = visit(house)
    times = iter([2.0**number for number in range(1000)])
    held.steady = times.__next__
    assert "no-slower" in broken(check(held, NOW))


def test_a_report_says_what_was_asked_what_came_and_what_to_do(house: Repository) -> None:
    checked = looked(house, DEFECTS["bounds"])
    for language, fix in (
        ("fr", "sinon le moissonnage incrémental perd des notices"),
        ("pt", "perde registos"),
        ("en", "lose records"),
    ):
        told = "\n".join(lines(checked, language))
        assert fix in told
        assert "verb=ListIdentifiers" in told
        shown = page(checked, language)
        assert fix in shown and f'lang="{language}"' in shown


def test_nothing_of_a_partner_becomes_markup(house: Repository) -> None:
    evil = b"&lt;script&gt;alert(1)&lt;/script&gt;"
    checked = looked(
        house,
        lambda asked, body: body.replace(b"<repositoryName>Mutualis", b"<repositoryName>" + evil).replace(
            b"<protocolVersion>2.0", b"<protocolVersion>" + evil
        ),
    )
    assert "<script>" not in page(checked, "fr")
    assert "&lt;script&gt;alert(1)" in page(checked, "fr")


def test_a_visit_asks_no_more_than_it_may_and_says_what_it_could_not_see(house: Repository) -> None:
    held = visit(house, most=20)
    checked = check(held, NOW)
    assert checked.questions <= 20
    assert checked.unknown
    assert not {"reachable", "bad-verb"} & set(checked.unknown)


def unreachable(_url: str, _arguments: object) -> Answer:
    raise SourceUnreachable(url="x", reason="no route")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"\xff\xfe",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<OAI-PMH/>",
        gzip.compress(b"x"),
        b"a" * 2_000_000,
    ],
)
def test_whatever_is_at_an_address_ends_in_a_report(house: Repository, body: bytes) -> None:
    assert "reachable" in broken(looked(house, lambda _asked, _body: body))
    held = visit(house)
    held.ask_once = unreachable
    assert broken(check(held, NOW)) == {"reachable"}


def test_the_grammar_of_answers_agrees_with_the_schema_on_real_answers(shared: Path) -> None:
    """It is stricter only where the text of the protocol is, and does not judge formats that it cannot know."""
    oai = shared / "schemas" / "oai"
    known = {
        "http://www.openarchives.org/OAI/2.0/": "OAI-PMH.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/": "oai_dc.xsd",
    }
    imports = "".join(
        f'<import namespace="{name}" schemaLocation="{(oai / place).as_uri()}"/>' for name, place in known.items()
    )
    schema = etree.XMLSchema(etree.fromstring(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'))
    agreed = 0
    for path in sorted((shared / "records").rglob("*.xml")):
        try:
            tree = etree.parse(str(path), etree.XMLParser(resolve_entities=False))
        except etree.XMLSyntaxError:
            continue
        if tree.getroot().tag != "{http://www.openarchives.org/OAI/2.0/}OAI-PMH":
            continue
        ours, theirs = _grammar().validate(tree), schema.validate(tree)
        reasons = " ".join(error.message for error in schema.error_log)
        if ours == theirs or (ours and "strict wildcard" in reasons):
            agreed += 1
        else:
            moment = tree.findtext("{*}responseDate") or ""
            assert not ours and not moment.endswith("Z"), path.name
    assert agreed > 150


def test_our_own_provider_passes_over_http_and_the_command_says_so(house: Repository, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    with served(house) as url:
        done = subprocess.run(
            [sys.executable, "-m", "repository.cli", "--json", "oai-check", url, "--allow-private", "--pages", "0",
             "--output", str(tmp_path / "report.html")],
            capture_output=True, text=True, timeout=120, cwd=root, env={"PATH": "/usr/bin", "MUTUALIS_LANGUAGE": "fr"},
        )  # fmt: skip
    told = json.loads(done.stdout)
    assert {each["rule"] for each in told["found"]} == {"base-url"}, "it is asked on loopback"
    assert done.returncode == 1
    assert 'lang="fr"' in (tmp_path / "report.html").read_text("utf-8")


def test_nobody_at_an_address_fails_in_words(tmp_path: Path) -> None:
    client = Client(clock=lambda: None, allow_private=True, limits=Limits(tries=1), wait=lambda _seconds: None)  # type: ignore[arg-type, return-value]
    held = Visit(base_url="http://127.0.0.1:1/oai", ask_once=client.fetch, post_once=client.post, steady=lambda: 0.0)
    checked = check(held, NOW)
    assert broken(checked) == {"reachable"}
    assert issubclass(SourceUnreachable, HarvestError)
    assert "cannot be harvested" in "\n".join(lines(checked, "en"))
