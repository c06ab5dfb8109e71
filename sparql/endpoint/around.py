"""What stands around the query page: short links, what the editor completes, and the examples by their addresses."""

import tempfile
from typing import BinaryIO, cast

import pyoxigraph as ox
from flask import Response, jsonify, redirect, request

from repository.errors import PageNotFound
from repository.messages import translate
from repository.namespaces import PREFIXES, SHAPE
from repository.profile import ontology
from repository.profile.table import properties
from repository.record import Record
from sparql import results
from sparql.endpoint import protocol
from sparql.endpoint.page import is_wanted
from sparql.endpoint.protocol import Services
from sparql.examples import examples, statements
from sparql.plan import TEXT_NAMESPACE


def linked(services: Services) -> Response:
    """Keep a query and lead to its short link; programs get the link itself."""
    query = protocol.read(request).text
    protocol.admit(query)
    name = services.short_links.keep(query)
    address = f"{services.base_iri}sparql/q/{name}"
    if is_wanted(request.headers.get("Accept", "")):
        return cast(Response, redirect(f"{request.script_root}/sparql/q/{name}", 303))
    return Response(address + "\n", status=201, headers={"Location": address}, content_type="text/plain; charset=utf-8")


def completions(services: Services) -> Response:
    """What the editor offers while one writes: prefixes, classes and properties of the data, with their names."""
    language = protocol.language(request, services.settings.default_language)
    terms = {f"mu:{name}": translate(PREFIXES["mu"] + name, language) for name in sorted(ontology.terms())}
    known = {each.row.rdf: translate(f"{SHAPE}{each.name}", language) for each in properties(Record)}
    dump = next(iter(services.dumps.listed("dump")), None)
    counts = dump.counts if dump else None
    response = jsonify(
        prefixes={**PREFIXES, "text": TEXT_NAMESPACE},
        names=known | terms,
        properties=list(counts.properties) if counts else [],
        classes=list(counts.classes) if counts else [],
    )
    response.headers["Content-Language"] = language
    return response


def examples_themselves(services: Services, name: str = "") -> Response:
    """The shipped questions by their addresses: a person is led to the page, a program gets their RDF."""
    if name and all(each.name != name for each in examples()):
        raise PageNotFound(path=request.path)
    if is_wanted(request.headers.get("Accept", "")):
        found = f"?example={name}" if name else ""
        return cast(Response, redirect(f"{request.script_root}/sparql{found}", 303))
    form = results.negotiate(request.headers.get("Accept", ""), "graph")
    about = f"<{services.base_iri}sparql/examples/{name}>" if name else ""
    lines = [line for line in statements(services.base_iri) if line.startswith(about)]
    triples = [quad.triple for quad in ox.parse("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES)]
    output = tempfile.SpooledTemporaryFile()  # noqa: SIM115 read at once
    with output:
        results.write(triples, form, cast(BinaryIO, output), len(triples), 1 << 22)
        output.seek(0)
        return Response(output.read(), content_type=form.content_type)
