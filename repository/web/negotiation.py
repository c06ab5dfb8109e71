"""Which of several forms of a thing a client wants most. Pure. Source: RFC 9110 section 12.5.1; RFC 6906."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HTML: Final = "text/html"
_RANGE: Final = re.compile(r'\s*([\w*.+-]+/[\w*.+-]+)\s*((?:;\s*[\w*.+-]+\s*=\s*(?:"[^"]*"|[^;,"]*)\s*)*)(?:,|$)')
_PARAMETER: Final = re.compile(r';\s*([\w*.+-]+)\s*=\s*(?:"([^"]*)"|([^;,"]*))')
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Offer:
    """One form that can be had; `profile` tells forms of one media type apart."""

    media_type: str
    profile: str = ""


@dataclass(frozen=True, slots=True)
class _Wish:
    media_type: str
    profile: str
    quality: float


def choose(accept: str, offers: Sequence[Offer]) -> int | None:
    """The place in `offers` of what an Accept header wants most, the earlier one of equals.

    Without a header the first offer; None where nothing that is offered is wanted.
    """
    if not accept.strip():
        return 0
    wishes = _wishes(accept[:_LONGEST])
    qualities = [_quality(offer, wishes) for offer in offers]
    best = max(qualities, default=0.0)
    return qualities.index(best) if best > 0 else None


def _wishes(accept: str) -> list[_Wish]:
    found = []
    for each in _RANGE.finditer(accept):
        parameters = {name.lower(): quoted or plain.strip() for name, quoted, plain in _PARAMETER.findall(each[2])}
        found.append(_Wish(each[1].lower(), parameters.get("profile", ""), _number(parameters.get("q", "1"))))
    return found


def _number(written: str) -> float:
    try:
        return min(max(float(written), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(offer: Offer, wishes: Sequence[_Wish]) -> float:
    """The quality that the most specific matching wish gives to an offer; 0 where none matches."""
    matching = [(_specific(offer, wish), wish.quality) for wish in wishes]
    return max(((rank, quality) for rank, quality in matching if rank), default=(0, 0.0))[1]


def _specific(offer: Offer, wish: _Wish) -> int:
    kind = offer.media_type.split("/")[0]
    if wish.media_type == offer.media_type:
        profiles = wish.profile.split()
        if profiles:
            return 4 if offer.profile in profiles else 0
        return 3
    return {f"{kind}/*": 2, "*/*": 1}.get(wish.media_type, 0)
