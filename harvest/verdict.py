"""What an answer says about a link, and when to look again. Pure.

A page that says "not found" with the status 200 (a soft 404) is gone all the same. It is known by its own words, by
where it sends its reader, or by its likeness to the answer for an address beside it that nobody can have given out.
Source: RFC 9110 section 15; Bar-Yossef et al., Sic Transit Gloria Telae, WWW 2004, section 3.
"""

import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace

from harvest.client import Answer
from harvest.report import Fault

State = Literal["new", "alive", "failing", "dead", "kept"]
"""Never looked at; there; not there, but not for long enough; dead; there for those who sign in."""

Kind = Literal["there", "gone", "kept", "silent", "busy"]

MOST: Final = 64 * 1024
"""Bytes of a page that are enough to know it by."""

_PAUSES: Final[Mapping[State, tuple[int, ...]]] = {"alive": (30,), "kept": (30,), "failing": (1, 3, 7), "dead": (30,)}
"""Days until the next look, after the first failure, the second ..."""

_FAILURES: Final[Mapping[Kind, int]] = {"gone": 2, "silent": 4}
"""How many looks in a row must fail before a link is dead: a server that is silent may only be down for a week."""

_NAMED: Final = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_UNSEEN: Final = re.compile(r"<(script|style|noscript|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)
_ABSENT: Final = re.compile(
    r"\b(?:error|erreur|erro|http|status)\s*:?\s*404\b|^\W*404\W*(?:$|not\b|page\b|error\b|erreur\b|erro\b)"
    r"|\b(?:page|item|document|file|resource|record|object)s?\b.{0,24}\b(?:not found|cannot be found"
    r"|no longer available|does not exist|has been removed)"
    r"|^\W*(?:not found|invalid identifier|page not found|item withdrawn)\W*$"
    r"|\b(?:page|notice|document|fichier|ressource|objet)s?\b.{0,24}\b(?:introuvable|inexistante?|n.existe p(?:as|lus)"
    r"|non trouv)"
    r"|\b(?:página|pagina|documento|ficheiro|arquivo|recurso|registo|item)s?\b.{0,24}\b(?:não encontrad|nao encontrad"
    r"|não existe|nao existe|inexistente)",
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 90
_FRONT: Final = re.compile(r"/?(?:index|home|accueil|inicio|login|signin|error|404)?(?:\.\w{2,5})?/?", re.IGNORECASE)
_WORDS_TO_JUDGE: Final = 25
_ALIKE: Final = 0.95
_HTML: Final = ("text/html", "application/xhtml+xml")


class Link(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A page or file of harvested records. `promised` is the media type that a record gives for it, "" for a page;
    `failures` how many looks in a row found it absent; `reason` what was found at the last one."""

    url: str
    state: State = "new"
    checked: str | None = None
    due: str = ""
    failures: int = 0
    promised: str = ""
    status: int = 0
    reason: Fault | None = None


class Verdict(Struct, frozen=True):
    """What one look found. `status` is the HTTP status, 0 where none came."""

    kind: Kind
    status: int = 0
    reason: Fault | None = None


def judge(url: str, promised: str, answer: Answer) -> Verdict:
    """What the answer for `url` says by itself."""
    status = answer.status
    if status in (404, 410):
        return Verdict(
            "gone", status, Fault("The address is answered with “not found” ({status}).", {"status": str(status)})
        )
    if status in (401, 402, 403, 407, 451):
        return Verdict(
            "kept", status, Fault("Only those who sign in are let through ({status}).", {"status": str(status)})
        )
    if status in (408, 425, 429, 503):
        return Verdict("busy", status)
    if not 200 <= status < 300:
        return Verdict("silent", status, Fault("The server answers with an error ({status}).", {"status": str(status)}))
    if reason := _soft(url, promised, answer):
        return Verdict("gone", status, reason)
    return Verdict("there", status)


def _soft(url: str, promised: str, answer: Answer) -> Fault | None:
    if answer.media_type not in _HTML:
        return None
    if promised and promised not in _HTML:
        return Fault("A page comes in place of the file ({promised}).", {"promised": promised})
    for name in _names(_text(answer)):
        if len(name) <= _LONGEST_NAME and _ABSENT.search(name):
            return Fault("The page says that there is nothing: “{words}”.", {"words": name})
    if _is_front(answer.url) and not _is_front(url):
        return Fault("The address only leads to the front page {url}.", {"url": answer.url})
    return None


def is_page(answer: Answer) -> bool:
    """Whether an answer is a page that may turn out to be a soft 404 beside another."""
    return 200 <= answer.status < 300 and answer.media_type in _HTML


def beside(url: str) -> str:
    """An address of the same kind that nobody can have given out: its last argument, or its last step, is nonsense."""
    parts = urlsplit(url)
    nonsense = f"mutualis-{zlib.crc32(url.encode()):08x}"
    if pairs := parse_qsl(parts.query, keep_blank_values=True):
        query = urlencode([*pairs[:-1], (pairs[-1][0], nonsense)])
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    above = parts.path.rstrip("/").rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{above}/{nonsense}", "", ""))


def compare(answer: Answer, other: Answer) -> Fault | None:
    """Why a page is a soft 404, from the answer for an address `beside` it; None where it is none.

    Pages with hardly any words of their own tell nothing: they are filled in by a script.
    """
    if not is_page(other):
        return None
    ours, theirs = _words(answer), _words(other)
    if len(ours) < _WORDS_TO_JUDGE:
        return None
    likeness = len(ours & theirs) / len(ours | theirs)
    if likeness < _ALIKE:
        return None
    return Fault("The server gives the same page for addresses that do not exist.")


def looked_at(link: Link, found: Verdict, moment: datetime) -> Link:
    """The link after a look: its state, and when to look again."""
    if found.kind == "busy":
        return replace(link, due=_written(moment + timedelta(days=1)))
    limit = _FAILURES.get(found.kind, 0)
    failures = link.failures + 1 if limit else 0
    if not limit:
        state: State = "kept" if found.kind == "kept" else "alive"
    else:
        state = "dead" if failures >= limit or found.status == 410 or link.state == "dead" else "failing"
    return replace(
        link,
        state=state,
        checked=_written(moment),
        due=_written(moment + _pause(link.url, state, failures)),
        failures=failures,
        status=found.status,
        reason=found.reason,
    )


def _pause(url: str, state: State, failures: int) -> timedelta:
    """Spread over a tenth by the address, so that what was found together does not come back together."""
    days = _PAUSES[state]
    chosen = days[min(max(failures, 1), len(days)) - 1]
    return timedelta(days=chosen) * (1 + (zlib.crc32(url.encode()) % 1000) / 10_000)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(answer: Answer) -> str:
    try:
        return answer.body.decode(answer.charset or "utf-8", "replace")
    except LookupError:
        return answer.body.decode("utf-8", "replace")


def _names(text: str) -> list[str]:
    return [" ".join(unescape(_UNSEEN.sub(" ", found[1])).split()) for found in _NAMED.findall(text)]


def _words(answer: Answer) -> frozenset[str]:
    return frozenset(unescape(_UNSEEN.sub(" ", _text(answer))).casefold().split())


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.query and _FRONT.fullmatch(parts.path) is not None
