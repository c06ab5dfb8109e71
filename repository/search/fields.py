"""The fields of the search index, and how their text is cut into words.

Each language has a field with its own stems; `plain` holds every word without accents, for typing errors and
for beginnings of words; each facet holds the addresses of concepts, broader ones included.
"""

import unicodedata
from importlib import metadata
from typing import Final

import tantivy

VERSION: Final = f"2 tantivy {metadata.version('tantivy')}"
"""Raise the number when what is indexed changes; every index is then built anew."""

LANGUAGES: Final = {"fr": "french", "pt": "portuguese", "en": "english"}
FACETS: Final = ("country", "sector", "occupation", "type", "level", "language", "access", "source")
RECORD, KIT = "record", "kit"
_LONGEST_WORD: Final = 40
_STOP_WORDS: Final = frozenset(
    """
    a ao aos as au aux avec c ce ces d da das dans de del des do dos du e em en et for from in is l la
    las le les m n na nas no nos o of on os ou para par pelo pela por pour qu que s se sur t the to um
    uma un une with y
    """.split()  # noqa: SIM905 - sixty words read better in a row
)
"""French, Portuguese and English words that say nothing about a document."""


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("kind", "concept", "related"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
    for name in ("title", "plain"):
        builder.add_text_field(name, tokenizer_name="plain", index_option="freq")
    for name in LANGUAGES:
        builder.add_text_field(name, tokenizer_name=name, index_option="freq")
    for name in ("issued", "change"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


def _stemming(language: str) -> tantivy.TextAnalyzer:
    keep = tantivy.Filter
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(keep.remove_long(_LONGEST_WORD))
    # folded after the stem, because the stemmers know accented endings
    return words.filter(keep.lowercase()).filter(keep.stemmer(language)).filter(keep.ascii_fold()).build()


def _plain() -> tantivy.TextAnalyzer:
    keep = tantivy.Filter
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(keep.remove_long(_LONGEST_WORD))
    return words.filter(keep.lowercase()).filter(keep.ascii_fold()).build()


ANALYZERS: Final = {"plain": _plain(), **{name: _stemming(language) for name, language in LANGUAGES.items()}}


def opened(path: str) -> tantivy.Index:
    """The index in a folder, made if there is none, with its analyzers."""
    index = tantivy.Index(schema(), path=path)
    for name, analyzer in ANALYZERS.items():
        index.register_tokenizer(name, analyzer)
    return index


def composed(text: str) -> str:
    """A letter and its accent as one character; apart, the tokenizer would cut the word there."""
    return unicodedata.normalize("NFC", text)


def words(text: str) -> list[str]:
    """The words of a question, folded, without the little ones; with them where there are no others."""
    found: list[str] = ANALYZERS["plain"].analyze(composed(text))
    return [word for word in found if word not in _STOP_WORDS] or found


def stem(word: str, language: str) -> str:
    """The stem of one word in one of `LANGUAGES`, without accents."""
    stems = ANALYZERS[language].analyze(word)
    return stems[0] if stems else word
