"""`mutualis vocabulary import`: take in SKOS files of one's own."""

from argparse import ArgumentParser, Namespace
from functools import cache
from pathlib import Path

from repository import services
from repository.commands.command import OUTCOMES, Translate
from repository.commands.showing import make_visible
from repository.console import Console
from repository.errors import MutualisError, UnreadableFile
from repository.messages import tell
from vocabularies import shipped, skos
from vocabularies import store as vocabulary_store
from vocabularies.adoption import adopt
from vocabularies.shipped import SCHEME_IDS


def arguments(parser: ArgumentParser, text: Translate) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    taking = acts.add_parser("import", help=text("take in SKOS files: Turtle, RDF/XML, JSON-LD or N-Triples"))
    taking.add_argument("files", nargs="+", type=Path, metavar="FILE", help=text("SKOS files"))
    taking.add_argument("--why", default="", help=text("the reason, for the history"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    reports = [_import(opened, path, given.why, console) for path in given.files]
    with console.progress("Renewing the records whose words changed"):
        renewed = opened.catalogue.restamp(opened.act("mutualis", "vocabularies changed"))
    make_visible(opened, console)
    opened.close()
    failed = sum(report["outcome"] == "failed" for report in reports)
    outcome = "complete" if not failed else "failed" if failed == len(reports) else "partial"
    console.report({"outcome": outcome, "files": reports, "records_renewed": renewed})
    return OUTCOMES[outcome]


def _import(opened: services.Services, path: Path, why: str, console: Console) -> dict[str, object]:
    """Take in one file whole or not at all; a wrong one changes nothing and says why."""
    try:
        vocabularies, collections = skos.read(_bytes(path), None, SCHEME_IDS)
        adopted = [adopt(each, opened.terms(), _shipped()) for each in vocabularies]
    except MutualisError as error:
        console.warn("{path}: {reason}", path=path, reason=tell(error, console.language))
        return {"outcome": "failed", "file": str(path), "message": tell(error, console.language)}
    act = opened.act("mutualis", why or f"import of {path.name}")
    stored = [vocabulary_store.put(opened.database, each.vocabulary, act, opened.now) for each in adopted]
    groups = vocabulary_store.put_collections(opened.database, collections, act, opened.now)
    opened.forget_terms()
    for each in stored:
        console.say(
            "{path}: list {scheme}: {created} new, {changed} changed, {unchanged} as they were.",
            path=path,
            scheme=each.scheme,
            created=each.created,
            changed=each.changed,
            unchanged=each.unchanged,
        )
    kept = sum(len(each.kept) for each in adopted)
    if kept:
        console.warn("{path}: {kept} terms came with the software and stay as they are.", path=path, kept=kept)
    return {"outcome": "complete", "file": str(path), "schemes": stored, "collections": sum(groups), "kept": kept}


@cache
def _shipped() -> frozenset[str]:
    """The addresses of the schemes and concepts that came with the software."""
    held = shipped.terms()
    return frozenset((*held.concepts, *(each.iri for each in held.schemes.values())))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path=path, reason=error.strerror or str(error)) from error
