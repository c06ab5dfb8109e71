"""Which queries may run at all: looked at as text, before any engine sees them. Pure.

There is no parser beside the engine's own, and that one can be killed by a deeply nested query, so it runs in
a worker process only. What is judged here needs no grammar: a tokenizer that knows strings, IRIs, names and
comments finds the words SERVICE, LOAD and the update forms wherever they are words, and counts nesting.
Source: SPARQL 1.1 Query Language, section 19.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple, cast

from repository.namespaces import PREFIXES
from sparql.errors import (
    MalformedQuery,
    QueryTooDeep,
    QueryTooLong,
    ServiceRefused,
    UndeclaredPrefix,
    UpdateRefused,
)
from sparql.query import Form

MOST_CHARACTERS: Final = 256 * 1024
MOST_NESTED: Final = 100
"""Far above what people write; the engine's parser breaks at about 5,000 (8 MB of stack)."""

MOST_REPEATED: Final = 1_000
"""Operators of one kind in one query: chains of them nest in the engine's algebra, which breaks at about 5,000."""

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_OTHERWISE_EACH_TIME: Final = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
_CHAINED: Final = ("UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "NOT")
# A prefix has a bound, or each piece of "a.a.a.a" would be scanned to the end of the text for its colon.
_TOKEN: Final = re.compile(
    r"""
    (?P<skip> [\x20\t\r\n]+ | \#[^\r\n]* )
  | (?P<string> \"\"\"(?:\\.|\"{0,2}[^\"\\])*+\"\"\" | '''(?:\\.|'{0,2}[^'\\])*+'''
      | "(?:\\.|[^"\\\r\n])*+" | '(?:\\.|[^'\\\r\n])*+' )
  | (?P<iri> <[^<>"{}|^`\x00-\x20]*> )
  | (?P<variable> [?$]\w+ | @[\w-]+ | _:[\w.-]* )
  | (?P<name> [\w.-]{0,64}+:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])* )
  | (?P<word> [^\W\d_]\w* )
  | (?P<open> [({\[] ) | (?P<close> [)}\]] )
  | (?P<operator> \|\| | && | [!+*/|^-] )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """A piece of a query: its kind (a group of the tokenizer), its text, and where it begins."""

    kind: str
    text: str
    start: int


class Admitted(NamedTuple):
    """A query that may run: its text, with codepoint escapes between the tokens resolved, and its form.

    `key` is the text without comments and with one space where there was any, "" where each run may give another
    answer.
    """

    text: str
    form: Form
    key: str


def admit(text: str) -> Admitted:
    """Judge a query. Raises the errors of `sparql.errors` that name what to change.

    Codepoint escapes can write any word. Engines differ in where they resolve them, so a query is refused when
    either reading of it (escapes resolved between tokens only, or everywhere) says something that is refused.
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryTooLong(length=len(text), most=MOST_CHARACTERS)
    resolved = _resolve_between_tokens(text)
    everywhere = _resolve(text)
    form = _judge(resolved)
    if everywhere != resolved:
        _refuse_words(everywhere, tokens(everywhere))
        _refuse_words(everywhere, tokens(everywhere, comparing=True))
    return Admitted(resolved, form, key(resolved))


def key(text: str) -> str:
    """Two queries with one key have one meaning. A word that is no keyword may be taken for one: it costs time only."""
    pieces = [""]
    for found in _TOKEN.finditer(text):
        words = found.group()
        if found.lastgroup == "word" and words.upper() in _OTHERWISE_EACH_TIME:
            return ""
        if found.lastgroup != "skip":
            pieces.append(words)
        elif pieces[-1] != " ":
            pieces.append(" ")
    return "".join(pieces).strip()


def prefixes(text: str) -> dict[str, str]:
    """The prefixes that a query declares, without their colons, with their namespaces."""
    held = list(tokens(text))
    declared = zip(held, held[1:], held[2:], strict=False)
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for word, name, iri in declared
        if word.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def undeclared_prefix(text: str) -> UndeclaredPrefix | None:
    """Why a query that the engine found malformed may be so: the commonest cause, which engines tell badly."""
    held = list(tokens(text))
    names = [(before.text.upper(), each) for before, each in pairwise(held) if each.kind == "name"]
    declared = {each.text for before, each in names if before == "PREFIX"}
    for _, each in names:
        prefix = each.text.partition(":")[0] + ":"
        if prefix not in declared:
            namespace = PREFIXES.get(prefix[:-1], "...")
            return UndeclaredPrefix(prefix=prefix, namespace=namespace, **_place(text, each.start))
    return None


def _place(text: str, start: int) -> dict[str, int]:
    """Line and column, from 1, of a position in a text."""
    return {"line": text.count("\n", 0, start) + 1, "column": start - (text.rfind("\n", 0, start) + 1) + 1}


def _judge(text: str) -> Form:
    held = list(tokens(text))
    _refuse_depth(held)
    _refuse_words(text, held)
    _refuse_words(text, tokens(text, comparing=True))
    form = _first_word(held)
    if form is None:
        raise MalformedQuery(line=1, column=1, expected=", ".join(_FORMS))
    word = form.text.upper()
    if word in _UPDATES:
        raise UpdateRefused(word=word, **_place(text, form.start))
    if word not in _FORMS:
        raise MalformedQuery(expected=", ".join(_FORMS), **_place(text, form.start))
    return cast(Form, word)


def tokens(text: str, comparing: bool = False) -> Iterator[Token]:
    """The tokens of a query.

    `?a<?b#>` may be a variable and an IRI, or a comparison and a comment: a grammar decides, and what follows
    is a string to one reading and a clause to the other. `comparing` gives the second reading, for "<" between
    round brackets after an operand.
    """
    position, before, brackets = 0, Token("", "", 0), [""]
    while position < len(text) and (found := _TOKEN.match(text, position)):
        token = Token(found.lastgroup or "", found.group(), position)
        if comparing and brackets[-1] == "(" and _may_compare(before, token):
            token = Token("other", "<", position)
        position += len(token.text)
        if token.kind == "open":
            brackets.append(token.text)
        elif token.kind == "close" and len(brackets) > 1:
            brackets.pop()
        if token.kind != "skip":
            before = token
            yield token


def _may_compare(before: Token, iri: Token) -> bool:
    """Whether a "<" after an operand may be a comparison, and what follows may open a string or a comment."""
    operand = before.kind in ("variable", "name", "string", "iri", "close", "word") or before.text.isdigit()
    return operand and iri.kind == "iri" and any(mark in iri.text for mark in "'#")


def _first_word(tokens: list[Token]) -> Token | None:
    """The word that says the form: the first after the declarations of BASE and PREFIX."""
    declaring = ("BASE", "PREFIX")
    return next((each for each in tokens if each.kind == "word" and each.text.upper() not in declaring), None)


def _refuse_words(text: str, tokens: Iterable[Token]) -> None:
    """Refuse SERVICE and LOAD. Engines need no space around a keyword ("trueSERVICE:x{}"), so a longer word that
    holds SERVICE, or a prefix that does, is refused too."""
    for token in tokens:
        word = token.text.partition(":")[0].upper() if token.kind in ("word", "name") else ""
        if "SERVICE" in word:
            raise ServiceRefused(**_place(text, token.start))
        if word == "LOAD" and token.kind == "word":
            raise UpdateRefused(word=word, **_place(text, token.start))


def _refuse_depth(tokens: Iterable[Token]) -> None:
    depth, repeated = 0, dict[str, int]()
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > MOST_NESTED:
            raise QueryTooDeep(what="( { [", depth=depth, most=MOST_NESTED)
        name = token.text.upper()
        if token.kind == "operator" or (token.kind == "word" and name in _CHAINED):
            repeated[name] = repeated.get(name, 0) + 1
            if repeated[name] > MOST_REPEATED:
                raise QueryTooDeep(what=name, depth=repeated[name], most=MOST_REPEATED)


def _resolve(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2] or "0", 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found.group()


def _resolve_between_tokens(text: str) -> str:
    """Escapes resolved outside strings, IRIs and comments, where the engine resolves them itself or ignores them."""
    if "\\u" not in text and "\\U" not in text:
        return text
    pieces, end = [], 0
    for found in _TOKEN.finditer(text):
        if found.lastgroup in ("string", "iri") or found.group().startswith("#"):
            pieces += [_resolve(text[end : found.start()]), found.group()]
            end = found.end()
    return "".join([*pieces, _resolve(text[end:])])
