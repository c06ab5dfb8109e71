"""A reader's words as a query. Pure: it needs the schema, not the index.

Three attempts, each more forgiving: all words as written (any inflection, accents or not, the last one perhaps
unfinished); all words, misspelt by a letter or two; at least half of the words.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final

from tantivy import FieldType, Occur, Query, Schema

from repository.search.fields import LANGUAGES, stem

_SHORTEST_BEGINNING: Final = 3
_SHORTEST_MISSPELT: Final = 4
_MOST_PARTS: Final = 8
_PART: Final = 0.3
"""What one more part counts: less than a word of the question, more than the length of a label."""

_TWO_MISTAKES: Final = 8
"""Letters from which a word may be wrong in two places."""


class Attempt(Enum):
    """How much a document may differ from the words."""

    AS_WRITTEN = 1
    MISSPELT = 2
    HALF = 3


def of_words(schema: Schema, words: Sequence[str], language: str, attempt: Attempt) -> Query:
    """Documents that hold the words, best first; `words` folded as by `fields.words`."""
    if not words:
        return Query.all_query()
    last = len(words) - 1
    each = [
        (_wanted(attempt), _word(schema, word, language, place == last, attempt is not Attempt.AS_WRITTEN))
        for place, word in enumerate(words)
    ]
    if attempt is Attempt.HALF:
        return Query.boolean_query(each, minimum_number_should_match=(len(words) + 1) // 2)
    return Query.boolean_query(each)


def chosen(schema: Schema, kind: str, facets: Mapping[str, Iterable[str]]) -> list[tuple[Occur, Query]]:
    """Conditions that narrow the documents and leave their order alone: any of the values of each facet."""
    terms = [Query.term_query(schema, "kind", kind)]
    terms += [Query.term_set_query(schema, name, list(held)) for name, held in facets.items() if held]
    return [(Occur.Must, Query.const_score_query(each, 0.0)) for each in terms]


def fuller(schema: Schema) -> list[tuple[Occur, Query]]:
    """What lifts a kit above others that suit the words as well: each part more that is in the catalogue."""
    steps = range(1, _MOST_PARTS + 1)
    held = (Query.range_query(schema, "issued", FieldType.Integer, parts, None) for parts in steps)
    return [(Occur.Should, Query.const_score_query(each, _PART)) for each in held]


def _wanted(attempt: Attempt) -> Occur:
    return Occur.Should if attempt is Attempt.HALF else Occur.Must


def _word(schema: Schema, word: str, language: str, unfinished: bool, misspelt: bool) -> Query:
    """One word wherever it stands: a title counts most, then the exact word, then a stem."""
    ways = [
        Query.boost_query(Query.term_query(schema, "title", word), 4.0),
        Query.boost_query(Query.term_query(schema, "plain", word), 2.0),
    ]
    for name in LANGUAGES:
        found = Query.term_query(schema, name, stem(word, name))
        ways.append(Query.boost_query(found, 1.5) if name == language else found)
    if (unfinished or misspelt) and len(word) >= _SHORTEST_BEGINNING:
        beginning = Query.fuzzy_term_query(schema, "plain", word, 0, prefix=True)
        ways.append(Query.const_score_query(beginning, 0.5))
    if misspelt and len(word) >= _SHORTEST_MISSPELT and word.isalpha():
        mistakes = 2 if len(word) >= _TWO_MISTAKES else 1
        near = Query.fuzzy_term_query(schema, "plain", word, mistakes)
        ways.append(Query.const_score_query(near, 0.5))
    return Query.disjunction_max_query(ways, 0.1)
