"""Importing files: records a second from canonical JSON-LD to committed and validated, beside rdflib parsing them."""

import tempfile
import time
from pathlib import Path
from typing import Final

import rdflib

from bench.figures import Figure
from bench.synthetic import records
from repository import importing
from repository.formats.rdf import ntriples
from repository.profile import jsonld
from repository.services import Services, create
from vocabularies.terms import Terms

RECORDS: Final = 2_000
MANY: Final = 20_000
_PEER_SHARE: Final = 10  # rdflib reads a tenth, and is given its rate


def figures(full: bool) -> list[Figure]:
    """Records a second at 2,000 records, or at 20,000 when `full`; then the same file again."""
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        services = create(Path(name) / "data", {})
        file = Path(name) / "records.jsonld"
        number = MANY if full else RECORDS
        file.write_bytes(
            b"\n".join(jsonld.document(each, services.terms()) for each in records(number, services.terms()))
        )
        first, again = _import(services, file, number), _import(services, file, number)
        peer = _peer(number // _PEER_SHARE, services.terms())
        services.close()
    return [
        Figure("import of new records", first, "records/s", "rdflib, parsing their N-Triples only", peer),
        Figure("import of the same file again", again, "records/s", "rdflib, parsing their N-Triples only", peer),
    ]


def _import(services: Services, file: Path, number: int) -> float:
    started = time.perf_counter()
    report = importing.import_files(
        [file],
        catalogue=services.catalogue,
        journal=services.journal,
        clock=services.now,
        act=services.act("bench", "import"),
    )
    if report.total.stored != number:
        raise RuntimeError(f"{report.total.stored} of {number} records were stored")
    return number / (time.perf_counter() - started)


def _peer(number: int, terms: Terms) -> float:
    documents = [ntriples(each, terms) for each in records(number, terms)]
    started = time.perf_counter()
    for each in documents:
        rdflib.Graph().parse(data=each, format="nt")
    return number / (time.perf_counter() - started)
