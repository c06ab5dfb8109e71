"""`mutualis vocabulary`: take in vocabularies of others, look at them, and publish what is drafted."""

import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from harvest.client import Client
from harvest.linkcheck import Web
from repository import services
from repository.commands.checking_links import LIMITS
from repository.commands.command import COMPLETE, FAILED, OUTCOMES, Translate
from repository.commands.showing import make_visible
from repository.console import Console, language_of, user
from repository.errors import MutualisError, UnreadableFile
from repository.exchange.accounts import Account
from repository.exchange.roles import Grant
from repository.messages import LANGUAGES, tell, translate
from vocabularies import inspection, intake, outward, publication
from vocabularies.checks import Found, look
from vocabularies.faults import CHECKS, GATE
from vocabularies.intake import Taken
from vocabularies.subject import of_files
from vocabularies.tables import Columns

_SHOWN = 12


def arguments(parser: ArgumentParser, text: Translate) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    taking = acts.add_parser(
        "import", help=text("take in SKOS files (Turtle, RDF/XML, JSON-LD, N-Triples) or tables (CSV)")
    )
    taking.add_argument("files", nargs="+", type=Path, metavar="FILE", help=text("SKOS files or tables"))
    taking.add_argument("--together", action="store_true", help=text("the files are parts of one vocabulary"))
    taking.add_argument(
        "--publish", action="store_true", help=text("publish at once what would be drafted in lists that are here")
    )
    taking.add_argument(
        "--column",
        action="append",
        default=[],
        type=_column,
        metavar="HEADING=MEANING",
        help=text("for a table: what a column is, such as preferredLabel=pref_label.fr"),
    )
    taking.add_argument("--scheme", default="", metavar="LIST", help=text("for a table: short name of the list"))
    taking.add_argument("--title", default="", help=text("for a table: name of the list"))
    taking.add_argument(
        "--language", choices=LANGUAGES, default="fr", help=text("for a table: language of names that tell none")
    )
    taking.add_argument("--why", default="", help=text("the reason, for the history"))
    checking = acts.add_parser("check", help=text("look for faults in files, or in lists that are here"))
    checking.add_argument("names", nargs="+", metavar="FILE|LIST", help=text("SKOS files, or ids of lists"))
    checking.add_argument(
        "--links", action="store_true", help=text("follow links of lists to terms elsewhere, which takes minutes")
    )
    publishing = acts.add_parser("publish", help=text("publish what is drafted in lists, each as its next release"))
    publishing.add_argument("lists", nargs="+", metavar="LIST", help=text("ids of lists"))
    publishing.add_argument("--why", default="", help=text("what is new, in a sentence"))
    acts.add_parser("settle", help=text("carry merges of releases that were interrupted into the records"))


def _column(words: str) -> tuple[str, str]:
    heading, sign, meaning = words.partition("=")
    if not sign:
        raise ArgumentTypeError(translate("{value} is not HEADING=MEANING", language_of(), value=words))
    return heading.strip(), meaning.strip()


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    try:
        return {"import": _import, "check": _check, "publish": _publish, "settle": _settle}[given.act](
            opened, given, console
        )
    finally:
        opened.close()


def _import(opened: services.Services, given: Namespace, console: Console) -> int:
    groups = [given.files] if given.together else [[path] for path in given.files]
    reports = [_take(opened, paths, given, console) for paths in groups]
    if given.publish:
        lists = [each for report in reports for each in report.get("lists", ())]
        for scheme in sorted({each["scheme"] for each in lists if each["drafted"]}):
            _release(opened, scheme, given.why, console)
    with console.progress("Renewing the records whose words changed"):
        renewed = opened.catalogue.restamp(opened.act("mutualis", "vocabularies changed"))
    make_visible(opened, console)
    failed = sum(report["outcome"] == "failed" for report in reports)
    outcome = "complete" if not failed else "failed" if failed == len(reports) else "partial"
    console.report({"outcome": outcome, "files": reports, "records_renewed": renewed})
    return OUTCOMES[outcome]


def _take(opened: services.Services, paths: list[Path], given: Namespace, console: Console) -> dict[str, Any]:
    """Take in files whole or not at all; wrong ones change nothing and say why."""
    name = ", ".join(map(str, paths))
    try:
        looked = intake.examine(opened.curation, {path.name: _bytes(path) for path in paths}, _columns(given))
        taken = intake.take(opened.curation, looked, operator(), given.why or f"import of {paths[0].name}")
    except MutualisError as error:
        console.warn("{path}: {reason}", path=name, reason=tell(error, console.language))
        return {"outcome": "failed", "file": name, "message": tell(error, console.language)}
    for each in taken:
        _tell(name, each, console)
    _tell_faults(name, looked.found, console)
    return {"outcome": "complete", "file": name, "lists": [_as_object(each) for each in taken], "faults": looked.faults}


def _columns(given: Namespace) -> Columns | None:
    if not given.column and not given.scheme:
        return None
    return Columns(dict(given.column), given.scheme, "", given.title, given.language)


def _tell(name: str, each: Taken, console: Console) -> None:
    told = {"path": name, "scheme": each.scheme, "created": each.created, "changed": each.changed}
    if each.drafted:
        console.say(
            "{path}: list {scheme}: {created} new and {changed} changed terms are drafted; "
            "look at them in the workbench, or publish them: mutualis vocabulary publish {scheme}.",
            **told,
        )
    else:
        console.say(
            "{path}: list {scheme}: {created} new, {changed} changed, {unchanged} as they were.",
            unchanged=each.unchanged,
            **told,
        )
    if each.kept:
        console.warn("{path}: {kept} terms came with the software and stay as they are.", path=name, kept=each.kept)
    if each.disagreements:
        console.warn(
            "{path}: {count} terms were changed both here and there; what was done here stays.",
            path=name,
            count=each.disagreements,
        )


def _tell_faults(name: str, found: tuple[Found, ...] | list[Found], console: Console) -> None:
    counts = Counter(each.check for each in found if CHECKS[each.check].weight != "hint")
    for check, number in counts.most_common():
        console.warn("{path}: {title}: {number}", path=name, title=console.text(CHECKS[check].title), number=number)


def _check(opened: services.Services, given: Namespace, console: Console) -> int:
    """What is wrong, most grave first; fails where something keeps a list from being published."""
    reports, grave = [], False
    for name in given.names:
        if name in opened.terms().schemes:
            if given.links:
                _follow(opened, name, console)
            found = list(inspection.inspect(opened.curation, name).found)
        else:
            found = look(of_files([_bytes(Path(name))]))
        grave = grave or any(each.check in GATE for each in found)
        counts = Counter(each.check for each in found)
        for check, number in counts.items():
            console.say("{title}: {number}", title=console.text(CHECKS[check].title), number=number)
            for each in [each for each in found if each.check == check][:_SHOWN]:
                console.say("{address}", address=f"    {each.iri or name} {each.about}".rstrip())
        if not found:
            console.say("{path}: nothing was found.", path=name)
        reports.append({"name": name, "counts": counts, "found": found})
    console.report({"outcome": "failed" if grave else "complete", "checked": reports})
    return FAILED if grave else COMPLETE


def _follow(opened: services.Services, scheme: str, console: Console) -> None:
    agent = f"Mutualis (link check; {opened.base_url})"
    client = Client(clock=opened.now, limits=LIMITS, agent=agent, accept="text/html, */*;q=0.8")
    try:
        with console.progress("Looking at links"):
            web = Web(client.look, time.sleep, time.monotonic, opened.now)
            looked, broken = outward.follow(opened.curation, scheme, web)
    finally:
        client.close()
    console.say("{path}: {looked} links looked at, {dead} lead nowhere.", path=scheme, looked=looked, dead=broken)


def _publish(opened: services.Services, given: Namespace, console: Console) -> int:
    released = [_release(opened, scheme, given.why, console) for scheme in given.lists]
    make_visible(opened, console)
    console.report({"outcome": "complete", "releases": released})
    return COMPLETE


def _settle(opened: services.Services, _given: Namespace, console: Console) -> int:
    carried = opened.curation.carry_on()
    make_visible(opened, console)
    console.say(
        "Resources with another term: {records}; with new words: {rendered}.",
        records=carried.records,
        rendered=carried.rendered,
    )
    console.report({"outcome": "complete", "records": carried.records, "rendered": carried.rendered})
    return COMPLETE


def _release(opened: services.Services, scheme: str, why: str, console: Console) -> dict[str, Any]:
    notes = {console.language: why} if why else {}
    release, carried = publication.publish(opened.curation, scheme, operator(), notes)
    console.say(
        "List {scheme}: release {number} is published. "
        "Resources with another term: {records}; with new words: {rendered}.",
        scheme=scheme,
        number=release.number,
        records=carried.records,
        rendered=carried.rendered,
    )
    return {"scheme": scheme, "number": release.number, "records": carried.records, "rendered": carried.rendered}


def operator() -> Account:
    """Who acts by command and may do everything: publicly the catalogue, in the audit the user of this machine."""
    name = user()
    grants = (Grant("administrator"),)
    return Account(
        id=f"command:{name}",
        email="",
        name=name,
        organisation="Mutualis",
        country="",
        language="fr",
        created="",
        grants=grants,
    )


def _as_object(each: Taken) -> dict[str, Any]:
    return {name: getattr(each, name) for name in Taken.__struct_fields__}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path=path, reason=error.strerror or str(error)) from error
