"""A record as schema.org JSON-LD inside its page, for search engines. Pure. Source: schema.org LearningResource."""

import json
from typing import Final

from repository.formats import schema_org
from repository.record import Record
from vocabularies.terms import Terms

_UNSAFE: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def script(record: Record, terms: Terms) -> str:
    """The record's JSON-LD with every character escaped that could end or open an element of the page."""
    document = json.loads(schema_org.write(record, terms))
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)
