"""Keywords of partners that may mean a sector or an occupation: a librarian says whether they do.

It follows the change feed. What names a concept exactly was linked when the record was read; what is merely near one
is asked about once for each source and word, and remembered among the choices of the source when it is accepted.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from harvest.journal import Journal
from harvest.source import Source
from repository import feed
from repository.catalogue import Catalogue, Stored
from repository.messages import LANGUAGES
from repository.questions import Question, put
from vocabularies.matching import guess
from vocabularies.terms import Terms, fold

FOLLOWER: Final = "keywords"
VERSION: Final = 1
KIND: Final = "keyword"
SCHEMES: Final = ("sector", "occupation")


def follow(catalogue: Catalogue, journal: Journal, moment: str) -> int:
    """Take in what records have changed since the last time; returns how many were looked at."""

    def look(held: Mapping[str, Stored]) -> feed.Write:
        sources = {each.id: each for each in journal.sources()}
        asked = {each.id: each for each in _questions(held, sources, catalogue.terms())}
        return lambda connection: put(connection, list(asked.values()), moment)

    return feed.follow(catalogue, FOLLOWER, VERSION, look)


def _questions(held: Mapping[str, Stored], sources: Mapping[str, Source], terms: Terms) -> Iterator[Question]:
    for stored in held.values():
        source = sources.get(stored.state.source or "")
        if source is None or stored.withdrawn:
            continue
        record = stored.record
        said = {*record.sector, *record.occupation}
        for keyword in record.keyword:
            word = fold(keyword.value)
            known = word in source.choices.words or not word.isprintable()
            found = None if known else guess(word, SCHEMES, terms)
            if found is not None and found.iri not in said and terms.find("sector", word) is None:
                yield Question(
                    kind=KIND,
                    subject=f"{source.id} {word}",
                    source=source.id,
                    details={
                        "word": keyword.value,
                        "concept": found.iri,
                        "record": record.id,
                        "labels": {language: _label(found.iri, language, terms) for language in LANGUAGES},
                    },
                )


def _label(iri: str, language: str, terms: Terms) -> str:
    label = terms.label(iri, language)
    return label.value if label else iri
