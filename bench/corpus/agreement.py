"""Asking the running system for what was taken in: OAI-PMH, SPARQL, search and pages must tell the same.

The identifier sets agree, and fifty records agree field by field with what the catalogue holds.
"""

import html
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from bench.ports import free_port
from repository import services
from repository.catalogue import Stored
from repository.formats import oai_dc
from repository.profile import jsonld, nquads
from repository.record import Record
from repository.services import Services
from repository.web.texts import best

SAMPLE: Final = 50
_PATIENCE: Final = 600
_HEADER: Final = re.compile(rb"<header([^>]*)>.*?<identifier>[^<]*?([0-9a-f-]{36})</identifier>", re.DOTALL)
_TOKEN: Final = re.compile(rb"<resumptionToken[^>]*>([^<]+)</")
_LITERAL: Final = re.compile(r'"(.*)"(?:@([\w-]+)|\^\^<([^>]*)>)?', re.DOTALL)

Tell = Callable[[str], None]


def check(data: Path, tell: Tell) -> list[str]:
    """Serve the catalogue, ask, and return every disagreement."""
    with _served(data) as (base, opened):
        tell(f"Asking the running system at {base}")
        held = set(opened.catalogue.published_ids())
        sets = {"OAI-PMH": _of_oai(base), "SPARQL": _of_sparql(base), "search": _of_search(opened)}
        faults = [fault for name, found in sets.items() for fault in _compare(name, held, found)]
        tell("; ".join(f"{name}: {len(found):,} identifiers" for name, found in sets.items()))
        chosen = sorted(held)[:: max(1, len(held) // SAMPLE)][:SAMPLE]
        fields = 0
        for stored in opened.catalogue.get_many(chosen).values():
            found, compared = _differences(base, stored, opened)
            faults += found
            fields += compared
        tell(f"{len(chosen)} records compared in {fields:,} fields through every interface")
    return faults


@contextmanager
def _served(data: Path) -> Iterator[tuple[str, Services]]:
    """`mutualis serve` over the catalogue, once its projections have caught up."""
    port = free_port()
    command = [sys.executable, "-m", "repository.cli", "--data", str(data), "serve", "--port", str(port)]
    base = f"http://127.0.0.1:{port}/"
    with (data / "serve.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait(base, server, data)
            opened = services.open_services(data, base)
            yield base, opened
            opened.close()
        finally:
            server.terminate()
            server.wait(30)


def _wait(base: str, server: subprocess.Popen[bytes], data: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"The server ended: {(data / 'serve.log').read_text('utf-8', 'replace')[-2000:]}")
        try:
            health = json.loads(_get(f"{base}healthz"))
            if all(each["behind"] == 0 for each in health["projections"].values()):
                return
        except (URLError, ConnectionError, TimeoutError):
            pass  # it is still starting
        time.sleep(0.5)
    raise SystemExit(f"The projections had not caught up after {_PATIENCE} seconds.")


def _get(url: str, accept: str = "*/*", language: str = "en") -> bytes:
    request = Request(url, headers={"Accept": accept, "Accept-Language": language})
    with urlopen(request, timeout=60) as answer:
        body: bytes = answer.read()
    return body


# Identifier sets


def _of_oai(base: str) -> set[str]:
    """The ids of a complete ListIdentifiers, tombstones left out; raises where one comes twice."""
    found: list[str] = []
    query = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    while True:
        body = _get(f"{base}oai?{urlencode(query)}")
        found += [id.decode() for status, id in _HEADER.findall(body) if b"deleted" not in status]
        token = _TOKEN.search(body)
        if token is None:
            break
        query = {"verb": "ListIdentifiers", "resumptionToken": html.unescape(token.group(1).decode())}
    if len(found) != len(set(found)):
        raise SystemExit("OAI-PMH delivered an identifier twice.")
    return set(found)


def _of_sparql(base: str) -> set[str]:
    rows = _select(base, "SELECT DISTINCT ?r WHERE { ?r a <http://schema.org/LearningResource> }")
    start = f"{base}resource/"
    return {row["r"]["value"].removeprefix(start) for row in rows if row["r"]["value"].startswith(start)}


def _select(base: str, query: str) -> list[dict[str, Any]]:
    answer = _get(f"{base}sparql?{urlencode({'query': query})}", "application/sparql-results+json")
    rows: list[dict[str, Any]] = json.loads(answer)["results"]["bindings"]
    return rows


def _of_search(opened: Services) -> set[str]:
    index = opened.search
    total = index.search("", "en", {}, size=1).total
    return set(index.search("", "en", {}, size=total + 1).ids)


def _compare(name: str, held: set[str], found: set[str]) -> list[str]:
    missing, foreign = sorted(held - found), sorted(found - held)
    faults = [f"{name} lacks {len(missing)} records, {missing[0]} first"] if missing else []
    return faults + ([f"{name} has {len(foreign)} records too many, {foreign[0]} first"] if foreign else [])


# Records


def _differences(base: str, stored: Stored, opened: Services) -> tuple[list[str], int]:
    """What the interfaces say otherwise of one record, and how many fields were compared."""
    record = stored.record
    faults = [
        *_in_jsonld(base, record, opened),
        *_in_sparql(base, record, opened),
        *_in_oai(base, record, opened),
        *_in_pages(base, record),
    ]
    filled = sum(1 for name in record.__struct_fields__ if getattr(record, name))
    return [f"{record.id}: {fault}" for fault in faults], filled


def _in_jsonld(base: str, record: Record, opened: Services) -> list[str]:
    found = jsonld.read(_get(f"{base}resource/{record.id}", "application/ld+json"), opened.terms())
    own = jsonld.read(jsonld.document(record, opened.terms()), opened.terms())
    return [
        f"{name} differs in JSON-LD" for name in record.__struct_fields__ if getattr(found, name) != getattr(own, name)
    ]


def _in_sparql(base: str, record: Record, opened: Services) -> list[str]:
    iri = f"{base}resource/{record.id}"
    rows = _select(base, f"SELECT DISTINCT ?p ?o WHERE {{ <{iri}> ?p ?o FILTER(!isBlank(?o)) }}")
    found = {(row["p"]["value"], *_term(row["o"])) for row in rows}
    own = {_statement(line) for line in nquads.triples(record, opened.terms()) if line.startswith(f"<{iri}> ")}
    return [f"{each[0]} {each[1][:60]!r} differs in SPARQL" for each in sorted(own ^ found)]


def _term(value: dict[str, str]) -> tuple[str, str]:
    mark = value.get("xml:lang", "").lower() or value.get("datatype", "")
    return value["value"], mark.removeprefix("http://www.w3.org/2001/XMLSchema#string")


def _statement(line: str) -> tuple[str, str, str]:
    """(predicate, value, language or datatype) of an N-Triples line."""
    _, predicate, value = line[:-2].split(" ", 2)
    if value.startswith("<"):
        return predicate[1:-1], value[1:-1], ""
    match = _LITERAL.fullmatch(value)
    words, language, datatype = match.groups() if match else (value, "", "")
    plain = json.loads(f'"{words}"') if "\\U" not in words else words
    mark = (language or "").lower() or (datatype or "")
    return predicate[1:-1], plain, mark.removeprefix("http://www.w3.org/2001/XMLSchema#string")


def _in_oai(base: str, record: Record, opened: Services) -> list[str]:
    query = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": _oai_identifier(record, opened)}
    body = _get(f"{base}oai?{urlencode(query)}")
    metadata = re.search(rb"<metadata>(.*?)</metadata>", body, re.DOTALL)
    if metadata is None:
        return ["is not in OAI-PMH"]
    sent, own = metadata.group(1), oai_dc.write(record, opened.terms())
    return [] if sorted(_elements(sent)) == sorted(_elements(own)) else ["differs in oai_dc"]


def _oai_identifier(record: Record, opened: Services) -> str:
    return f"oai:{opened.settings.oai_namespace}:{record.id}"


def _elements(data: bytes) -> list[bytes]:
    return re.findall(rb"<dc:\w+[^>]*>[^<]*</dc:\w+>", data)


def _in_pages(base: str, record: Record) -> list[str]:
    page = html.unescape(_get(f"{base}en/resource/{record.id}", "text/html").decode())
    title = best(record.title, "en")
    if title is None:
        return []
    faults = [] if title.value in page else ["its page does not show its title"]
    found = _get(f"{base}en/search?q={quote(_words(title.value))}", "text/html").decode()
    if f"/resource/{record.id}" not in found and not _is_common(base, title.value, record.id):
        faults.append("is not found by its title")
    return faults


def _words(title: str) -> str:
    return " ".join(re.findall(r"\w+", title)[:12])


def _is_common(base: str, title: str, id: str) -> bool:
    """Whether a record with a title that many bear stands on one of the next pages of hits."""
    for number in range(2, 12):
        found = _get(f"{base}en/search?q={quote(_words(title))}&page={number}", "text/html").decode()
        if f"/resource/{id}" in found:
            return True
    return False
