"""A query as it is asked from elsewhere: for the shell, Python, R and JavaScript. Pure."""

import json
from typing import NamedTuple


class Snippet(NamedTuple):
    """The name of a way to ask, and the text to copy."""

    name: str
    text: str


def snippets(query: str, address: str, *, graph: bool) -> tuple[Snippet, ...]:
    """How to ask a query at an endpoint; `graph` for queries that build one."""
    accept = "text/turtle" if graph else "text/csv"
    return (
        Snippet("curl", _curl(query, address, accept)),
        Snippet("Python (SPARQLWrapper)", _wrapper(query, address, graph)),
        Snippet("Python (rdflib)", _rdflib(query, address, graph)),
        Snippet("R", _r(query, address, graph)),
        Snippet("JavaScript", _javascript(query, address, accept)),
    )


def _curl(query: str, address: str, accept: str) -> str:
    quoted = query.replace("'", "'\\''")
    return f"curl --fail -H 'Accept: {accept}' '{address}' \\\n  --data-urlencode 'query={quoted}'"


def _wrapper(query: str, address: str, graph: bool) -> str:
    form, end = ("TURTLE", "print(client.queryAndConvert().decode())") if graph else ("JSON", _ROWS)
    return (
        f"from SPARQLWrapper import {form}, POST, SPARQLWrapper\n\n"
        f"client = SPARQLWrapper({_python(address)})\nclient.setMethod(POST)\n"
        f"client.setReturnFormat({form})\nclient.setQuery({_python(query)})\n{end}"
    )


_ROWS = (
    'for row in client.queryAndConvert()["results"]["bindings"]:\n'
    '    print({name: value["value"] for name, value in row.items()})'
)


def _rdflib(query: str, address: str, graph: bool) -> str:
    end = "print(found.graph.serialize())" if graph else "for row in found:\n    print(row.asdict())"
    return (
        "from rdflib import Graph\nfrom rdflib.plugins.stores.sparqlstore import SPARQLStore\n\n"
        f'catalogue = Graph(SPARQLStore({_python(address)}, method="POST"))\n'
        f"found = catalogue.query({_python(query)})\n{end}"
    )


def _r(query: str, address: str, graph: bool) -> str:
    accept, end = ("text/turtle", "cat(body)") if graph else ("text/csv", "data <- read.csv(text = body)\nprint(data)")
    return (
        "library(httr2)\n\n"
        f"query <- {_quoted(query)}\n"
        f"body <- request({_quoted(address)}) |>\n  req_headers(Accept = {_quoted(accept)}) |>\n"
        f"  req_body_form(query = query) |>\n  req_perform() |>\n  resp_body_string()\n{end}"
    )


def _javascript(query: str, address: str, accept: str) -> str:
    return (
        f"const query = {_quoted(query)};\n"
        f"const answer = await fetch({_quoted(address)}, {{\n  method: 'POST',\n"
        f"  headers: {{ Accept: '{accept}' }},\n  body: new URLSearchParams({{ query }}),\n}});\n"
        "if (!answer.ok) throw new Error(await answer.text());\nconsole.log(await answer.text());"
    )


def _python(text: str) -> str:
    """A literal of Python: on lines of its own where that shows the text as it is."""
    plain = "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"')
    return f'"""{text}"""' if plain else repr(text)


def _quoted(text: str) -> str:
    """A literal that JavaScript and R read alike."""
    return json.dumps(text, ensure_ascii=False)
