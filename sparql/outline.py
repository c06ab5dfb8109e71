"""What a query looks like from outside: its groups, the triples in them, and how its answer is ordered and cut. Pure.

Only what can be told with certainty is read. Whatever is written in a way that is not known here is passed over, and a
query that two readers might take differently has no outline at all. Source: SPARQL 1.1 Query Language, section 19.8.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from sparql import admission
from sparql.admission import Token

_GROUP_WORDS: Final = ("FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "BIND", "VALUES", "EXISTS", "NOT", "SELECT")
_CLOSING: Final = {"{": "}", "(": ")", "[": "]"}
_AFTER_NAMES: Final = ("BASE", "PREFIX")


class Unknown(Exception):
    """Something is written in a way that is not read here."""


class Triple(NamedTuple):
    """A triple pattern: its subject and object as written, its predicate token by token. Lists keep their brackets."""

    subject: tuple[Token, ...]
    path: tuple[Token, ...]
    object: tuple[Token, ...]

    def __str__(self) -> str:
        return " ".join(_written(each) for each in self) + " ."


class Run(NamedTuple):
    """Triples that follow each other in a group, from `start` to `end` in the text.

    `first` tells that nothing stands before them in their group, `outermost` that the group is the query's own, `apart`
    that an EXISTS or a GRAPH is around it: engines give what is inside another scope.
    """

    start: int
    end: int
    triples: tuple[Triple, ...]
    first: bool
    outermost: bool
    apart: bool


class Outline(NamedTuple):
    """A query: `prologue` is the text of its declarations and `prefixes` what they declare, `head` what stands between
    its form and its pattern, `tail` what follows the pattern."""

    text: str
    form: str
    prologue: str
    prefixes: dict[str, str]
    head: tuple[Token, ...]
    runs: tuple[Run, ...]
    tail: tuple[Token, ...]

    @property
    def shows_everything(self) -> bool:
        """Whether a `*` stands for the variables somewhere, which would show those that are added."""
        words = [each for each in admission.tokens(self.text) if each.kind != "skip"]
        return any(
            before.text.upper() in ("SELECT", "DISTINCT", "REDUCED", "DESCRIBE") and each.text == "*"
            for before, each in pairwise(words)
        )

    def iri(self, token: Token) -> str:
        """What an IRI or a prefixed name stands for; "" where that is not known."""
        return iri_of(token, self.prefixes)


def iri_of(token: Token, prefixes: Mapping[str, str]) -> str:
    """What an IRI or a prefixed name stands for; "" where that is not known."""
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    return prefixes[prefix] + local if token.kind == "name" and colon and prefix in prefixes else ""


def outline(text: str) -> Outline | None:
    """The outline of a query that was admitted, or None."""
    held = list(_split(admission.tokens(text)))
    if [*held] != list(_split(admission.tokens(text, comparing=True))):
        return None
    try:
        return _read(text, held)
    except (Unknown, IndexError):
        return None


def _split(tokens: Iterator[Token]) -> Iterator[Token]:
    """A full stop that ends a triple is no part of the name before it."""
    for token in tokens:
        bare = token.text.rstrip(".") if token.kind == "name" else token.text
        yield token._replace(text=bare) if bare != token.text else token
        for number in range(len(bare), len(token.text)):
            yield Token("other", ".", token.start + number)


def _read(text: str, tokens: Sequence[Token]) -> Outline:
    place = 0
    while tokens[place].text.upper() in _AFTER_NAMES:
        place += 3 if tokens[place].text.upper() == "PREFIX" else 2
    form = tokens[place]
    opening = _opening(tokens, place)
    closing = _closing(tokens, opening)
    return Outline(
        text=text,
        form=form.text.upper(),
        prologue=text[: form.start],
        prefixes=admission.prefixes(text),
        head=tuple(tokens[place + 1 : opening]),
        runs=tuple(_runs(tokens, opening, closing)),
        tail=tuple(tokens[closing + 1 :]),
    )


def _opening(tokens: Sequence[Token], place: int) -> int:
    """Where the query's own pattern begins. Raises Unknown where a graph is built of the pattern itself."""
    opening = next((number for number in range(place, len(tokens)) if tokens[number].text == "{"), None)
    if opening is None:
        raise Unknown
    if tokens[place].text.upper() != "CONSTRUCT":
        return opening
    if opening != place + 1:
        raise Unknown
    return _opening(tokens, _closing(tokens, opening) + 1)


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """The place of the bracket that closes the one at `opening`. Raises Unknown."""
    open_ = []
    for number in range(opening, len(tokens)):
        token = tokens[number]
        if token.kind == "open":
            open_.append(_CLOSING[token.text])
        elif token.kind == "close" and (not open_ or open_.pop() != token.text):
            raise Unknown
        if not open_:
            return number
    raise Unknown


class _Group(NamedTuple):
    """A group that is open: whether its braces hold patterns, whether an EXISTS or a GRAPH is around it, where it
    began."""

    patterns: bool
    apart: bool
    opening: int


def _runs(tokens: Sequence[Token], opening: int, closing: int) -> Iterator[Run]:
    """Every run of triples in a group and the groups inside it."""
    groups: list[_Group] = []
    place = opening
    while place <= closing:
        token = tokens[place]
        if token.text == "{":
            scoped = tokens[place - 1].text.upper() == "EXISTS" or tokens[place - 2].text.upper() == "GRAPH"
            around = groups[-1] if groups else _Group(True, False, place)
            is_data = _is_data(tokens, place)
            groups.append(_Group(around.patterns and not is_data, around.apart or scoped, place))
            place += 1
        elif token.text == "}":
            groups.pop()
            place += 1
        elif token.kind == "word" and token.text.upper() in _GROUP_WORDS:
            place = _past(tokens, place)
        elif groups[-1].patterns and _begins_triples(token):
            end = _run_end(tokens, place, closing)
            if (triples := _triples(tokens[place:end])) is not None:
                last = tokens[end - 1]
                first = place == groups[-1].opening + 1
                yield Run(
                    token.start,
                    last.start + len(last.text),
                    triples,
                    first,
                    outermost=len(groups) == 1,
                    apart=groups[-1].apart,
                )
            place = end
        else:
            place += 1


def _is_data(tokens: Sequence[Token], place: int) -> bool:
    """Whether braces hold the data of VALUES: one variable or a list of them stands before."""
    before = place - 1
    if tokens[before].text == ")":
        while tokens[before].text != "(":
            before -= 1
    return tokens[before - 1].text.upper() == "VALUES"


def _past(tokens: Sequence[Token], place: int) -> int:
    """The place after a keyword and what belongs to it, short of any group that it opens."""
    word = tokens[place].text.upper()
    place += 1
    if word == "SELECT":  # a subquery's own head, up to its pattern
        while tokens[place].text != "{":
            place += 1
    elif word in ("FILTER", "BIND"):
        while tokens[place].text not in ("(", "{"):
            place += 1
        if tokens[place].text == "(" and not _holds_group(tokens, place):
            place = _closing(tokens, place) + 1
        elif tokens[place].text == "(":
            raise Unknown  # an EXISTS somewhere inside an expression
    elif word in ("GRAPH", "VALUES"):
        while tokens[place].text != "{":
            place += 1
    return place


def _holds_group(tokens: Sequence[Token], place: int) -> bool:
    return any(each.text == "{" for each in tokens[place : _closing(tokens, place)])


def _begins_triples(token: Token) -> bool:
    return token.kind in ("variable", "iri", "name", "string") or token.text in ("(", "[")


def _run_end(tokens: Sequence[Token], place: int, closing: int) -> int:
    while place < closing:
        token = tokens[place]
        if token.text in ("{", "}") or (token.kind == "word" and token.text.upper() in _GROUP_WORDS):
            break
        place += 1
    return place


def _triples(tokens: Sequence[Token]) -> tuple[Triple, ...] | None:
    """The triples of a run; None where any of it is not known here."""
    try:
        return tuple(_each_triple(tokens))
    except (Unknown, IndexError):
        return None


def _each_triple(tokens: Sequence[Token]) -> Iterator[Triple]:
    place = 0
    while place < len(tokens):
        subject, place = _term(tokens, place)
        while True:
            path, place = _path(tokens, place)
            while True:
                object_, place = _term(tokens, place)
                yield Triple(subject, path, object_)
                if not _is(tokens, place, ","):
                    break
                place += 1
            if not _is(tokens, place, ";"):
                break
            while _is(tokens, place, ";"):
                place += 1
            if place == len(tokens) or _is(tokens, place, "."):
                break
        if place < len(tokens):
            if not _is(tokens, place, "."):
                raise Unknown
            place += 1


def _term(tokens: Sequence[Token], place: int) -> tuple[tuple[Token, ...], int]:
    """A variable, an IRI, a blank node's label, a literal or a list of such, and the place after it."""
    token = tokens[place]
    if token.text == "(":
        held, place = [token], place + 1
        while tokens[place].text != ")":
            found, place = _term(tokens, place)
            held += found
        return (*held, tokens[place]), place + 1
    if token.kind == "string":
        return _literal(tokens, place)
    if token.kind in ("iri", "name") or (token.kind == "variable" and token.text[0] != "@"):
        return (token,), place + 1
    if token.text.isdigit():
        return _number(tokens, place)
    raise Unknown


def _number(tokens: Sequence[Token], place: int) -> tuple[tuple[Token, ...], int]:
    """A whole number; each of its digits is a token."""
    first = place
    while place < len(tokens) and tokens[place].text.isdigit():
        if tokens[place].start != tokens[first].start + place - first:
            raise Unknown
        place += 1
    digits, start = "".join(each.text for each in tokens[first:place]), tokens[first].start
    if place < len(tokens) and tokens[place].start == start + len(digits) and tokens[place].text not in ")};,":
        raise Unknown  # it may be a decimal number
    return (Token("number", digits, start),), place


def _literal(tokens: Sequence[Token], place: int) -> tuple[tuple[Token, ...], int]:
    if place + 1 < len(tokens) and tokens[place + 1].text.startswith("@"):
        return tuple(tokens[place : place + 2]), place + 2
    if place + 3 < len(tokens) and tokens[place + 1].text == tokens[place + 2].text == "^":
        if tokens[place + 3].kind not in ("iri", "name"):
            raise Unknown
        return tuple(tokens[place : place + 4]), place + 4
    return (tokens[place],), place + 1


def _path(tokens: Sequence[Token], place: int) -> tuple[tuple[Token, ...], int]:
    """A predicate or a property path, and the place after it. Source: section 19.8, rules 88 to 96."""
    held: list[Token] = []
    if tokens[place].kind == "variable" and tokens[place].text[0] in "?$":
        return (tokens[place],), place + 1
    while True:
        while tokens[place].text == "^":
            held.append(tokens[place])
            place += 1
        token = tokens[place]
        if token.text == "(":
            end = _closing(tokens, place)
            if any(each.kind not in ("iri", "name", "operator", "open", "close", "word") for each in tokens[place:end]):
                raise Unknown
            held += tokens[place : end + 1]
            place = end + 1
        elif token.kind in ("iri", "name") or token.text == "a":
            held.append(token)
            place += 1
        else:
            raise Unknown
        if tokens[place].text in ("*", "+"):
            held.append(tokens[place])
            place += 1
        if tokens[place].text not in ("/", "|"):
            return tuple(held), place
        held.append(tokens[place])
        place += 1


def _is(tokens: Sequence[Token], place: int, text: str) -> bool:
    return place < len(tokens) and tokens[place].text == text


def _written(tokens: Sequence[Token]) -> str:
    """Tokens as text: those of one literal and what repeats a path close up, all others apart."""
    text = ""
    for token in tokens:
        close = token.text.startswith("@") or token.text in ("*", "+") or token.text == "^" or text.endswith("^^")
        text += token.text if close or not text else f" {token.text}"
    return text
