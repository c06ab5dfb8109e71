"""The slow forms that researchers write, as equal questions that are fast. Pure.

Each rewriting leaves the answer what it was: the same solutions, each as often. What is not certain is left as it is
written. See docs/adr/0015.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple

from sparql import admission
from sparql.admission import Token
from sparql.errors import TextSearchForm, TextSearchTooMuch
from sparql.outline import Outline, Run, Triple, iri_of, outline
from sparql.query import Plan, Stretch, Top

TEXT_NAMESPACE: Final = "http://jena.apache.org/text#"
TEXT: Final = TEXT_NAMESPACE + "query"
MOST_HITS: Final = 10_000
_USUAL_HITS: Final = 1000
_MOST_CHARACTERS: Final = 20_000
"""Longer queries are asked as they are written: reading them takes longer than it saves."""

_MOST_SEARCHES: Final = 3
_MOST_WORDS: Final = 20
_LONGEST_SEARCH: Final = 500
_ADDED: Final = "mutualis_step_"
_NEWEST_AT_MOST: Final = 1000
_STRETCH_FROM: Final = 500
STRETCH: Final = 10_000
_MOST_OF_A_STRETCH: Final = 5000
_NO_LIST: Final = {"GROUP", "HAVING", "VALUES"}
_NOT_EACH_SOLUTION: Final = {"DISTINCT", "REDUCED", "FROM", "("}
"""In the head of a query: its rows may be others than its solutions, or found elsewhere."""

Find = Callable[[str, int], Sequence[tuple[str, float]]]
"""The resources that hold some words, best first, as (IRI, score): at most so many."""


def plan(text: str, find: Find) -> Plan:
    """The plan for a query that was admitted. Raises TextSearchForm."""
    read = outline(text) if len(text) <= _MOST_CHARACTERS else None
    other = text if read is None else _spliced(read, _bounded(find))
    if TEXT_NAMESPACE in text:
        if len(text) > _MOST_CHARACTERS:
            raise _too_much()
        _refuse_left(other)
    order = _order(read) if read is not None and read.form == "SELECT" else None
    if read is None or order is None:
        return Plan(other)
    # What is put into the first run stands where the run begins, and so does what narrows it.
    longer = len(other) - len(text)
    return Plan(other, _top(read, order), _stretch(other[: order.cut + longer], order))


def _bounded(find: Find) -> Find:
    """The same search, a few times and for a few words: it is done here, where nothing would stop it."""
    times = count(1)

    def found(words: str, most: int) -> Sequence[tuple[str, float]]:
        if next(times) > _MOST_SEARCHES or len(words) > _LONGEST_SEARCH or len(words.split()) > _MOST_WORDS:
            raise _too_much()
        return find(words, most)

    return found


def _too_much() -> TextSearchTooMuch:
    return TextSearchTooMuch(words=_MOST_WORDS, times=_MOST_SEARCHES, characters=_MOST_CHARACTERS)


def _refuse_left(text: str) -> None:
    """Refuse a text search that could not be read: the engine would find nothing, and say so as if it were true."""
    declared = admission.prefixes(text)
    if any(iri_of(each, declared) == TEXT for each in admission.tokens(text)):
        raise TextSearchForm


# Paths and text: one run of triples after the other.


def _spliced(read: Outline, find: Find) -> str:
    text, shift = read.text, 0
    if TEXT_NAMESPACE not in text and "*" not in text and "+" not in text:
        return text
    added = _fresh(read)
    for run in read.runs:
        written = _rewritten(run, read, find, added)
        if written is not None:
            text = text[: run.start + shift] + written + text[run.end + shift :]
            shift += len(written) - (run.end - run.start)
    return text


def _fresh(read: Outline) -> Iterator[str] | None:
    """Names for variables that the query does not have; None where it would show them."""
    if read.shows_everything or _ADDED in read.text:
        return None
    return (f"?{_ADDED}{number}" for number in range(1, 1000))


def _rewritten(run: Run, read: Outline, find: Find, added: Iterator[str] | None) -> str | None:
    """A run in other words; None where it stays."""
    first, then = list[str](), list[str]()
    for triple in run.triples:
        if len(triple.path) == 1 and read.iri(triple.path[0]) == TEXT:
            first.append(_found(triple, find))
        elif not run.apart and (steps := _closed(triple, added)) is not None:
            first.append(steps[0])
            then += steps[1:]
        else:
            then.append(str(triple))
    return " ".join([*first, *then]) if first else None


def _closed(triple: Triple, added: Iterator[str] | None) -> list[str] | None:
    """A path that ends in a closure up to a constant, begun at the constant: its members are few, the subjects many.

    `?s p/q* C` is `{ SELECT ?x { ?x q* C } } ?s p ?x`: a closure gives each node once, and a sequence of paths is the
    join of its steps. Source: SPARQL 1.1 Query Language, section 18.2.2.4.
    """
    *_, last = triple.path
    if last.text not in ("*", "+") or len(triple.object) != 1 or triple.object[0].kind not in ("iri", "name"):
        return None
    steps = _steps(triple.path)
    if steps is None or triple.subject[0].text[:1] not in ("?", "$"):
        return None
    closure, goal = _path(steps[-1]), triple.object[0].text
    if len(steps) == 1:
        node = triple.subject[0].text
        return [f"{{ SELECT {node} WHERE {{ {node} {closure} {goal} }} }}"]
    node = next(added, "") if added else ""
    if not node:
        return None
    before = " / ".join(map(_path, steps[:-1]))
    subject = triple.subject[0].text
    return [f"{{ SELECT {node} WHERE {{ {node} {closure} {goal} }} }}", f"{subject} {before} {node} ."]


def _path(tokens: Sequence[Token]) -> str:
    """A path as text, with what repeats it close up, as some engines want it."""
    return "".join(each.text if each.text in ("*", "+") else f" {each.text}" for each in tokens).strip()


def _steps(path: Sequence[Token]) -> list[list[Token]] | None:
    """The steps of a sequence; None where alternatives stand beside each other without brackets."""
    steps: list[list[Token]] = [[]]
    depth = 0
    for token in path:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.text == "|":
            return None
        if depth == 0 and token.text == "/":
            steps.append([])
        else:
            steps[-1].append(token)
    return steps


def _found(triple: Triple, find: Find) -> str:
    """`?s text:query "words"` as the resources that hold the words; `(?s ?score) text:query ("words" 20)` likewise.

    Source: Apache Jena, full text search, whose predicate and forms these are.
    """
    subject = [each.text for each in triple.subject if each.text not in "()"]
    words, most = _asked(triple)
    if not subject or len(subject) > 2 or any(each[0] not in "?$" for each in subject):
        raise TextSearchForm
    hits = find(words, most)
    rows = " ".join(f"({' '.join((f'<{iri}>', f'{score:e}')[: len(subject)])})" for iri, score in hits)
    return f"VALUES ({' '.join(subject)}) {{ {rows} }}"


def _asked(triple: Triple) -> tuple[str, int]:
    given = [each for each in triple.object if each.text not in "()"]
    if not given or given[0].kind != "string" or any(each.kind != "number" for each in given[1:]) or len(given) > 2:
        raise TextSearchForm
    text = given[0].text
    quotes = 3 if text[:3] in ('"""', "'''") else 1
    words = text[quotes:-quotes].replace("\\n", " ").replace("\\t", " ").replace("\\", "")
    most = int(given[1].text[:9]) if len(given) == 2 else _USUAL_HITS
    return words, min(most, MOST_HITS)


# The order of the answer, and where it is cut.


class _Order(NamedTuple):
    """ORDER BY and LIMIT of a query: its first variable and whether that descends; the place of LIMIT and OFFSET in
    the text, and their numbers."""

    variable: str
    descending: bool
    cut: int
    limit: int
    offset: int


def _order(read: Outline) -> _Order | None:
    """How a query's answer is ordered and cut; None where it is not both, or where its rows are not its solutions."""
    words = [each.text.upper() for each in read.tail]
    if "ORDER" not in words or "LIMIT" not in words or _NO_LIST & set(words):
        return None
    cut = min(words.index(each) for each in ("LIMIT", "OFFSET") if each in words)
    found = _numbers(read.tail[cut:])
    place = words.index("ORDER") + 2
    first = read.tail[place:cut]
    if found is None or not first or place > cut:
        return None
    descending = first[0].text.upper() == "DESC"
    variable = _variable(first)
    return _Order(variable, descending, read.tail[cut].start, found["LIMIT"], found.get("OFFSET", 0))


def _variable(conditions: Sequence[Token]) -> str:
    """The variable that the first condition of ORDER BY is, "" where it is anything more."""
    texts = [each.text for each in conditions]
    if texts[0].upper() in ("DESC", "ASC"):
        return texts[2] if len(texts) > 3 and texts[1] == "(" and texts[3] == ")" else ""
    return texts[0] if texts[0][0] in "?$" else ""


def _numbers(tail: Sequence[Token]) -> dict[str, int] | None:
    """LIMIT and OFFSET with their numbers; None where anything else follows."""
    found, name = dict[str, str](), ""
    for token in tail:
        word = token.text.upper()
        if word in ("LIMIT", "OFFSET") and word not in found:
            name, found[word] = word, ""
        elif token.text.isdigit() and token.text.isascii() and name:
            found[name] += token.text
        else:
            return None
    if any(not digits or len(digits) > 9 for digits in found.values()):
        return None
    return {word: int(digits) for word, digits in found.items()}


def _top(read: Outline, order: _Order) -> Top | None:
    head = {each.text.upper() for each in read.head}
    if not order.variable or order.limit + order.offset > _NEWEST_AT_MOST or head & _NOT_EACH_SOLUTION:
        return None
    first = next((each for each in read.runs if each.outermost), None)
    if first is None or not first.first:
        return None
    bound = [each for each in first.triples if _binds(each, order.variable)]
    if not bound:
        return None
    predicate = bound[0].path[0].text
    direction = "DESC" if order.descending else "ASC"
    values = f"{read.prologue} SELECT DISTINCT ?o WHERE {{ ?s {predicate} ?o }} ORDER BY {direction}(?o)"
    return Top(values, order.variable, first.start, order.limit)


def _binds(triple: Triple, variable: str) -> bool:
    """Whether a triple gives the variable a value of one property of whatever has it."""
    plain = len(triple.path) == 1 and triple.path[0].kind in ("iri", "name")
    subject = triple.subject[0].text
    return plain and [each.text for each in triple.object] == [variable] and subject[:1] in "?$" and subject != variable


def _stretch(uncut: str, order: _Order) -> Stretch | None:
    if order.offset < _STRETCH_FROM or order.limit > _MOST_OF_A_STRETCH:
        return None
    begin = order.offset // _MOST_OF_A_STRETCH * _MOST_OF_A_STRETCH
    text = f"{uncut} LIMIT {STRETCH} OFFSET {begin}"
    return Stretch(text, order.offset - begin, order.limit)
