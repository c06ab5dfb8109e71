"""A visit to an endpoint: few questions, one after the other, each asked once, and all that came kept as evidence."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lxml import etree
from msgspec import Struct, field

from harvest import response
from harvest.client import Answer, with_arguments
from harvest.errors import HarvestError, OutOfTime
from harvest.response import Page
from repository.formats import xml

OAI: Final = "{http://www.openarchives.org/OAI/2.0/}"

Ask = Callable[[str, Mapping[str, str]], Answer]
"""(base address, arguments) -> the answer; raises HarvestError."""


class Exchange(Struct, kw_only=True):
    """One question and what came. `root` is the answer read strictly, None where it is not well-formed; `page` the
    same as our harvester reads it, repaired where it must be; `problem` why there is no answer at all; `seconds` how
    long it took."""

    url: str
    arguments: Mapping[str, str]
    answer: Answer | None = None
    root: etree._Element | None = None
    fault: str = ""
    page: Page | None = None
    problem: HarvestError | None = None
    seconds: float = 0.0

    @property
    def codes(self) -> set[str]:
        """The codes of the OAI-PMH errors in the answer."""
        return {code for code, _ in self.page.errors} if self.page else set()

    @property
    def excerpt(self) -> str:
        """The beginning of what came, as text."""
        return self.answer.body[:400].decode("utf-8", "replace").strip() if self.answer else ""

    def all(self, path: str) -> list[etree._Element]:
        """Elements of the answer by their path of names in OAI-PMH's namespace ("Identify/baseURL")."""
        if self.root is None:
            return []
        return self.root.findall("/".join(OAI + name for name in path.split("/")))

    def text(self, path: str) -> str:
        found = self.all(path)
        return (found[0].text or "").strip() if found else ""


class NoMoreQuestions(Exception):
    """The visit has asked as much as it was allowed to."""


class Visit(Struct, kw_only=True):
    """The evidence of one visit. `most` is how many questions may be asked; `prefix` and `set_spec` what is listed;
    `pages` how far into the list it is read (0: to its end)."""

    base_url: str
    ask_once: Ask
    post_once: Ask
    steady: Callable[[], float]
    prefix: str = "oai_dc"
    set_spec: str = ""
    pages: int = 5
    most: int = 80
    exchanges: list[Exchange] = field(default_factory=list)
    known: dict[tuple[str, ...], Exchange] = field(default_factory=dict)
    listed: list[Exchange] | None = None
    is_whole: bool = False
    out_of_time: bool = False

    def ask(self, **arguments: str) -> Exchange:
        """Ask by GET; the same question is asked only once. `from_` stands for the argument from."""
        return self._asked("GET", {name.rstrip("_"): value for name, value in arguments.items()}, self.ask_once)

    def post(self, **arguments: str) -> Exchange:
        return self._asked("POST", {name.rstrip("_"): value for name, value in arguments.items()}, self.post_once)

    def raw(self, query: str) -> Exchange:
        """Ask with a query string that no mapping can hold, such as a repeated argument."""
        joint = "&" if "?" in self.base_url else "?"
        return self._asked("RAW", {"": query}, lambda base, _: self.ask_once(f"{base}{joint}{query}", {}))

    def again(self, **arguments: str) -> Exchange:
        """Ask once more what was asked already."""
        return self._asked("AGAIN", {name.rstrip("_"): value for name, value in arguments.items()}, self.ask_once)

    def _asked(self, how: str, arguments: Mapping[str, str], ask: Ask) -> Exchange:
        key = (how, *(f"{name}={value}" for name, value in arguments.items()))
        if key not in self.known:
            if len(self.exchanges) >= self.most:
                raise NoMoreQuestions()
            self.known[key] = self._exchange(arguments, ask)
            self.exchanges.append(self.known[key])
        return self.known[key]

    def _exchange(self, arguments: Mapping[str, str], ask: Ask) -> Exchange:
        query = arguments.get("")
        url = f"{self.base_url}?{query}" if query is not None else with_arguments(self.base_url, arguments)
        told = Exchange(url=url, arguments=arguments)
        began = self.steady()
        try:
            told.answer = ask(self.base_url, {} if query is not None else arguments)
        except OutOfTime as error:
            self.out_of_time = True
            raise NoMoreQuestions() from error
        except HarvestError as error:
            told.problem = error
            return told
        told.seconds = self.steady() - began
        _read(told, told.answer)
        return told

    def list(self) -> "list[Exchange]":
        """The pages of ListRecords, as far as the list is read."""
        if self.listed is None:
            self.listed = []
            for each in self._follow("ListRecords"):
                self.listed.append(each)
        return self.listed

    def _follow(self, verb: str) -> Iterator[Exchange]:
        given = {"verb": verb, "metadataPrefix": self.prefix, "set": self.set_spec}
        asked: Mapping[str, str] = {name: value for name, value in given.items() if value}
        tokens: set[str] = set()
        while True:
            found = self._asked("GET", asked, self.ask_once)
            yield found
            token = found.page.token if found.page else None
            if not token:
                self.is_whole = found.page is not None and not found.page.errors
                return
            if token in tokens or (self.pages and len(tokens) + 1 >= self.pages):
                return
            tokens.add(token)
            asked = {"verb": verb, "resumptionToken": token}

    def records(self) -> Iterator[tuple[Exchange, etree._Element]]:
        """The records of the pages that could be read strictly, each with where it came."""
        for each in self.list():
            for record in each.all("ListRecords/record"):
                yield each, record

    def headers(self) -> Iterator[tuple[Exchange, etree._Element]]:
        for each, record in self.records():
            header = record.find(f"{OAI}header")
            if header is not None:
                yield each, header


def _read(told: Exchange, answer: Answer) -> None:
    """The answer, strictly and as a harvester reads it. Nothing outside it is looked at."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        told.root = etree.fromstring(answer.body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        told.fault = str(error)
    else:
        if told.root.getroottree().docinfo.doctype:
            told.root, told.fault = None, "a document type is declared"
    try:
        told.page = response.parse(answer.body, url=answer.url, charset=answer.charset)
    except HarvestError as error:
        told.problem = error


def of(header: etree._Element, name: str) -> str:
    """The text of one element of a header."""
    return (header.findtext(OAI + name) or "").strip()


def namespace_of(record: etree._Element) -> str | None:
    """The namespace of a record's metadata; None where it has none."""
    held = record.find(f"{OAI}metadata")
    return xml.namespace(held[0]) if held is not None and len(held) else None
