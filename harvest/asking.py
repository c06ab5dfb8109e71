"""Asking a repository: one question, and an answer that was read strictly where a second try gives that."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from harvest import response
from harvest.client import Answer, Fetch
from harvest.errors import HarvestError, NotOaiPmh, PartnerError, RefusedByPartner
from harvest.negotiation import Offer
from harvest.response import Page
from repository.errors import Message

_TRIES: Final = 3
_SET_PAGES: Final = 20
_FRIENDS: Final = "{http://www.openarchives.org/OAI/2.0/friends/}"


class Identity(Struct, frozen=True, kw_only=True):
    """What a repository says of itself; `toolkit` is the software that it names, `friends` the base addresses of
    other repositories. Source: OAI-PMH 2.0 section 4.2; implementation guidelines, toolkit and friends."""

    name: str = ""
    base_url: str = ""
    earliest: str = ""
    deleted: str = ""
    granularity: str = ""
    toolkit: str = ""
    friends: tuple[str, ...] = ()

    @property
    def is_kin(self) -> bool:
        """Whether it is another installation of this software."""
        return self.toolkit.lower() == "mutualis"

    @property
    def by_day(self) -> bool:
        return self.granularity.upper() == "YYYY-MM-DD"


def identify(base_url: str, fetch: Fetch) -> Identity:
    """Ask a repository who it is; raises HarvestError where it does not say."""
    answer = fetch(base_url, {"verb": "Identify"})
    page = _parsed(answer)
    if page.errors:
        raise partner_error(answer.url, page)
    found: dict[str, str] = {}
    for element in page.root.iter("{*}Identify") if page.root is not None else ():
        found |= {str(child.tag).rpartition("}")[2]: (child.text or "").strip() for child in element}
    if not found:
        raise NotOaiPmh(url=answer.url, reason=Message("it does not say who it is"))
    return Identity(
        name=found.get("repositoryName", ""),
        base_url=found.get("baseURL", ""),
        earliest=found.get("earliestDatestamp", ""),
        deleted=found.get("deletedRecord", ""),
        granularity=found.get("granularity", ""),
        toolkit=_toolkit(page),
        friends=_friends(page),
    )


def _toolkit(page: Page) -> str:
    if page.root is None:
        return ""
    titles = page.root.iterfind(".//{http://oai.dlib.vt.edu/OAI/metadata/toolkit}title")
    return next((title.text.strip() for title in titles if title.text), "")


def _friends(page: Page) -> tuple[str, ...]:
    if page.root is None:
        return ()
    named = page.root.iterfind(f".//{_FRIENDS}friends/{_FRIENDS}baseURL")
    return tuple(dict.fromkeys(each.text.strip() for each in named if each.text and each.text.strip()))


def offers(base_url: str, fetch: Fetch) -> list[Offer]:
    """The formats that a repository offers; raises HarvestError where it does not say."""
    answer = fetch(base_url, {"verb": "ListMetadataFormats"})
    page = _parsed(answer)
    if page.errors:
        raise partner_error(answer.url, page)
    found = []
    for element in page.root.iter("{*}metadataFormat") if page.root is not None else ():
        told = {str(child.tag).rpartition("}")[2]: (child.text or "").strip() for child in element}
        found.append(Offer(told.get("metadataPrefix", ""), told.get("metadataNamespace", ""), told.get("schema", "")))
    if not found:
        raise NotOaiPmh(url=answer.url, reason=Message("it names no formats"))
    return [each for each in found if each.prefix]


def sets(base_url: str, fetch: Fetch) -> list[tuple[str, str]]:
    """The sets of a repository, (setSpec, name); [] where it has none. Raises HarvestError where it does not say."""
    found: dict[str, str] = {}
    asked: dict[str, str] = {"verb": "ListSets"}
    for _ in range(_SET_PAGES):
        answer = fetch(base_url, asked)
        page = _parsed(answer)
        if page.errors:
            if codes(page) & {"noSetHierarchy", "noRecordsMatch"}:
                return []
            raise partner_error(answer.url, page)
        for element in page.root.iter("{*}set") if page.root is not None else ():
            told = {str(child.tag).rpartition("}")[2]: (child.text or "").strip() for child in element}
            found.setdefault(told.get("setSpec", ""), told.get("setName", ""))
        if not page.token:
            break
        asked = {"verb": "ListSets", "resumptionToken": page.token}
    return [(spec, name) for spec, name in found.items() if spec]


class Asker(Struct):
    """Asks for the pages of one list. `notes` gathers what the transport got wrong; `broken_alike` counts answers
    that came broken in the same way twice, after which a page is not asked for again in vain."""

    base_url: str
    fetch: Fetch
    notes: list[str] = field(default_factory=list)
    broken_alike: int = 0

    def ask(self, arguments: Mapping[str, str]) -> Page:
        """One page: strictly read where a second try gives that, else repaired. Raises HarvestError."""
        best: Page | None = None
        problem: HarvestError = NotOaiPmh(url=self.base_url, reason=Message("it is empty"))
        bodies: set[bytes] = set()
        for number in range(_TRIES):
            answer = self.fetch(self.base_url, arguments)
            try:
                page = _records(answer)
            except (NotOaiPmh, RefusedByPartner) as error:
                problem = error
                continue
            self.notes += answer.notes
            if not page.repairs and not page.cut:
                return best if best is not None and page.errors else page
            best = page if best is None or len(page.items) > len(best.items) else best
            self.broken_alike += answer.body in bodies
            bodies.add(answer.body)
            if not page.cut and (number > 0 or self.broken_alike > 1):
                break
        if best is None:
            raise problem
        return best


def codes(page: Page) -> set[str]:
    """The error codes of an answer."""
    return {code for code, _ in page.errors}


def partner_error(url: str, page: Page) -> PartnerError:
    """All errors of an answer in one."""
    named = ", ".join(code or "?" for code, _ in page.errors)
    return PartnerError(url=url, code=named, text=" ".join(text for _, text in page.errors if text) or "-")


def _records(answer: Answer) -> Page:
    if answer.status == 422 and b"<error" not in answer.body:
        return Page(verb="ListRecords", errors=(("noRecordsMatch", ""),))
    page = _parsed(answer)
    if page.verb not in ("ListRecords", "GetRecord") and not page.errors:
        raise NotOaiPmh(url=answer.url, reason=Message("it holds neither records nor an error"))
    return page


def _parsed(answer: Answer) -> Page:
    """An answer as a page; what is none is told by its HTTP status, or by where it broke off."""
    try:
        return response.parse(answer.body, url=answer.url, charset=answer.charset)
    except NotOaiPmh:
        if answer.status != 200:
            raise RefusedByPartner(url=answer.url, answer=answer.status) from None
        if answer.cut:
            raise NotOaiPmh(url=answer.url, reason=answer.cut) from None
        raise
