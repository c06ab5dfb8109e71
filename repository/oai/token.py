"""Resumption tokens: a place in one list, signed, so that any worker goes on from it at any time.

A token never expires and nothing is kept for it; only a restore of the catalogue, which gives change numbers
anew, makes tokens useless. Source: OAI-PMH 2.0 section 3.5.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from repository.oai.errors import BadToken

_SIGNATURE: Final = 16
"""Bytes of the signature: half of SHA-256's, which nobody guesses either."""


class Place(Struct, frozen=True, array_like=True):
    """Where a list stands. `after` is the change number of the last record delivered, `frozen` the newest that
    the list shows at all, `cursor` how many were delivered, `size` how many the list had at its first page."""

    epoch: str
    verb: str
    prefix: str
    set_spec: str
    earliest: str
    latest: str
    after: int
    frozen: int
    cursor: int
    size: int


_decoder = msgspec.json.Decoder(Place)


def write(place: Place, secret: bytes) -> str:
    """The token of a place: ASCII letters, digits, "-" and "_", so that it needs no encoding in a URL."""
    content = msgspec.json.encode(place)
    return urlsafe_b64encode(_sign(content, secret) + content).rstrip(b"=").decode()


def read(token: str, secret: bytes, *, epoch: str, verb: str) -> Place:
    """The place of a token. Raises BadToken when it was altered, made by somebody else, before a restore, or
    for another verb."""
    try:
        held = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, NotBase64) as error:
        raise BadToken() from error
    signature, content = held[:_SIGNATURE], held[_SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(content, secret)):
        raise BadToken()
    place = _decoder.decode(content)
    if (place.epoch, place.verb) != (epoch, verb) or write(place, secret) != token:
        raise BadToken()
    return place


def _sign(content: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, content, sha256)[:_SIGNATURE]
