"""What `mutualis doctor` looks at: each check is a function that gives findings, each with its remedy."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Final, Literal

from msgspec import Struct
from oaipmh.client import Client
from oaipmh.error import ClientError, ErrorBase, XMLSyntaxError
from oaipmh.metadata import MetadataRegistry

from repository.services import Services

Level = Literal["good", "advice", "fault"]
_LITTLE_SPACE: Final = 200 * 1024 * 1024


class Finding(Struct, frozen=True):
    """One thing found: how grave it is, and a sentence (an English message and its values)."""

    level: Level
    message: str
    values: dict[str, str | int] = {}


def examine(services: Services, online: bool = False) -> list[Finding]:
    """Run every check; with `online`, also ask the server at `base_url` as a stranger would."""
    checks = (*CHECKS, _oai_answers) if online else CHECKS
    return [finding for check in checks for finding in check(services)]


def _folder(services: Services) -> Iterator[Finding]:
    data = services.settings.data
    if not os.access(data, os.W_OK):
        yield Finding(
            "fault", "The data folder {path} cannot be written; give this user the right to.", {"path": str(data)}
        )
    free = shutil.disk_usage(data).free
    if free < _LITTLE_SPACE:
        yield Finding(
            "fault", "Only {free} MB are free where {path} is; make room.", {"free": free >> 20, "path": str(data)}
        )
    else:
        yield Finding(
            "good",
            "The data folder {path} can be written; {free} MB are free.",
            {"path": str(data), "free": free >> 20},
        )


def _records(services: Services) -> Iterator[Finding]:
    published, withdrawn = services.catalogue.totals()
    yield Finding(
        "good",
        "The catalogue holds {published} published and {withdrawn} withdrawn records.",
        {"published": published, "withdrawn": withdrawn},
    )


def _vocabularies(services: Services) -> Iterator[Finding]:
    terms = services.terms()
    if terms.schemes:
        yield Finding(
            "good",
            "{schemes} vocabularies with {concepts} concepts are loaded.",
            {"schemes": len(terms.schemes), "concepts": len(terms.concepts)},
        )
    else:
        yield Finding(
            "fault",
            "No vocabulary is loaded; run: mutualis --data {path} init.",
            {"path": str(services.settings.data)},
        )


def _identity(services: Services) -> Iterator[Finding]:
    path = str(services.settings.path)
    if not services.settings.base_iri:
        yield Finding(
            "advice",
            "base_iri is not set, so addresses are minted under {base}; set it in {path} before you publish.",
            {"base": services.base_iri, "path": path},
        )
    if services.settings.oai_namespace.endswith(".invalid"):
        yield Finding(
            "advice",
            "oai_namespace is still {value}; set a domain name of your own in {path} before partners harvest.",
            {"value": services.settings.oai_namespace, "path": path},
        )
    if services.settings.admin_email.endswith(".invalid"):
        yield Finding("advice", "admin_email is not set; give your role mailbox in {path}.", {"path": path})


def _projections(services: Services) -> Iterator[Finding]:
    newest = services.catalogue.newest()
    for name, held in services.projections().items():
        behind = newest - (held or 0)
        values: dict[str, str | int] = {"name": name, "behind": behind, "path": str(services.settings.data)}
        if behind:
            yield Finding("advice", "{name} is {behind} changes behind; serve or rebuild brings it up to date.", values)
        else:
            yield Finding("good", "{name} is up to date.", values)


def _oai_answers(services: Services) -> Iterator[Finding]:
    """Ask our own OAI-PMH address with a client that others wrote."""
    address = services.base_url + "oai"
    try:
        formats = [each[0] for each in Client(address, MetadataRegistry()).listMetadataFormats()]
    except (OSError, ErrorBase, ClientError, XMLSyntaxError) as error:
        yield Finding(
            "fault",
            "{address} does not answer an OAI-PMH client ({reason}); is it served?",
            {"address": address, "reason": str(error)},
        )
    else:
        yield Finding(
            "good",
            "{address} answers an OAI-PMH client; formats: {formats}.",
            {"address": address, "formats": ", ".join(formats)},
        )


CHECKS: Final[tuple[Callable[[Services], Iterator[Finding]], ...]] = (
    _folder,
    _records,
    _vocabularies,
    _identity,
    _projections,
)
