"""A page far behind the beginning of an ordered answer, cut from a longer stretch that is kept for the pages beside it.

The engine orders all rows for each page; here it does so once for many. Pages of one stretch also fit together where
rows are equal in their order, which the engine may give in another order each time.
"""

from io import BytesIO
from typing import BinaryIO, Final, cast

import msgspec
import pyoxigraph as ox
from msgspec import Raw, Struct
from msgspec.structs import replace

from sparql import admission, results
from sparql.errors import ResultTooLarge
from sparql.plan import STRETCH
from sparql.query import Answer, Ask, Limits, Question, Stretch

_LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a stretch that is cut in memory; a larger one would not be kept for the next page either."""

_JSON: Final = next(each for each in results.FORMATS if each.name == "json")


class _Bindings(Struct):
    bindings: list[Raw]


class _Results(Struct):
    head: Raw
    results: _Bindings


def ask(engine: Ask, limits: Limits, question: Question) -> Answer:
    """Have an engine answer, a page far behind by way of the stretch it is in."""
    stretch = question.stretch
    if stretch is None or not question.key or limits.rows < STRETCH:
        return engine(question)
    key = admission.key(stretch.text)
    whole = replace(question, text=stretch.text, key=key, format=_JSON, top=None, stretch=None)
    try:
        answer = engine(whole)
    except ResultTooLarge:
        return engine(question)
    if answer.size > _LARGEST:
        answer.file.close()
        return engine(question)
    return _cut(answer, stretch, question.format, limits)


def _cut(answer: Answer, stretch: Stretch, form: results.Format, limits: Limits) -> Answer:
    held = msgspec.json.decode(answer.read(), type=_Results)
    rows = held.results.bindings[stretch.start : stretch.start + stretch.count]
    data = b'{"head":%b,"results":{"bindings":[%b]}}' % (bytes(held.head), b",".join(map(bytes, rows)))
    if form.name == _JSON.name:
        return Answer(format=form, file=BytesIO(data), size=len(data), rows=len(rows), version=answer.version)
    output = BytesIO()
    found = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    count, size = results.write(found, form, cast(BinaryIO, output), limits.rows, limits.bytes)
    output.seek(0)
    return Answer(format=form, file=output, size=size, rows=count, version=answer.version)
